"""A reported row as JSON and back (pure): what an import keeps of each row until it is stored."""

from typing import Any

from pydantic import TypeAdapter

from labs.reading.reported import Reported

_ROWS = TypeAdapter(Reported)
# Kept in columns of their own.
_APART = {"number", "place", "raw", "problem"}


def as_json(row: Reported) -> dict[str, Any]:
    """Only what the row tells; numbers and times as text, so that they come back exactly."""
    kept: dict[str, Any] = _ROWS.dump_python(row, mode="json", exclude=_APART, exclude_defaults=True)
    return kept


def from_json(kept: dict[str, Any], *, number: int, place: str, raw: str) -> Reported:
    """The row that `as_json` kept."""
    return _ROWS.validate_python({**kept, "number": number, "place": place, "raw": raw})
