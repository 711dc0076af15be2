"""Shapes that a template writes down as SVG, and the scales that place them (pure). All lengths in px."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

# Lines of 11 or 12 px text need so much room.
LINE = 12


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    css: str
    kind: str = "line"


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    css: str
    kind: str = "rect"
    radius: float = 0


@dataclass(frozen=True)
class Hatch:
    """A rectangle filled with 45 degree lines."""

    x: float
    y: float
    width: float
    height: float
    kind: str = "hatch"


@dataclass(frozen=True)
class Path:
    d: str
    css: str
    kind: str = "path"


@dataclass(frozen=True)
class Circle:
    x: float
    y: float
    r: float
    css: str
    kind: str = "circle"


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    words: str
    css: str = ""
    kind: str = "text"


Shape = Line | Rect | Hatch | Path | Circle | Text


@dataclass(frozen=True)
class TimeScale:
    """Days to x; both ends lie inside."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """The x of a day; a day outside is placed at the nearer end."""
        inside = min(max(day, self.first), self.last)
        share = (inside - self.first).days / max((self.last - self.first).days, 1)
        return round(self.left + share * (self.right - self.left), 1)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def months(self, at_most: int = 12) -> Iterator[date]:
        """First days of months inside, every second, third, sixth or twelfth where there are many."""
        every = next(
            (n for n in (1, 2, 3, 6, 12, 24) if (self.last - self.first).days / 30.4 / n <= at_most), 60
        )
        day = self.first.replace(day=1)
        while day <= self.last:
            if day >= self.first and (day.year * 12 + day.month - 1) % every == 0:
                yield day
            day = (day + timedelta(days=32)).replace(day=1)


@dataclass(frozen=True)
class ValueScale:
    """Values to y; larger values lie higher."""

    low: Decimal
    high: Decimal
    top: float
    bottom: float

    def y(self, value: Decimal) -> float:
        share = float((value - self.low) / (self.high - self.low))
        return round(self.bottom - share * (self.bottom - self.top), 1)


@dataclass
class Places:
    """Where words stand already, so that no two of them touch: (from x, to x, y of the line)."""

    taken: list[tuple[float, float, float]] = field(default_factory=list)

    def take(self, x1: float, x2: float, y: float) -> bool:
        """Whether words from `x1` to `x2` have room at `y`; they take it then."""
        free = all(x2 <= from_x or to_x <= x1 or abs(y - at) >= LINE for from_x, to_x, at in self.taken)
        if free:
            self.taken.append((x1, x2, y))
        return free

    def beside(self, x: float, half: float, lines: Sequence[float]) -> tuple[float, float] | None:
        """Middle and line of words that belong to `x`: centred, or left or right of it; None without room."""
        for line in lines:
            for middle in (x, x - half, x + half):
                if self.take(middle - half, middle + half, line):
                    return round(middle, 1), line
        return None


def triangle(x: float, y: float, css: str, *, up: bool, size: float = 5.5) -> Path:
    """A mark that reads in grey: up for high, down for low."""
    tip = -size if up else size
    return Path(f"M{x:.1f} {y + tip:.1f}L{x + size:.1f} {y - tip:.1f}H{x - size:.1f}Z", css)


def value_arrow(x: float, y: float, css: str = "lab-arrow", *, down: bool) -> Path:
    """From a value that is only known to be below or above, to where it may lie."""
    way = 1 if down else -1
    start, wing, tip = (f"{y + part * way:.1f}" for part in (4, 11, 15))
    return Path(f"M{x:.1f} {start}V{tip}M{x - 3:.1f} {wing}L{x:.1f} {tip}L{x + 3:.1f} {wing}", css)


def moon(x: float, y: float, css: str) -> Path:
    """A small crescent: at night."""
    return Path(f"M{x + 3:.1f} {y - 4:.1f}a5 5 0 1 0 2 6a4 4 0 0 1 -2 -6Z", css)
