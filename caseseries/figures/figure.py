"""A figure of a series: a drawing, the sentence that tells it, and a table of the same numbers (pure)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from patients.drawing import Line, Shape, Text
from patients.timeline import Drawing

# All figures are equally wide, in px, so that their letters are equally large beside each other.
WIDTH = 400.0
# A letter of 11 px is about so wide, and no system font is wider.
LETTER = 6.4
LINE = 16.0
DAYS_OF_A_WEEK = 7
MOST_TICKS = 10


@dataclass(frozen=True)
class Table:
    """The numbers of a figure; the first cell of a row names it."""

    caption: str
    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Figure:
    """`name` is a word for files and ids; `note` stands under the title and says how to read the figure."""

    name: str
    title: str
    note: str
    plot: Drawing
    table: Table

    @property
    def label(self) -> str:
        """What the figure says, in one sentence."""
        return self.plot.sentence


@dataclass(frozen=True)
class Scale:
    """Values between `low` and `high` to px between `start` and `end`; values outside stay at the ends."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def weeks(days: int) -> float:
    """Days since the start as weeks, for the axis only."""
    return days / DAYS_OF_A_WEEK


def week_scale(last_day: int, start: float, end: float) -> Scale:
    """From the start to the tick after `last_day`."""
    step = tick_weeks(last_day)
    return Scale(0, (max(last_day, 0) // (step * DAYS_OF_A_WEEK) + 1) * step, start, end)


def tick_weeks(last_day: int) -> int:
    """Weeks between two ticks: 4, or as many more as leave few of them."""
    return next(step for step in (4, 8, 12, 26, 52, 104, 520) if weeks(last_day) / step < MOST_TICKS)


def week_axis(scale: Scale, last_day: int, top: float, bottom: float, words: str) -> Iterator[Shape]:
    """Grid lines with their weeks under them, and `words` under all."""
    for week in range(0, int(scale.high) + 1, tick_weeks(last_day)):
        x = scale.place(week)
        yield Line(x, top, x, bottom, "grid")
        yield Text(x, bottom + 14, str(week), "mid")
    yield Line(scale.start, bottom, scale.end, bottom, "axis")
    yield Text((scale.start + scale.end) / 2, bottom + 30, words, "mid")


def polyline(points: Iterable[tuple[float, float]]) -> str:
    """The `d` of a path through the points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def stairs(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of a line that keeps its height until the next point."""
    given = list(points)
    corners = given[:1]
    for (_, y), (x, later) in pairwise(given):
        corners += [(x, y), (x, later)]
    return corners
