"""Results that somebody ordered: noting that one is expected, withdrawing that. Dolomite places no order."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from accounts import wording
from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.record import record
from labs.analytes import Analyte
from labs.models import ExpectedResult, Owed
from patients.models import Patient, Status
from reviews.acts.ground import Refusals, act_on
from reviews.moments import Moment

LATEST_ORDER = timedelta(days=366)
LONGEST_REASON = 200
_FOLLOWS = (
    "The yearly kidney check follows from the record: it ends when an eGFR comes, or magnesium is stopped."
)


def order_result(*, patient: Patient, analyte: str, due_on: date, by: Actor, at: datetime) -> ExpectedResult:
    """Note that a result was ordered, and by when it is expected; the first that comes after meets it.

    Raises ValidationError for an unknown analyte, a day in the past or more than a year ahead, a patient who
    died, and the same order a second time.
    """
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        check_order(refusals, now, [analyte], due_on, fields=("analyte", "due_on"))
        refusals.unless(patient.status != Status.DECEASED, "patient", "This patient has died.")
        refusals.stop_if_any()
        same = ExpectedResult.objects.awaited().filter(patient=patient, analyte=analyte, why=Owed.ORDERED)
        twice = f"{Analyte(analyte).label} is noted already, expected by {wording.day(due_on)}."
        refusals.unless(not same.filter(due_on=due_on).exists(), "due_on", twice)
        refusals.stop_if_any()
        order = unsaved_order(patient, analyte, due_on, urgent=False, by=by, now=now)
        order.save(force_insert=True)
        after = {"analyte": analyte, "due_on": str(due_on)}
        record("ORDER_RESULT", by=by, at=at, of=order, patient_id=patient.pk, after=after)
    order.refresh_from_db()
    return order


def withdraw_expected(
    *, expected: ExpectedResult, reason: str, version: int, by: Actor, at: datetime
) -> ExpectedResult:
    """Say that an ordered result will not come, and why; a flag that it has not come is cleared.

    Raises StaleVersion; ValidationError without a reason, for one that came or was withdrawn, and for the
    yearly kidney check, which follows from the record.
    """
    with act_on(expected.patient, by, at):
        expected.refresh_from_db()
        if expected.version != version:
            raise StaleVersion(expected)
        words = reason.strip()
        refusals = Refusals()
        refusals.unless(expected.why == Owed.ORDERED, "id", _FOLLOWS)
        refusals.unless(expected.error_at is None, "id", "This was entered in error.")
        refusals.unless(expected.met_by_id is None, "id", "The result has come.")
        refusals.unless(expected.withdrawn_at is None, "id", "This is withdrawn already.")
        refusals.unless(bool(words), "reason", "Say why the result will not come.")
        too_long = f"A reason has at most {LONGEST_REASON} characters."
        refusals.unless(len(words) <= LONGEST_REASON, "reason", too_long)
        refusals.stop_if_any()
        expected.update_from(version, withdrawn_at=at, withdrawn_by=by.user, withdrawn_reason=words)
        record(
            "WITHDRAW_EXPECTED", by=by, at=at, of=expected, patient_id=expected.patient_id,
            after={"analyte": expected.analyte, "reason": words},
        )  # fmt: skip
    return expected


def check_order(
    refusals: Refusals, now: Moment, analytes: Sequence[str], due_on: date, *, fields: tuple[str, str]
) -> None:
    """The checks of every order; `fields` are the names of analytes and day where they were entered."""
    known = Analyte.__members__
    refusals.unless(set(analytes) <= set(known), fields[0], f"Choose from {', '.join(known)}.")
    refusals.unless(due_on >= now.on, fields[1], "The result cannot be expected in the past.")
    refusals.unless(due_on <= now.on + LATEST_ORDER, fields[1], "Expect it within a year.")


def unsaved_order(
    patient: Patient, analyte: str, due_on: date, *, urgent: bool, by: Actor, now: Moment
) -> ExpectedResult:
    """The row of a checked order; `urgent` shortens the days until its absence asks for review."""
    limits = now.thresholds
    grace = limits.lab_not_back_act_today_days if urgent else limits.lab_not_back_days
    return ExpectedResult(
        clinic=by.clinic, patient=patient, created_at=now.at, created_by=by.user, analyte=analyte,
        why=Owed.ORDERED, owed_from=now.on, due_on=due_on, alert_on=due_on + timedelta(days=grace),
    )  # fmt: skip
