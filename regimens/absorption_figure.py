"""The figure of single doses: the curve, and a day as one dose and as several (pure). Lengths in px."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.wording import number
from patients.drawing import Circle, Line, Path, Rect, Shape, Text, ValueScale
from patients.timeline import Drawing
from regimens.single_dose import HIGHEST_MG, LOWEST_MG, OutsideTheStudy, absorbed_mg, absorbed_of_day_mg

WIDTH, LEFT, RIGHT = 340.0, 30.0, 326.0
TOP, BOTTOM = 26.0, 136.0
BARS_TOP, BAR, BAR_GAP = 194.0, 10.0, 38.0
EXAMPLE_MG = (Decimal(200), Decimal(200))
_STEPS = 48


@dataclass(frozen=True)
class AbsorptionFigure:
    """The drawing, and its numbers as a table."""

    drawing: Drawing
    caption: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True)
class _Day:
    """One way to take a day's dose."""

    intakes: tuple[Decimal, ...]
    absorbed: Decimal

    @property
    def words(self) -> str:
        """`2 × 200 mg`, `1 × 100 mg + 2 × 150 mg`."""
        counted = sorted(Counter(self.intakes).items())
        return " + ".join(f"{times} × {number(dose)} mg" for dose, times in counted)


def absorption_figure(intakes_mg: Sequence[Decimal] = EXAMPLE_MG) -> AbsorptionFigure | None:
    """A day's intakes in elemental mg beside the same total as one dose (one intake: beside two halves).

    None without intakes, or where a dose lies outside what the curve was laid through.
    """
    total = sum(intakes_mg, Decimal(0))
    if not total:
        return None
    split = tuple(intakes_mg) if len(intakes_mg) > 1 else (total / 2, total / 2)
    try:
        days = [_Day(way, absorbed_of_day_mg(way)) for way in (split, (total,))]
    except OutsideTheStudy:
        return None
    said = ", of ".join(f"{day.words} about {_about(day.absorbed)} mg" for day in days)
    sentence = f"Calculated, for teaching only: of {said} elemental magnesium are absorbed."
    return AbsorptionFigure(
        Drawing(WIDTH, BARS_TOP + 2 * BAR_GAP, sentence, [*_curve(days), *_bars(days)]),
        "Absorbed of a day's dose, calculated",
        ("Taken, elemental", "Absorbed, mg", "Share, %"),
        [(day.words, f"{day.absorbed:.1f}", f"{day.absorbed / total * 100:.1f}") for day in days],
    )


def _curve(days: list[_Day]) -> list[Shape]:
    """Absorbed over single dose, with a point for each dose of the two days."""
    widest = min(max(Decimal(500), days[1].intakes[0]), HIGHEST_MG)
    across = ValueScale(Decimal(0), widest, RIGHT, LEFT)
    up = ValueScale(Decimal(0), Decimal(80) if widest <= 500 else Decimal(120), TOP, BOTTOM)
    doses = [LOWEST_MG + (widest - LOWEST_MG) * n / _STEPS for n in range(_STEPS + 1)]
    line = "L".join(f"{across.y(dose):.1f} {up.y(absorbed_mg(dose)):.1f}" for dose in doses)
    shapes: list[Shape] = [
        Text(0, 12, "absorbed, mg of one dose"),
        *_axis(across, up, widest),
        Path(f"M{line}", "dose-line"),
    ]
    for dose in sorted({dose for day in days for dose in day.intakes}):
        shapes.append(Circle(across.y(dose), up.y(absorbed_mg(dose)), 3.5, "dose-point"))
    for dose in (max(days[0].intakes), days[1].intakes[0]):
        amount = absorbed_mg(dose)
        shapes.append(Text(across.y(dose), up.y(amount) - 9, f"{amount:.1f}", "mid dose-label"))
    return shapes


def _axis(across: ValueScale, up: ValueScale, widest: Decimal) -> list[Shape]:
    shapes: list[Shape] = []
    for amount in (Decimal(0), up.high / 2, up.high):
        y = up.y(amount)
        shapes += [Line(LEFT, y, RIGHT, y, "grid"), Text(LEFT - 6, y + 4, number(amount), "end")]
    step = 100 if widest <= 500 else 250
    for dose in range(step, int(widest) + 1, step):
        shapes.append(Text(across.y(Decimal(dose)), BOTTOM + 16, str(dose), "mid"))
    return [*shapes, Text(RIGHT, BOTTOM + 32, "single dose, mg elemental", "end")]


def _bars(days: list[_Day]) -> list[Shape]:
    """How much of the day is absorbed in either way."""
    most = max(day.absorbed for day in days)
    shapes: list[Shape] = []
    for n, day in enumerate(days):
        y = BARS_TOP + n * BAR_GAP
        width = round(float(day.absorbed / most) * RIGHT, 1)
        shapes += [
            Text(0, y + 4, day.words, "strong"),
            Text(RIGHT, y + 4, f"about {_about(day.absorbed)} mg absorbed", "end dose-label"),
            Rect(0, y + 11, width, BAR, "dose-bar", radius=3),
        ]
    return shapes


def _about(amount: Decimal) -> str:
    return f"{amount:.0f}"
