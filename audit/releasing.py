"""Whether files leave a clinic by one hand or by two; in this room because a change leaves an event."""

from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from accounts.models import Clinic
from accounts.records import StaleVersion
from audit.record import record


@transaction.atomic
def change_releasing(*, by: Actor, at: datetime, version: int, needs_second_releaser: bool) -> Clinic:
    """Exports that are asked for from now on wait for a second person, or do not.

    Raises StaleVersion when the clinic's settings were changed since `version`.
    """
    clinic = Clinic.objects.select_for_update().get(pk=by.clinic.pk)
    if clinic.version != version:
        raise StaleVersion(clinic)
    before = {"needs_second_releaser": clinic.needs_second_releaser}
    clinic.needs_second_releaser = needs_second_releaser
    clinic.version += 1
    clinic.save(update_fields=["needs_second_releaser", "version"])
    after = {"needs_second_releaser": needs_second_releaser}
    record("CHANGE_RELEASING", by=by, at=at, of=clinic, before=before, after=after)
    return clinic
