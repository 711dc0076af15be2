"""How pages and files write dates, ages, amounts, names and the strength of a source.

Pure: no Django, no clock. Spaces inside a date, and between a value and its unit, do not break a line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

NO_BREAK = "\N{NO-BREAK SPACE}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Days stay days for two months, weeks for four; a figure of three digits would only look exact.
_DAYS_UNTIL, _WEEKS_UNTIL, _MONTHS_UNTIL = 60, 119, 730


@dataclass(frozen=True)
class EvidenceMark:
    """The words and the rhombus of one mark of the claims register."""

    letter: str
    words: str
    shape: str


EVIDENCE = {
    mark.letter: mark
    for mark in (
        EvidenceMark("A", "Guideline", "full"),
        EvidenceMark("B", "Study", "half"),
        EvidenceMark("C", "Founding article, unverified", "empty"),
        EvidenceMark("D", "Calculated", "half"),
        EvidenceMark("K", "Needs a clinician's confirmation", "question"),
        EvidenceMark("W", "Secondary source, to be confirmed", "question"),
        EvidenceMark("S", "Own assumption", "question"),
    )
}


def day(on: date, *, year: bool = True) -> str:
    """`12 Mar 2026`, or `12 Mar` where the year is clear from the figure or row."""
    words = [str(on.day), _MONTHS[on.month - 1]] + [str(on.year)] * year
    return NO_BREAK.join(words)


def clock(at: datetime) -> str:
    """`03:10`, in the zone that `at` carries."""
    return f"{at:%H:%M}"


def count(number: int, noun: str) -> str:
    """`1 day`, `2 days`."""
    return f"{number}{NO_BREAK}{noun}{'' if number == 1 else 's'}"


def span(days: int) -> str:
    """A stretch of days in the unit that a person would use."""
    if days <= _DAYS_UNTIL:
        return count(days, "day")
    if days <= _WEEKS_UNTIL:
        return count(days // 7, "week")
    if days <= _MONTHS_UNTIL:
        return count(days * 12 // 365, "month")
    return count(days // 365, "year")


def ago(then: date, on: date) -> str:
    """`49 days ago`, `today`, `in 3 days`, seen from the day `on`."""
    days = (on - then).days
    if days == 0:
        return "today"
    return f"{span(days)} ago" if days > 0 else f"in {span(-days)}"


def over(closed_on: date, on: date) -> str:
    """`3 days over`, counted from the last day of a window."""
    return f"{count((on - closed_on).days, 'day')} over"


def left(closes_on: date, on: date) -> str:
    """`2 days left`; on the last day, `last day`."""
    days = (closes_on - on).days
    return f"{count(days, 'day')} left" if days > 0 else "last day"


def age_years(birth: date, on: date) -> int:
    """Completed years; who was born on 29 February has a birthday on 1 March in other years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def number(value: Decimal | int | float) -> str:
    """A thousands comma and no trailing zeros: `1,773`, `62.5`."""
    text = f"{Decimal(str(value)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def surname_first(family_name: str, given_name: str) -> str:
    """`LINDQVIST, Sara`."""
    return f"{family_name.upper()}, {given_name}" if given_name else family_name.upper()


def grouped_mrn(mrn: str) -> str:
    """An all-digit number in threes from the right (`104 882`); anything else as the clinic wrote it."""
    if not (mrn.isascii() and mrn.isdigit() and len(mrn) > 4):
        return mrn
    head = len(mrn) % 3
    parts = [mrn[:head], *(mrn[i : i + 3] for i in range(head, len(mrn), 3))]
    return NO_BREAK.join(part for part in parts if part)
