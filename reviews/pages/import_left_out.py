"""The rows of a file that are not stored, as CSV, one by one: nothing is held as a whole."""

import csv
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from accounts.spreadsheets import safe_text
from labs.models import Import, ImportRow
from reviews.pages.import_rows import in_file, line_of

COLUMNS = (
    "row", "place", "status", "reason", "mrn", "family_name", "given_name", "birth_date", "test", "value",
    "sampled", "laboratory", "as_in_the_file",
)  # fmt: skip
_LEFT_OUT = {"outcome": ("ERROR", "UNMATCHED"), "settled": ("REFUSED", "PARKED")}
BATCH = 500


class _Line:
    """What `csv` writes is what it is asked for."""

    def write(self, text: str) -> str:
        return text


def left_out_lines(source: Import, *, is_settled: bool) -> Iterator[str]:
    """RFC 4180 in UTF-8, in order of the file; no text begins as a formula does."""
    field = "settled" if is_settled else "outcome"
    rows = ImportRow.objects.of(source.clinic).filter(source=source, **{f"{field}__in": _LEFT_OUT[field]})
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield writer.writerow(COLUMNS)
    rows = rows.select_related("patient", "result").order_by("number")
    for row in rows.iterator(chunk_size=BATCH):
        yield writer.writerow([safe_text(cell) for cell in _cells(row, field, source.clinic.zone)])


def _cells(row: ImportRow, field: str, zone: ZoneInfo) -> list[str]:
    line = line_of(row, field)
    told = line.told
    sampled = told.collected_at.astimezone(zone).isoformat() if told.collected_at else ""
    birth_date = told.birth_date.isoformat() if told.birth_date else ""
    return [
        str(row.number), row.place, line.status[0], row.reason, told.mrn, told.family_name, told.given_name,
        birth_date, line.test, in_file(told), sampled, told.laboratory, row.raw,
    ]  # fmt: skip
