"""What a regimen that is being typed would be, and what the protocol says of it, before it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from patients.vocabulary import CONTRAINDICATIONS
from regimens.checks import Check, Severity, check_regimen, summary
from regimens.dosing import Dose
from reviews.facts.record import Record
from reviews.facts.regimen_facts import Proposed, ledger_with, regimen_facts
from reviews.pages.forms_supervision import SAVE_WITHOUT
from reviews.pages.regimen_apart import Fix, fix_of, rules_of

_SPECIALIST_ONLY = {item.code for item in CONTRAINDICATIONS if item.level == "SPECIALIST_ONLY"}
_GRAVE = (Severity.STOP, Severity.NEEDS_REASON)
LEVEL = "LEVEL"
# Fields of a check, and the block of fields that it opens in the rail.
_OPENS = {
    "above_level_reason": "reason",
    "supervision_note": "supervision",
    "specialist_note": "specialist",
    "kidney_reason": "kidney",
}


@dataclass(frozen=True)
class Line:
    """One check with its quick fix, if another clock time would mend it."""

    check: Check
    fix: Fix | None = None


@dataclass(frozen=True)
class Preview:
    """The dose of this regimen, the ledger over all sources, and the checks, the gravest first.

    `told`: the blocks of fields that hold something already, and so stay open.
    """

    dose: Dose
    ledger: Dose
    checks: tuple[Check, ...]
    lines: tuple[Line, ...]
    told: frozenset[str] = frozenset()

    @property
    def summary(self) -> str:
        return summary(self.checks)

    @property
    def share_percent(self) -> Decimal:
        share = self.dose.elemental_mg_per_day / self.dose.compound_mg_per_day * 100
        return share.quantize(Decimal("0.1"))

    @property
    def elemental_mg_per_week(self) -> Decimal:
        return self.dose.elemental_mg_per_day * 7

    @property
    def attention(self) -> int:
        """How many lines need somebody."""
        return sum(check.severity in (*_GRAVE, Severity.ATTENTION) for check in self.checks)

    @property
    def first(self) -> list[Line]:
        """What stops or wants fields, which stand right under it."""
        return [line for line in self.lines if _comes_first(line.check)]

    @property
    def rest(self) -> list[Line]:
        """All else, but for contraindications that nobody asked about."""
        return [
            line for line in self.lines if not _comes_first(line.check) and line.check not in self.unasked
        ]

    @property
    def unasked(self) -> list[Check]:
        """Contraindications that nobody asked about, which stand in one line."""
        return [c for c in self.checks if c.code == "CONTRAINDICATION" and c.severity is Severity.NOT_CHECKED]

    @property
    def opens(self) -> str:
        """The blocks of fields that the checks ask for."""
        asked = {*self.told, *(_OPENS[check.field] for check in self.checks if _asks(check))}
        if any(_is_for_a_specialist(check) for check in self.checks):
            asked.add("specialist")
        return " ".join(sorted(asked))

    def reason(self, given: Mapping[str, Any]) -> str:
        """The reason for a dose above the level; none is kept where it is not above."""
        is_above = any(check.code == LEVEL and check.field != "intakes" for check in self.checks)
        return str(given["above_level_reason"]) if is_above else ""


def preview_of(record: Record, proposed: Proposed) -> Preview:
    """Check a start, a change of dose or a switch as it is typed."""
    day = max(record.now.on, proposed.on)
    facts = regimen_facts(record, proposed)
    checks = check_regimen(facts, record.now.thresholds)
    rules = rules_of(facts.medicines, facts.supplements, record.now.thresholds)
    intakes = [intake.at for intake in facts.intakes]
    return Preview(
        dose=proposed.dose(),
        ledger=ledger_with(record, proposed, day),
        checks=checks,
        lines=tuple(Line(check, fix_of(check, rules, intakes)) for check in checks),
        told=frozenset(
            _OPENS[name] for name in ("kidney_reason", "specialist_note") if getattr(proposed, name)
        ),
    )


def ask_again(checks: Sequence[Check], given: Mapping[str, Any]) -> None:
    """A dose above the level is asked for its reason once more, at the field, before it is saved.

    Above what needs supervision, a person may go on knowingly: the act keeps the finding, which flags.
    Raises ValidationError.
    """
    level = next((c for c in checks if c.code == LEVEL and c.severity is Severity.NEEDS_REASON), None)
    if level is None or (level.field == "supervision_note" and given.get("save_without")):
        return
    more = f" Or tick “{SAVE_WITHOUT}”." if level.field == "supervision_note" else ""
    raise ValidationError({level.field: [f"{level.sentence}{more}"]})


def _asks(check: Check) -> bool:
    """Whether the line has a field of its own: what lacks a reason, and a level that has been given one."""
    return check.field in _OPENS and (
        check.severity is Severity.NEEDS_REASON
        or (check.code == LEVEL and check.severity is not Severity.PASSED)
    )


def _is_for_a_specialist(check: Check) -> bool:
    if check.severity is not Severity.STOP:
        return False
    return check.code == "KIDNEY" or (check.code == "CONTRAINDICATION" and check.subject in _SPECIALIST_ONLY)


def _comes_first(check: Check) -> bool:
    return check.severity in _GRAVE or (check.code == LEVEL and check.field != "intakes")
