"""One row of a table (pure): each cell is read by its column, and all that is wrong with it is named."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from labs.reading import csv_words
from labs.reading.csv_header import Header
from labs.reading.csv_records import Record
from labs.reading.csv_shape import may_be_cut, misshapen
from labs.reading.date_orders import DateOrder
from labs.reading.fitting import reported
from labs.reading.intervals import Interval, LeftOut, NotAnInterval, interval
from labs.reading.loincs import is_loinc
from labs.reading.moments import BadDate, Stamp, born, clock_of, happened, moment
from labs.reading.numbers import DecimalSign, NotANumber, split_comparator
from labs.reading.reported import Reported

NUMBERS = ("value", "ref_low", "ref_high", "range", "ph")
TAKEN_BACK = ("CANCELLED", "DELETED", "WRONG")
_TEXTS = (
    "mrn", "given_name", "unit", "laboratory", "method", "analyzer", "specimen", "anticoagulant", "storage",
)  # fmt: skip
_WRONG = (NotANumber, BadDate, csv_words.UnknownWord)


@dataclass(frozen=True)
class Columns:
    """Where the fields stand and how each column is written; `on` is the day of reading."""

    header: Header
    signs: dict[str, DecimalSign]
    orders: dict[str, DateOrder]
    zone: ZoneInfo
    on: date
    left_out: LeftOut = field(default_factory=LeftOut)


class Row:
    """One row while it is read."""

    def __init__(self, columns: Columns, record: Record, number: int) -> None:
        self._columns, self._record, self._number = columns, record, number
        self._problems: list[str] = []

    def reported(self) -> Reported:
        """The row; what is wrong with it stands in its problem, and what can be read is read all the same."""
        problem = self._record.problem or misshapen(self._record, self._columns.header)
        if problem:
            return self._as_reported([problem])
        told = self._told()
        if may_be_cut(self._record, self._columns.header):
            self._problems.append("The file ends within this row: its last cell may be cut")
        return self._as_reported(self._problems, **told)

    def _as_reported(self, problems: list[str], **told: Any) -> Reported:
        return reported(self._number, f"line {self._record.line}", self._record.raw, problems, **told)

    def _cell(self, field: str) -> str:
        place = self._columns.header.places.get(field)
        return "" if place is None else self._record.cells[place].strip()

    def _told(self) -> dict[str, Any]:
        told: dict[str, Any] = {name: self._cell(name) for name in _TEXTS}
        told |= self._names() | self._test()
        told["abnormal_flag"], told["sex"] = self._cell("flag"), csv_words.sex(self._cell("sex"))
        told["status"] = self._read("status", csv_words.status) or "FINAL"
        told |= self._measured(told["status"] in TAKEN_BACK) | self._times()
        for name in ("haemolysed", "anaerobic", "fasting"):
            told[name] = self._read(name, csv_words.yes_or_no)
        told["source_id"] = self._source_id(told["loinc"] or told["local_name"])
        return told

    def _read(self, field: str, reader: Callable[[str], Any]) -> Any:
        """What `reader` makes of the cell; None for an empty one, and for one that it refuses."""
        text = self._cell(field)
        if not text:
            return None
        try:
            return reader(text)
        except _WRONG as error:
            self._problems.append(f"{error} (column {self._columns.header.name(field)})")
            return None

    def _names(self) -> dict[str, str]:
        family, given = self._cell("family_name"), self._cell("given_name")
        if not given and "given_name" not in self._columns.header.places:
            family, _, given = (part.strip() for part in family.partition(","))
        return {"family_name": family, "given_name": given}

    def _test(self) -> dict[str, str]:
        loinc, code, test = self._cell("loinc"), self._cell("code"), self._cell("test")
        if not loinc and is_loinc(code):
            loinc = code
        if not (loinc or test or code):
            self._problems.append("The row names no test")
        return {"loinc": loinc, "local_name": test or code}

    def _measured(self, is_taken_back: bool) -> dict[str, Any]:
        signs, text = self._columns.signs, self._cell("value")
        comparator, plain = split_comparator(text)
        value = self._read("value", lambda _: signs["value"].number(plain))
        if not text and not is_taken_back:
            self._problems.append("The row has no value")
        low, high = self._interval(signs["value"])
        ph = self._read("ph", lambda cell: _ph(signs["ph"].number(cell)))
        return {
            "value": value,
            "comparator": comparator or self._read("comparator", _comparator) or "",
            "reference_low": low,
            "reference_high": high,
            "ph": ph,
        }

    def _interval(self, proof: DecimalSign) -> Interval:
        signs = self._columns.signs
        low = self._read("ref_low", lambda cell: signs["ref_low"].number(cell, proof))
        high = self._read("ref_high", lambda cell: signs["ref_high"].number(cell, proof))
        if low is not None or high is not None:
            return low, high
        found: Interval | None = self._read("range", lambda cell: self._range(cell, proof))
        return found or (None, None)

    def _range(self, cell: str, proof: DecimalSign) -> Interval:
        sign = self._columns.signs["range"]
        try:
            return interval(cell, lambda part: sign.number(part, proof), self._cell("unit"))
        except NotAnInterval:
            self._columns.left_out.add(cell)
            return None, None

    def _times(self) -> dict[str, Any]:
        told: dict[str, Any] = {}
        on = self._columns.on
        told["birth_date"] = self._read("birth_date", lambda cell: born(self._stamp("birth_date", cell), on))
        stamp: Stamp | None = self._read("collected_at", self._collected)
        if not self._cell("collected_at"):
            self._problems.append("The row has no sample time")
        told["collected_at"] = stamp.moment if stamp else None
        told["zone_assumed"] = bool(stamp and stamp.zone_assumed)
        for name in ("analysed_at", "reported_at", "last_mg_dose_at"):
            told[name] = self._read(name, partial(self._moment, name))
        return told

    def _stamp(self, field: str, cell: str) -> Stamp:
        return self._columns.orders[field].stamp(cell, self._columns.zone)

    def _collected(self, cell: str) -> Stamp:
        """The sample time, with the time of day from a column of its own where the date has none."""
        stamp, clock = self._stamp("collected_at", cell), self._cell("collected_time")
        if stamp.moment is None and clock:
            parts, offset = clock_of(clock)
            stamp = Stamp(stamp.day, *moment(stamp.day, parts, offset, self._columns.zone, f"{cell} {clock}"))
        happened(stamp, self._columns.on)
        return stamp

    def _moment(self, field: str, cell: str) -> datetime | None:
        """When else something happened; a day alone is no moment, and is left out."""
        stamp = self._stamp(field, cell)
        return None if stamp.moment is None else happened(stamp, self._columns.on)

    def _source_id(self, code: str) -> str:
        order = self._cell("order")
        return f"{self._cell('laboratory')}|{order}|{code}" if order else ""


def _ph(value: Decimal) -> Decimal:
    if not 0 <= value <= 14:
        raise NotANumber(f"Not a pH: {value}")
    return value


def _comparator(cell: str) -> str:
    comparator, rest = split_comparator(cell)
    if rest:
        raise csv_words.UnknownWord(f"Not a comparator: {cell[:20]}")
    return comparator
