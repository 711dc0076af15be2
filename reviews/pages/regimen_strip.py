"""The 24 hours of a typed regimen as a figure: meals, magnesium, what goes with it, what is too close (pure).

All lengths in px of the figure's own view box. Every colour has a shape or a word beside it, and the table
under the figure says the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from accounts.wording import number
from patients.drawing import Line, Path, Rect, Shape, Text
from patients.timeline import Drawing
from regimens.clock import DAY, hours, minutes_of
from regimens.hours import MEALS, SLEEP

WIDTH, LEFT, RIGHT = 760.0, 92.0, 748.0
MEALS_Y, PILLS_Y, BESIDE_Y = 24.0, 72.0, 122.0
ROW, PILL = 26.0, 22.0
LETTER = 6.2
HALO_MINUTES = 60


@dataclass(frozen=True)
class Pill:
    """One intake; the amount is None while no product is chosen."""

    at: time
    elemental_mg: Decimal | None


@dataclass(frozen=True)
class Beside:
    """Something taken at one clock time; `close_to`: the intake that is too near, `minutes` away."""

    at: time
    label: str
    close_to: time | None = None
    minutes: int = 0


def strip(pills: Sequence[Pill], beside: Sequence[Beside]) -> Drawing:
    """The figure of one day."""
    placed, rows = _placed(sorted(beside, key=lambda one: (one.close_to is None, one.at)))
    bottom = BESIDE_Y + ROW * max(rows, 1) + 4
    shapes: list[Shape] = [
        *_night(bottom),
        *_axis(bottom),
        *_names(),
        *_meals(),
        *(shape for pill in pills for shape in _halo(pill)),
        *(shape for one, x, y in placed for shape in _apart(one, x, y)),
        *(shape for pill in pills for shape in _pill(pill)),
        *(shape for one, x, y in placed for shape in _beside(one, x, y)),
        Rect(LEFT, bottom + 26, 12, 12, "halo", radius=2),
        Text(LEFT + 18, bottom + 36, "low phytate advised, 1 h before and after each intake"),
        Text(RIGHT, bottom + 36, "magnesium in mg elemental", "end"),
    ]
    return Drawing(WIDTH, bottom + 44, _sentence(pills, beside), shapes)


def _x(minutes: float) -> float:
    return round(LEFT + minutes / DAY * (RIGHT - LEFT), 1)


def _night(bottom: float) -> Iterator[Shape]:
    falls, rises = (_x(minutes_of(at)) for at in SLEEP)
    yield Rect(LEFT, 8, rises - LEFT, bottom - 8, "night")
    yield Rect(falls, 8, RIGHT - falls, bottom - 8, "night")
    yield Text((LEFT + rises) / 2, MEALS_Y + 4, "sleep", "mid")


def _axis(bottom: float) -> Iterator[Shape]:
    yield Line(LEFT, bottom, RIGHT, bottom, "axis")
    for hour in range(0, 25, 3):
        x = _x(hour * 60)
        yield Line(x, 8, x, bottom, "grid")
        anchor = "end" if hour == 24 else "mid"
        yield Text(x, bottom + 15, f"{hour:02}:00", anchor)


def _names() -> Iterator[Shape]:
    yield Text(0, MEALS_Y + 4, "Meals", "lane-name")
    yield Text(0, PILLS_Y + 4, "Magnesium", "lane-name")
    yield Text(0, BESIDE_Y + PILL / 2 + 4, "With it", "lane-name")
    yield from (Line(0, y, RIGHT, y, "divider") for y in (MEALS_Y + 20, BESIDE_Y - 10))


def _meals() -> Iterator[Shape]:
    """Usual times: nobody asked this patient."""
    for name, at in MEALS:
        x = _x(minutes_of(at))
        yield Rect(x, MEALS_Y - 11, 64, PILL, "meal", radius=4)
        yield Text(x + 32, MEALS_Y + 4, name, "mid")


def _halo(pill: Pill) -> Iterator[Shape]:
    at = minutes_of(pill.at)
    x1, x2 = _x(max(at - HALO_MINUTES, 0)), _x(min(at + HALO_MINUTES, DAY))
    yield Rect(x1, PILLS_Y - 19, round(x2 - x1, 1), 38, "halo", radius=4)


def _pill(pill: Pill) -> Iterator[Shape]:
    words = "?" if pill.elemental_mg is None else number(pill.elemental_mg.quantize(Decimal("0.01")))
    width = max(len(words) * 6.5 + 8, 26)
    x = min(max(_x(minutes_of(pill.at)), LEFT + width / 2), RIGHT - width / 2)
    yield Rect(round(x - width / 2, 1), PILLS_Y - PILL / 2, width, PILL, "pill-mark", radius=11)
    yield Text(x, PILLS_Y + 4, words, "mid pill-words")


def _beside(one: Beside, x: float, y: float) -> Iterator[Shape]:
    close = " too-close" if one.close_to else ""
    yield Rect(x, y, _width(one), PILL, f"beside{close}", radius=4)
    yield Text(round(x + _width(one) / 2, 1), y + 15, _words(one), f"mid beside-words{close}")


def _apart(one: Beside, x: float, y: float) -> Iterator[Shape]:
    """A dashed bracket from the thing to the intake that is too near, with the distance in words."""
    if one.close_to is None:
        return
    mine, other = _x(minutes_of(one.at)), _x(minutes_of(one.close_to))
    middle = BESIDE_Y - 5
    yield Path(f"M{mine:.1f} {y:.1f}V{middle:.1f}H{other:.1f}V{PILLS_Y + 11:.1f}", "apart")
    is_late = max(mine, other) + 90 > RIGHT
    words = "same minute" if one.minutes == 0 else f"{hours(one.minutes)} apart"
    edge = min(mine, other) - 6 if is_late else max(mine, other) + 6
    yield Text(edge, middle + 2, words, f"apart-words{' end' if is_late else ''}")


def _words(one: Beside) -> str:
    return f"{one.label} {one.at:%H:%M}" if one.close_to else one.label


def _width(one: Beside) -> float:
    return round(len(_words(one)) * LETTER + 12, 1)


def _placed(beside: Sequence[Beside]) -> tuple[list[tuple[Beside, float, float]], int]:
    """Each with its left top corner, in as many rows as it takes for none to cover another."""
    ends: list[float] = []
    placed = []
    for one in beside:
        width = _width(one)
        x = round(min(max(_x(minutes_of(one.at)) - width / 2, LEFT), RIGHT - width), 1)
        row = next((n for n, end in enumerate(ends) if x > end + 4), len(ends))
        ends[row : row + 1] = [x + width]
        placed.append((one, x, BESIDE_Y + row * ROW))
    return placed, len(ends)


def _sentence(pills: Sequence[Pill], beside: Sequence[Beside]) -> str:
    """What the figure says, for who cannot see it."""
    taken = ", ".join(f"{pill.at:%H:%M}" for pill in pills) or "no intake yet"
    close = [f"{one.label} at {one.at:%H:%M}" for one in beside if one.close_to]
    said = f"too close to magnesium: {', '.join(close)}" if close else "nothing with known times is too close"
    return f"The day: magnesium at {taken}; {said}."
