"""The middle and the spread of a measure, and the interval of its mean (pure).

Everything is computed from values and how often each occurs: a clinic's measures take few different values,
so 100,000 people cost no more than those.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from math import fsum, sqrt
from typing import TypeVar

from caseseries.statistics.shares import CONFIDENCE
from caseseries.statistics.student import student_quantile

Number = TypeVar("Number", bound=Decimal | int | float)


@dataclass(frozen=True)
class Spread:
    """The middle and the spread of `n` measured values, in the unit of the values.

    `sd` is the sample's (n - 1), None for one value; quartiles interpolate between values (type 7).
    """

    n: int
    mean: float
    sd: float | None
    median: float
    lower_quartile: float
    upper_quartile: float


def spread(values: Sequence[Number], decimals: int) -> Spread | None:
    """The spread of `values`, rounded to `decimals`; None when there are none."""
    return spread_of(Counter(values), decimals)


def spread_of(counts: Mapping[Number, int], decimals: int) -> Spread | None:
    """The spread of values that occur so often, rounded to `decimals`; None when there are none."""
    n = sum(counts.values())
    if not n:
        return None
    lower, middle, upper = quartiles(counts)
    return Spread(
        n=n,
        mean=round(mean(counts), decimals),
        sd=round(sd(counts), decimals) if n > 1 else None,
        median=round(middle, decimals),
        lower_quartile=round(lower, decimals),
        upper_quartile=round(upper, decimals),
    )


def mean(counts: Mapping[Number, int]) -> float:
    """The arithmetic mean; raises ValueError for no values."""
    n = sum(counts.values())
    if not n:
        raise ValueError("Nothing has no mean.")
    # An exact sum: the order in which people were read changes no digit.
    return fsum(float(value) * times for value, times in counts.items()) / n


def sd(counts: Mapping[Number, int]) -> float:
    """The sample's standard deviation; raises ValueError for fewer than two values."""
    n = sum(counts.values())
    if n < 2:
        raise ValueError("A standard deviation takes two values or more.")
    middle = mean(counts)
    return sqrt(fsum((float(value) - middle) ** 2 * times for value, times in counts.items()) / (n - 1))


def quartiles(counts: Mapping[Number, int]) -> tuple[float, float, float]:
    """Lower quartile, median and upper quartile, interpolated; raises ValueError for no values."""
    ordered = sorted((float(value), times) for value, times in counts.items() if times)
    if not ordered:
        raise ValueError("Nothing has no quartiles.")
    ends = list(accumulate(times for _, times in ordered))

    def at(place: int) -> float:
        """The value at this place, from 0, when all are in order."""
        return next(value for (value, _), end in zip(ordered, ends, strict=True) if place < end)

    def between() -> Iterator[float]:
        for quarter in (1, 2, 3):
            place, rest = divmod((ends[-1] - 1) * quarter, 4)
            low = at(place)
            yield low + (at(place + 1) - low) * rest / 4 if rest else low

    lower, middle, upper = between()
    return lower, middle, upper


def mean_interval(
    counts: Mapping[Number, int], decimals: int, confidence: float = CONFIDENCE
) -> tuple[float, float] | None:
    """Student's t interval of the mean, rounded; None for fewer than two values."""
    n = sum(counts.values())
    if n < 2:
        return None
    middle = mean(counts)
    reach = student_quantile((1 + confidence) / 2, n - 1) * sd(counts) / sqrt(n)
    return round(middle - reach, decimals), round(middle + reach, decimals)
