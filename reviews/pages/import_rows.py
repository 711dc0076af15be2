"""The rows of a file as its page lists them: never more than one page of them is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from labs.analytes import Analyte
from labs.models import Import, ImportRow, RowOutcome, Settled
from labs.reading.reported import Reported
from labs.units import ValueUnitError, canonical, display, is_canonical, unit_of
from reviews.importing.entries import is_taken_back
from reviews.importing.storing import reported
from reviews.sentences import analyte_name, interval_words

SIZE = 50
# Problems first, then what changes on the way, then what needs no look.
CHECKED_ORDER = ("ERROR", "UNMATCHED", "CONVERTED", "ALREADY_STORED", "READY")
SETTLED_ORDER = ("REFUSED", "PARKED", "ALREADY_STORED", "STORED")
# (words, icon, colour) of a row's status.
_STATUS = {
    "ERROR": ("Error", "circle-x", "danger"),
    "REFUSED": ("Refused", "circle-x", "danger"),
    "UNMATCHED": ("Not matched", "user-x", "warn"),
    "PARKED": ("Parked", "user-x", "warn"),
    "CONVERTED": ("Converted", "arrow-right-left", "info"),
    "ALREADY_STORED": ("Already stored", "copy-check", ""),
    "READY": ("Ready", "circle-check", "ok"),
    "STORED": ("Stored", "circle-check", "ok"),
}
_SIDE = {"LOW": "low", "CRITICAL_LOW": "low", "HIGH": "high", "CRITICAL_HIGH": "high"}
_READS = {
    "NORMAL": "In range",
    "LOW": "Below",
    "HIGH": "Above",
    "CRITICAL_LOW": "Below the alert limit",
    "CRITICAL_HIGH": "Above the alert limit",
}
_STATED = {"PRELIMINARY": "Preliminary.", "CORRECTED": "Corrects an earlier result."}
WAITS = "It will wait under Unmatched."
_STORED = (RowOutcome.READY, RowOutcome.CONVERTED)


@dataclass(frozen=True)
class Wanted:
    """Which rows are asked for: of one kind or all, from which one on, in which order."""

    field: str
    show: str
    problems_first: bool
    start: int

    @property
    def order(self) -> tuple[str, ...]:
        return SETTLED_ORDER if self.field == "settled" else CHECKED_ORDER


@dataclass(frozen=True)
class RowLine:
    """One row in words. `side` is "low", "high" or empty; `happens` and `effects` are sentences.

    `is_in`: its result is, or would be, stored. `effects`: what that closes and opens, where it is known.
    """

    row: ImportRow
    told: Reported
    status: tuple[str, str, str]
    test: str
    in_file: str
    stored_as: str
    side: str
    happens: list[str]
    is_in: bool
    effects: list[str]


@dataclass(frozen=True)
class RowPage:
    """Some rows, how many there are of the kind, and where the next ones begin (0: there are none)."""

    lines: list[RowLine]
    total: int
    shown: int
    next_start: int

    @property
    def left(self) -> int:
        return min(self.total - self.shown, SIZE)


def wanted_of(asked: QueryDict, *, is_settled: bool) -> Wanted:
    """What an address asks for; what it cannot ask for is left aside."""
    codes = SETTLED_ORDER if is_settled else CHECKED_ORDER
    show, start = asked.get("show", ""), asked.get("from", "")
    number = int(start) if start.isascii() and start.isdigit() and len(start) < 8 else 0
    return Wanted(
        field="settled" if is_settled else "outcome",
        show=show if show in codes else "",
        problems_first=asked.get("order") != "file",
        start=number,
    )


def page_of_rows(
    source: Import, wanted: Wanted, counts: Mapping[str, int], effects: Mapping[int, list[str]]
) -> RowPage:
    """At most 50 rows of the file; `counts` by code, `effects` sentences by number of the row."""
    codes = (wanted.show,) if wanted.show else wanted.order
    total = sum(counts[code] for code in codes)
    rows = _in_groups(source, wanted, codes, counts) if wanted.problems_first else _in_file(source, wanted)
    shown = min(wanted.start, total) + len(rows)
    lines = [line_of(row, wanted.field, effects.get(row.number, [])) for row in rows]
    return RowPage(lines, total, shown, shown if shown < total else 0)


def _in_groups(
    source: Import, wanted: Wanted, codes: tuple[str, ...], counts: Mapping[str, int]
) -> list[ImportRow]:
    rows: list[ImportRow] = []
    start = wanted.start
    for code in codes:
        if start >= counts[code]:
            start -= counts[code]
            continue
        group = _rows(source).filter(**{wanted.field: code})
        rows += group[start : start + SIZE - len(rows)]
        start = 0
        if len(rows) == SIZE:
            break
    return rows


def _in_file(source: Import, wanted: Wanted) -> list[ImportRow]:
    rows = _rows(source)
    if wanted.show:
        rows = rows.filter(**{wanted.field: wanted.show})
    return list(rows[wanted.start : wanted.start + SIZE])


def _rows(source: Import) -> Any:
    rows = ImportRow.objects.of(source.clinic).filter(source=source)
    return rows.select_related("patient", "result").order_by("number")


def line_of(row: ImportRow, field: str, effects: list[str] | None = None) -> RowLine:
    """A row in words, by what the check found (`field` outcome) or where it went (settled)."""
    told = reported(row)
    code = getattr(row, field) or row.outcome
    is_in = code in (*_STORED, Settled.STORED)
    return RowLine(
        row=row,
        told=told,
        status=_STATUS[code],
        test=analyte_name(row.analyte) if row.analyte else told.local_name or told.loinc,
        in_file=in_file(told),
        stored_as=_stored_as(row, told, is_in, code),
        side=_SIDE.get(row.interpretation, "") if is_in else "",
        happens=_happens(row, told, is_in, code),
        is_in=is_in,
        effects=effects or [],
    )


def in_file(told: Reported) -> str:
    """`<0.20 mmol/L` as the laboratory wrote it; empty where no value could be read."""
    if told.value is None:
        return ""
    return f"{told.comparator}{told.value:f} {told.unit}".strip()


def _stored_as(row: ImportRow, told: Reported, is_in: bool, code: str) -> str:
    if code == RowOutcome.ALREADY_STORED:
        return "unchanged"
    if not is_in:
        return "not stored"
    if row.canonical_value is None:
        return "taken back"
    return f"{told.comparator}{display(Analyte(row.analyte), row.canonical_value)}"


def _happens(row: ImportRow, told: Reported, is_in: bool, code: str) -> list[str]:
    if not is_in:
        waits = [WAITS] if code == RowOutcome.UNMATCHED else []
        return [sentence for sentence in [row.reason, *waits] if sentence]
    if is_taken_back(told):
        return ["The laboratory takes its result back."]
    words = [_factor(row, told), _STATED.get(told.status, ""), _reads(row, told), row.reason]
    return [sentence for sentence in words if sentence]


def _factor(row: ImportRow, told: Reported) -> str:
    """`× 0.4114` or `÷ 2`: what the value in the file is multiplied or divided by."""
    try:
        analyte = Analyte(row.analyte)
        if is_canonical(analyte, told.unit):
            return ""
        unit = unit_of(analyte, told.unit)
    except (ValueError, ValueUnitError):
        return ""
    if unit.numerator == 1:
        return f"÷ {_four_digits(unit.denominator)}."
    return f"× {_four_digits(unit.numerator / unit.denominator)}."


def _four_digits(factor: Decimal) -> str:
    return f"{Decimal(f'{factor:.4g}'):f}"


def _reads(row: ImportRow, told: Reported) -> str:
    """`In range.`, `Below 0.46–0.60.`; nothing for what is not interpreted."""
    words = _READS.get(row.interpretation, "")
    if row.interpretation not in ("LOW", "HIGH"):
        return f"{words}." if words else ""
    return f"{words} {interval_words(row.analyte, *_interval(row, told)) or 'the interval'}."


def _interval(row: ImportRow, told: Reported) -> tuple[Decimal | None, Decimal | None]:
    """What the result is compared with: as stored, else as the file tells it, in the canonical unit."""
    if row.result is not None:
        return row.result.interval_low, row.result.interval_high
    try:
        analyte = Analyte(row.analyte)
        low, high = (
            None if limit is None else canonical(analyte, limit, told.unit, plausible=False)
            for limit in (told.reference_low, told.reference_high)
        )
    except (ValueError, ValueUnitError):
        return None, None
    return low, high
