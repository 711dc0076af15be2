"""What is open about a patient: what somebody must accept or close when the patient is handed on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import TextChoices

from accounts.wording import NO_BREAK, day, number
from labs.models import ExpectedResult, Owed
from patients.models import Patient
from regimens.models import DoseStep, Regimen
from reviews.models import Flag, Rule
from reviews.moments import Moment
from reviews.sentences import READS, sentence

# These end with the recall: nobody has to close them.
ENDS_BY_ITSELF = (Rule.RE_EVALUATION, Rule.LAB_NOT_BACK)


class MatterKind(TextChoices):
    FLAG = "FLAG", "Flag"
    REGIMEN = "REGIMEN", "Regimen"
    EXPECTED_RESULT = "EXPECTED_RESULT", "Result awaited"


@dataclass(frozen=True)
class Matter:
    """One open thing, as it stands at `version`; `alone` says that it is closed on its own page only."""

    kind: MatterKind
    row: Any
    words: str
    alone: str = ""

    @property
    def pk(self) -> UUID:
        key: UUID = self.row.pk
        return key

    @property
    def version(self) -> int:
        version: int = self.row.version
        return version

    @property
    def token(self) -> str:
        """How a form names it, with the version that the person saw."""
        return f"{self.kind}:{self.pk}:{self.version}"


def open_matters(patient: Patient, now: Moment) -> list[Matter]:
    """Flags first, then what is taken, then results that were ordered."""
    return [*_flags(patient, now), *_regimens(patient, now), *_expected(patient)]


def _flags(patient: Patient, now: Moment) -> Iterator[Matter]:
    rows = Flag.objects.of(now.clinic).standing().filter(patient=patient).exclude(rule__in=ENDS_BY_ITSELF)
    for flag in rows.exclude(expected_result__isnull=False).select_related(*READS).order_by("raised_at"):
        alone = "an emergency is resolved by itself" if flag.emergency else ""
        yield Matter(MatterKind.FLAG, flag, sentence(flag, now.on), alone)


def _regimens(patient: Patient, now: Moment) -> Iterator[Matter]:
    rows = Regimen.objects.of(now.clinic).active(now.on).filter(patient=patient).select_related("product")
    steps = DoseStep.objects.of(now.clinic).filter(patient=patient).in_force(now.on).with_dose()
    doses = {step.regimen_id: step.elemental_mg_per_day for step in steps}
    for regimen in rows.order_by("started_on"):
        amount = f", {number(doses[regimen.pk])}{NO_BREAK}mg/day elemental" if regimen.pk in doses else ""
        yield Matter(MatterKind.REGIMEN, regimen, f"{regimen.product}{amount}")


def _expected(patient: Patient) -> Iterator[Matter]:
    rows = ExpectedResult.objects.awaited().filter(patient=patient, why=Owed.ORDERED)
    for row in rows:
        words = f"{row.get_analyte_display()}, expected by {day(row.due_on)}"
        yield Matter(MatterKind.EXPECTED_RESULT, row, words)
