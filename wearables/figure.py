"""The figure of one kind on the page of wearables: days as a line, devices, gaps and dose steps (pure)."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from accounts.wording import day
from patients.context_lane import row_shapes, scale_of
from patients.course import ContextRow
from patients.drawing import Circle, Line, Shape, Text, TimeScale
from patients.lanes import LEFT, LETTER, RIGHT
from patients.timeline import WIDTH, Drawing

TOP, BOTTOM, FOOT = 34.0, 124.0, 26.0


def draw_kind(row: ContextRow, first: date, today: date, steps: Sequence[tuple[date, str]] = ()) -> Drawing:
    """From `first` to `today`; `steps` are days on which the dose changed, with the dose in words."""
    time = TimeScale(first, today, LEFT, RIGHT)
    shapes: list[Shape] = [
        Text(0, TOP + 22, row.name, "lane-name"),
        Text(0, TOP + 37, row.unit, "lane-unit"),
        *_dose_steps(steps, time),
        *row_shapes(row, time, TOP, BOTTOM),
        *_devices(row, time),
        *_newest(row, time),
        *_axis(time),
    ]
    return Drawing(WIDTH, BOTTOM + FOOT, sentence(row, first, today), shapes)


def sentence(row: ContextRow, first: date, today: date) -> str:
    """What the figure says, for who cannot see it."""
    low, high = row.shown(min(row.values)), row.shown(max(row.values))
    newest = row.runs[-1][-1]
    said = [
        f"{row.name} from {day(first)} to {day(today)}: {low} to {high} {row.unit} a day",
        f"latest {row.shown(newest.value)} on {day(newest.on)}",
    ]
    said += [f"{name} from {day(on)}" for on, name in row.changes]
    said += [f"no reading from {day(start)} to {day(end)}" for start, end in row.gaps]
    return "; ".join(said) + "."


def _dose_steps(steps: Sequence[tuple[date, str]], time: TimeScale) -> list[Shape]:
    shapes: list[Shape] = []
    free_from = 0.0
    for on, words in steps:
        x = time.x(on)
        if not time.holds(on):
            continue
        shapes.append(Line(x, TOP - 14, x, BOTTOM, "dose-line planned"))
        half = len(words) * LETTER / 2 + 4
        middle = min(max(x, LEFT + half), RIGHT - half)
        if middle - half > free_from:
            shapes.append(Text(middle, TOP - 20, words, "mid dose-label"))
            free_from = middle + half
    return shapes


def _devices(row: ContextRow, time: TimeScale) -> list[Shape]:
    """The name of each new device at its line, where it fits."""
    seen = [(time.x(on), name) for on, name in row.changes if time.holds(on)]
    ends = pairwise([*seen, (RIGHT, "")])
    return [
        Text(x + 5, BOTTOM - 6, name, "context-note")
        for (x, name), (end, _) in ends
        if x + 5 + len(name) * LETTER < end
    ]


def _newest(row: ContextRow, time: TimeScale) -> list[Shape]:
    newest = row.runs[-1][-1]
    if not time.holds(newest.on):
        return []
    x, y = time.x(newest.on), scale_of(row, TOP, BOTTOM).y(newest.value)
    words = row.shown(newest.value)
    return [Circle(x, y, 3, "context-point"), Text(min(x, RIGHT - 4), y - 8, words, "end strong")]


def _axis(time: TimeScale) -> list[Shape]:
    y = BOTTOM + 5
    shapes: list[Shape] = [Line(LEFT, y, RIGHT, y, "axis")]
    for month in time.months():
        x = time.x(month)
        shapes += [Line(x, y, x, y + 5, "axis"), Text(x + 3, y + 17, f"{month:%b %Y}")]
    return shapes
