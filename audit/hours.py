"""When a clinic works, as its admin says it; in this room because a change leaves an event."""

from collections.abc import Sequence
from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
from accounts.models import Clinic
from audit.record import record

LAST_DAY = 7


@transaction.atomic
def change_hours(
    *, by: Actor, at: datetime, works_from: time, works_until: time, works_on: Sequence[int]
) -> Clinic:
    """Local hours on days of the week, 1 for Monday; a clinic that works on no day gets no digest at all.

    Raises ValidationError for hours that end before they begin, and for days that do not exist.
    """
    if works_until <= works_from:
        raise ValidationError({"works_until": ["The day ends after it begins."]})
    days = sorted(set(works_on))
    if any(not 1 <= day <= LAST_DAY for day in days):
        raise ValidationError({"works_on": ["A day is 1 (Monday) to 7 (Sunday)."]})
    clinic = Clinic.objects.select_for_update().get(pk=by.clinic.pk)
    before = told(clinic)
    clinic.works_from, clinic.works_until, clinic.works_on = works_from, works_until, days
    clinic.version += 1
    clinic.save(update_fields=["works_from", "works_until", "works_on", "version"])
    record("CHANGE_HOURS", by=by, at=at, of=clinic, before=before, after=told(clinic))
    return clinic


def told(clinic: Clinic) -> dict[str, object]:
    """The hours as an event keeps them."""
    return {
        "works_from": f"{clinic.works_from:%H:%M}",
        "works_until": f"{clinic.works_until:%H:%M}",
        "works_on": clinic.works_on,
    }
