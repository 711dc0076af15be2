"""The one timeline of a chart: lanes over one time axis, drawn as shapes (pure)."""

from dataclasses import dataclass, field
from datetime import date

from accounts.wording import count, day, number
from patients.context_lane import NOTE, context_height, context_lane
from patients.course import Course, WindowSpan
from patients.drawing import Hatch, Line, Rect, Shape, Text, TimeScale
from patients.lanes import (
    LANE_TOP,
    LEFT,
    LETTER,
    RIGHT,
    ROW,
    dose_lane,
    mg_lane,
    symptom_lane,
    symptom_names,
    visit_lane,
)

WIDTH = 1000.0
MG_HEIGHT, DOSE_HEIGHT = 150.0, 96.0


@dataclass(frozen=True)
class Drawing:
    """The finished figure."""

    width: float
    height: float
    sentence: str
    shapes: list[Shape] = field(default_factory=list)


def draw(course: Course, first: date, last: date) -> Drawing:
    """The figure from `first` to `last`, both shown."""
    time = TimeScale(first, last, LEFT, RIGHT)
    names = symptom_names(course, time)
    mg_bottom = LANE_TOP + MG_HEIGHT
    symptoms_bottom = mg_bottom + 16 + ROW + ROW * max(len(names), 1)
    dose_bottom = symptoms_bottom + DOSE_HEIGHT + 24
    visits_bottom = dose_bottom + 2 * ROW + 8
    bottom = visits_bottom + context_height(course.context)
    shapes: list[Shape] = [
        *_windows(course, time, bottom),
        *mg_lane(course, time, mg_bottom),
        *symptom_lane(course, time, names, mg_bottom),
        *dose_lane(course, time, symptoms_bottom, dose_bottom),
        *visit_lane(course, time, dose_bottom),
        *context_lane(course.context, time, visits_bottom),
        *_axis(time, bottom),
        *_today(course, time, bottom),
    ]
    dividers = [mg_bottom + 10, symptoms_bottom + 4, dose_bottom + 6]
    dividers += [visits_bottom + 2] if course.context else []
    shapes += [Line(0, y, WIDTH, y, "divider") for y in dividers]
    return Drawing(WIDTH, bottom + 26, _sentence(course, first), shapes)


def _windows(course: Course, time: TimeScale, bottom: float) -> list[Shape]:
    shapes: list[Shape] = []
    labelled_to = 0.0
    for span in course.windows:
        if not (span.opens_on <= time.last and span.closes_on >= time.first):
            continue
        x1, x2 = time.x(span.opens_on), time.x(span.closes_on)
        late = span.state == "OVERDUE"
        missed = " missed" if late else ""
        shapes.append(Rect(x1, LANE_TOP, x2 - x1, bottom - LANE_TOP, f"window{missed}"))
        if late:
            shapes.append(Hatch(x1, LANE_TOP, x2 - x1, bottom - LANE_TOP))
            over = time.x(course.today) - x2
            shapes.append(Rect(x2, LANE_TOP, max(over, 0), bottom - LANE_TOP, "overdue sheer"))
        shapes += [Line(x, LANE_TOP, x, bottom, f"window-edge{missed}") for x in (x1, x2)]
        middle, words = (x1 + x2) / 2, _window_words(span)
        half = max(len(words), 20) * LETTER / 2
        middle = min(max(middle, LEFT + half - 40), RIGHT - half)
        if middle - half > labelled_to:
            css = f"mid window-label{missed}"
            shapes += [
                Text(middle, 14, "Re\N{NON-BREAKING HYPHEN}evaluation window", css),
                Text(middle, 28, words, css),
            ]
            labelled_to = middle + half
    return shapes


def _window_words(span: WindowSpan) -> str:
    opens, closes = day(span.opens_on, year=False), day(span.closes_on, year=False)
    if span.met_on is not None:
        return f"met {day(span.met_on, year=False)}"
    return {
        "OVERDUE": f"{opens} to {closes}: not met",
        "OPEN": f"open until {closes}",
        "RESULT_BACK": "result back, not reviewed",
        "UPCOMING": f"{opens} to {closes}",
        "STOPPED": "ended with the regimen",
    }.get(span.state, "closed by a later step")


def _axis(time: TimeScale, y: float) -> list[Shape]:
    shapes: list[Shape] = [Line(LEFT, y, RIGHT, y, "axis")]
    year = None
    for month in time.months():
        x = time.x(month)
        words = f"{month:%b %Y}" if month.year != year else f"{month:%b}"
        shapes += [Line(x, y, x, y + 5, "axis"), Text(x + 3, y + 18, words)]
        year = month.year
    return shapes


def _today(course: Course, time: TimeScale, bottom: float) -> list[Shape]:
    x = time.x(course.today)
    words = f"Today, {day(course.today, year=False)}"
    late = next((span for span in course.windows if span.state == "OVERDUE"), None)
    shapes: list[Shape] = [Line(x, LANE_TOP - 6, x, bottom, "today"), *_today_label(x, words, LANE_TOP + 10)]
    if late is not None:
        days = (course.today - late.closes_on).days
        shapes += _today_label(x, f"{count(days, 'day')} over", LANE_TOP + 24)
    return shapes


def _today_label(x: float, words: str, y: float) -> list[Shape]:
    """Right of the line where there is room, else left."""
    fits = x + 6 + len(words) * 6.2 < WIDTH
    return [Text(x + 6 if fits else x - 6, y, words, "today-label" if fits else "end today-label")]


def _sentence(course: Course, first: date) -> str:
    """What the figure says, for who cannot see it."""
    said = [f"Course from {day(first)} to {day(course.today)}"]
    if course.mg:
        newest = course.mg[-1]
        word = {"in": "in range", "none": "not interpreted"}.get(newest.side, newest.side)
        said.append(f"latest ionized magnesium {newest.value:.2f} mmol/L, {word}, on {day(newest.on)}")
    else:
        said.append("no ionized magnesium yet")
    taken = [stretch for stretch in course.doses if stretch.runs_on(course.today)]
    said.append(f"dose {number(taken[-1].elemental_mg)} mg/day elemental" if taken else "no regimen runs")
    lasting = list(dict.fromkeys(bar.name.lower() for bar in course.symptoms if bar.gone_on is None))
    said.append(f"still present: {', '.join(lasting)}" if lasting else "no symptom goes on")
    if course.context:
        kinds = ", ".join(row.name for row in course.context)
        said.append(f"beside it from wearables, {NOTE}: {kinds}")
    return "; ".join(said) + "."
