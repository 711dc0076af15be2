"""Reading files of readings: device, kind, value, unit, time; line after line, in bounded memory (pure).

UTF-8, or UTF-16 with its mark; comma, semicolon or tab; a decimal comma only where the comma does not
separate, and one decimal sign in a file. Times are ISO 8601 with an offset, or the clinic's own time where
that names one moment. Other columns are not read. Every faulty line is told with its number; a file that
cannot be read as a whole raises FileRefused.
"""

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import BinaryIO
from zoneinfo import ZoneInfo

MOST_BYTES = 20_000_000
MOST_LINES = 200_000
LONGEST_LINE = 2_000
NEEDED = ("kind", "value", "unit", "time")
SEPARATORS = (",", ";", "\t")
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(?:([.,])[0-9]{1,20})?")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


class FileRefused(ValueError):
    """The file as a whole cannot be read; the sentence names the line where there is one."""


@dataclass(frozen=True)
class FileLine:
    """One reading as a line told it; `device` is empty where the file has no such column."""

    number: int
    device: str
    kind: str
    value: Decimal
    unit: str
    at: datetime


@dataclass(frozen=True)
class FaultyLine:
    """A line that says nothing that could be stored, and which part of it is at fault."""

    number: int
    field: str
    sentence: str


class _Fault(ValueError):
    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def read_lines(stream: BinaryIO, zone: ZoneInfo) -> Iterator[FileLine | FaultyLine]:
    """The lines under the header, numbered from 2. Raises FileRefused, also halfway."""
    lines = _lines(stream)
    number, header = next(((n, line) for n, line in lines if line.strip()), (0, ""))
    if not number:
        raise FileRefused("The file is empty.")
    sheet = _Sheet(header, zone)
    read = 0
    for number, line in lines:
        if not line.strip():
            continue
        read += 1
        if read > MOST_LINES:
            raise FileRefused(f"The file has more than {MOST_LINES:,} lines. Send it in parts.")
        try:
            yield sheet.line(number, line)
        except _Fault as fault:
            yield FaultyLine(number, fault.field, str(fault))
    if not read:
        raise FileRefused("The file names its columns and has no line under them.")


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """Numbered lines, whatever ends them; none is read further than it may be long."""
    start = stream.read(2)
    stream.seek(0)
    encoding = "utf-16" if start in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig"
    text = io.TextIOWrapper(stream, encoding, newline="")
    number = 0
    try:
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            if "\0" in line:
                raise FileRefused(f"Line {number} holds bytes that no text has. Is this a CSV file?")
            if len(line) > LONGEST_LINE:
                raise FileRefused(f"Line {number} is longer than {LONGEST_LINE:,} characters.")
            yield number, line
    except UnicodeDecodeError:
        raise FileRefused(f"After line {number} the file is not UTF-8. Save it as CSV UTF-8.") from None
    finally:
        text.detach()  # the stream belongs to the caller


class _Sheet:
    """What the header tells: the separator, and which column is where."""

    def __init__(self, header: str, zone: ZoneInfo) -> None:
        self.zone = zone
        self.decimal_sign = ""
        self.separator, self.names = _columns(header)

    def line(self, number: int, line: str) -> FileLine:
        fields = _fields(line, self.separator)
        if len(fields) != len(self.names):
            raise _Fault("line", f"It has {len(fields)} fields and the header {len(self.names)}.")
        if [field.casefold() for field in fields] == self.names:
            raise _Fault("line", "The header stands here again.")
        told = dict(zip(self.names, fields, strict=True))
        value, at = self._value(told["value"]), _moment(told["time"], self.zone)
        return FileLine(number, told.get("device", ""), told["kind"], value, told["unit"], at)

    def _value(self, text: str) -> Decimal:
        found = _NUMBER.fullmatch(text)
        if found is None:
            raise _Fault("value", f"{text[:40]!r} is not a number." if text else "The value is missing.")
        sign = found[1] or ""
        if sign == "," and self.separator == ",":
            raise _Fault("value", f"{text!r}: write a decimal point, since the comma separates the columns.")
        if sign and self.decimal_sign not in ("", sign):
            raise _Fault("value", f"{text!r}: lines before write decimals with {self.decimal_sign!r}.")
        self.decimal_sign = self.decimal_sign or sign
        return Decimal(text.replace(",", "."))


def _columns(header: str) -> tuple[str, list[str]]:
    """The separator with which the header names all that is needed, and the names."""
    for separator in SEPARATORS:
        try:
            names = [name.casefold() for name in _fields(header, separator)]
        except _Fault:
            continue
        if set(NEEDED) <= set(names):
            if len(set(names)) < len(names):
                raise FileRefused("The header names a column twice.")
            return separator, names
    raise FileRefused(f"The first line must name the columns device, {', '.join(NEEDED)}.")


def _fields(line: str, separator: str) -> Sequence[str]:
    try:
        rows = list(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error:
        raise _Fault("line", "A quotation mark is not closed, or stands inside a field.") from None
    return [field.strip() for field in (rows[0] if rows else [])]


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """In UTC. Without an offset the clinic's own time, unless clocks skip it or show it twice."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise _Fault(
            "time", f"{text[:40]!r} is not a time such as 2026-03-12 07:30 or 2026-03-12T07:30-04:00."
        )
    try:
        told = datetime.fromisoformat(text)
        return told.astimezone(UTC) if found[1] else _at_the_clinic(told, zone)
    except (ValueError, OverflowError):
        raise _Fault("time", f"{text!r} is not a time that can be.") from None


def _at_the_clinic(told: datetime, zone: ZoneInfo) -> datetime:
    first, second = told.replace(tzinfo=zone), told.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        raise _Fault("time", f"{told}: on this day clocks skip or repeat it. Write it with an offset.")
    return first.astimezone(UTC)
