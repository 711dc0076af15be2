"""The dates that a text holds, however they are written (pure).

Dates are read out of the text and looked up, rather than each day of each patient being written in each way.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(MONTHS)})[a-z]*\.?"
YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})(?!\d)")
YEAR_LAST = re.compile(r"(?<![\d.])(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?![\d])(?!\.\d)")
PACKED = re.compile(r"(?<!\d)(\d{8})(?!\d)")
DAY_MONTH = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\.?[ -]{_MONTH},?[ -](\d{{4}}|\d{{2}})(?!\d)")
MONTH_DAY = re.compile(rf"\b{_MONTH}[ -](\d{{1,2}})(?:st|nd|rd|th)?,?[ -](\d{{4}}|\d{{2}})(?!\d)")
SERIAL = re.compile(r"(?<![\w.])(\d{5})(?:\.0+)?(?!\w|\.\d)")
# Excel counts from here: 1900's leap day that never was, and the Macintosh's calendar.
FIRST_DAYS = (date(1899, 12, 30), date(1904, 1, 1))
CENTURIES = (1900, 2000)


def days_in(text: str) -> Iterator[date]:
    """Each day that a folded text may mean; where day and month can be either, both."""
    for year, _, month, day in YEAR_FIRST.findall(text):
        yield from _days(year, month, day)
    for first, _, second, year in YEAR_LAST.findall(text):
        yield from _days(year, first, second)
        yield from _days(year, second, first)
    for run in PACKED.findall(text):
        yield from _days(run[:4], run[4:6], run[6:])
        yield from _days(run[4:], run[:2], run[2:4])
        yield from _days(run[4:], run[2:4], run[:2])
    for day, month, year in DAY_MONTH.findall(text):
        yield from _days(year, MONTHS.index(month) + 1, day)
    for month, day, year in MONTH_DAY.findall(text):
        yield from _days(year, MONTHS.index(month) + 1, day)


def serials_in(text: str) -> Iterator[tuple[str, date]]:
    """(number, day) of each whole number that a spreadsheet would show as a day."""
    for number in SERIAL.findall(text):
        yield from ((number, first + timedelta(days=int(number))) for first in FIRST_DAYS)


def _days(year: str, month: str | int, day: str) -> Iterator[date]:
    years = [int(year)] if len(year) == 4 else [century + int(year) for century in CENTURIES]
    for each in years:
        try:
            yield date(each, int(month), int(day))
        except ValueError:
            continue
