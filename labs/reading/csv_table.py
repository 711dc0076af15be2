"""Results in a table (CSV, pure): read twice, first to learn how numbers and dates are written in each
column.

Decimal comma or point, and the order of day and month, are decided by a column as a whole. A table that
breaks off in the middle of a row is seen when cells are missing or a quote is open. Within the last cell of
the file a cut is seen by the missing line break alone: then the last row is refused, unless its last cell is
in quotes, only describes (a method, a specimen), or ends as only a whole one can. A cut between two rows
leaves a whole table, which nobody can tell from a shorter one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from labs.reading.csv_header import Header, header_of
from labs.reading.csv_records import SEPARATORS, Record, records
from labs.reading.csv_row import NUMBERS, Columns, Row
from labs.reading.csv_shape import DATES
from labs.reading.date_orders import DateOrder
from labs.reading.intervals import NUMBER
from labs.reading.numbers import DecimalSign
from labs.reading.reported import FileRead, Reported, Unreadable
from labs.reading.texts import TextFile

_SHOWN = 10


@dataclass
class _Seen:
    """What the first reading learns. `end` is the last row if no line break follows it."""

    signs: dict[str, DecimalSign] = field(default_factory=dict)
    orders: dict[str, DateOrder] = field(default_factory=dict)
    end: Record | None = None
    has_rows: bool = False


def read_csv(file: TextFile, zone: ZoneInfo, *, on: date) -> FileRead:
    """The rows of a table; raises Unreadable, also from within the rows."""
    header = header_of(file)
    seen = _first_reading(file, header)
    if not seen.has_rows:
        raise Unreadable(f"No row follows the header in line {header.line}.")
    columns = Columns(header, seen.signs, seen.orders, zone, on)
    dialect = _dialect(file, header, seen, zone)
    return FileRead("CSV", _rows(file, columns, dialect), dialect, header.columns)


def _body(file: TextFile, header: Header) -> Iterator[Record]:
    return (record for record in records(file, header.separator) if record.line > header.line)


def _rows(file: TextFile, columns: Columns, dialect: list[str]) -> Iterator[Reported]:
    for number, record in enumerate(_body(file, columns.header), start=1):
        yield Row(columns, record, number).reported()
    dialect.extend(columns.left_out.words())


def _first_reading(file: TextFile, header: Header) -> _Seen:
    places = header.places
    seen = _Seen(
        {name: DecimalSign() for name in NUMBERS if name in places},
        {name: DateOrder() for name in DATES if name in places},
    )
    for record in _body(file, header):
        seen.has_rows = True
        if len(record.cells) == len(header.names):
            _see(seen, header, record.cells)
        if not record.is_ended:
            seen.end = record
    return seen


def _see(seen: _Seen, header: Header, cells: list[str]) -> None:
    for name, sign in seen.signs.items():
        text = cells[header.places[name]]
        for number in NUMBER.findall(text) if name == "range" else (text,):
            sign.see(number)
    for name, order in seen.orders.items():
        order.see(cells[header.places[name]])


def _dialect(file: TextFile, header: Header, seen: _Seen, zone: ZoneInfo) -> list[str]:
    said = [f"Separator: {SEPARATORS[header.separator]}", f"Encoding: {file.label}"]
    said += [f"{header.name(name)}: {_sign_words(sign)}" for name, sign in seen.signs.items() if sign.first]
    said += [f"{header.name(name)}: {order.words}" for name, order in seen.orders.items() if order.words]
    if header.meanings:
        said.append(f"Columns read: {', '.join(header.meanings)}")
    said.append(f"Times without a zone are taken as {zone.key}")
    if header.unused:
        more = "" if len(header.unused) <= _SHOWN else f" and {len(header.unused) - _SHOWN} more"
        said.append(f"Columns not read: {', '.join(header.unused[:_SHOWN])}{more}")
    if seen.end is not None:
        said.append(f"No line break follows the last row (line {seen.end.line}): the file may be cut there")
    return said


def _sign_words(sign: DecimalSign) -> str:
    if sign.is_mixed:
        return "decimal comma and decimal point mixed"
    return "decimal comma" if sign.sign == "," else "decimal point"
