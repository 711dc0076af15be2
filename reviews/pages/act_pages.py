"""What every page that acts does with the answer of its one act: saved, refused, or overtaken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from accounts.idempotency import PAGE_FIELD, BodyDiffers, InProgress, new_key, saved_once
from accounts.records import StaleVersion
from accounts.refusals import show_refusals
from audit.conflicts import Conflict, conflict_of

SAVED_ALREADY = "This was saved already, and then changed and sent again. Open the chart to see what stands."
STILL_SAVING = "This is still being saved. Wait a moment, then look at the chart."


class VersionField(forms.IntegerField):
    """The version of the row that the form shows; the page writes it, since it changes after a conflict."""

    def __init__(self) -> None:
        super().__init__(label="Version", min_value=1, widget=forms.HiddenInput)


@dataclass(frozen=True)
class Attempt:
    """How a form stands: `saved` is the way on after success; else `status` is that of the page."""

    form: forms.BaseForm
    saved: HttpResponse | None = None
    status: int = 200
    conflict: Conflict | None = None
    once: str = field(default_factory=new_key)

    def context(self, row: Any = None) -> dict[str, Any]:
        """What the page of the form needs; with `row`, the version that the person has now seen of it."""
        shown = {"form": self.form, "conflict": self.conflict, "once": self.once}
        if row is None:
            return shown
        version = self.conflict.version if self.conflict else self.form.data.get("version") or row.version
        return shown | {"version": version}


def attempt(
    request: HttpRequest,
    form: forms.BaseForm,
    save: Callable[[dict[str, Any]], str],
    *,
    at: datetime,
    row: Any = None,
    fields: Mapping[str, str] | None = None,
    theirs: Callable[[Any], Mapping[str, Any]] | None = None,
) -> Attempt:
    """Call `save` with the cleaned data of a valid form, once for a double click; it returns where to go on.

    `row` is what the form changes: where its version is not the form's, that is said before any refusal.
    A refusal (400) stands at the fields, `fields` translating names of the act; a stale version (409) gives
    the comparison with `theirs`, which reads the form's values off the row as it stands now.
    """
    once = request.POST.get(PAGE_FIELD) or new_key()
    if not form.is_valid():
        return Attempt(form, status=400, once=once)

    def act() -> str:
        if row is not None and row.version != form.cleaned_data["version"]:
            raise StaleVersion(row)
        return save(form.cleaned_data)

    try:
        return Attempt(form, saved=saved_once(request, at=at, act=act))
    except ValidationError as refused:
        show_refusals(form, refused, fields)
        return Attempt(form, status=400, once=once)
    except StaleVersion as stale:
        values = theirs(stale.current) if theirs else {}
        return Attempt(form, status=409, conflict=conflict_of(form, stale.current, values), once=once)
    except (BodyDiffers, InProgress) as twice:
        form.add_error(None, SAVED_ALREADY if isinstance(twice, BodyDiffers) else STILL_SAVING)
        return Attempt(form, status=409, once=once)
