"""The dose steps with the one that is being typed: the figure, the same as a table, its window."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from accounts.wording import day, number
from patients.course import Course, DoseStretch, Limit, WindowSpan
from patients.drawing import Line, Rect, Shape, Text, TimeScale, ValueScale
from patients.lanes import dose_stretch
from patients.timeline import Drawing
from regimens.dosing import total_of
from reviews.facts.record import Record
from reviews.facts.regimen_facts import Proposed
from reviews.pages.chart_figure import AHEAD, Table, course_of, rests_on
from reviews.pages.chart_record import ChartRecord
from reviews.windows import Anchor, Modifiers, Window, grounds_of, reevaluation_window

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 760.0, 44.0, 748.0, 34.0, 128.0
# So far the figure looks back, and at most ahead of what is typed.
BACK, FURTHEST = timedelta(days=180), timedelta(days=400)
TYPED = "as typed"
START, DOSE_CHANGE, FORM_CHANGE = "START", "DOSE_CHANGE", "FORM_CHANGE"


@dataclass(frozen=True)
class StepsFigure:
    """`drawing`: None before any dose; `opens`: the window of the typed dose; `stays`: the one of now."""

    drawing: Drawing | None
    table: Table
    opens: Window | None
    stays: WindowSpan | None
    keeps_dose: bool
    planned_on: date | None
    rests_on: list[tuple[str, str]]


def steps_of(record: ChartRecord, proposed: Proposed | None, cause: str) -> StepsFigure:
    """What was taken and is planned; with `proposed`, what is typed and the window that `cause` owes."""
    course = course_of(record)
    keeps = proposed is not None and cause == DOSE_CHANGE and _keeps_dose(record, proposed)
    opens = _window(record, proposed, cause) if proposed and not keeps else None
    doses = with_proposed(record, proposed, cause) if proposed else list(course.doses)
    spans = [span for span in course.windows if span.state in ("OPEN", "UPCOMING", "OVERDUE", "RESULT_BACK")]
    claim = grounds_of(cause).claim
    typed = [WindowSpan(opens.opens_on, opens.closes_on, "UPCOMING", claim=claim)] if opens else []
    is_planned = proposed is not None and proposed.on > record.now.on
    shown = replace(course, doses=doses, windows=[*(spans if is_planned or not typed else ()), *typed])
    return StepsFigure(
        drawing=_draw(shown) if doses else None,
        table=_table(shown),
        opens=opens,
        stays=spans[-1] if spans and (is_planned or keeps) else None,
        keeps_dose=keeps,
        planned_on=proposed.on if proposed and is_planned else None,
        rests_on=rests_on(shown),
    )


def with_proposed(record: Record, proposed: Proposed, cause: str) -> list[DoseStretch]:
    """The dose over all regimens and over time, as if the typed one held from its day on.

    A later step of the same regimen takes its place on its own day; after a change of form there is none.
    """
    stops = [step.regimen.stopped_on for step in record.steps if step.regimen.stopped_on]
    days = sorted({proposed.on, *(step.effective_on for step in record.steps), *stops})
    stretches = []
    for n, from_on in enumerate(days):
        dose = _dose_on(record, proposed, from_on, cause)
        if dose:
            until = days[n + 1] if n + 1 < len(days) else None
            stretches.append(DoseStretch(from_on, until, dose, TYPED if from_on == proposed.on else ""))
    return stretches


def _dose_on(record: Record, proposed: Proposed, on: date, cause: str) -> Decimal:
    steps = record.steps_on(on)
    mine = [step for step in steps if step.regimen_id == proposed.regimen_id]
    replaced = cause != FORM_CHANGE and any(step.effective_on > proposed.on for step in mine)
    holds = on >= proposed.on and not replaced
    doses = [step.dose() for step in steps if not holds or step not in mine]
    return total_of([*doses, *[proposed.dose()] * holds]).elemental_mg_per_day


def _keeps_dose(record: Record, proposed: Proposed) -> bool:
    """Whether only clock times change: that owes no re-evaluation."""
    before = [step for step in record.steps if step.regimen_id == proposed.regimen_id]
    last = next((step for step in reversed(before) if step.effective_on < proposed.on), None)
    return last is not None and last.dose() == proposed.dose()


def _window(record: Record, proposed: Proposed, cause: str) -> Window:
    """What the typed dose owes, with what is known of the kidney."""
    egfr, _ = record.newest_egfr(record.now.on)
    return reevaluation_window(Anchor(uuid4(), proposed.on, cause), record.now.thresholds, Modifiers(egfr))


def _draw(course: Course) -> Drawing:
    today = course.today
    begins = [stretch.from_on for stretch in course.doses]
    ends = [*begins, *(span.closes_on for span in course.windows)]
    first = max(min([*begins, today - AHEAD]), today - BACK) - timedelta(days=4)
    last = min(max([today + AHEAD, *ends]) + timedelta(days=10), today + FURTHEST)
    time = TimeScale(first, last, LEFT, RIGHT)
    highest = max([*(limit.mg for limit in course.limits), *(s.elemental_mg for s in course.doses)])
    scale = ValueScale(Decimal(0), highest * Decimal("1.15"), TOP, BOTTOM)
    shapes: list[Shape] = [
        *(shape for span in course.windows for shape in _span(span, time)),
        *(shape for stretch in course.doses for shape in dose_stretch(stretch, today, time, scale)),
        *(shape for n, limit in enumerate(course.limits) for shape in _limit(limit, scale, is_level=n == 0)),
        Line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"),
        Text(LEFT - 8, BOTTOM + 4, "0", "end"),
        *_days(course, time),
    ]
    return Drawing(WIDTH, BOTTOM + 26, _sentence(course), shapes)


def _span(span: WindowSpan, time: TimeScale) -> list[Shape]:
    x1, x2 = time.x(span.opens_on), time.x(span.closes_on)
    opens, closes = day(span.opens_on, year=False), day(span.closes_on, year=False)
    words = f"re\N{NON-BREAKING HYPHEN}evaluation {opens} to {closes}"
    half = len(words) * 5.6 / 2
    middle = min(max((x1 + x2) / 2, LEFT + half), RIGHT - half)
    return [
        Rect(x1, TOP - 12, round(x2 - x1, 1), BOTTOM - TOP + 12, "window"),
        *(Line(x, TOP - 12, x, BOTTOM, "window-edge") for x in (x1, x2)),
        Text(round(middle, 1), TOP - 18, words, "mid window-label"),
    ]


def _limit(limit: Limit, scale: ValueScale, *, is_level: bool) -> list[Shape]:
    """The level is named at the axis, the article's at the other end, where the two do not touch."""
    y, words = scale.y(limit.mg), number(limit.mg)
    name = Text(LEFT - 8, y + 4, words, "end limit-label")
    if not is_level:
        name = Text(RIGHT, y - 4, f"Article: {words}", "end limit-label")
    return [Line(LEFT, y, RIGHT, y, "limit"), name]


def _days(course: Course, time: TimeScale) -> list[Shape]:
    """The days on which the dose begins or changes, where there is room, and today."""
    x = time.x(course.today)
    shapes: list[Shape] = [
        Line(x, TOP - 12, x, BOTTOM, "today"),
        Text(x, BOTTOM + 15, "today", "mid today-label"),
    ]
    free_from = 0.0
    for stretch in course.doses:
        at = time.x(stretch.from_on)
        if time.holds(stretch.from_on) and at - 24 > free_from and abs(at - x) > 44:
            shapes.append(Text(at, BOTTOM + 15, day(stretch.from_on, year=False), "mid"))
            free_from = at + 24
    return shapes


def _table(course: Course) -> Table:
    rows = [
        (
            day(stretch.from_on),
            f"{number(stretch.elemental_mg)} mg/day elemental",
            f"until {day(stretch.until_on)}" if stretch.until_on else "until further notice",
            "planned" if stretch.from_on > course.today else stretch.reason,
        )
        for stretch in course.doses
    ]
    windows = [
        (day(span.opens_on), "Re-evaluation window opens", f"until {day(span.closes_on)}", "")
        for span in course.windows
    ]
    return Table("Dose steps", ("From", "What", "Until", "Note"), [*rows, *windows])


def _sentence(course: Course) -> str:
    steps: Sequence[str] = [
        f"{number(stretch.elemental_mg)} mg/day elemental from {day(stretch.from_on)}"
        for stretch in course.doses
    ]
    return f"Dose steps: {'; '.join(steps) or 'none yet'}."
