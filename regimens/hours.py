"""Usual hours of a day: meals, sleep, and when so many intakes are taken (pure).

Own assumptions, for orientation only: nobody asked this patient when she eats or sleeps.
"""

from collections.abc import Iterable, Sequence
from datetime import time

from regimens.clock import DAY, STEP, ahead, clock_of, minutes_of

MEALS = (("Breakfast", time(8)), ("Lunch", time(13)), ("Dinner", time(19)))
SLEEP = (time(23), time(7))
# Over more than four intakes the waking day is divided evenly.
FIRST, LAST = time(7), time(22)
_AT = (time(8), time(13), time(19), LAST)
_FEW = {1: _AT[:1], 2: (_AT[0], _AT[2]), 3: _AT[:3], 4: _AT}


def usual_times(intakes: int) -> tuple[time, ...]:
    """Clock times of so many intakes: at meals, then also at bedtime, then through the day."""
    if intakes in _FEW:
        return _FEW[intakes]
    between = ahead(FIRST, LAST) / max(intakes - 1, 1)
    quarters = (round((minutes_of(FIRST) + n * between) / STEP) * STEP for n in range(intakes))
    return tuple(clock_of(minutes) for minutes in quarters)


def next_time(taken: Iterable[time]) -> time:
    """The usual hour that is furthest from what is taken already; the earliest of several."""
    known = list(taken)
    return max([*_AT, *_hours()], key=lambda at: (_distance(at, known), -minutes_of(at)))


def _hours() -> Sequence[time]:
    return [clock_of(minutes) for minutes in range(minutes_of(FIRST), minutes_of(LAST) + 1, 60)]


def _distance(at: time, known: Sequence[time]) -> int:
    return min((min(ahead(at, other), ahead(other, at)) for other in known), default=DAY)
