"""The words that every sentence shares: shares, spreads, and what is not shown (pure)."""

from accounts.wording import number
from caseseries.statistics import Share
from caseseries.wording import SUPPRESSED, interval, n_of

LIMITATION = (
    "Uncontrolled observation of one clinic: it does not show that magnesium caused the change (regression "
    "to the mean, placebo effect, co-treatment). Descriptive only."
)
DAYS_OF_A_WEEK = 7


def small_cells(threshold: int) -> str:
    """What a reader is told about empty places."""
    return f"Counts from 1 to {threshold - 1}, and those that would tell them, are suppressed."


def too_few(threshold: int) -> str:
    return f"Fewer than {threshold} people: nothing is shown."


def not_shown(threshold: int) -> str:
    """Why a number is missing."""
    return f"not shown (fewer than {threshold} in a group)"


def percent_and_interval(share: Share) -> str:
    """`68 %, 95 % CI 54.2–79.2 %`; nothing where there is none."""
    return "" if share.percent is None else f"{number(share.percent)} %, 95 % CI {interval(share)}"


def of_people(share: Share) -> str:
    """`34 of 50 (68 %, 95 % CI 54.2–79.2 %)`; in words where it is suppressed, without a share of nobody."""
    if share.n is None or share.of is None:
        return SUPPRESSED
    said = percent_and_interval(share)
    return f"{n_of(share)} ({said})" if said else n_of(share)


def mean_change(mean: float, low: float | None, high: float | None, form: str, unit: str) -> str:
    """`+0.080 mmol/L (95 % CI +0.071 to +0.089)`."""
    around = "" if low is None or high is None else f" (95 % CI {low:{form}} to {high:{form}})"
    return f"{mean:{form}} {unit}{around}"


def sentence(words: str) -> str:
    """With a capital, and a full stop."""
    return f"{words[0].upper()}{words[1:]}."
