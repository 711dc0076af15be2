"""The header of a table (pure): the separator, and which column holds what."""

from dataclasses import dataclass
from itertools import islice

from labs.reading.column_names import LABELS, REQUIRED, field_of, folded
from labs.reading.csv_records import LONGEST_LINE, SEPARATORS, cells_of
from labs.reading.fitting import clean
from labs.reading.reported import Unreadable
from labs.reading.texts import TextFile

_MOST_COLUMNS = 500
_BLANK_LINES = 100
_SHOWN = 20


@dataclass(frozen=True)
class Header:
    """The header row in `line`. `places` says in which column a field stands; `unused` names the others."""

    line: int
    separator: str
    names: list[str]
    places: dict[str, int]
    unused: list[str]

    @property
    def meanings(self) -> list[str]:
        """What the columns are read as, where the file calls them otherwise."""
        named = ((self.names[place], field) for field, place in self.places.items())
        return [f"{name} as {field}" for name, field in named if folded(name) != folded(field)]

    @property
    def columns(self) -> str:
        """The folded header row."""
        return ",".join(folded(name) for name in self.names)

    def name(self, field: str) -> str:
        """What the file calls the column of a field."""
        return self.names[self.places[field]]


def header_of(file: TextFile) -> Header:
    """The first row that is not blank; raises Unreadable without the columns that a result needs."""
    number, line, separator = _first_line(file)
    choices = [separator] if separator else list(SEPARATORS)
    if max(line.count(mark) for mark in choices) >= _MOST_COLUMNS:
        raise Unreadable(f"Line {number} has more than {_MOST_COLUMNS} columns.")
    headers = [_header(number, mark, cells_of(line, mark)) for mark in choices]
    header = max(headers, key=lambda h: (len(h.places), len(h.names)))
    _check(header)
    return header


def _first_line(file: TextFile) -> tuple[int, str, str]:
    """The header line, and the separator if Excel's own line `sep=;` before it tells one."""
    separator = ""
    for number, line in islice(file.lines(LONGEST_LINE), _BLANK_LINES):
        plain = line.strip("\r\n")
        if plain[:4].lower() == "sep=" and plain[4:] in SEPARATORS:
            separator = plain[4:]
        elif plain.strip():
            return number, plain, separator
    raise Unreadable("The file has no header row.")


def _header(line: int, separator: str, cells: list[str]) -> Header:
    names = [clean(cell)[:60] for cell in cells]
    places: dict[str, int] = {}
    strengths: dict[str, int] = {}
    for place, name in enumerate(names):
        field, strength = field_of(name) or ("", 0)
        if field and strength < strengths.get(field, _MOST_COLUMNS):
            places[field], strengths[field] = place, strength
    _settle(places)
    used = set(places.values())
    return Header(line, separator, names, places, [n for i, n in enumerate(names) if n and i not in used])


def _settle(places: dict[str, int]) -> None:
    """A lone column for the time may hold the date too; a lone code stands for the test."""
    if "collected_at" not in places and "collected_time" in places:
        places["collected_at"] = places.pop("collected_time")
    if "test" not in places and "loinc" not in places and "code" in places:
        places["test"] = places["code"]


def _check(header: Header) -> None:
    if not header.places:
        raise Unreadable(
            "This is neither HL7 v2 (it would begin with MSH), nor FHIR JSON, nor a table whose first row"
            f" names its columns. It begins with: {clean(', '.join(header.names))[:60]}"
        )
    missing = [LABELS[field] for field in REQUIRED if field not in header.places]
    if "test" not in header.places and "loinc" not in header.places:
        missing.append(LABELS["test"])
    if missing:
        known = ", ".join(name for name in header.names[:_SHOWN] if name)
        raise Unreadable(f"Line {header.line} names no column for {'; '.join(missing)}. It names: {known}.")
    twice = [f for f in header.places if _times(header, f) > 1]
    if twice:
        raise Unreadable(f"Line {header.line} names the column {header.name(twice[0])} twice.")


def _times(header: Header, field: str) -> int:
    own = folded(header.name(field))
    return sum(folded(name) == own for name in header.names)
