"""Shapes that a template writes down as SVG, and the scales that place them (pure). All lengths in px."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


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


def triangle(x: float, y: float, css: str, *, up: bool, size: float = 5.5) -> Path:
    """A mark that reads in grey: up for high, down for low."""
    tip = -size if up else size
    return Path(f"M{x:.1f} {y + tip:.1f}L{x + size:.1f} {y - tip:.1f}H{x - size:.1f}Z", css)


def moon(x: float, y: float, css: str) -> Path:
    """A small crescent: at night."""
    return Path(f"M{x + 3:.1f} {y - 4:.1f}a5 5 0 1 0 2 6a4 4 0 0 1 -2 -6Z", css)
