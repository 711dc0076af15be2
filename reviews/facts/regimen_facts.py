"""All that the checks of a regimen read, gathered from rooms that do not know each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from labs.analytes import Analyte
from patients.vocabulary import CONTRAINDICATIONS, amount_of, medication_facts
from regimens.checks import IntakeFacts, Medicine, Pregnancy, RegimenFacts, Supplement
from regimens.dosing import Dose, dose_of, total_of
from regimens.models import DoseStep, Product, Regimen
from regimens.taken import OF_UNKNOWN_AMOUNT
from reviews.acts.regimen_entries import RegimenEntry
from reviews.facts.record import Record


@dataclass(frozen=True)
class Proposed:
    """A dose that is taken, planned, or only typed; `intakes` are (what the checks read, units)."""

    product: Product
    intakes: Sequence[tuple[IntakeFacts, Decimal]]
    on: date
    started_on: date
    regimen_id: UUID | None = None
    kidney_reason: str = ""
    above_level_reason: str = ""
    supervision_note: str = ""
    is_supervised: bool = False
    check_again_on: date | None = None
    specialist_note: str = ""
    contraindications: Mapping[str, str] = field(default_factory=dict)

    @property
    def units(self) -> Decimal:
        """Units per day."""
        return sum((units for _, units in self.intakes), Decimal(0))

    def dose(self) -> Dose:
        """Elemental and compound mg per day."""
        product = self.product
        return dose_of([(self.units, product.elemental_mg_per_unit, product.compound_mg_per_unit)])


def proposed_of(step: DoseStep) -> Proposed:
    """A stored step as the checks see it."""
    regimen = step.regimen
    return Proposed(
        product=regimen.product,
        intakes=[
            (IntakeFacts(intake.at, intake.minutes_before_meal), intake.units)
            for intake in step.intakes.all()
            if intake.error_at is None
        ],
        on=step.effective_on,
        started_on=regimen.started_on,
        regimen_id=regimen.pk,
        above_level_reason=step.above_level_reason,
        **asked_of(regimen),
    )


def proposed_start(entry: RegimenEntry) -> Proposed:
    """A start as it is told, before it is stored."""
    return Proposed(
        product=entry.product,
        intakes=[
            (IntakeFacts(intake.at, intake.minutes_before_meal), intake.units) for intake in entry.intakes
        ],
        on=entry.started_on,
        started_on=entry.started_on,
        kidney_reason=entry.kidney_reason,
        above_level_reason=entry.above_level_reason,
        supervision_note=entry.supervision_note,
        is_supervised=entry.supervisor is not None,
        check_again_on=entry.check_again_on,
        specialist_note=entry.specialist_note,
        contraindications=entry.contraindications,
    )


def asked_of(regimen: Regimen) -> dict[str, Any]:
    """What a regimen says of itself beside its doses."""
    return {
        "kidney_reason": regimen.kidney_reason,
        "supervision_note": regimen.supervision_note,
        "is_supervised": regimen.supervisor_id is not None,
        "check_again_on": regimen.check_again_on,
        "specialist_note": regimen.specialist_note,
        "contraindications": regimen.contraindications,
    }


def regimen_facts(record: Record, proposed: Proposed) -> RegimenFacts:
    """One that is planned is checked as of its own day, with the dose that it will make."""
    patient, day = record.patient, max(record.now.on, proposed.on)
    egfr, egfr_on = record.newest_egfr(record.now.on)
    vitamin_d, vitamin_d_on = record.newest(Analyte.VITAMIN_D_25OH, record.now.on)
    taken = [proposed, *others_on(record, proposed.regimen_id, day)]
    others = [source for source in record.other_sources if source.holds_on(day)]
    parts = [(one.product, one.units) for one in taken] + [(one.product, one.units_per_day) for one in others]
    return RegimenFacts(
        on=day,
        jurisdiction=record.now.clinic.jurisdiction,
        age_years=patient.age_on(proposed.started_on),
        sex=patient.sex,
        birth_date=patient.birth_date,
        elemental_mg_per_day=ledger_with(record, proposed, day).elemental_mg_per_day,
        start_mg_per_day=proposed.dose().elemental_mg_per_day,
        is_first_step=proposed.on == proposed.started_on,
        egfr=egfr,
        egfr_on=egfr_on,
        kidney_reason=proposed.kidney_reason,
        above_level_reason=proposed.above_level_reason,
        **_supervision(taken),
        specialist_note=proposed.specialist_note,
        contraindications=known_contraindications(record, proposed.contraindications),
        conditions=_codes_on(record, day),
        pregnancy=_pregnancy(record),
        intakes=[intake for intake, _ in proposed.intakes],
        medicines=medicines_on(record, day),
        supplements=supplements_on(record, day),
        sources_without_amount=[
            row.get_code_display()
            for row in record.co_treatments
            if row.code in OF_UNKNOWN_AMOUNT and row.holds_on(day)
        ],
        vitamin_b6_mg_of_products=_sum(parts, "vitamin_b6_mg_per_unit"),
        vitamin_d_ug_of_products=_sum(parts, "vitamin_d_ug_per_unit"),
        vitamin_d_25oh_nmol_l=vitamin_d,
        vitamin_d_25oh_on=vitamin_d_on,
        low_phytate_advised_on=record.diet_advice[-1].given_on if record.diet_advice else None,
    )


def _supervision(taken: Sequence[Proposed]) -> dict[str, Any]:
    """Of the day: one who watches a regimen watches the sum, and looks again when the first is due."""
    full = [one for one in taken if one.supervision_note.strip() and one.is_supervised and one.check_again_on]
    watched = full[0] if full else taken[0]
    days = [one.check_again_on for one in taken if one.check_again_on is not None]
    return {
        "supervision_note": watched.supervision_note,
        "is_supervised": watched.is_supervised,
        "check_again_on": min(days) if full else watched.check_again_on,
    }


def ledger_with(record: Record, proposed: Proposed, day: date) -> Dose:
    """The day's sum when `proposed` takes the place of what its regimen says now."""
    others = [one.dose() for one in others_on(record, proposed.regimen_id, day)]
    sources = [source.dose() for source in record.other_sources if source.holds_on(day)]
    return total_of([proposed.dose(), *others, *sources])


def others_on(record: Record, regimen_id: UUID | None, day: date) -> list[Proposed]:
    """The doses of the other regimens on `day`."""
    return [proposed_of(step) for step in record.steps_on(day) if step.regimen_id != regimen_id]


def known_contraindications(record: Record, asked: Mapping[str, str]) -> dict[str, str]:
    """What was asked, and what the chart knows already: a diagnosis there is a yes, whoever asked."""
    on_chart = {c.code for c in record.conditions if c.holds_on(record.now.on)}
    return dict(asked) | {c.code: "YES" for c in CONTRAINDICATIONS if c.code in on_chart}


def _codes_on(record: Record, day: date) -> frozenset[str]:
    entries = (*record.conditions, *record.co_treatments)
    return frozenset(entry.code for entry in entries if entry.holds_on(day))


def _pregnancy(record: Record) -> Pregnancy:
    """The word that was told last counts, since whenever it holds; "unknown" takes no answer back."""
    held = [m for m in record.modifiers if m.code == "PREGNANCY" and m.holds_on(record.now.on)]
    told = [m for m in held if m.value not in ("", "UNKNOWN")] or held
    told.sort(key=lambda m: m.created_at)
    if not told:
        return Pregnancy()
    asked_on = told[-1].since or record.now.clinic.local_date(told[-1].created_at)
    return Pregnancy(told[-1].value, asked_on)


def medicines_on(record: Record, day: date) -> list[Medicine]:
    """The medicines of a day, with their clock times."""
    return [
        Medicine(medication_facts(row.code), tuple(sorted(row.taken_at)), row.until, row.pk)
        for row in record.medications
        if row.holds_on(day)
    ]


def supplements_on(record: Record, day: date) -> list[Supplement]:
    """The other treatments of a day, with their amounts and clock times."""
    return [
        Supplement(row.code, amount_of(row.value), tuple(sorted(row.taken_at)))
        for row in record.co_treatments
        if row.holds_on(day)
    ]


def _sum(parts: Iterable[tuple[Product, Decimal]], ingredient: str) -> Decimal:
    """Of one other ingredient, per day, over all that is taken."""
    return sum((getattr(product, ingredient) * units for product, units in parts), Decimal(0))
