"""Rows of a table with separators and quotes, each with its line and its text as it stands (pure)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from labs.reading.reported import Unreadable
from labs.reading.texts import TextFile

LONGEST_LINE = 1 << 20
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


@dataclass(frozen=True)
class Record:
    """One row. `line` is where it begins; `is_ended` says that a line break follows it."""

    line: int
    raw: str
    cells: list[str]
    problem: str = ""
    lines: int = 1
    is_ended: bool = True


class _Lines:
    """Hands lines to csv.reader and remembers those of the current row."""

    def __init__(self, numbered: Iterator[tuple[int, str]]) -> None:
        self._numbered = numbered
        self.taken: list[str] = []
        self.first = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        number, line = next(self._numbered)
        if not self.taken:
            self.first = number
        self.taken.append(line)
        return line

    @property
    def raw(self) -> str:
        return "".join(self.taken)


def records(file: TextFile, separator: str) -> Iterator[Record]:
    """All rows but blank ones, and ones of separators only.

    Raises Unreadable for a line that is too long, and for a quoted cell that nothing closes.
    """
    lines = _Lines(file.lines(LONGEST_LINE))
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        lines.taken = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _broken(lines, error)
            continue
        raw = lines.raw
        if any(cell.strip() for cell in cells):
            yield Record(lines.first, raw, cells, "", len(lines.taken), raw.endswith(("\n", "\r")))


def _broken(lines: _Lines, error: csv.Error) -> Record:
    """A row whose quotes do not fit. Over several lines nobody can say how many rows it swallowed."""
    if "unexpected end of data" in str(error):
        raise Unreadable(
            f"The file ends within the quoted cell of the row in line {lines.first}: it may be cut."
        )
    if "field larger" in str(error):
        raise Unreadable(f"A cell of the row in line {lines.first} is far too long.")
    if len(lines.taken) > 1:
        raise Unreadable(f"The quotes of the row in line {lines.first} do not fit: one may be missing.")
    words = "The quotes of the row do not fit"
    return Record(lines.first, lines.raw, [], words, 1, lines.raw.endswith(("\n", "\r")))


def cells_of(line: str, separator: str) -> list[str]:
    """The cells of one line; none when its quotes do not fit."""
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return []
