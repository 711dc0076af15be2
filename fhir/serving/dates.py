"""Search by date: what somebody asked for, and the conditions that it means (no database access).

A value such as `ge2026-03` stands for a span of time, from its first moment to the first moment after it, on
the clinic's clocks where it names no offset. Comparison follows FHIR R4, chapter Search, "Prefixes".
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.shapes import FIRST_DAY, LAST_DAY

PREFIXES = ("eq", "ge", "gt", "le", "lt")
_FORM = re.compile(
    r"(?P<prefix>[a-z]{2})?(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<clock>\d\d:\d\d)(?::(?P<second>\d\d)(?:\.(?P<part>\d{1,6}))?)?(?P<offset>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_EXAMPLES = "Give ge2026-03-12 or lt2026-03-12T15:00:00Z."


class NotADate(ValueError):
    """What was asked for is no date; the message says what a date looks like."""


@dataclass(frozen=True)
class Asked:
    """One value: `prefix`, and its span from `start` up to, not including, `end`, both in UTC."""

    prefix: str
    start: datetime
    end: datetime


def asked(text: str, zone: ZoneInfo) -> Asked:
    """Read one value; raises NotADate."""
    # The sign of an offset that nobody has escaped arrives as a blank.
    found = _FORM.fullmatch(text.replace(" ", "+"))
    if found is None:
        raise NotADate(f"{text!r} is not a date. {_EXAMPLES}")
    prefix = found["prefix"] or "eq"
    if prefix not in PREFIXES:
        raise NotADate(f"{prefix!r} is not offered here: {', '.join(PREFIXES)} are.")
    try:
        start, end = _span(found, zone)
    except ValueError as error:
        raise NotADate(f"{text!r} is not a date: {error}. {_EXAMPLES}") from error
    return Asked(prefix, start.astimezone(UTC), end.astimezone(UTC))


def _span(found: re.Match[str], zone: ZoneInfo) -> tuple[datetime, datetime]:
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    first = date(year, month, day)
    if not FIRST_DAY <= first < LAST_DAY:
        raise ValueError(f"the year {year} is not one that a record can have")
    if found["clock"]:
        return _moments(found, first, zone)
    if found["day"]:
        after = first + timedelta(days=1)
    elif found["month"]:
        after = date(year + month // 12, month % 12 + 1, 1)
    else:
        after = date(year + 1, 1, 1)
    return midnight(first, zone), midnight(after, zone)


def _moments(found: re.Match[str], on: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    part = found["part"] or ""
    clock = time.fromisoformat(f"{found['clock']}:{found['second'] or '00'}.{part.ljust(6, '0')}")
    start = datetime.combine(on, clock, tzinfo=zone)
    if found["offset"]:
        start = datetime.fromisoformat(f"{on}T{clock.isoformat()}{found['offset']}")
    length = timedelta(minutes=1)
    if found["second"]:
        length = timedelta(microseconds=10 ** (6 - len(part)))
    return start.astimezone(UTC), start.astimezone(UTC) + length


def midnight(on: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day at the clinic."""
    return datetime.combine(on, time.min, tzinfo=zone)


def on_moment(value: Asked, field: str) -> Q:
    """Rows whose `field` is one moment."""
    start, end = value.start, value.end
    return {
        "eq": Q(**{f"{field}__gte": start, f"{field}__lt": end}),
        "ge": Q(**{f"{field}__gte": start}),
        "gt": Q(**{f"{field}__gte": end}),
        "le": Q(**{f"{field}__lt": end}),
        "lt": Q(**{f"{field}__lt": start}),
    }[value.prefix]


def on_span(value: Asked, start: str, end: str) -> Q:
    """Rows that last from the moment `start` to the moment `end`, without an end as long as that is empty."""
    before = Q(**{f"{start}__lt": value.start})
    after = Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": value.end})
    within = Q(**{f"{start}__gte": value.start, f"{end}__lt": value.end})
    return _by_prefix(value.prefix, before, within, after)


def on_days(value: Asked, first: str, last: str, zone: ZoneInfo) -> Q:
    """Rows that last from the day `first` to the day `last`, both included; an empty end is not known."""
    begins, ends = _first_whole_day(value.start, zone), value.end.astimezone(zone).date()
    before = Q(**{f"{first}__isnull": True}) | Q(**{f"{first}__lt": begins})
    after = Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": ends})
    within = Q(**{f"{first}__gte": begins, f"{last}__lt": ends})
    return _by_prefix(value.prefix, before, within, after)


def _by_prefix(prefix: str, before: Q, within: Q, after: Q) -> Q:
    """What reaches before the span, lies within it, or reaches beyond it."""
    return {
        "eq": within,
        "ge": within | after,
        "gt": after,
        "le": within | before,
        "lt": before,
    }[prefix]


def _first_whole_day(moment: datetime, zone: ZoneInfo) -> date:
    """The first day that begins at `moment` or after it."""
    local = moment.astimezone(zone)
    return local.date() if moment <= midnight(local.date(), zone) else local.date() + timedelta(days=1)
