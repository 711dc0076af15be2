"""The day of one patient in clock order: what to take when, what is too close, and what would do (pure).

Amounts are mg per intake. The hours between medicines and magnesium are those of clinical facts 5.5; those of
calcium are the protocol's. A conflict is always named; where no waking quarter of an hour is far enough from
everything, that is said too. The amounts of the plan add up to the ledger of the day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from accounts.wording import listed
from regimens.clock import Apart, conflicts, free_time
from regimens.dosing import Dose, total_of
from regimens.portions import counted

HOW = {"WITH_FOOD": "with food", "BEDTIME": "at bedtime"}
# Two intakes never stand at the same minute.
ELSEWHERE = Apart(1, 1)


@dataclass(frozen=True)
class Intake:
    """So many units of a product with magnesium; `at` is None where only the day is known."""

    at: time | None
    name: str
    units: Decimal
    unit_name: str
    dose: Dose
    timing: str = ""
    minutes_before_meal: int | None = None


@dataclass(frozen=True)
class Other:
    """A medicine or a co-supplement. `apart`: its distance from magnesium; `avoid`: no distance helps."""

    name: str
    amount: str = ""
    times: tuple[time, ...] = ()
    apart: Apart | None = None
    avoid: bool = False


@dataclass(frozen=True)
class Line:
    """One thing to take; `dose` only of magnesium; `is_before_meal` rests on the article (C23)."""

    at: time | None
    name: str
    amount: str
    how: str = ""
    dose: Dose | None = None
    is_before_meal: bool = False


@dataclass(frozen=True)
class Clash:
    """Magnesium at `at` is too close to `names`; `would_do` is the nearest time that is not, or None.

    Without `at` the two do not go together at any time.
    """

    names: tuple[str, ...]
    at: time | None = None
    would_do: time | None = None

    @property
    def sentence(self) -> str:
        """In words for a patient."""
        names = listed(self.names)
        if self.at is None:
            return f"Magnesium and {names} do not go together at any time of the day. Ask your clinic first."
        close = f"Magnesium at {self.at:%H:%M} is too close to {names}."
        if self.would_do is None:
            return f"{close} No time of the day is far enough from everything. Ask your clinic."
        return f"{close} {self.would_do:%H:%M} would do. Ask your clinic before you change it."


@dataclass(frozen=True)
class DayPlan:
    """`timed` in clock order, `untimed` at no known time, what is too close, and the magnesium of the day."""

    timed: tuple[Line, ...]
    untimed: tuple[Line, ...]
    clashes: tuple[Clash, ...]
    dose: Dose


def day_plan(intakes: Sequence[Intake], others: Sequence[Other]) -> DayPlan:
    """The plan of one day; magnesium stands before what is taken at the same minute."""
    lines = [*map(_of_intake, intakes), *(line for other in others for line in _of_other(other))]
    timed = sorted((line.at, n) for n, line in enumerate(lines) if line.at is not None)
    return DayPlan(
        timed=tuple(lines[n] for _, n in timed),
        untimed=tuple(line for line in lines if line.at is None),
        clashes=tuple(_clashes([i.at for i in intakes if i.at is not None], others)) if intakes else (),
        dose=total_of(intake.dose for intake in intakes),
    )


def _of_intake(intake: Intake) -> Line:
    before = intake.minutes_before_meal
    how = HOW.get(intake.timing, "") if before is None else f"{before} minutes before a meal"
    amount = counted(intake.units, intake.unit_name)
    return Line(intake.at, intake.name, amount, how, intake.dose, is_before_meal=before is not None)


def _of_other(other: Other) -> list[Line]:
    return [Line(at, other.name, other.amount) for at in other.times or (None,)]


def _clashes(at: Iterable[time], others: Sequence[Other]) -> list[Clash]:
    """What cannot stay as it is; a time that is proposed is free for no other intake."""
    never = [other.name for other in others if other.avoid]
    rules = [(other.times, other.apart) for other in others if other.apart and other.times]
    found = [Clash((name,)) for name in never]
    occupied = sorted(set(at))
    for moment in list(occupied):
        close = _too_close(moment, others)
        if close:
            occupied.remove(moment)
            would_do = free_time(moment, [*rules, (occupied, ELSEWHERE)])
            occupied.append(would_do or moment)
            found.append(Clash(close, moment, would_do))
    return found


def _too_close(moment: time, others: Sequence[Other]) -> tuple[str, ...]:
    """What is too close to magnesium at `moment`, with its own times."""
    return tuple(
        f"{other.name} ({listed([f'{at:%H:%M}' for at in other.times])})"
        for other in others
        if other.apart and conflicts(other.times, [moment], other.apart)
    )
