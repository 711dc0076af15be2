"""Figures of a group (pure): a share with its interval, and the middle and spread of a measure.

Descriptive only: no test, no p-value. Wilson's interval is what the sentence contract of the case series asks
for (clinical facts 7.3, D; vectors in chapter 11: 34 of 50 is 54.2 to 79.2 %, 11 of 50 is 12.8 to 35.2 %).
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

CONFIDENCE = 0.95


def wilson(n: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's score interval of the share `n` of `of`, as two fractions between 0 and 1.

    Raises ValueError when `of` is not positive, `n` is not within it, or the confidence not between 0 and 1.
    """
    if of <= 0 or not 0 <= n <= of:
        raise ValueError(f"{n} of {of} is no share.")
    if not 0 < confidence < 1:
        raise ValueError("The confidence lies between 0 and 1.")
    z = statistics.NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = n / of, z * z / of
    middle = share + weight / 2
    reach = z * sqrt(share * (1 - share) / of + weight / (4 * of))
    # At the ends the exact bounds are 0 and 1; rounding must not carry them outside.
    low = 0.0 if n == 0 else (middle - reach) / (1 + weight)
    high = 1.0 if n == of else (middle + reach) / (1 + weight)
    return low, high


def percent(fraction: float) -> float:
    """A fraction as per cent with one decimal."""
    return round(fraction * 100, 1)


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


def spread(values: Sequence[Decimal | int], decimals: int) -> Spread | None:
    """The spread of `values`, rounded to `decimals`; None when there are none."""
    if not values:
        return None
    numbers = sorted(float(value) for value in values)
    lower, middle, upper = quartiles(numbers)
    return Spread(
        n=len(numbers),
        mean=round(mean(numbers), decimals),
        sd=round(sd(numbers), decimals) if len(numbers) > 1 else None,
        median=round(middle, decimals),
        lower_quartile=round(lower, decimals),
        upper_quartile=round(upper, decimals),
    )


def mean(numbers: Sequence[float]) -> float:
    """The arithmetic mean; raises ValueError (StatisticsError) for no numbers."""
    return statistics.fmean(numbers)


def sd(numbers: Sequence[float]) -> float:
    """The sample's standard deviation; raises ValueError (StatisticsError) for fewer than two numbers."""
    return statistics.stdev(numbers)


def quartiles(numbers: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median and upper quartile, interpolated; of one number, three times itself."""
    if len(numbers) == 1:
        return numbers[0], numbers[0], numbers[0]
    lower, middle, upper = statistics.quantiles(numbers, n=4, method="inclusive")
    return lower, middle, upper
