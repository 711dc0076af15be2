"""GAD-7: seven items of 0 to 3, a total of 0 to 21.

Items and LOINC codes: loinc.org panel 69729-2 (mark A). Bands: Spitzer 2006 (mark B).
Clinical facts 7.1 and 7.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

STEM = "Over the last 2 weeks, how often have you been bothered by this?"
ANSWERS = ("Not at all", "Several days", "More than half the days", "Nearly every day")
TOTAL_LOINC = "70274-6"
HIGHEST_TOTAL = 21


@dataclass(frozen=True)
class Item:
    """One question, in the order of the form."""

    text: str
    loinc: str


ITEMS: tuple[Item, ...] = (
    Item("Feeling nervous, anxious or on edge", "69725-0"),
    Item("Not being able to stop or control worrying", "68509-9"),
    Item("Worrying too much about different things", "69733-4"),
    Item("Trouble relaxing", "69734-2"),
    Item("Being so restless that it is hard to sit still", "69735-9"),
    Item("Becoming easily annoyed or irritable", "69689-8"),
    Item("Feeling afraid as if something awful might happen", "69736-7"),
)


class Band(StrEnum):
    """Severity by total."""

    MINIMAL = "MINIMAL"
    MILD = "MILD"
    MODERATE = "MODERATE"
    SEVERE = "SEVERE"


# The lowest total of each band, highest first.
_FROM = ((15, Band.SEVERE), (10, Band.MODERATE), (5, Band.MILD), (0, Band.MINIMAL))


def total(items: Sequence[int]) -> int:
    """The sum; raises ValueError unless there are seven whole numbers from 0 to 3: a gap is not filled in."""
    if len(items) != len(ITEMS):
        raise ValueError(f"GAD-7 has {len(ITEMS)} answers, not {len(items)}.")
    for number, answer in enumerate(items, start=1):
        if type(answer) is not int or not 0 <= answer < len(ANSWERS):
            raise ValueError(f"GAD-7 answer {number} must be 0, 1, 2 or 3, not {answer!r}.")
    return sum(items)


def check_total(points: int) -> int:
    """The same total; raises ValueError unless it is a whole number from 0 to 21."""
    if type(points) is not int or not 0 <= points <= HIGHEST_TOTAL:
        raise ValueError(f"A GAD-7 total is a whole number from 0 to {HIGHEST_TOTAL}, not {points!r}.")
    return points


def band(points: int) -> Band:
    """Minimal 0 to 4, mild 5 to 9, moderate 10 to 14, severe 15 to 21; otherwise raises ValueError."""
    check_total(points)
    return next(name for lowest, name in _FROM if points >= lowest)
