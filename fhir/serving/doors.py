"""How a request comes in and an answer goes out: sign-in, media types, refusals as OperationOutcome."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.tokens import TokenAuthentication
from fhir.serving.asking import Refusal
from fhir.serving.bundles import outcome

FHIR_JSON = "application/fhir+json"
ACCEPTED = ("application/fhir+json", "application/json", "text/json", "application/*", "*/*")
FORMATS = ("json", "application/json", "application/fhir+json", "application/fhir json", "text/json")
# FHIR's issue type for each status.
ISSUES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    413: "too-long",
    415: "not-supported",
    429: "throttled",
}


class BearerOrToken(TokenAuthentication):
    """The token of the API, under its own word or under the one that FHIR clients use."""

    keywords = ("Token", "Bearer")


class FhirJSON(JSONRenderer):
    media_type = FHIR_JSON
    format = "json"


class JSONOnly(BaseContentNegotiation):
    """`_format` decides, else the header Accept; whoever asks for XML or HTML alone gets 406."""

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        format = request.query_params.get("_format")
        if format is not None and format.lower() not in FORMATS:
            raise exceptions.NotAcceptable("Only JSON is offered: _format=json.")
        if format is None and not _takes_json(request.headers.get("Accept", "*/*")):
            raise exceptions.NotAcceptable(f"Only JSON is offered: Accept: {FHIR_JSON}.")
        return next(iter(renderers)), FHIR_JSON

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return next(iter(parsers))


def _takes_json(accept: str) -> bool:
    asked = (part.split(";")[0].strip().lower() for part in accept.split(","))
    return not accept.strip() or any(media in ACCEPTED for media in asked)


def answer_refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of these addresses; None means a fault of ours, which becomes a 500."""
    if isinstance(error, Refusal):
        issues = [("not-supported" if "not offered" in s else "value", s, name) for name, s in error.faults]
        return Response(outcome(*issues), status=400)
    response = exception_handler(error, context)
    if response is not None:
        code = ISSUES.get(response.status_code, "processing")
        response.data = outcome((code, _words(error), ""))
    return response


def _words(error: Exception) -> str:
    if isinstance(error, Http404):
        return "There is no such resource in your clinic."
    if isinstance(error, PermissionDenied):
        return "You may not do this."
    return str(getattr(error, "detail", error))
