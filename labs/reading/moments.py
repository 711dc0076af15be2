"""Dates and times as laboratories write them (pure): complete, existing, and never guessed.

Two-digit years are refused. A time without offset is of the clinic's zone, and is marked so. A time that
clocks skip in spring is refused; of one that comes twice in autumn the first is taken.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

# 1900 is what spreadsheets make of an empty date, and nobody alive was born or sampled before.
_FIRST_YEAR = 1901
_WIDEST_OFFSET = timedelta(hours=14)

_CLOCK = (
    r"(?P<hour>[0-9]{1,2})[:.h](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?(?:\s*(?:Uhr|h))?"
    r"\s*(?P<offset>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_TIME = re.compile(_CLOCK)
_DATES = (
    re.compile(r"(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    re.compile(r"(?P<one>[0-9]{1,2})(?P<mark>[-/.])(?P<two>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})"),
    re.compile(r"(?P<day>[0-9]{1,2})[ -](?P<name>[A-Za-z]{3})[a-z]{0,9}\.?[ -](?P<year>[0-9]{4})"),
)
_OFFSET = r"(?P<offset>[+-][0-9]{4})?"
_DATE_TIME = [
    *(re.compile(rf"{form.pattern}(?:(?:T|,?\s+)\s*{_CLOCK})?") for form in _DATES),
    # 20260331081500-0400, as HL7 writes it.
    re.compile(
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
        r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?:(?P<second>[0-9]{2})(?:\.(?P<part>[0-9]{1,6}))?)?"
        + _OFFSET
    ),
]
_TWO_DIGITS = re.compile(r"[0-9]{1,2}([-/.])(?:[0-9]{1,2}|[A-Za-z]{3})\1[0-9]{2}(?:\D.*)?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


class BadDate(ValueError):
    """What is no date or time, or one that cannot be; the message says why."""


class Stamp(NamedTuple):
    """A day, and the moment if a time was told. `zone_assumed` says that the zone was not."""

    day: date
    moment: datetime | None = None
    zone_assumed: bool = False


@dataclass(frozen=True)
class Written:
    """A date as it is written. `one` and `two` are day and month in an order
    that the text does not tell."""

    text: str
    year: int
    month: int = 0
    day: int = 0
    one: int = 0
    two: int = 0
    mark: str = ""
    clock: tuple[int, int, int, int] | None = None
    offset: str = ""

    @property
    def is_unordered(self) -> bool:
        """Whether day and month may be swapped; between dots the day comes first."""
        if self.mark in ("", ".") or 0 in (self.one, self.two):
            return False
        return self.one <= 12 or self.two <= 12

    def stamp(self, zone: ZoneInfo, *, month_first: bool = False) -> Stamp:
        """The day and moment; raises BadDate for one that does not exist."""
        month, day = self.month, self.day
        if self.mark:
            swapped = month_first and self.is_unordered
            month, day = (self.one, self.two) if swapped else (self.two, self.one)
        try:
            on = date(self.year, month, day)
        except ValueError:
            raise BadDate(f"No such date: {self.text}") from None
        if self.clock is None:
            return Stamp(on)
        return Stamp(on, *moment(on, self.clock, self.offset, zone, self.text))


@lru_cache(maxsize=1024)
def written(text: str) -> Written:
    """The parts of a date, with a time or without; raises BadDate for what is none, or has a short year."""
    plain = " ".join(text.split())
    for form in _DATE_TIME:
        found = form.fullmatch(plain)
        if found:
            return _parts(plain, found.groupdict())
    if _TWO_DIGITS.fullmatch(plain):
        raise BadDate(f"The year has two digits: {plain[:40]}")
    raise BadDate(f"Not a date: {plain[:40]}")


def clock_of(text: str) -> tuple[tuple[int, int, int, int], str]:
    """Hour, minute, second and microsecond, and the offset as text; raises BadDate."""
    found = _TIME.fullmatch(" ".join(text.split()))
    if found is None:
        raise BadDate(f"Not a time of day: {text.strip()[:40]}")
    return _clock(found.groupdict()), found["offset"] or ""


def _parts(plain: str, found: dict[str, str | None]) -> Written:
    name = (found.get("name") or "").casefold()
    if name and name not in _MONTHS:
        raise BadDate(f"No such month: {plain[:40]}")
    month = _MONTHS.index(name) + 1 if name else int(found.get("month") or 0)
    return Written(
        text=plain[:40],
        year=int(found["year"] or 0),
        month=month,
        day=int(found.get("day") or 0),
        one=int(found.get("one") or 0),
        two=int(found.get("two") or 0),
        mark=(found.get("mark") or "") if found.get("one") else "",
        clock=_clock(found) if found.get("hour") else None,
        offset=found.get("offset") or "",
    )


def _clock(found: dict[str, str | None]) -> tuple[int, int, int, int]:
    hour = int(found["hour"] or 0)
    half = (found.get("half") or "").replace(".", "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise BadDate(f"No such time: {hour} {half}")
        hour = hour % 12 + (12 if half == "pm" else 0)
    microsecond = int((found.get("part") or "0").ljust(6, "0")[:6])
    return hour, int(found["minute"] or 0), int(found["second"] or 0), microsecond


def moment(
    on: date, clock: tuple[int, int, int, int], offset: str, zone: ZoneInfo, text: str
) -> tuple[datetime, bool]:
    """The aware moment, and whether its zone was assumed; raises BadDate."""
    try:
        told = datetime.combine(on, time(*clock))
    except ValueError:
        raise BadDate(f"No such time: {text}") from None
    if offset:
        return told.replace(tzinfo=_offset(offset, text)), False
    local = told.replace(tzinfo=zone)
    if _FIRST_YEAR <= on.year < 9999 and local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != told:
        raise BadDate(f"No such time in {zone.key}: {text} is skipped when the clocks go forward")
    return local, True


def _offset(text: str, whole: str) -> timezone:
    if text in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    width = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if width > _WIDEST_OFFSET or int(digits[2:]) > 59:
        raise BadDate(f"No such offset: {whole}")
    return timezone(-width if text[0] == "-" else width)


def born(stamp: Stamp, on: date) -> date:
    """A birth date that can be; raises BadDate for one before 1901 or after `on`."""
    if stamp.day.year < _FIRST_YEAR:
        raise BadDate(f"Nobody alive was born in {stamp.day.year}")
    if stamp.day > on:
        raise BadDate(f"The birth date {stamp.day} lies in the future")
    return stamp.day


def happened(stamp: Stamp, on: date) -> datetime:
    """A moment of a sample; raises BadDate without a time, before 1901, or later than the day after `on`."""
    if stamp.day.year < _FIRST_YEAR:
        raise BadDate(f"The year {stamp.day.year} is too long ago")
    if stamp.day > on + timedelta(days=1):
        raise BadDate(f"{stamp.day} lies in the future")
    if stamp.moment is None:
        raise BadDate(f"{stamp.day} has no time of day")
    return stamp.moment
