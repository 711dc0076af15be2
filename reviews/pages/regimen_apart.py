"""What of a typed day is too close to magnesium, and where an intake would have room (pure).

Hours are those of clinical facts 5.5; calcium's are the protocol's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from protocols.thresholds import Thresholds
from regimens.checks import Check, Medicine, Severity, Supplement
from regimens.clock import Apart, Conflict, apart_of, conflicts, free_time

CALCIUM = "CALCIUM"
# A moved intake keeps this far from the others (own assumption).
FROM_OTHERS = Apart(60, 60)


@dataclass(frozen=True)
class Rule:
    """Clock times of one thing that magnesium is kept from; `medication_id` is None for calcium."""

    label: str
    times: tuple[time, ...]
    apart: Apart
    medication_id: UUID | None = None

    def closest(self, intakes: Sequence[time]) -> Conflict | None:
        """The pair that is closest, where one is too close."""
        found = conflicts(self.times, intakes, self.apart)
        return found[0] if found else None


@dataclass(frozen=True)
class Fix:
    """An intake that is too close, and the nearest time with room; None where the day has none."""

    old: time
    new: time | None

    @property
    def value(self) -> str:
        """What the button sends."""
        return f"{self.old:%H:%M}>{self.new:%H:%M}" if self.new else ""


def rules_of(
    medicines: Sequence[Medicine], supplements: Sequence[Supplement], thresholds: Thresholds
) -> list[Rule]:
    """What has both hours to keep and known clock times."""
    found = list(_of_medicines(medicines))
    hours = thresholds.calcium_apart_hours
    calcium = (s for s in supplements if s.code == CALCIUM and s.times)
    return found + [Rule("Ca", one.times, apart_of(hours, hours)) for one in calcium]


def fix_of(check: Check, rules: Sequence[Rule], intakes: Sequence[time]) -> Fix | None:
    """Where the intake of this line could go; None for a line that no other time mends."""
    if check.severity is not Severity.ATTENTION or check.code not in ("INTERACTION", "CALCIUM_APART"):
        return None
    mine = [rule for rule in rules if rule.medication_id == check.medication_id]
    if check.code == "CALCIUM_APART":
        mine = [r for r in mine if ",".join(f"{at:%H:%M}" for at in r.times)[:40] == check.subject]
    close = next((found for rule in mine if (found := rule.closest(intakes))), None)
    if close is None:
        return None
    others = [at for at in intakes if at != close.intake_at]
    all_rules = [(rule.times, rule.apart) for rule in rules]
    return Fix(close.intake_at, free_time(close.intake_at, [*all_rules, (others, FROM_OTHERS)]))


def _of_medicines(medicines: Sequence[Medicine]) -> Iterator[Rule]:
    for medicine in medicines:
        known = medicine.facts
        if medicine.times and not known.avoid and (known.hours_before, known.hours_after) != (None, None):
            apart = apart_of(known.hours_before, known.hours_after)
            yield Rule(known.label, medicine.times, apart, medicine.id)
