"""What a regimen that is being typed would be, and what the protocol says of it, before it is saved."""

from dataclasses import dataclass
from decimal import Decimal

from regimens.checks import Check, check_regimen, summary
from regimens.dosing import Dose
from reviews.facts.record import Record
from reviews.facts.regimen_facts import Proposed, ledger_with, regimen_facts


@dataclass(frozen=True)
class Preview:
    """The dose of this regimen, the ledger over all sources, and the checks."""

    dose: Dose
    ledger: Dose
    checks: tuple[Check, ...]

    @property
    def summary(self) -> str:
        return summary(self.checks)

    @property
    def elemental_mg_per_week(self) -> Decimal:
        return self.dose.elemental_mg_per_day * 7


def preview_of(record: Record, proposed: Proposed) -> Preview:
    """Check a start, a change of dose or a switch as it is typed."""
    day = max(record.now.on, proposed.on)
    return Preview(
        dose=proposed.dose(),
        ledger=ledger_with(record, proposed, day),
        checks=check_regimen(regimen_facts(record, proposed), record.now.thresholds),
    )
