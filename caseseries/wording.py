"""How the page and the figures of a series write counts, shares and spreads (pure)."""

from accounts.wording import number
from caseseries.statistics import Share, Spread

SUPPRESSED = "suppressed"
NOT_SHOWN = "not shown"
# What `persons.Ending` and `persons.Reached` have in common.
ENDINGS = {
    "STOPPED_FOR_HARM": "stopped for harm",
    "STOPPED_OTHERWISE": "stopped otherwise",
    "SWITCHED": "changed to another form",
    "LOST": "lost",
    "DIED": "died",
    "TRANSFERRED": "transferred",
}
# The bands of `summary.follow_up.WeeksFollowed`, in weeks.
WEEKS_FOLLOWED = {
    "FROM_0": "0 to 3",
    "FROM_4": "4 to 7",
    "FROM_8": "8 to 11",
    "FROM_12": "12 to 23",
    "FROM_24": "24 or more",
}


def counted(n: int | None) -> str:
    """A count, with a thousands comma; what is suppressed says so."""
    return SUPPRESSED if n is None else number(n)


def n_of(share: Share) -> str:
    """`34 of 50`."""
    return SUPPRESSED if share.n is None or share.of is None else f"{number(share.n)} of {number(share.of)}"


def n_percent(share: Share) -> str:
    """`34 of 50 (68 %)`; without the share where nobody was counted."""
    return n_of(share) if share.percent is None else f"{n_of(share)} ({number(share.percent)} %)"


def percent(share: Share) -> str:
    """`68 %`."""
    if share.percent is not None:
        return f"{number(share.percent)} %"
    return "not measured" if share.of == 0 else SUPPRESSED


def interval(share: Share) -> str:
    """`54.2–79.2 %`, Wilson's; nothing of nobody."""
    if share.low_percent is None or share.high_percent is None:
        return "" if share.of == 0 else SUPPRESSED
    return f"{number(share.low_percent)}–{number(share.high_percent)} %"


def mean_sd(spread: Spread | None, unit: str) -> str:
    """`12.8 (3.1) points`."""
    if spread is None:
        return NOT_SHOWN
    around = "" if spread.sd is None else f" ({number(spread.sd)})"
    return f"{number(spread.mean)}{around} {unit}"


def median_iqr(spread: Spread | None, unit: str) -> str:
    """`28 (22–33) weeks`."""
    if spread is None:
        return NOT_SHOWN
    quartiles = f"{number(spread.lower_quartile)}–{number(spread.upper_quartile)}"
    return f"{number(spread.median)} ({quartiles}) {unit}"
