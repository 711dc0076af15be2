"""The lane of the timeline for what wearables tell: quiet, and named for what it is (pure).

Each kind has a row with a scale of its own, from its lowest to its highest day. Days without a reading are
marked, a change of device is a dashed line, and no line is drawn across either.
"""

from collections.abc import Sequence
from decimal import Decimal

from patients.course import ContextRow
from patients.drawing import Circle, Line, Path, Rect, Shape, Text, TimeScale, ValueScale
from patients.lanes import LEFT, LETTER, RIGHT

NOTE = "investigational: no device measures blood magnesium"
HEAD, ROW = 28.0, 38.0


def context_height(rows: Sequence[ContextRow]) -> float:
    """What the lane needs; nothing without rows."""
    return HEAD + ROW * len(rows) if rows else 0.0


def context_lane(rows: Sequence[ContextRow], time: TimeScale, top: float) -> list[Shape]:
    """The lane below `top`."""
    if not rows:
        return []
    shapes: list[Shape] = [
        Text(0, top + 18, "Wearables", "lane-name"),
        Text(LEFT + 8, top + 18, NOTE, "context-note"),
    ]
    for n, row in enumerate(rows):
        y = top + HEAD + n * ROW
        shapes += [Text(0, y + 12, row.name), Text(0, y + 26, row.unit, "lane-unit")]
        shapes += row_shapes(row, time, y + 4, y + ROW - 8)
    return shapes


def row_shapes(row: ContextRow, time: TimeScale, top: float, bottom: float) -> list[Shape]:
    """Gaps, changes and lines of one row, with the ends of its scale at the left."""
    scale = scale_of(row, top, bottom)
    shapes: list[Shape] = []
    for first, last in row.gaps:
        if first <= time.last and last >= time.first:
            shapes += _gap(time.x(first), time.x(last), (last - first).days + 1, top, bottom)
    shapes += [
        Line(time.x(on), top - 3, time.x(on), bottom + 3, "context-change")
        for on, _ in row.changes
        if time.holds(on)
    ]
    for run in row.runs:
        places = [(time.x(point.on), scale.y(point.value)) for point in run if time.holds(point.on)]
        if len(places) > 1:
            shapes.append(Path("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places), "context-line"))
        shapes += [Circle(x, y, 1.75, "context-point") for x, y in places if len(places) == 1]
    return shapes + _ends(row, top, bottom)


def scale_of(row: ContextRow, top: float, bottom: float) -> ValueScale:
    """From the lowest to the highest day; a kind that never changed lies in the middle."""
    low, high = min(row.values), max(row.values)
    margin = Decimal(0) if low < high else Decimal(1)
    return ValueScale(low - margin, high + margin, top, bottom)


def _ends(row: ContextRow, top: float, bottom: float) -> list[Shape]:
    low, high = row.shown(min(row.values)), row.shown(max(row.values))
    if low == high:
        return [Text(LEFT - 10, (top + bottom) / 2 + 4, low, "end")]
    return [Text(LEFT - 10, top + 7, high, "end"), Text(LEFT - 10, bottom + 1, low, "end")]


def _gap(x1: float, x2: float, days: int, top: float, bottom: float) -> list[Shape]:
    """A plain field, with its days in words where there is room."""
    shapes: list[Shape] = [Rect(x1, top - 3, max(x2 - x1, 2), bottom - top + 6, "context-gap")]
    words = f"{days} days without"
    if x2 - x1 > len(words) * LETTER + 8 and x2 <= RIGHT:
        shapes.append(Text((x1 + x2) / 2, (top + bottom) / 2 + 4, words, "mid"))
    return shapes
