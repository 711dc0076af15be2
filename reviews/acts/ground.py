"""What every act does first and last: hold the patient, fix the moment, rebuild, and say no clearly."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import wording
from accounts.actors import Actor
from accounts.models import Membership
from patients.models import Patient
from reviews.moments import Moment
from reviews.rebuild import rebuild


class Refusals:
    """Collects what is wrong, field by field, and raises it all at once."""

    def __init__(self) -> None:
        self._errors: dict[str, list[str]] = defaultdict(list)

    def add(self, field: str, sentence: str) -> None:
        self._errors[field].append(sentence)

    def unless(self, holds: bool, field: str, sentence: str) -> None:
        if not holds:
            self.add(field, sentence)

    def stop_if_any(self) -> None:
        """Raises ValidationError with every field and sentence, so that nothing is stored."""
        if self._errors:
            raise ValidationError(dict(self._errors))


@contextmanager
def act_on(patient: Patient, by: Actor, at: datetime) -> Iterator[Moment]:
    """One act on one patient: a transaction that locks the patient and ends with `rebuild`.

    The lock makes acts on one patient, and the sweep, follow one another, so that each rebuild sees whole
    rows; it does not hold up rows that only point at the patient. `patient` is read anew under it: whoever
    acts judges by the particulars of now (the date of death), not of when the page was opened.
    """
    with transaction.atomic():
        held = Patient.objects.of(by.clinic).select_for_update(no_key=True)
        patient.refresh_from_db(from_queryset=held)
        now = Moment.of(by.clinic, at)
        yield now
        rebuild(patient, now)


def check_day(refusals: Refusals, field: str, day: date, patient: Patient, now: Moment) -> None:
    """A day on which something happened is neither in the future, nor before birth, nor after death."""
    in_future = f"{wording.day(day)} is in the future. Enter today or an earlier day."
    refusals.unless(day <= now.on, field, in_future)
    refusals.unless(
        day >= patient.birth_date,
        field,
        f"{wording.day(day)} is before the birth date {wording.day(patient.birth_date)}.",
    )
    if patient.deceased_on is not None:
        refusals.unless(
            day <= patient.deceased_on,
            field,
            f"{wording.day(day)} is after the death on {wording.day(patient.deceased_on)}. Check both.",
        )


def check_member(refusals: Refusals, field: str, member: Membership | None, by: Actor) -> None:
    """Who is named beside a patient works in the same clinic."""
    refusals.unless(
        member is None or member.clinic_id == by.clinic.pk, field, "This person is not of this clinic."
    )
