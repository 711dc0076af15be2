"""Reading bytes in tests: on one day, in one zone."""

import io
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from labs.reading.recognise import read_file
from labs.reading.reported import FileRead, Reported, Unreadable

ZONE = ZoneInfo("America/New_York")
ON = date(2026, 11, 30)
SAMPLES = settings.BASE_DIR / "demo" / "samples"
SHARED = settings.BASE_DIR.parent / "shared" / "data"

needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is not here")


def read(content: bytes | str) -> tuple[FileRead, list[Reported]]:
    """The file and all its rows; what holds of each row is checked for each."""
    data = content.encode() if isinstance(content, str) else content
    found = read_file(io.BytesIO(data), ZONE, on=ON)
    rows = list(found.rows)
    for number, row in enumerate(rows, start=1):
        check_row(row, number)
    return found, rows


def check_row(row: Reported, number: int) -> None:
    """Numbered one by one, with a place, the raw row, and nothing that the database cannot keep."""
    assert row.number == number
    assert row.place and row.raw
    assert len(row.place) <= 60 and len(row.raw) <= 2000
    for text in asdict(row).values():
        if isinstance(text, str):
            assert "\0" not in text
            text.encode()


def rows_of(content: bytes | str) -> list[Reported]:
    return read(content)[1]


def row_of(content: bytes | str) -> Reported:
    (row,) = rows_of(content)
    return row


def refusal_of(content: bytes | str) -> str:
    """Why the file is refused as a whole; fails when it is not."""
    with pytest.raises(Unreadable) as refused:
        read(content)
    return str(refused.value)


def told(row: Reported) -> dict[str, Any]:
    """What the row says besides its raw text."""
    return {name: value for name, value in asdict(row).items() if name != "raw"}


def samples(ending: str) -> list[Path]:
    """The committed and the shared files of one kind."""
    return [*sorted(SAMPLES.glob(f"*.{ending}")), *sorted(SHARED.rglob(f"*.{ending}"))]


def names(paths: list[Path]) -> list[Any]:
    return [pytest.param(path, id=path.name) for path in paths]
