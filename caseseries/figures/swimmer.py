"""The swimmer plot: one row a person, from the start to when the person was last heard of (pure).

Height and shade of a bar say the dose, a cross where the symptom began, an arrow that the person is still
followed, and the dot at the left whether the person was less anxious. Nothing is said by colour alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.wording import count, number
from caseseries.definition import OutcomeDefinition
from caseseries.figures.figure import (
    DAYS_OF_A_WEEK,
    WIDTH,
    Figure,
    Scale,
    Table,
    week_axis,
    week_scale,
    weeks,
)
from caseseries.figures.legend import Mark, legend
from caseseries.persons import Anxiety, DoseSpan, Ending, NewEpisode, Person
from caseseries.summary import Summary
from caseseries.summary.doses import level_of
from caseseries.wording import ENDINGS
from patients.drawing import Circle, Line, Path, Shape, Text
from patients.symptoms import SYMPTOMS
from patients.timeline import Drawing

# More rows than this are no figure, and would be a very long page.
MOST_ROWS = 200
LEFT, RIGHT, DOT = 20.0, WIDTH - 12.0, 6.0
ROW, HEAD = 8.0, 20.0
_ANXIETY = {Anxiety.LESS: "less anxious", Anxiety.NEITHER: "not less anxious", Anxiety.WORSE: "more anxious"}
_ENDINGS = {"FOLLOWED": "still followed"} | ENDINGS


@dataclass(frozen=True)
class _Group:
    """The rows under one heading."""

    heading: str
    people: Sequence[Person]


@dataclass(frozen=True)
class _Shown:
    """What the rows may say: a symptom or an anxiety that the summary suppresses is not drawn."""

    outcome: OutcomeDefinition
    symptom: bool
    anxiety: bool

    @property
    def symptom_name(self) -> str:
        return SYMPTOMS[self.outcome.symptom].label

    def episode(self, person: Person) -> NewEpisode | None:
        return person.course_of(self.outcome.symptom).episode if self.symptom else None

    def anxiety_of(self, person: Person) -> str:
        return _ANXIETY.get(person.anxiety, "not measured") if self.anxiety else "not shown"


def swimmer(persons: Sequence[Person], summary: Summary, outcome: OutcomeDefinition) -> Figure:
    """Those with the new symptom first, then those without, each from the longest row to the shortest."""
    new = next((new for new in summary.new_symptoms if new.symptom == outcome.symptom), None)
    shown = _Shown(
        outcome,
        symptom=new is not None and new.new.n is not None,
        anxiety=summary.less_anxious.less_of_observed.n is not None,
    )
    groups = _groups(persons, shown)
    shapes, bottom = _drawn(groups, shown)
    name = shown.symptom_name.lower()
    return Figure(
        name="swimmer",
        title=f"Dose and {name}, person by person" if shown.symptom else "Dose, person by person",
        note=_note(persons, summary.n, outcome),
        plot=Drawing(WIDTH, bottom, _sentence(persons, groups, shown), shapes),
        table=_table(groups, shown),
    )


def _groups(persons: Sequence[Person], shown: _Shown) -> list[_Group]:
    """In an order that only what is drawn gives, so that no row tells when somebody was registered."""
    ordered = sorted(persons, key=lambda person: _order(person, shown))
    if not shown.symptom:
        return [_Group(f"All: {len(persons)}", ordered)]
    having = [person for person in ordered if shown.episode(person)]
    others = [person for person in ordered if not shown.episode(person)]
    of = len(persons)
    return [
        _Group(f"New {shown.symptom_name.lower()}: {len(having)} of {of}", having),
        _Group(f"No new {shown.symptom_name.lower()}: {len(others)} of {of}", others),
    ]


def _order(person: Person, shown: _Shown) -> tuple[object, ...]:
    episode = shown.episode(person)
    doses = tuple((span.from_day, span.until_day, span.elemental_mg_per_day) for span in person.doses)
    return (episode is None, -person.last_day, episode.onset_day if episode else 0, doses, person.anxiety)


def _drawn(groups: Sequence[_Group], shown: _Shown) -> tuple[list[Shape], float]:
    """The shapes, and the height of the figure."""
    last_day = max((person.last_day for group in groups for person in group.people), default=0)
    last_day = max(last_day, shown.outcome.day)
    scale = week_scale(last_day, LEFT, RIGHT)
    shapes, top = legend(_legend(shown))
    y, rows = top, list[Shape]()
    for group in groups:
        rows.append(Text(LEFT, y + 12, group.heading, "strong"))
        y += HEAD
        for person in group.people:
            rows += _row(person, scale, y + ROW / 2, shown)
            y += ROW
        y += ROW
    axis = list(week_axis(scale, last_day, top + HEAD, y, "weeks since the start"))
    at = scale.place(weeks(shown.outcome.day))
    return [*shapes, *axis, Line(at, top + HEAD, at, y, "series-outcome"), *rows], y + 36


def _row(person: Person, scale: Scale, y: float, shown: _Shown) -> list[Shape]:
    end = scale.place(weeks(person.last_day))
    shapes: list[Shape] = [Line(scale.place(0), y, end, y, "series-no-dose")]
    for span in person.doses:
        shapes += _bar(span, person.last_day, scale, y, shown.outcome.lowered_to_mg)
    if shown.anxiety:
        shapes.append(_dot(person.anxiety, y))
    mark = _arrow if person.ending is Ending.FOLLOWED else _stop
    shapes.append(mark(end + 1, y))
    episode = shown.episode(person)
    if episode is not None:
        x = scale.place(weeks(episode.onset_day))
        shapes += [_cross(x, y, "series-halo"), _cross(x, y)]
    return shapes


def _bar(span: DoseSpan, last_day: int, scale: Scale, y: float, middle: Decimal) -> list[Shape]:
    first, last = max(span.from_day, 0), min(span.until_day, last_day)
    if not span.elemental_mg_per_day or last <= first:
        return []
    css = _dose_css(span.elemental_mg_per_day, middle)
    return [Line(scale.place(weeks(first)), y, scale.place(weeks(last)), y, css)]


def _dose_css(mg: Decimal, middle: Decimal) -> str:
    """Three heights: below the dose that people were lowered to, that dose, above it; to 25 mg, as products
    of one label differ by less.
    """
    level, at = level_of(mg), level_of(middle)
    return "dose-2" if level == at else "dose-1" if level < at else "dose-3"


def _dot(anxiety: Anxiety, y: float) -> Shape:
    """Filled, open, or a dash for whom it was not measured."""
    if anxiety not in _ANXIETY:
        return Line(DOT - 3, y, DOT + 3, y, "series-missing")
    return Circle(DOT, y, 2.6, "series-less" if anxiety is Anxiety.LESS else "series-not-less")


def _arrow(x: float, y: float) -> Shape:
    return Path(f"M{x:.1f} {y - 3:.1f}L{x + 5:.1f} {y:.1f}L{x:.1f} {y + 3:.1f}Z", "series-arrow")


def _stop(x: float, y: float) -> Shape:
    return Line(x, y - 3, x, y + 3, "series-stop")


def _cross(x: float, y: float, css: str = "series-cross") -> Shape:
    corners = (
        f"M{x - 3:.1f} {y - 3:.1f}L{x + 3:.1f} {y + 3:.1f}M{x - 3:.1f} {y + 3:.1f}L{x + 3:.1f} {y - 3:.1f}"
    )
    return Path(corners, css)


def _legend(shown: _Shown) -> list[tuple[Mark, str]]:
    middle = number(shown.outcome.lowered_to_mg)

    def bar(css: str) -> Mark:
        return lambda x, y: Line(x - 9, y, x + 9, y, css)

    entries: list[tuple[Mark, str]] = [
        (bar("dose-1"), f"below {middle}"),
        (bar("dose-2"), middle),
        (bar("dose-3"), f"above {middle} mg/day elemental"),
        (bar("series-no-dose"), "none"),
    ]
    if shown.symptom:
        entries.append((_cross, f"{shown.symptom_name.lower()} starts"))
    entries += [(_arrow, "still followed"), (_stop, "ended")]
    return [*entries, *(_dots(shown) if shown.anxiety else [])]


def _dots(shown: _Shown) -> list[tuple[Mark, str]]:
    def dot(anxiety: Anxiety) -> Callable[[float, float], Shape]:
        return lambda x, y: Circle(x, y, 2.6, "series-less" if anxiety is Anxiety.LESS else "series-not-less")

    return [
        (dot(Anxiety.LESS), f"less anxious at {shown.outcome.day // DAYS_OF_A_WEEK} weeks"),
        (dot(Anxiety.NEITHER), "not"),
        (lambda x, y: Line(x - 3, y, x + 3, y, "series-missing"), "not measured"),
    ]


def _note(persons: Sequence[Person], of: int | None, outcome: OutcomeDefinition) -> str:
    said = (
        f"Bars grow and darken with the dose; dashed line at {count(outcome.day // DAYS_OF_A_WEEK, 'week')}."
    )
    is_part = of is not None and of > len(persons)
    return f"{said} The first {len(persons)} of {number(of or 0)} people are drawn." if is_part else said


def _sentence(persons: Sequence[Person], groups: Sequence[_Group], shown: _Shown) -> str:
    followed = sum(person.ending is Ending.FOLLOWED for person in persons)
    headings = "; ".join(group.heading[0].lower() + group.heading[1:] for group in groups)
    return (
        f"Dose of each of {len(persons)} people by weeks since the start: {headings}; "
        f"{followed} are still followed."
    )


def _table(groups: Sequence[_Group], shown: _Shown) -> Table:
    """Rows are numbered as they are drawn: the number is of the row, not of a person."""
    rows = [person for group in groups for person in group.people]
    return Table(
        caption="Dose, person by person",
        head=["Row", "Doses, mg/day elemental (weeks)", "Weeks", "Then", shown.symptom_name, "Anxiety"],
        rows=[
            [
                str(place),
                _doses(person),
                str(person.last_day // DAYS_OF_A_WEEK),
                _ENDINGS[person.ending],
                _onset(person, shown),
                shown.anxiety_of(person),
            ]
            for place, person in enumerate(rows, start=1)
        ],
    )


def _doses(person: Person) -> str:
    """`200 (0 to 6), 300 (6 to 20)`."""
    return ", ".join(
        f"{number(span.elemental_mg_per_day)} ({max(span.from_day, 0) // DAYS_OF_A_WEEK} to "
        f"{min(span.until_day, person.last_day) // DAYS_OF_A_WEEK})"
        for span in person.doses
        if span.from_day < person.last_day
    )


def _onset(person: Person, shown: _Shown) -> str:
    if not shown.symptom:
        return "not shown"
    episode = shown.episode(person)
    return f"week {episode.onset_day // DAYS_OF_A_WEEK}" if episode else "none new"
