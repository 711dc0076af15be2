"""The small figure of one analyte: its results in time beside the interval of each (pure).

Chart grammar: what stands is joined by a line, unless it was measured otherwise; what does not stand is
hollow and struck; a doubtful sample is hollow with a question mark; a value that is only known to be below or
above is hollow with an arrow. No number is said by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from accounts.wording import day
from labs.series import LabPoint, changes, runs
from patients.drawing import (
    Circle,
    Line,
    Path,
    Places,
    Rect,
    Shape,
    Text,
    TimeScale,
    ValueScale,
    triangle,
    value_arrow,
)
from patients.timeline import Drawing

WIDTH, LEFT, RIGHT = 360.0, 46.0, 344.0
TOP, BOTTOM, FOOT = 30.0, 146.0, 24.0
# A letter of 11 px is about so wide.
LETTER = 6.0
MOST_TICKS = 4
ROOM = Decimal("0.08")
_SIDES = {"in": "in range", "high": "high", "low": "low", "none": "not interpreted"}


@dataclass(frozen=True)
class Series:
    """One analyte: how it is called and shown, its points oldest first, and an axis that is only widened."""

    name: str
    unit: str
    decimals: int
    points: Sequence[LabPoint]
    axis: tuple[Decimal, Decimal] | None = None
    is_ionized_mg: bool = False

    def shown(self, value: Decimal) -> str:
        return str(value.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP))

    def label(self, point: LabPoint) -> str:
        """`0.62 high`, `<0.20 low`, `0.53`."""
        side = point.side if point.side in ("high", "low") else ""
        return f"{point.comparator}{self.shown(point.value)} {side}".strip()


def draw_series(series: Series, first: date, last: date) -> Drawing:
    """The figure from `first` to `last`; all points lie inside."""
    time, scale = TimeScale(first, last, LEFT, RIGHT), _scale(series)
    shapes: list[Shape] = [
        *_bands(series.points, time, scale),
        *_ticks(series, scale),
        *_changes(series.points, time),
        *_lines(series, time, scale),
        *(shape for point in series.points for shape in _mark(series, point, time, scale)),
        *_labels(series, time, scale),
        *_axis(time),
    ]
    return Drawing(WIDTH, BOTTOM + FOOT, sentence(series), shapes)


def sentence(series: Series) -> str:
    """What the figure says, for who cannot see it."""
    standing = [point for point in series.points if point.stands]
    if not standing:
        return f"{series.name}: no result stands."
    newest = standing[-1]
    value = f"{newest.comparator}{series.shown(newest.value)} {series.unit}".strip()
    doubt = ", doubtful" if newest.is_doubtful else ""
    said = [f"{series.name}, latest {value} on {day(newest.on)}, {_SIDES[newest.side]}{doubt}"]
    said.append(f"{len(standing)} of {len(series.points)} results stand")
    others = [
        f"{words} from {day(point.on)}"
        for point, words in zip(series.points, changes(series.points), strict=True)
        if words
    ]
    return "; ".join([*said, *others]) + "."


def _scale(series: Series) -> ValueScale:
    """As wide as values and intervals need, with a little room; never cut."""
    values = [point.value for point in series.points]
    limits = [limit for point in series.points for limit in (point.low, point.high) if limit is not None]
    ends = [*values, *limits, *(series.axis or ())]
    low, high = min(ends), max(ends)
    room = (high - low) * ROOM or abs(high) * ROOM or Decimal(1)
    return ValueScale(low - room, high + room, TOP, BOTTOM)


def _bands(points: Sequence[LabPoint], time: TimeScale, scale: ValueScale) -> list[Shape]:
    """The interval of each standing result, from halfway to its neighbour before to halfway to the next."""
    standing = [point for point in points if point.stands]
    xs = [time.x(point.on) for point in standing]
    edges = [LEFT, *((one + other) / 2 for one, other in pairwise(xs)), RIGHT]
    shapes: list[Shape] = []
    for n, point in enumerate(standing):
        shapes += _band(point, edges[n], edges[n + 1], scale)
    return shapes


def _band(point: LabPoint, x1: float, x2: float, scale: ValueScale) -> list[Shape]:
    if (point.low is None and point.high is None) or x2 <= x1:
        return []
    top = TOP if point.high is None else scale.y(point.high)
    bottom = BOTTOM if point.low is None else scale.y(point.low)
    ends = [y for limit, y in ((point.high, top), (point.low, bottom)) if limit is not None]
    edges = [Line(round(x1, 1), y, round(x2, 1), y, "band-edge") for y in ends]
    return [Rect(round(x1, 1), top, round(x2 - x1, 1), round(bottom - top, 1), "band"), *edges]


def _ticks(series: Series, scale: ValueScale) -> list[Shape]:
    """The limits of the newest interval in bold, and round values that keep clear of them."""
    newest = next((point for point in reversed(series.points) if point.stands), None)
    limits = [limit for limit in ((newest.low, newest.high) if newest else ()) if limit is not None]
    shapes: list[Shape] = [Text(LEFT - 6, scale.y(v) + 4, series.shown(v), "end band-label") for v in limits]
    step = _step(scale.high - scale.low)
    value = (scale.low // step + 1) * step
    while value < scale.high:
        if all(abs(scale.y(value) - scale.y(limit)) > 13 for limit in limits):
            shapes.append(Text(LEFT - 6, scale.y(value) + 4, series.shown(value), "end"))
        value += step
    return shapes


def _step(width: Decimal) -> Decimal:
    """1, 2 or 5 times a power of ten, so that few values fit into `width`."""
    power = Decimal(1).scaleb(width.adjusted() - 1)
    return next((power * n for n in (1, 2, 5, 10, 20) if width / (power * n) <= MOST_TICKS), power * 50)


def _changes(points: Sequence[LabPoint], time: TimeScale) -> list[Shape]:
    """A dashed line where the way of measuring changes; the words stand where there is room."""
    shapes: list[Shape] = []
    before, free_from = LEFT, LEFT
    for point, words in zip(points, changes(points), strict=True):
        x = time.x(point.on)
        if words:
            middle = round((before + x) / 2, 1)
            shapes.append(Line(middle, TOP - 12, middle, BOTTOM, "lab-change"))
            half = len(words) * LETTER / 2
            at = min(max(middle, LEFT + half), RIGHT - half)
            if at - half >= free_from:
                shapes.append(Text(round(at, 1), TOP - 16, words, "mid lab-change-label"))
                free_from = at + half + 6
        before = x if point.stands else before
    return shapes


def _lines(series: Series, time: TimeScale, scale: ValueScale) -> list[Shape]:
    css = f"lab-line{' ionized' if series.is_ionized_mg else ''}"
    return [
        Path("M" + "L".join(f"{time.x(p.on):.1f} {scale.y(p.value):.1f}" for p in run), css)
        for run in runs(series.points)
    ]


def _mark(series: Series, point: LabPoint, time: TimeScale, scale: ValueScale) -> list[Shape]:
    x, y = time.x(point.on), scale.y(point.value)
    hollow = "" if point.joins else " hollow"
    ionized = " ionized" if series.is_ionized_mg else ""
    if point.side in ("high", "low") and point.stands and not point.comparator:
        shapes: list[Shape] = [triangle(x, y, f"lab-point out{hollow}", up=point.side == "high")]
    else:
        shapes = [Circle(x, y, 4, f"lab-point{ionized}{hollow}")]
    if point.comparator:
        shapes.append(value_arrow(x, y, down=point.comparator[0] == "<"))
    if point.state in ("superseded", "withdrawn"):
        shapes.append(Line(x - 6, y + 6, x + 6, y - 6, "lab-strike"))
    if point.is_doubtful and point.stands:
        shapes.append(Text(x + 7, y + 4, "?", "strong"))
    return shapes


def _labels(series: Series, time: TimeScale, scale: ValueScale) -> list[Shape]:
    """Values of what stands, where they have room; the table has them all.

    What is only known to lie beyond is named first, since its mark says no number; then from the newest back.
    """
    standing = [point for point in reversed(series.points) if point.stands]
    marks = [(time.x(p.on), scale.y(p.value)) for p in standing if p.is_doubtful]
    places = Places([(x + 5, x + 15, y + 4) for x, y in marks])
    shapes: list[Shape] = []
    for point in sorted(standing, key=lambda point: not point.comparator):
        shapes += _label(series, point, time.x(point.on), scale.y(point.value), places)
    return shapes


def _label(series: Series, point: LabPoint, x: float, y: float, places: Places) -> list[Shape]:
    """Over its mark, or under it for a low one; what is out of range tries every side."""
    label, out = series.label(point), point.side in ("high", "low")
    half = len(label) * 6.4 / 2 + 3
    at = round(min(max(x, LEFT + half), WIDTH - half), 1)
    below = (point.side == "low" and not point.comparator) or point.comparator[:1] == ">"
    line = _label_y(y, below)
    css = f"mid lab-label{' out' if out else ''}"
    if places.take(at - half, at + half, line):
        return [Text(at, line, label, css)]
    found = places.beside(x, half, (line, _label_y(y, not below))) if out else None
    if found is None or not LEFT <= found[0] - half <= found[0] + half <= WIDTH:
        return []
    return [Text(*found, label, css)]


def _label_y(y: float, below: bool) -> float:
    """Inside the figure also for a value at its edge."""
    return round(y - 9 if y + 18 > BOTTOM else y + 18, 1) if below else round(max(y - 9, TOP - 2), 1)


def _axis(time: TimeScale) -> list[Shape]:
    shapes: list[Shape] = [Line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis")]
    year, free_from = None, 0.0
    for month in time.months(at_most=5):
        x = time.x(month)
        words = f"{month:%b %Y}" if month.year != year else f"{month:%b}"
        shapes.append(Line(x, BOTTOM, x, BOTTOM + 4, "axis"))
        if x >= free_from and x + len(words) * LETTER < WIDTH:
            shapes.append(Text(x, BOTTOM + 17, words))
            free_from = x + len(words) * LETTER + 6
            year = month.year
    return shapes
