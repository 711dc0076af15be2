"""Geometry of the small figures: the sparkline of a queue row and the strip of a why panel (pure).

Lengths are in the units of the figure's own view box. Templates draw what is computed here; every figure's
numbers stand beside it in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 84, 24, 4
# The axis of ionized magnesium in mmol/L; widened only when data need it, never cut.
MG_LOW, MG_HIGH = Decimal("0.36"), Decimal("0.68")
_STRIP_LEFT, _STRIP_RIGHT = 12, 548
# About this many units of width for each letter of 11 px text.
_LETTER = 6.0


@dataclass(frozen=True)
class Point:
    """One value on its day; `side` is -1 below, 0 inside and 1 above its interval.

    No line leads to a point that was `measured_otherwise` than the one before, nor to one that does not
    `join`: a doubtful sample, or a value that is only known to lie beyond.
    """

    on: date
    value: Decimal
    side: int
    joins: bool = True
    measured_otherwise: bool = False


@dataclass(frozen=True)
class Spark:
    """Lines through what was measured alike, the band of the interval, and the mark of the newest value."""

    lines: tuple[str, ...]
    band_y: float
    band_height: float
    x: float
    y: float
    side: int
    is_hollow: bool = False


def spark(points: Sequence[Point], low: Decimal | None, high: Decimal | None) -> Spark | None:
    """The sparkline of `points`, oldest first; None without any. The band is the newest interval."""
    if not points:
        return None
    values = [point.value for point in points]
    bottom, top = min(MG_LOW, *values), max(MG_HIGH, *values)
    xs = _xs([point.on for point in points], SPARK_MARGIN, SPARK_WIDTH - SPARK_MARGIN)
    ys = [_y(value, bottom, top) for value in values]
    band_top = _y(min(high, top) if high is not None else top, bottom, top)
    band_bottom = _y(max(low, bottom) if low is not None else bottom, bottom, top)
    has_band = low is not None or high is not None
    return Spark(
        lines=_spark_lines(points, xs, ys),
        band_y=band_top,
        band_height=round(max(band_bottom - band_top, 0), 1) if has_band else 0,
        x=xs[-1],
        y=ys[-1],
        side=points[-1].side,
        is_hollow=not points[-1].joins,
    )


def _spark_lines(points: Sequence[Point], xs: Sequence[float], ys: Sequence[float]) -> tuple[str, ...]:
    stretches: list[list[str]] = [[]]
    for point, x, y in zip(points, xs, ys, strict=True):
        if point.measured_otherwise:
            stretches.append([])
        if point.joins:
            stretches[-1].append(f"{x},{y}")
    return tuple(" ".join(stretch) for stretch in stretches if len(stretch) > 1)


@dataclass(frozen=True)
class Event:
    """Something that happened on a day: kind DOSE, VISIT, RESULT, RESULT_HIGH, RESULT_LOW or SYMPTOM."""

    kind: str
    on: date
    label: str


@dataclass(frozen=True)
class Placed:
    """An event with its place; `label_x` is None where its words find no room (the table has them)."""

    kind: str
    x: float
    label: str
    on: date
    label_x: float | None
    anchor: str
    above: bool


@dataclass(frozen=True)
class Bar:
    """A stretch of time: the window of a re-evaluation, or what is past it."""

    x: float
    width: float
    hatch: tuple[float, ...] = ()

    @property
    def end(self) -> float:
        return round(self.x + self.width, 1)

    @property
    def is_late(self) -> bool:
        """In the right half, where words end at the bar instead of beginning there."""
        return self.x > (_STRIP_LEFT + _STRIP_RIGHT) / 2


@dataclass(frozen=True)
class Strip:
    """A line of time with marks, a window if there is one, and today."""

    marks: tuple[Placed, ...]
    window: Bar | None
    overdue: Bar | None
    today_x: float

    @property
    def today_is_late(self) -> bool:
        return self.today_x > (_STRIP_LEFT + _STRIP_RIGHT) / 2


def strip(
    events: Sequence[Event], today: date, window: tuple[date, date] | None = None, *, missed: bool = False
) -> Strip:
    """Place `events` on one axis up to `today` or the end of the `window`, whichever is later."""
    days = [event.on for event in events] + [today, *(window or ())]
    first, last = min(days), max(days)
    if first == last:
        first -= timedelta(days=1)
    opens, closes = (_at(day, first, last) for day in window) if window else (0.0, 0.0)
    now = _at(today, first, last)
    return Strip(
        marks=tuple(_labelled(sorted(events, key=lambda event: event.on), first, last)),
        window=Bar(opens, round(closes - opens, 1), _hatch(opens, closes) if missed else ())
        if window
        else None,
        overdue=Bar(closes, round(now - closes, 1)) if window and missed and now > closes else None,
        today_x=now,
    )


def _labelled(events: Sequence[Event], first: date, last: date) -> list[Placed]:
    """Results and symptoms are named above the line, doses and visits below; no two names overlap."""
    ends = {True: -1.0, False: -1.0}
    placed = []
    for event in events:
        x = _at(event.on, first, last)
        above = event.kind.startswith("RESULT") or event.kind == "SYMPTOM"
        width = len(event.label) * _LETTER
        at_end = x + width > _STRIP_RIGHT
        begins = x - width if at_end else x - 4
        fits = begins > ends[above]
        if fits:
            ends[above] = begins + width + 8
        label_x = round(x + 4 if at_end else x - 4, 1) if fits else None
        placed.append(
            Placed(event.kind, x, event.label, event.on, label_x, "end" if at_end else "start", above)
        )
    return placed


def _hatch(opens: float, closes: float) -> tuple[float, ...]:
    """Where the slanted lines of a window that was not met begin."""
    return tuple(round(opens + step, 1) for step in range(0, int(closes - opens) - 11, 8))


def _at(day: date, first: date, last: date) -> float:
    share = (day - first).days / (last - first).days
    return round(_STRIP_LEFT + share * (_STRIP_RIGHT - _STRIP_LEFT), 1)


def _xs(days: Sequence[date], left: int, right: int) -> list[float]:
    span = (days[-1] - days[0]).days
    if span == 0:
        return [float(right)] * len(days)
    return [round(left + (day - days[0]).days / span * (right - left), 1) for day in days]


def _y(value: Decimal, bottom: Decimal, top: Decimal) -> float:
    share = float((value - bottom) / (top - bottom))
    return round(SPARK_HEIGHT - SPARK_MARGIN - share * (SPARK_HEIGHT - 2 * SPARK_MARGIN), 1)
