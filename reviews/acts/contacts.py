"""Attempts to reach a patient whose window was missed, and what follows from how one ended."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import models

from accounts import wording
from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.record import record
from patients.models import Patient, Status
from reviews.acts.booking import LATEST, book
from reviews.acts.ground import Refusals, act_on, check_day
from reviews.acts.patients import change_status
from reviews.acts.reach import check_removal, lose, reach_again
from reviews.models import ContactAttempt, ContactOutcome, ContactWay, Reevaluation
from reviews.moments import Moment

LONGEST_NOTE = 1000
# After these the patient may be taken off the list; a person says whether, and why.
MAY_REMOVE = (ContactOutcome.REFUSED, ContactOutcome.WRONG_NUMBER, ContactOutcome.MOVED)


class Afterwards(models.TextChoices):
    """What follows from an attempt after which a patient may be taken off the list."""

    KEEP = "KEEP", "Keep on the list"
    UNREACHABLE = "UNREACHABLE", "Not contactable"
    LEFT = "LEFT", "Left the clinic"


@dataclass(frozen=True)
class Contact:
    """One attempt as told.

    `version` is that of the re-evaluation and needed to book a visit on it (AGREED); `patient_version` is
    needed to take the patient off the list. `afterwards` is needed after REFUSED, WRONG_NUMBER and MOVED.
    """

    way: str
    outcome: str
    attempted_at: datetime | None = None
    reevaluation: Reevaluation | None = None
    version: int | None = None
    booked_on: date | None = None
    call_again_on: date | None = None
    afterwards: str = ""
    reason: str = ""
    patient_version: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Logged:
    """The attempt, and whether it made a patient contactable again."""

    attempt: ContactAttempt
    reached_again: bool


def log_contact(*, patient: Patient, by: Actor, at: datetime, contact: Contact) -> Logged:
    """Keep the attempt with all that follows: a booked visit, a removal, or being contactable again.

    Raises StaleVersion; ValidationError for a moment in the future or after death, for an outcome without
    what it needs or with what it does not take, and for a removal without a reason.
    """
    with act_on(patient, by, at) as now:
        _check(contact, patient, now)
        attempt = ContactAttempt.objects.create(
            clinic=by.clinic,
            patient=patient,
            created_at=at,
            created_by=by.user,
            reevaluation=contact.reevaluation,
            attempted_at=contact.attempted_at or at,
            way=contact.way,
            outcome=contact.outcome,
            call_again_on=contact.call_again_on,
            booked_on=contact.booked_on,
            note=contact.note.strip(),
        )
        after = {"way": contact.way, "outcome": contact.outcome, "afterwards": contact.afterwards}
        record("LOG_CONTACT", by=by, at=at, of=attempt, patient_id=patient.pk, after=after)
        reached = _follow(contact, patient, by, now)
    return Logged(attempt, reached)


def _follow(contact: Contact, patient: Patient, by: Actor, now: Moment) -> bool:
    """Book, remove, or hear from somebody again; whether the last."""
    if contact.outcome == ContactOutcome.AGREED and contact.reevaluation is not None:
        version = contact.version or 0
        book(contact.reevaluation, by=by, now=now, version=version, booked_on=contact.booked_on)
        on = now.clinic.local_date(contact.attempted_at or now.at)
        return reach_again(patient, by=by, now=now, on=on, because="agreed to come")
    if contact.afterwards == Afterwards.UNREACHABLE:
        lose(patient, by=by, now=now, reason=contact.reason)
    if contact.afterwards == Afterwards.LEFT:
        change_status(
            patient=patient, by=by, at=now.at, version=patient.version, status=Status.LEFT,
            reason=contact.reason,
        )  # fmt: skip
    return False


def _check(contact: Contact, patient: Patient, now: Moment) -> None:
    refusals = Refusals()
    refusals.unless(contact.way in ContactWay.values, "way", "Say how: by phone, message, letter, in person.")
    refusals.unless(contact.outcome in ContactOutcome.values, "outcome", "Say how it ended.")
    at = contact.attempted_at or now.at
    refusals.unless(at <= now.at, "attempted_at", "This is in the future. Log what was tried.")
    check_day(refusals, "attempted_at", now.clinic.local_date(at), patient, now)
    too_long = f"A note has at most {LONGEST_NOTE:,} characters."
    refusals.unless(len(contact.note) <= LONGEST_NOTE, "note", too_long)
    owed = contact.reevaluation
    theirs = owed is None or owed.patient_id == patient.pk
    refusals.unless(theirs, "re_evaluation", "This re-evaluation is another patient's.")
    _check_agreed(refusals, contact)
    _check_later(refusals, contact, now)
    _check_afterwards(refusals, contact, patient)
    refusals.stop_if_any()


def _check_agreed(refusals: Refusals, contact: Contact) -> None:
    """Who agreed has a day; the day itself is judged where it is booked."""
    if contact.outcome != ContactOutcome.AGREED:
        refusals.unless(contact.booked_on is None, "booked_on", "Only who agreed to come has a booked day.")
        return
    refusals.unless(contact.booked_on is not None, "booked_on", "Say on which day the patient comes.")
    owed = contact.reevaluation is not None
    refusals.unless(owed, "re_evaluation", "Say for which re-evaluation the patient comes.")
    refusals.unless(contact.version is not None or not owed, "version", "The version is missing.")


def _check_later(refusals: Refusals, contact: Contact, now: Moment) -> None:
    day = contact.call_again_on
    if contact.outcome != ContactOutcome.CALL_LATER:
        refusals.unless(day is None, "call_again_on", "Only “call later” has a day to call again.")
        return
    refusals.unless(day is not None, "call_again_on", "Say on which day to call again.")
    if day is not None:
        past = f"{wording.day(day)} is in the past. Choose today or a later day."
        refusals.unless(day >= now.on, "call_again_on", past)
        refusals.unless(day <= now.on + LATEST, "call_again_on", "Call again within a year.")


def _check_afterwards(refusals: Refusals, contact: Contact, patient: Patient) -> None:
    if contact.outcome not in MAY_REMOVE:
        stays = not contact.afterwards
        refusals.unless(stays, "afterwards", "After this outcome the patient stays on the list.")
        return
    if contact.afterwards not in Afterwards.values:
        refusals.add("afterwards", "Say what follows: keep on the list, not contactable, or left.")
        return
    if contact.afterwards == Afterwards.KEEP:
        return
    check_removal(refusals, patient, contact.reason, field="reason")
    lost = contact.afterwards == Afterwards.UNREACHABLE and patient.unreachable_since is not None
    refusals.unless(not lost, "afterwards", "This patient is not contactable already.")
    refusals.unless(contact.patient_version is not None, "patient_version", "The version is missing.")
    if contact.patient_version not in (None, patient.version):
        refusals.stop_if_any()
        raise StaleVersion(patient)


def removes(contact: Contact) -> bool:
    """Whether the contact takes the patient off the list, which not everybody who may call may do."""
    return contact.afterwards in (Afterwards.UNREACHABLE, Afterwards.LEFT)
