"""Two people changed the same row: who did, and each field with both values, so that nothing is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.forms import BaseForm
from django.http import QueryDict

from audit.models import AuditEvent

TAKE = "take_"


@dataclass(frozen=True)
class Difference:
    """One field that the two disagree about, in words."""

    name: str
    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Conflict:
    """What the page of a 409 says. `by` and `at` are unknown when no act wrote the change."""

    version: int
    by: str
    at: datetime | None
    differences: list[Difference]


def conflict_of(form: BaseForm, current: Any, theirs: Mapping[str, Any]) -> Conflict:
    """Compare what the form holds with `theirs`, the values of the row as it stands now (`current`)."""
    event = _last_change(current)
    return Conflict(
        version=current.version,
        by=str(event.user) if event else "",
        at=event.at if event else None,
        differences=[
            Difference(
                name, str(form.fields[name].label), _shown(form, name, value), _shown(form, name, mine)
            )
            for name, value in theirs.items()
            if _sent(value) != _sent(mine := form.cleaned_data.get(name))
        ],
    )


def with_theirs(posted: QueryDict, theirs: Mapping[str, Any]) -> QueryDict:
    """What was posted, with the other person's value in each field where "use theirs" was chosen."""
    data = posted.copy()
    for name, value in theirs.items():
        if posted.get(f"{TAKE}{name}") == "theirs":
            data.pop(name, None)
            if _sent(value):
                data[name] = _sent(value)
    return data


def _last_change(row: Model) -> AuditEvent | None:
    events = AuditEvent.objects.filter(object_id=str(row.pk), model=row._meta.label_lower)
    return events.exclude(act__startswith="READ").select_related("user").first()


def _sent(value: Any) -> str:
    """A value as a browser would send it; nothing for what it would leave out."""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


def _shown(form: BaseForm, name: str, value: Any) -> str:
    """A value as people read it: the words of a choice, not its code."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    choices = getattr(form.fields[name], "choices", ())
    words = {str(code): str(label) for code, label in choices}
    return words.get(_sent(value), _sent(value)) or "nothing"
