"""How the dose of one person went, over all products (pure). Days since the start, elemental mg."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from caseseries.persons import DoseSpan

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Step:
    """A dose of one regimen from one day on; from `stopped_day` of the regimen on there is none."""

    regimen_id: str
    day: int
    elemental_mg_per_day: Decimal
    stopped_day: int | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Days on which a regimen was not taken, until the day before `until_day`; None: it still is not."""

    regimen_id: str
    from_day: int
    until_day: int | None


def spans_of(steps: Sequence[Step], gaps: Iterable[Gap], until_day: int) -> tuple[DoseSpan, ...]:
    """The doses from day 0 until the day before `until_day`, without holes; a day without is a dose of 0.

    `steps` are in the order of their days.
    """
    gaps = tuple(gaps)
    if len(steps) == 1 and not gaps and steps[0].day <= 0 and steps[0].stopped_day is None:
        return (DoseSpan(0, until_day, steps[0].elemental_mg_per_day),) if until_day > 0 else ()
    days = sorted(day for day in _turns(steps, gaps) if 0 < day < until_day)
    edges = [0, *days, until_day] if until_day > 0 else [0]
    spans: list[DoseSpan] = []
    for first, end in pairwise(edges):
        dose = _dose_on(first, steps, gaps)
        if spans and spans[-1].elemental_mg_per_day == dose:
            spans[-1] = DoseSpan(spans[-1].from_day, end, dose)
        else:
            spans.append(DoseSpan(first, end, dose))
    return tuple(spans)


def _turns(steps: Iterable[Step], gaps: Iterable[Gap]) -> set[int]:
    """The days on which the dose may change."""
    days = {step.day for step in steps}
    days |= {step.stopped_day for step in steps if step.stopped_day is not None}
    for gap in gaps:
        days.add(gap.from_day)
        if gap.until_day is not None:
            days.add(gap.until_day)
    return days


def _dose_on(day: int, steps: Iterable[Step], gaps: Iterable[Gap]) -> Decimal:
    """The sum over the regimens that run, and are not interrupted, of the newest step of each."""
    doses = {
        step.regimen_id: step.elemental_mg_per_day
        for step in steps
        if step.day <= day and (step.stopped_day is None or step.stopped_day > day)
    }
    for gap in gaps:
        if gap.from_day <= day and (gap.until_day is None or gap.until_day > day):
            doses.pop(gap.regimen_id, None)
    return sum(doses.values(), NONE)
