"""The workbook: sheets of plain values, without a formula, a link, a macro or a name of anybody.

Rows go to disk as they come (`constant_memory`), numbers stay numbers, and a text is a text whatever it
begins with. The same sheets give the same bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from caseseries.files.plain import Cell

# A workbook must say when it was made; this one says nothing.
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
WIDEST = 60


@dataclass(frozen=True)
class Sheet:
    """A table under its head; `rows` may be made one by one."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def write_workbook(file: BinaryIO, sheets: Iterable[Sheet], scratch: Path) -> None:
    """One sheet after the other; `scratch` is a folder for what is not finished. Raises OSError."""
    try:
        _write_sheets(file, sheets, scratch)
    except FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from error


def _write_sheets(file: BinaryIO, sheets: Iterable[Sheet], scratch: Path) -> None:
    options = {
        "constant_memory": True,
        "tmpdir": str(scratch),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(file, options) as book:
        book.set_properties({"created": NO_DATE})
        head = book.add_format({"bold": True, "bottom": 1})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for column, word in enumerate(sheet.head):
                page.set_column(column, column, min(max(len(word) + 2, 12), WIDEST))
                page.write_string(0, column, word, head)
            for number, row in enumerate(sheet.rows, start=1):
                _write(page, number, row)


def _write(page: Worksheet, number: int, row: Sequence[Cell]) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            page.write_string(number, column, value)
        elif isinstance(value, int | float | Decimal):
            page.write_number(number, column, value)
