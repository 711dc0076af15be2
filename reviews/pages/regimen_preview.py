"""What a regimen that is being typed would be, and what the protocol says of it, before it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from regimens.checks import Check, RegimenFacts, check_regimen, summary
from regimens.dosing import Dose, dose_of
from regimens.models import Product, Regimen
from reviews.acts.regimens import IntakeEntry
from reviews.facts.findings import known_contraindications
from reviews.facts.record import Record


@dataclass(frozen=True)
class Preview:
    """The dose of this regimen, the ledger over all of them, and the checks."""

    dose: Dose
    ledger_elemental_mg: Decimal
    checks: tuple[Check, ...]

    @property
    def summary(self) -> str:
        return summary(self.checks)


def preview_of(
    record: Record,
    product: Product,
    intakes: Sequence[IntakeEntry],
    on: date,
    *,
    regimen: Regimen | None = None,
    kidney_reason: str = "",
    contraindications: Mapping[str, str] | None = None,
    supervision_note: str = "",
) -> Preview:
    """Check a start (`regimen` None) or a change of dose of `regimen`, from the day `on`."""
    dose = dose_of((i.units, product.elemental_mg_per_unit, product.compound_mg_per_unit) for i in intakes)
    others = [step for step in record.steps_on(on) if regimen is None or step.regimen_id != regimen.pk]
    ledger = sum((step.dose().elemental_mg_per_day for step in others), dose.elemental_mg_per_day)
    egfr, egfr_on = record.newest_egfr(record.now.on)
    facts = RegimenFacts(
        on=record.now.on,
        jurisdiction=record.now.clinic.jurisdiction,
        age_years=record.patient.age_on(regimen.started_on if regimen else on),
        elemental_mg_per_day=ledger,
        is_first_step=regimen is None,
        egfr=egfr,
        egfr_on=egfr_on,
        kidney_reason=regimen.kidney_reason if regimen else kidney_reason,
        contraindications=known_contraindications(
            record, regimen.contraindications if regimen else contraindications or {}
        ),
        supervision_note=regimen.supervision_note if regimen else supervision_note,
    )
    return Preview(dose, ledger, check_regimen(facts, record.now.thresholds))
