"""Whether a row of a table has the cells that its header promises, and the last one whole (pure)."""

import re

from labs.reading.column_names import folded
from labs.reading.csv_header import Header
from labs.reading.csv_records import Record

DATES = ("collected_at", "birth_date", "analysed_at", "reported_at", "last_mg_dose_at")
# A cut text of these is shown as it stands; a cut unit is none that is known.
_MAY_BE_CUT = frozenset(
    {"", "unit", "method", "analyzer", "specimen", "anticoagulant", "storage", "flag", "sex"}
)
_WHOLE_TIME = re.compile(r".*[0-9]:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})")


def misshapen(record: Record, header: Header) -> str:
    """Why the cells of a row are not those of the columns; empty when they are."""
    cells, names = record.cells, header.names
    if len(cells) < len(names):
        return f"The row has {len(cells)} cells, the header {len(names)}: it may be cut"
    told, more = cells[: len(names)], cells[len(names) :]
    if any(cell.strip() for cell in more):
        return f"The row has {len(cells)} cells, the header {len(names)}: a separator is within a cell"
    if folded(told[0]) == folded(names[0]) and [*map(folded, told)] == [*map(folded, names)]:
        return "The row repeats the header"
    return _over_lines(record, header, told)


def _over_lines(record: Record, header: Header, cells: list[str]) -> str:
    """A quote too many swallows the end of a row, and the next row as far as the next quote."""
    broken = {place for place, cell in enumerate(cells) if "\n" in cell or "\r" in cell}
    if not broken:
        return ""
    separators = max(cells[place].count(header.separator) for place in broken)
    if broken & set(header.places.values()) or separators >= len(header.names) - 1:
        return f"A cell goes on to line {record.line + record.lines - 1}: a quote may be missing"
    return ""


def may_be_cut(record: Record, header: Header) -> bool:
    """Whether the file ends within the last cell of this row, as far as the cell itself does not tell."""
    if record.is_ended or record.raw.endswith('"'):
        return False
    last = next((name for name, place in header.places.items() if place == len(header.names) - 1), "")
    cell = record.cells[-1].strip()
    if last in DATES and last != "birth_date":
        return _WHOLE_TIME.fullmatch(cell) is None
    if last == "status":
        return len(cell) < 2
    return last not in _MAY_BE_CUT
