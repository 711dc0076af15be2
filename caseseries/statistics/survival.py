"""How many have had an event by when, although not all were followed as long: Kaplan and Meier (pure)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

from caseseries.statistics.shares import CONFIDENCE, percent


@dataclass(frozen=True)
class EventStep:
    """What happened in the weeks that end with `by_week` (from 1), and who had had the event by then.

    `at_risk`: free of it and still followed when the step began. Who leaves in a step counts as at risk in
    it. The interval is None as long as nobody had the event, and once everybody did.
    """

    by_week: int
    at_risk: int
    events: int
    censored: int
    had_percent: float
    low_percent: float | None
    high_percent: float | None


@dataclass(frozen=True)
class TimeToEvent:
    """The curve of `people`, in steps of so many weeks; a step in which nothing happened is left out."""

    people: int
    events: int
    weeks_a_step: int
    steps: list[EventStep]


def kaplan_meier(
    events: Mapping[int, int],
    censored: Mapping[int, int],
    weeks_a_step: int = 1,
    confidence: float = CONFIDENCE,
) -> TimeToEvent:
    """The curve from how many had the event, or left without it, in each week from the start (from 0).

    Greenwood's variance on the scale log(-log), as lifelines has it: the interval stays within 0 and 100 %.
    """
    had, left = _in_steps(events, weeks_a_step), _in_steps(censored, weeks_a_step)
    people = had.total() + left.total()
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return TimeToEvent(people, had.total(), weeks_a_step, list(_steps(had, left, weeks_a_step, z)))


def _in_steps(weeks: Mapping[int, int], weeks_a_step: int) -> Counter[int]:
    counted: Counter[int] = Counter()
    for week, n in weeks.items():
        counted[week // weeks_a_step] += n
    return counted


def _steps(had: Counter[int], left: Counter[int], weeks_a_step: int, z: float) -> Iterator[EventStep]:
    at_risk, free, variance = had.total() + left.total(), 1.0, 0.0
    for step in sorted(+had | +left):
        events = had[step]
        free *= 1 - events / at_risk
        # Greenwood's sum has no term for a step that nobody survives.
        variance += events / (at_risk * (at_risk - events)) if events < at_risk else 0.0
        low, high = _bounds(free, variance, z)
        yield EventStep((step + 1) * weeks_a_step, at_risk, events, left[step], percent(1 - free), low, high)
        at_risk -= events + left[step]


def _bounds(free: float, variance: float, z: float) -> tuple[float | None, float | None]:
    """The interval of those who had it, in per cent."""
    if not 0 < free < 1:
        return None, None
    reach = z * sqrt(variance) / log(free)
    return percent(1 - free ** exp(reach)), percent(1 - free ** exp(-reach))
