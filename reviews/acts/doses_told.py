"""Settling which dose was taken, where the patient told another than the plan."""

from datetime import datetime

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.record import record
from patients.models import DoseTaken, Visit
from reviews.acts.ground import Refusals, act_on
from reviews.facts.doses_told import unsettled
from reviews.facts.record import Record


def settle_dose(*, visit: Visit, by: Actor, at: datetime, version: int, taken: str) -> Visit:
    """Say which dose was taken before this visit: as planned, or as told; its results can be read then.

    No dose is changed by it. Raises StaleVersion, or ValidationError where nothing waits to be settled.
    """
    with act_on(visit.patient, by, at) as now:
        visit.refresh_from_db()
        if visit.version != version:
            raise StaleVersion(visit)
        waiting = {one.visit.pk: one for one in unsettled(Record(visit.patient, now))}
        refusals = Refusals()
        refusals.unless(taken in DoseTaken.values, "taken", f"Say {' or '.join(DoseTaken.values)}.")
        refusals.unless(visit.pk in waiting, "id", "At this visit no dose waits to be settled.")
        refusals.stop_if_any()
        visit.update_from(version, dose_settled_at=at, dose_settled_by=by.user, dose_settled_as=taken)
        amounts = waiting[visit.pk]
        record(
            "SETTLE_DOSE",
            by=by,
            at=at,
            of=visit,
            patient_id=visit.patient_id,
            before={"told_mg": str(amounts.told_mg), "planned_mg": str(amounts.planned_mg)},
            after={"taken": taken},
        )
    return visit
