"""The symptoms, each with its share and Wilson's interval (pure)."""

from accounts.wording import number
from caseseries.figures.figure import WIDTH, Figure, Scale, Table
from caseseries.statistics import Share
from caseseries.summary import NewSymptom, Summary
from caseseries.wording import counted, n_of
from patients.drawing import Circle, Line, Path, Shape, Text
from patients.timeline import Drawing

LEFT, RIGHT = 128.0, 300.0
ROW, TOP = 24.0, 22.0
# Per cent at the right end: the smallest that holds every interval.
ENDS = (25, 50, 100)


def forest(summary: Summary) -> Figure:
    """One row a symptom that somebody was asked about, the most frequent first."""
    symptoms = sorted(summary.new_symptoms, key=lambda new: (-(new.new.percent or -1), new.label))
    bottom = TOP + ROW * len(symptoms)
    scale = Scale(0, _end(symptoms), LEFT, RIGHT)
    shapes: list[Shape] = [*_axis(scale, bottom)]
    for place, new in enumerate(symptoms):
        shapes += _row(new, scale, TOP + place * ROW + ROW / 2)
    return Figure(
        name="symptoms",
        title="New symptoms",
        note="Share of those free of it at the start and asked later, %; whiskers are the 95 % CI (Wilson).",
        plot=Drawing(WIDTH, bottom + 8, _sentence(symptoms), shapes),
        table=_table(symptoms),
    )


def _end(symptoms: list[NewSymptom]) -> int:
    highest = max((new.new.high_percent or 0 for new in symptoms), default=0)
    return next(end for end in ENDS if highest <= end)


def _axis(scale: Scale, bottom: float) -> list[Shape]:
    shapes: list[Shape] = []
    for percent in (0, scale.high / 2, scale.high):
        x = scale.place(percent)
        shapes += [Text(x, TOP - 8, f"{number(percent)} %", "mid"), Line(x, TOP, x, bottom, "grid")]
    return shapes


def _row(new: NewSymptom, scale: Scale, y: float) -> list[Shape]:
    share = new.new
    shapes: list[Shape] = [
        Text(0, y + 4, new.label, "series-name"),
        Text(WIDTH, y + 4, n_of(share), "end strong"),
    ]
    if share.percent is None or share.low_percent is None or share.high_percent is None:
        return shapes
    low, middle, high = (scale.place(p) for p in (share.low_percent, share.percent, share.high_percent))
    ends = f"M{low} {y}H{high}M{low} {y - 4}V{y + 4}M{high} {y - 4}V{y + 4}"
    return [*shapes, Path(ends, "whisker"), Circle(middle, y, 3.5, "whisker-dot")]


def _sentence(symptoms: list[NewSymptom]) -> str:
    seen = [new for new in symptoms if new.new.percent is not None]
    if not seen:
        return "New symptoms: no share is shown."
    most = seen[0]
    return (
        f"New symptoms: {len(seen)} of {len(symptoms)} asked about are shown; the most frequent is "
        f"{most.label.lower()}, {n_of(most.new)} ({number(most.new.percent or 0)} %)."
    )


def _table(symptoms: list[NewSymptom]) -> Table:
    return Table(
        caption="New symptoms",
        head=["Symptom", "New, of asked", "%", "95 % CI, %", "Already present", "Never asked"],
        rows=[
            [
                new.label,
                n_of(new.new),
                *_percents(new.new),
                counted(new.already_present),
                counted(new.never_asked),
            ]
            for new in symptoms
        ],
    )


def _percents(share: Share) -> list[str]:
    if share.percent is None or share.low_percent is None or share.high_percent is None:
        none = "" if share.of == 0 else "suppressed"
        return [none, none]
    return [number(share.percent), f"{number(share.low_percent)} to {number(share.high_percent)}"]
