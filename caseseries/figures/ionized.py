"""Ionized magnesium: each person and the mean, or the mean alone of those measured at both times (pure)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from caseseries.definition import OutcomeDefinition
from caseseries.figures.figure import (
    DAYS_OF_A_WEEK,
    LETTER,
    MOST_TICKS,
    WIDTH,
    Figure,
    Scale,
    Table,
    polyline,
    week_axis,
    week_scale,
    weeks,
)
from caseseries.figures.legend import Mark, legend
from caseseries.persons import Measured, Person
from caseseries.statistics import CONFIDENCE, Spread, mean_interval, spread, student_quantile
from caseseries.summary import Change, Summary
from patients.drawing import Circle, Line, Path, Rect, Shape, Text
from patients.lanes import AXIS_HIGH, AXIS_LOW
from patients.timeline import Drawing

LEFT, RIGHT, HEIGHT = 34.0, WIDTH - 86.0, 220.0
TICK = Decimal("0.04")
DECIMALS = 3
# The mean is taken every 4 weeks, of the value nearest to that day within 2 weeks (own assumption, S).
EVERY_DAYS, WITHIN_DAYS = 28, 14
# The mean of fewer people than this is not drawn (own assumption, S).
FEWEST = 5
Range = tuple[Decimal, Decimal] | None


@dataclass(frozen=True)
class _Mean:
    """The mean around one day with its 95 % t interval, mmol/L."""

    day: int
    spread: Spread
    low: float
    high: float

    @property
    def week(self) -> int:
        return self.day // DAYS_OF_A_WEEK


def spaghetti(
    persons: Sequence[Person], summary: Summary, outcome: OutcomeDefinition, clinic_range: Range
) -> Figure:
    """A thin line a person and the mean over it: of all persons, or as the summary states it when `persons`
    are only a part of them.
    """
    courses = [person.ionized_mg_course for person in persons if person.ionized_mg_course]
    last_day = max([outcome.day, *(course[-1].day for course in courses)])
    is_part = summary.n is not None and summary.n > len(persons)
    days = range(0, last_day + 1, EVERY_DAYS)
    means = [mean for day in days for mean in _mean_at(day, courses, summary.threshold)]
    part = f" The first {len(persons)} people are drawn; the mean is of all." if is_part else ""
    return _figure(
        _stated_both(summary.ionized_mg_mmol_l, outcome) if is_part else means,
        courses,
        last_day,
        clinic_range,
        title="Ionized Mg, each person and the mean",
        note=f"mmol/L; ribbon is the 95 % CI. The value at 0 is the last one before the start.{part}",
    )


def mean_only(change: Change, outcome: OutcomeDefinition, clinic_range: Range) -> Figure:
    """The two means that the summary states, of the same people, and nothing else."""
    return _figure(
        _stated_both(change, outcome),
        [],
        outcome.day,
        clinic_range,
        title="Ionized Mg, mean",
        note="mmol/L; of those measured at both times. Ribbon is the 95 % CI of the mean.",
    )


def _mean_at(day: int, courses: Iterable[Sequence[Measured]], fewest: int) -> list[_Mean]:
    """The mean around `day`, each person once; empty where too few were measured."""
    values = [value.value for course in courses for value in _nearest(day, course)]
    found, interval = spread(values, DECIMALS), mean_interval(Counter(values), DECIMALS)
    if found is None or interval is None or found.n < max(fewest, FEWEST):
        return []
    return [_Mean(day, found, *interval)]


def _nearest(day: int, course: Sequence[Measured]) -> list[Measured]:
    """Up to the start any day before it is near; afterwards within two weeks, and after the start."""
    if day == 0:
        return [value for value in course if value.day <= 0][-1:]
    near = [value for value in course if value.day > 0 and -WITHIN_DAYS <= value.day - day < WITHIN_DAYS]
    return sorted(near, key=lambda value: abs(value.day - day))[:1]


def _stated_both(change: Change, outcome: OutcomeDefinition) -> list[_Mean]:
    return [*_stated(0, change.at_start), *_stated(outcome.day, change.at_outcome)]


def _stated(day: int, found: Spread | None) -> list[_Mean]:
    """A mean of the summary with the t interval that its SD gives."""
    if found is None or found.sd is None:
        return []
    reach = student_quantile((1 + CONFIDENCE) / 2, found.n - 1) * found.sd / sqrt(found.n)
    return [_Mean(day, found, round(found.mean - reach, DECIMALS), round(found.mean + reach, DECIMALS))]


def _figure(
    means: Sequence[_Mean],
    courses: Sequence[Sequence[Measured]],
    last_day: int,
    clinic_range: Range,
    *,
    title: str,
    note: str,
) -> Figure:
    entries: list[tuple[Mark, str]] = [
        (lambda x, y: Line(x - 9, y, x + 9, y, "mean-line"), "mean"),
        (lambda x, y: Rect(x - 9, y - 5, 18, 10, "ribbon"), "95 % CI"),
    ]
    if courses:
        entries.insert(0, (lambda x, y: Line(x - 9, y, x + 9, y, "person-line"), "one person"))
    shapes, top = legend(entries)
    time = week_scale(last_day, LEFT, RIGHT)
    values = _values(means, courses, clinic_range, top + 4)
    shapes += [*_range(clinic_range, values), *_ticks(values)]
    shapes += week_axis(time, last_day, values.end, values.start, "weeks since the start")
    shapes += [*_people(courses, time, values), *_means(means, time, values)]
    return Figure(
        name="ionized_mg",
        title=title,
        note=note,
        plot=Drawing(WIDTH, values.start + 36, _sentence(means, courses), shapes),
        table=_table(means),
    )


def _values(
    means: Sequence[_Mean], courses: Sequence[Sequence[Measured]], clinic_range: Range, top: float
) -> Scale:
    """0.36 to 0.68 mmol/L, widened by whole ticks when data or range need it, never cut."""
    seen = [Decimal(value.value) for course in courses for value in course]
    seen += [Decimal(str(end)) for mean in means for end in (mean.low, mean.high)]
    low, high = min([AXIS_LOW, *seen, *(clinic_range or ())]), max([AXIS_HIGH, *seen, *(clinic_range or ())])
    first, last = low // TICK * TICK, -(-high // TICK) * TICK
    return Scale(float(first), float(last), top + HEIGHT, top)


def _ticks(values: Scale) -> list[Shape]:
    wide = Decimal(str(values.high)) - Decimal(str(values.low))
    step = next((TICK * n for n in (1, 2, 5, 10) if wide / (TICK * n) <= MOST_TICKS), TICK * 25)
    value, shapes = Decimal(str(values.low)), list[Shape]()
    while value <= Decimal(str(values.high)):
        shapes.append(Text(LEFT - 6, values.place(float(value)) + 4, f"{value:.2f}", "end"))
        value += step
    return shapes


def _range(clinic_range: Range, values: Scale) -> list[Shape]:
    """The clinic's range: filled, with its edges, and named beside them."""
    if clinic_range is None:
        return []
    low, high = (values.place(float(limit)) for limit in clinic_range)
    edges: list[Shape] = [Line(LEFT, y, RIGHT, y, "band-edge") for y in (low, high)]
    names = [
        Text(RIGHT + 6, high + 12, f"{clinic_range[0]:.2f}\N{EN DASH}{clinic_range[1]:.2f}", "band-label"),
        Text(RIGHT + 6, high + 26, "clinic range", "band-label"),
    ]
    return [Rect(LEFT, high, RIGHT - LEFT, round(low - high, 1), "band"), *edges, *names]


def _people(courses: Sequence[Sequence[Measured]], time: Scale, values: Scale) -> list[Shape]:
    """In the order of their shapes, so that no line tells when somebody was registered."""
    lines = [
        polyline((time.place(weeks(value.day)), values.place(float(value.value))) for value in course)
        for course in courses
    ]
    return [Path(line, "person-line") for line in sorted(lines)]


def _means(means: Sequence[_Mean], time: Scale, values: Scale) -> list[Shape]:
    if not means:
        return [
            Text((LEFT + RIGHT) / 2, (values.start + values.end) / 2, "Too few were measured.", "mid strong")
        ]
    xs = [time.place(weeks(mean.day)) for mean in means]
    upper = [(x, values.place(mean.high)) for x, mean in zip(xs, means, strict=True)]
    lower = [(x, values.place(mean.low)) for x, mean in zip(xs, means, strict=True)]
    middle = [(x, values.place(mean.spread.mean)) for x, mean in zip(xs, means, strict=True)]
    points: list[Shape] = [Circle(x, y, 4, "series-mean") for x, y in middle]
    names: list[Shape] = []
    free_from = 0.0
    for (x, y), mean in zip(middle, means, strict=True):
        words = f"{mean.spread.mean:.2f}"
        if x >= free_from:
            # Over the first point it would touch the words of the axis.
            at_axis = x == LEFT
            names.append(
                Text(x + 6 if at_axis else x, y - 10, words, f"{'' if at_axis else 'mid '}series-value")
            )
            free_from = x + (len(words) + 2) * LETTER
    x, y = middle[-1]
    names.append(Text(x + 9, y + 4, f"n = {means[-1].spread.n}", "series-value"))
    ribbon = Path(f"{polyline([*upper, *reversed(lower)])}Z", "ribbon")
    return [ribbon, Path(polyline(middle), "mean-line"), *points, *names]


def _sentence(means: Sequence[_Mean], courses: Sequence[Sequence[Measured]]) -> str:
    people = f" of {len(courses)} people" if courses else ""
    if not means:
        return f"Ionized magnesium{people}: too few were measured for a mean."
    first, last = means[0], means[-1]
    return (
        f"Ionized magnesium{people}: mean {first.spread.mean:.2f} mmol/L at week {first.week}, "
        f"{last.spread.mean:.2f} at week {last.week} (95 % CI {last.low:.2f} to {last.high:.2f})."
    )


def _table(means: Sequence[_Mean]) -> Table:
    return Table(
        caption="Ionized magnesium, mean, mmol/L",
        head=["Week", "People", "Mean", "95 % CI of the mean"],
        rows=[
            [
                str(mean.week),
                str(mean.spread.n),
                f"{mean.spread.mean:.{DECIMALS}f}",
                f"{mean.low:.{DECIMALS}f} to {mean.high:.{DECIMALS}f}",
            ]
            for mean in means
        ],
    )
