"""The legend inside a figure, so that page and paper have the same (pure)."""

from collections.abc import Callable, Sequence

from caseseries.figures.figure import LETTER, LINE, WIDTH
from patients.drawing import Shape, Text

# Draws the mark of an entry around a point.
Mark = Callable[[float, float], Shape]
MARK_WIDTH, GAP = 22.0, 12.0


def legend(entries: Sequence[tuple[Mark, str]], top: float = 10.0) -> tuple[list[Shape], float]:
    """The entries from left to right in as many lines as they need, and where the figure may begin."""
    shapes: list[Shape] = []
    x, y = 0.0, top
    for mark, words in entries:
        width = MARK_WIDTH + len(words) * LETTER + GAP
        if x and x + width - GAP > WIDTH:
            x, y = 0.0, y + LINE
        shapes += [mark(round(x + 9, 1), y - 4), Text(round(x + MARK_WIDTH, 1), y, words)]
        x += width
    return shapes, y + LINE
