"""A share with Wilson's interval (pure).

Wilson's interval is what the sentence contract of the case series asks for (clinical facts 7.3, D; vectors in
chapter 11: 34 of 50 is 54.2 to 79.2 %, 11 of 50 is 12.8 to 35.2 %).
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


def wilson(n: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's score interval of the share `n` of `of`, as two fractions between 0 and 1.

    Raises ValueError when `of` is not positive, `n` is not within it, or the confidence not between 0 and 1.
    """
    if of <= 0 or not 0 <= n <= of:
        raise ValueError(f"{n} of {of} is no share.")
    if not 0 < confidence < 1:
        raise ValueError("The confidence lies between 0 and 1.")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
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
class Share:
    """`n` of `of`, with Wilson's 95 % interval in per cent; None where it is suppressed or cannot be."""

    n: int | None
    of: int | None
    percent: float | None = None
    low_percent: float | None = None
    high_percent: float | None = None

    @classmethod
    def counted(cls, n: int | None, of: int | None) -> "Share":
        """A percentage would tell a suppressed count, so it goes with it."""
        if n is None or not of:
            return cls(n, of)
        low, high = wilson(n, of)
        return cls(n, of, percent(n / of), percent(low), percent(high))
