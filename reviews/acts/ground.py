"""What every act does first and last: hold the patient, fix the moment, rebuild, and say no clearly."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
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

    The lock makes acts on one patient follow one another, so that each rebuild sees whole rows.
    """
    with transaction.atomic():
        held = Patient.objects.of(by.clinic).select_for_update().get(pk=patient.pk)
        now = Moment.of(by.clinic, at)
        yield now
        held.refresh_from_db()
        rebuild(held, now)


def check_day(refusals: Refusals, field: str, day: date, patient: Patient, now: Moment) -> None:
    """A day on which something happened is neither in the future nor before birth."""
    refusals.unless(day <= now.on, field, f"{day:%d %b %Y} is in the future. Enter today or an earlier day.")
    refusals.unless(
        day >= patient.birth_date,
        field,
        f"{day:%d %b %Y} is before the birth date {patient.birth_date:%d %b %Y}.",
    )
