"""GAD-7 totals over time as a small line figure (pure). Bands: Spitzer 2006, clinical facts 7.1."""

from collections.abc import Sequence
from decimal import Decimal

from accounts.wording import day
from patients.course import Score
from patients.drawing import Circle, Line, Path, Shape, Text, ValueScale
from patients.gad7 import HIGHEST_TOTAL, band
from patients.timeline import Drawing

WIDTH, TOP, BOTTOM = 340.0, 14.0, 120.0
LEFT, RIGHT = 84.0, 322.0
MOST = 6
BAND_STARTS = (5, 10, 15)


def draw_gad7(scores: Sequence[Score]) -> Drawing:
    """The last six totals at even distances, oldest first, each with its number and its day."""
    shown = list(scores)[-MOST:]
    scale = ValueScale(Decimal(0), Decimal(HIGHEST_TOTAL), TOP, BOTTOM)
    gap = (RIGHT - LEFT) / max(len(shown) - 1, 1)
    places = [(LEFT + n * gap, scale.y(Decimal(score.total))) for n, score in enumerate(shown)]
    shapes: list[Shape] = []
    for start in BAND_STARTS:
        y = scale.y(Decimal(start))
        shapes += [Line(LEFT - 10, y, WIDTH, y, "grid"), Text(0, y + 4, f"{start} {band(start).lower()}")]
    shapes.append(Path("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places), "score-line"))
    for score, (x, y) in zip(shown, places, strict=True):
        shapes += [
            Circle(x, y, 3.5, "score-point"),
            Text(x, y - 9, str(score.total), "mid strong"),
            Text(x, BOTTOM + 20, day(score.on, year=False), "mid"),
        ]
    said = ", ".join(f"{score.total} on {day(score.on)}" for score in shown)
    return Drawing(WIDTH, BOTTOM + 28, f"GAD-7 totals of 0 to {HIGHEST_TOTAL}: {said}.", shapes)
