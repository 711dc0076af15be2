"""One patient's surviving rows, read once, for the facts that follow from them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import F

from labs.analytes import Analyte
from labs.interpretation import beyond
from labs.models import ExpectedResult, LabResult
from patients.models import (
    Condition,
    CoTreatment,
    Medication,
    Modifier,
    Outcome,
    Patient,
    SymptomAnswer,
    Visit,
)
from protocols.models import Protocol
from protocols.thresholds import Thresholds
from regimens.dosing import Dose, total_of
from regimens.models import DietAdvice, DoseStep, Interruption, OtherSource, Regimen
from regimens.taken import in_force, paused
from reviews.models import Reevaluation
from reviews.moments import Moment


@dataclass(frozen=True)
class Record:
    """The rows of `patient` that nobody marked entered in error, as they stand at `now`."""

    patient: Patient
    now: Moment

    @cached_property
    def visits(self) -> list[Visit]:
        return list(Visit.objects.valid().filter(patient=self.patient).order_by("visited_on", "created_at"))

    @cached_property
    def answers(self) -> list[SymptomAnswer]:
        rows = SymptomAnswer.objects.valid().filter(patient=self.patient).select_related("visit")
        return list(rows.order_by("visit__visited_on", "visit__created_at", "symptom"))

    @cached_property
    def outcomes(self) -> list[Outcome]:
        return list(
            Outcome.objects.valid().filter(patient=self.patient).order_by("answered_on", "created_at")
        )

    @cached_property
    def results(self) -> list[LabResult]:
        """Counting results, oldest first."""
        rows = LabResult.objects.counting().filter(patient=self.patient)
        return list(rows.order_by("collected_at", "created_at"))

    @cached_property
    def regimens(self) -> list[Regimen]:
        rows = Regimen.objects.valid().filter(patient=self.patient).select_related("product", "supervisor")
        return list(rows.order_by("started_on", "created_at"))

    @cached_property
    def steps(self) -> list[DoseStep]:
        """Valid steps with product and intakes, oldest first."""
        rows = DoseStep.objects.valid().filter(patient=self.patient)
        rows = rows.select_related("regimen__product").prefetch_related("intakes")
        return list(rows.order_by("effective_on", "created_at"))

    @cached_property
    def reevaluations(self) -> list[Reevaluation]:
        return list(Reevaluation.objects.valid().filter(patient=self.patient))

    @cached_property
    def expected(self) -> list[ExpectedResult]:
        return list(ExpectedResult.objects.valid().filter(patient=self.patient, withdrawn_at=None))

    @cached_property
    def conditions(self) -> list[Condition]:
        return list(Condition.objects.valid().filter(patient=self.patient))

    @cached_property
    def medications(self) -> list[Medication]:
        return list(Medication.objects.valid().filter(patient=self.patient))

    @cached_property
    def co_treatments(self) -> list[CoTreatment]:
        return list(CoTreatment.objects.valid().filter(patient=self.patient))

    @cached_property
    def modifiers(self) -> list[Modifier]:
        """Oldest first, so that the last word is the newest."""
        rows = Modifier.objects.valid().filter(patient=self.patient)
        return list(rows.order_by(F("since").asc(nulls_first=True), "created_at"))

    @cached_property
    def interruptions(self) -> list[Interruption]:
        return list(Interruption.objects.valid().filter(patient=self.patient, regimen__error_at=None))

    @cached_property
    def other_sources(self) -> list[OtherSource]:
        rows = OtherSource.objects.valid().filter(patient=self.patient)
        return list(rows.select_related("product").order_by("created_at"))

    @cached_property
    def diet_advice(self) -> list[DietAdvice]:
        return list(DietAdvice.objects.valid().filter(patient=self.patient).order_by("given_on"))

    def limits_of(self, protocol_id: int | None) -> Thresholds:
        """The numbers of the version by which a fact was judged; those in force where it names none."""
        if protocol_id in (None, self.now.protocol.pk):
            return self.now.thresholds
        return self._earlier[protocol_id].thresholds

    @cached_property
    def _earlier(self) -> dict[int, Protocol]:
        return {protocol.pk: protocol for protocol in Protocol.objects.offered_to(self.now.clinic)}

    @property
    def first_dose_on(self) -> date | None:
        """The day of the first dose ever; None when none was taken."""
        return min((regimen.started_on for regimen in self.regimens), default=None)

    def dose_on(self, day: date) -> Dose:
        """Elemental and compound mg per day over all regimens that are taken on `day`."""
        return total_of(step.dose() for step in self.steps_on(day))

    def ledger_on(self, day: date) -> Dose:
        """The same with all other sources of which the amount is known."""
        others = (source.dose() for source in self.other_sources if source.holds_on(day))
        return total_of([self.dose_on(day), *others])

    def steps_on(self, day: date) -> list[DoseStep]:
        """The step in force of each regimen that runs, and is not interrupted, on `day`."""
        missed = paused(self.interruptions, day)
        return [step for step in in_force(self.steps, day) if step.regimen_id not in missed]

    def newest_egfr(self, on: date) -> tuple[Decimal | None, date | None]:
        """The newest eGFR (mL/min/1.73 m²) taken on or before `on`, and its day."""
        return self.newest(Analyte.EGFR, on)

    def newest(self, analyte: Analyte, on: date) -> tuple[Decimal | None, date | None]:
        """The newest value of an analyte, in its canonical unit, taken on or before `on`, and its day."""
        found = [r for r in self.results if r.analyte == analyte and r.collected_on <= on]
        if not found:
            return None, None
        return beyond(found[-1].canonical_value, found[-1].comparator), found[-1].collected_on
