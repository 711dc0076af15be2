"""Booking the visit of a re-evaluation: one by one, or for stable patients together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError

from accounts import wording
from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.record import record
from patients.models import Patient, Status
from reviews.acts.ground import Refusals, act_on
from reviews.models import Reevaluation
from reviews.moments import Moment
from reviews.recalls import missed, risks_of

LATEST = timedelta(days=366)
NOT_MISSED = "It is not missed any more."


@dataclass(frozen=True)
class Booked:
    """What became of one row of many; `refused` says why nothing did."""

    reevaluation: Reevaluation
    refused: str = ""


def book_reevaluation(
    *, reevaluation: Reevaluation, by: Actor, at: datetime, version: int, booked_on: date | None
) -> Reevaluation:
    """Say on which day the patient comes for it, or that nothing is booked (None).

    Raises StaleVersion; ValidationError for a day in the past or more than a year ahead, for a patient who
    died, and for a re-evaluation that is met or has ended.
    """
    with act_on(reevaluation.patient, by, at) as now:
        book(reevaluation, by=by, now=now, version=version, booked_on=booked_on)
    reevaluation.refresh_from_db()
    return reevaluation


def book(owed: Reevaluation, *, by: Actor, now: Moment, version: int, booked_on: date | None) -> None:
    """The same inside another act, which holds the patient."""
    owed.refresh_from_db()
    if owed.version != version:
        raise StaleVersion(owed)
    refusals = Refusals()
    check_booking(refusals, owed, owed.patient, booked_on, now)
    refusals.stop_if_any()
    before = {"booked_on": str(owed.booked_on or "")}
    owed.update_from(version, booked_on=booked_on)
    record(
        "BOOK", by=by, at=now.at, of=owed, patient_id=owed.patient_id,
        before=before, after={"booked_on": str(booked_on or "")},
    )  # fmt: skip


def check_booking(
    refusals: Refusals, owed: Reevaluation, patient: Patient, booked_on: date | None, now: Moment
) -> None:
    """A visit can be booked for what is still owed, from today on, for the living."""
    refusals.unless(owed.error_at is None, "id", "This re-evaluation was withdrawn.")
    refusals.unless(owed.met_on is None, "id", "This re-evaluation is met already.")
    ends = [end for end in (owed.superseded_on, owed.stopped_on) if end is not None and end <= now.on]
    refusals.unless(not ends, "id", "This re-evaluation is no longer owed: the dose changed or was stopped.")
    if booked_on is None:
        return
    refusals.unless(patient.status != Status.DECEASED, "booked_on", "This patient has died.")
    past = f"{wording.day(booked_on)} is in the past. Book today or a later day."
    refusals.unless(booked_on >= now.on, "booked_on", past)
    refusals.unless(booked_on <= now.on + LATEST, "booked_on", "Book a day within a year.")


def book_stable(
    *, rows: Sequence[tuple[Reevaluation, int]], by: Actor, at: datetime, booked_on: date
) -> list[Booked]:
    """Book one day for many missed re-evaluations, each with the version that was seen; row by row.

    Whoever is not stable any more, or was changed meanwhile, is passed over and said; the others are booked.
    Raises ValidationError when the day itself cannot be.
    """
    now = Moment.of(by.clinic, at)
    refusals = Refusals()
    refusals.unless(bool(rows), "rows", "Tick at least one patient.")
    refusals.unless(booked_on >= now.on, "booked_on", "The day is in the past. Book today or a later day.")
    refusals.unless(booked_on <= now.on + LATEST, "booked_on", "Book a day within a year.")
    refusals.stop_if_any()
    # Patients are held in one order, so that two who book at once do not wait for each other for ever.
    held = sorted(rows, key=lambda pair: pair[0].patient_id)
    told = {row.pk: _one_of_many(row, version, by, at, booked_on) for row, version in held}
    return [told[row.pk] for row, _ in rows]


def _one_of_many(row: Reevaluation, version: int, by: Actor, at: datetime, booked_on: date) -> Booked:
    try:
        with act_on(row.patient, by, at) as now:
            if not missed(now).filter(pk=row.pk).exists():
                return Booked(row, NOT_MISSED)
            risks = risks_of([row], now)[row.pk]
            if risks:
                return Booked(row, f"To be booked alone: {wording.listed(risks)}.")
            book(row, by=by, now=now, version=version, booked_on=booked_on)
    except StaleVersion as stale:
        kept = stale.current.booked_on
        words = f"booked for {wording.day(kept)}" if kept else "not booked"
        return Booked(row, f"Somebody changed it meanwhile; it is {words}.")
    except ValidationError as refused:
        return Booked(row, " ".join(refused.messages))
    return Booked(row)
