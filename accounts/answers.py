"""How the API says no: one handler, one shape.

400 names fields; 409 comes with `current`, the row as it stands; all others carry `detail`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as Refused
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.idempotency import BodyDiffers, InProgress
from accounts.records import StaleVersion

STALE = "Somebody changed this meanwhile. `current` is how it stands now."
SIMPLE: dict[type[Exception], tuple[int, str]] = {
    BodyDiffers: (
        status.HTTP_422_UNPROCESSABLE_ENTITY,
        "This Idempotency-Key came with another body before.",
    ),
    InProgress: (status.HTTP_409_CONFLICT, "The first request with this Idempotency-Key is in progress."),
}


class Conflict(APIException):
    """What was asked for cannot be done to the row as it stands."""

    status_code = status.HTTP_409_CONFLICT


class NotHere(APIException):
    """A row that the body names is not one of the clinic's: whether it exists elsewhere is not said."""

    status_code = status.HTTP_404_NOT_FOUND

    def __init__(self, field: str) -> None:
        super().__init__({field: ["There is none with this id in your clinic."]})


def answer_refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER; None means a fault of ours, which becomes a 500."""
    if isinstance(error, Refused):
        error = ValidationError(nested(error))
    if isinstance(error, StaleVersion):
        current = context["view"].as_it_stands(error.current)
        return Response({"detail": STALE, "current": current}, status=status.HTTP_409_CONFLICT)
    if type(error) in SIMPLE:
        code, sentence = SIMPLE[type(error)]
        return Response({"detail": sentence}, status=code)
    return exception_handler(error, context)


def nested(refused: Refused) -> dict[str, Any]:
    """An act's refusals in DRF's shape: "lab_results.0.unit" becomes {"lab_results": [{"unit": [...]}]}."""
    if not hasattr(refused, "error_dict"):
        return {"non_field_errors": refused.messages}
    root: dict[str, Any] = {}
    for name, sentences in refused.message_dict.items():
        if name == NON_FIELD_ERRORS:
            name = "non_field_errors"
        _put(root, name.split("."), sentences)
    return {name: _listed(value) for name, value in root.items()}


def renamed(refused: Refused, rename: Callable[[str], str]) -> Refused:
    """The same refusals under the names of the body, where they differ from those of the act."""
    return Refused({rename(name): words for name, words in refused.message_dict.items()})


def _put(into: dict[str, Any], path: Iterable[str], sentences: list[str]) -> None:
    *parents, last = path
    for parent in parents:
        into = into.setdefault(parent, {})
    into[last] = sentences


def _listed(value: Any) -> Any:
    """Dicts with numbers for keys become lists, where rows without a fault are {}."""
    if not isinstance(value, dict):
        return value
    value = {name: _listed(inner) for name, inner in value.items()}
    if not all(name.isdigit() for name in value):
        return value
    return [value.get(str(n), {}) for n in range(max(map(int, value)) + 1)]
