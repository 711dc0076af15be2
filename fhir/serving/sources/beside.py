"""What is taken beside the regimen: medicines, and magnesium for something else."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from fhir.serving import systems
from fhir.serving.changes import last_change
from fhir.serving.dates import Asked, on_days
from fhir.serving.elements import Element, coding, concept, day, instant, notes, reference, said
from fhir.serving.source import NOTHING, Here, StartOfDay, Token
from fhir.serving.sources.taking import Taking, amounts, amounts_per_day, product_named, products_meant
from patients.models import Medication
from patients.vocabulary import MEDICATIONS, MedicationFacts, MedicationGroup, medication_facts
from regimens.models import OtherSource

# Known, and verified by nobody (clinical facts 5.5).
UNVERIFIED_ATC = {"J05AJ01"}


class Beside(Taking):
    """Abstract: taken from the day `since` to the day `until`, where those are known."""

    def dated(self, rows: Any, here: Here) -> Any:
        word = Case(
            When(error_at__isnull=False, then=Value("entered-in-error")),
            When(since__gt=here.on, then=Value("intended")),
            When(until__lt=here.on, then=Value("completed")),
            default=Value("active"),
        )
        begin = Coalesce(StartOfDay("since", here), F("created_at"))
        return rows.annotate(status_word=word, dated_at=begin, changed_at=last_change(self.model))

    def common(self, row: Any, here: Here) -> Element:
        return said(
            resourceType="MedicationStatement",
            id=str(row.pk),
            status=row.status_word,
            subject=reference("Patient", row.patient_id),
            effectivePeriod=said(start=day(row.since), end=day(row.until)),
            dateAsserted=instant(row.created_at, here.zone),
            note=notes(f"Source: {row.source}" if row.source else ""),
        )

    def by_date(self, value: Asked, here: Here) -> Q:
        """What has no date at all is not found by one."""
        told = Q(since__isnull=False) | Q(until__isnull=False)
        return told & on_days(value, "since", "until", here.zone)


class Medicines(Beside):
    """Medicines that matter beside magnesium, with their clock times where those are known."""

    model = Medication

    def rows(self, here: Here) -> Any:
        return self.dated(Medication.objects.of(here.clinic), here)

    def shown(self, row: Any, here: Here) -> Element:
        return self.common(row, here) | said(
            medicationCodeableConcept=_medicine(row), dosage=_dosage(row.value, row.unit, row.taken_at)
        )

    def by_code(self, value: Token, here: Here) -> Q:
        meant = [
            facts.code
            for facts in MEDICATIONS
            for system, code in _codes(facts).items()
            if value.of(system) and value.code in ("", code)
        ]
        return Q(code__in=meant) if meant else NOTHING


class OtherSources(Beside):
    """Magnesium for something else: an antacid, a laxative, a multimineral."""

    model = OtherSource

    def rows(self, here: Here) -> Any:
        rows: Any = OtherSource.objects.of(here.clinic)
        return self.dated(rows.select_related("product"), here)

    def shown(self, row: Any, here: Here) -> Element:
        product, dose = row.product, row.dose()
        text = f"{row.units_per_day.normalize():f} {product.unit_name} a day"
        return self.common(row, here) | said(
            extension=amounts_per_day(dose),
            medicationCodeableConcept=product_named(product),
            dosage=[
                {
                    "text": text,
                    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                    "doseAndRate": amounts(row.units_per_day, product),
                }
            ],
        )

    def by_code(self, value: Token, here: Here) -> Q:
        return products_meant(value, "product")


def _codes(facts: MedicationFacts) -> Mapping[str, str]:
    codes = {systems.MEDICINE: facts.code, systems.RXNORM: facts.rxcui, systems.ATC: facts.atc}
    return {system: code for system, code in codes.items() if code and code not in UNVERIFIED_ATC}


def _medicine(row: Medication) -> Element:
    facts = medication_facts(row.code)
    display = {systems.MEDICINE: facts.label}
    codings = [coding(system, code, display.get(system, "")) for system, code in _codes(facts).items()]
    named = row.value if facts.group == MedicationGroup.OTHER and row.value else facts.label
    return concept(*codings, text=named)


def _dosage(value: str, unit: str, times: list[time]) -> list[Element]:
    """As told; nothing when neither amount nor time is known."""
    clocks = {
        "frequency": len(times),
        "period": 1,
        "periodUnit": "d",
        "timeOfDay": [f"{t:%H:%M:%S}" for t in times],
    }
    dosage = said(text=f"{value} {unit}".strip(), timing={"repeat": clocks} if times else None)
    return [dosage] if dosage else []
