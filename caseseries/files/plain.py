"""CSV and JSON whose bytes depend on nothing but the values (pure)."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from accounts.spreadsheets import safe_text

Cell = str | int | float | Decimal | None


def write_csv(file: BinaryIO, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """RFC 4180 in UTF-8: commas, CRLF, quotes where needed; no text begins as a formula does.

    Rows are written as they come, so that a long table needs no more memory than a short one. Returns how
    many there were.
    """
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    count = 0
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def json_bytes(value: Any) -> bytes:
    """JSON with sorted keys, so that equal values are equal bytes."""
    return (json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()


def _cell(value: Cell) -> str:
    """Numbers as they are, without trailing zeros; a text that a spreadsheet would run gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, str):
        return safe_text(str(value))
    return str(value)
