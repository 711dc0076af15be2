"""Not contactable: recall ends for who cannot be reached, and begins again when they are heard from."""

from datetime import date, datetime

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.record import record
from patients.models import Patient, Status
from reviews.acts.ground import Refusals, act_on
from reviews.moments import Moment

LONGEST_REASON = 200
UNDER_CARE = (Status.ACTIVE, Status.PAUSED)


def mark_unreachable(*, patient: Patient, by: Actor, at: datetime, version: int, reason: str) -> Patient:
    """Say that the patient cannot be reached: recall flags clear, urgent news still asks for review.

    Raises StaleVersion; ValidationError without a reason, for who is not contactable already, and for who is
    no longer under care, whose recall has ended anyway.
    """
    with act_on(patient, by, at) as now:
        if patient.version != version:
            raise StaleVersion(patient)
        refusals = Refusals()
        check_removal(refusals, patient, reason, field="reason")
        refusals.unless(patient.unreachable_since is None, "id", "This patient is not contactable already.")
        refusals.stop_if_any()
        lose(patient, by=by, now=now, reason=reason)
    return patient


def mark_reachable(*, patient: Patient, by: Actor, at: datetime, version: int) -> Patient:
    """Take that back: the patient is recalled again. Raises StaleVersion, ValidationError."""
    with act_on(patient, by, at) as now:
        if patient.version != version:
            raise StaleVersion(patient)
        refusals = Refusals()
        refusals.unless(patient.unreachable_since is not None, "id", "This patient is contactable already.")
        refusals.stop_if_any()
        reach_again(patient, by=by, now=now, on=now.on, because="by hand")
    return patient


def check_removal(refusals: Refusals, patient: Patient, reason: str, *, field: str) -> None:
    """What takes somebody off the list of recalls needs a reason, and somebody who is under care."""
    words = reason.strip()
    refusals.unless(bool(words), field, "Say why: a removal needs a reason.")
    refusals.unless(len(words) <= LONGEST_REASON, field, f"A reason has at most {LONGEST_REASON} characters.")
    gone = f"{patient} is no longer under care: {patient.get_status_display().lower()}."
    refusals.unless(patient.status in UNDER_CARE, "id", gone)


def lose(patient: Patient, *, by: Actor, now: Moment, reason: str) -> None:
    """The same inside another act, which has checked it and holds the patient."""
    since = {"unreachable_since": now.on, "unreachable_reason": reason.strip()}
    patient.update_from(patient.version, **since)
    after = {"reason": reason.strip()}
    record("MARK_UNREACHABLE", by=by, at=now.at, of=patient, patient_id=patient.pk, after=after)


def reach_again(patient: Patient, *, by: Actor, now: Moment, on: date, because: str) -> bool:
    """Whether the patient was not contactable and is again, heard from on the day `on`; inside an act.

    What happened before contact was lost says nothing of now.
    """
    since = patient.unreachable_since
    if since is None or on < since:
        return False
    before = {"unreachable_since": str(since), "reason": patient.unreachable_reason}
    patient.update_from(patient.version, unreachable_since=None, unreachable_reason="")
    record(
        "REACHED_AGAIN", by=by, at=now.at, of=patient, patient_id=patient.pk,
        before=before, after={"because": because},
    )  # fmt: skip
    return True
