"""Clock times that repeat every day: how far apart, what is too close, and where there is room (pure).

All distances are minutes; a day has 1,440 and begins again, so 23:00 is two hours before 01:00.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

DAY = 24 * 60
# Suggested times stand on the quarter of an hour, and not in the night.
STEP = 15
WAKING = (6 * 60, 23 * 60)


@dataclass(frozen=True)
class Apart:
    """A drug is taken `before` minutes or more before magnesium, `after` minutes or more after it."""

    before: int
    after: int


@dataclass(frozen=True)
class Conflict:
    """A drug and an intake that are too close: `minutes` apart where `needed` are asked for."""

    drug_at: time
    intake_at: time
    drug_first: bool
    minutes: int
    needed: int


def minutes_of(at: time) -> int:
    """Minutes since midnight."""
    return at.hour * 60 + at.minute


def clock_of(minutes: int) -> time:
    """The clock time so many minutes after midnight, on whichever day."""
    return time(minutes % DAY // 60, minutes % 60)


def ahead(first: time, second: time) -> int:
    """Minutes from `first` until the next `second`; 0 at the same minute."""
    return (minutes_of(second) - minutes_of(first)) % DAY


def apart_of(hours_before: Decimal | None, hours_after: Decimal | None) -> Apart:
    """The rule in minutes; None asks for nothing on that side."""
    return Apart(int((hours_before or 0) * 60), int((hours_after or 0) * 60))


def conflicts(drug: Iterable[time], intakes: Sequence[time], apart: Apart) -> list[Conflict]:
    """Every pair that is too close, the closest first. The same minute is too close for any rule."""
    found: list[Conflict] = []
    for drug_at in drug:
        for intake_at in intakes:
            drug_first, magnesium_first = ahead(drug_at, intake_at), ahead(intake_at, drug_at)
            if drug_first < apart.before:
                found.append(Conflict(drug_at, intake_at, True, drug_first, apart.before))
            elif magnesium_first < apart.after:
                found.append(Conflict(drug_at, intake_at, False, magnesium_first, apart.after))
    return sorted(found, key=lambda conflict: conflict.minutes)


def free_time(wanted: time, rules: Iterable[tuple[Sequence[time], Apart]]) -> time | None:
    """The waking quarter hour nearest to `wanted` that no rule forbids; None when the day has none."""
    known = list(rules)
    free = [
        at
        for at in map(clock_of, range(*WAKING, STEP))
        if not any(conflicts(drug, [at], apart) for drug, apart in known)
    ]
    return min(free, key=lambda at: abs(minutes_of(at) - minutes_of(wanted)), default=None)


def hours(minutes: int) -> str:
    """`2 h`, `1 h 30 min`, `45 min`."""
    whole, rest = divmod(minutes, 60)
    return " ".join(
        [f"{whole}\N{NO-BREAK SPACE}h"] * bool(whole) + [f"{rest}\N{NO-BREAK SPACE}min"] * bool(rest)
    ) or ("no time")
