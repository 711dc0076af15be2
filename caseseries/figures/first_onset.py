"""How many have had the symptom by when: the curve of Kaplan and Meier with the numbers at risk (pure)."""

from accounts.wording import count, number
from caseseries.figures.figure import (
    DAYS_OF_A_WEEK,
    WIDTH,
    Figure,
    Scale,
    Table,
    polyline,
    stairs,
    tick_weeks,
    week_axis,
)
from caseseries.statistics import EventStep, TimeToEvent
from caseseries.summary import NewSymptom
from patients.drawing import Line, Path, Shape, Text
from patients.timeline import Drawing

LEFT, RIGHT, TOP, BOTTOM = 40.0, WIDTH - 12.0, 12.0, 180.0
# Per cent at the upper end: the smallest that holds the interval.
ENDS = (25, 50, 100)


def first_onset(new: NewSymptom) -> Figure | None:
    """The figure of one symptom; None where its curve is not shown."""
    curve = new.time_to_first
    if curve is None or not curve.steps:
        return None
    name = new.label.lower()
    return Figure(
        name="first_onset",
        title=f"Time to first {name}",
        note=f"Share with new {name}, %, by Kaplan and Meier; ribbon is the 95 % CI. "
        f"In steps of {count(curve.weeks_a_step, 'week')}.",
        plot=Drawing(WIDTH, BOTTOM + 66, _sentence(name, curve), _shapes(curve)),
        table=_table(name, curve),
    )


def _shapes(curve: TimeToEvent) -> list[Shape]:
    # A step that ends on the last tick needs no tick after it.
    last_day = curve.steps[-1].by_week * DAYS_OF_A_WEEK - 1
    step = tick_weeks(last_day)
    time = Scale(0, (last_day // (step * DAYS_OF_A_WEEK) + 1) * step, LEFT, RIGHT)
    share = Scale(0, _end(curve), BOTTOM, TOP)
    return [
        *_percents(share),
        *week_axis(time, last_day, TOP, BOTTOM, "weeks since the start"),
        *_ribbon(curve, time, share),
        Path(polyline(stairs(_points(curve, time, share))), "series-curve"),
        *_censored(curve, time, share),
        *_at_risk(curve, time, step),
    ]


def _end(curve: TimeToEvent) -> int:
    highest = max(step.high_percent or step.had_percent for step in curve.steps)
    return next(end for end in ENDS if highest <= end)


def _percents(share: Scale) -> list[Shape]:
    return [
        Text(LEFT - 6, share.place(percent) + 4, f"{number(percent)} %", "end")
        for percent in (0, share.high / 2, share.high)
    ]


def _points(curve: TimeToEvent, time: Scale, share: Scale) -> list[tuple[float, float]]:
    return [
        (time.place(0), share.place(0)),
        *((time.place(step.by_week), share.place(step.had_percent)) for step in curve.steps),
    ]


def _ribbon(curve: TimeToEvent, time: Scale, share: Scale) -> list[Shape]:
    """Between the bounds, from the first step that has them."""
    bounded = [step for step in curve.steps if step.low_percent is not None and step.high_percent is not None]
    if not bounded:
        return []
    upper = stairs((time.place(step.by_week), share.place(step.high_percent or 0)) for step in bounded)
    lower = stairs((time.place(step.by_week), share.place(step.low_percent or 0)) for step in bounded)
    return [Path(f"{polyline([*upper, *reversed(lower)])}Z", "ribbon symptom")]


def _censored(curve: TimeToEvent, time: Scale, share: Scale) -> list[Shape]:
    """A tick where people left the curve without the symptom."""
    return [
        Line(x, y - 4, x, y + 4, "series-censored")
        for step in curve.steps
        if step.censored
        for x, y in [(time.place(step.by_week), share.place(step.had_percent))]
    ]


def _at_risk(curve: TimeToEvent, time: Scale, step: int) -> list[Shape]:
    """Under each tick, how many were still free of it and followed."""
    shapes: list[Shape] = [Text(0, BOTTOM + 46, "still free of it and followed", "series-name")]
    for week in range(0, int(time.high) + 1, step):
        shapes.append(Text(time.place(week), BOTTOM + 61, str(_free_at(curve, week)), "mid"))
    return shapes


def _free_at(curve: TimeToEvent, week: int) -> int:
    """At risk in the first step that ends after `week`; after the last step, who is left."""
    last = curve.steps[-1]
    after = next((step for step in curve.steps if step.by_week > week), None)
    return after.at_risk if after else last.at_risk - last.events - last.censored


def _sentence(name: str, curve: TimeToEvent) -> str:
    last = curve.steps[-1]
    return (
        f"Time to first {name}: {curve.events} of {curve.people} people had it; by week {last.by_week} "
        f"{number(last.had_percent)} % by Kaplan and Meier."
    )


def _table(name: str, curve: TimeToEvent) -> Table:
    return Table(
        caption=f"Time to first {name}",
        head=["By week", "Still free and followed before", f"With {name}", "Left", "%", "95 % CI, %"],
        rows=[
            [
                str(step.by_week),
                str(step.at_risk),
                str(step.events),
                str(step.censored),
                number(step.had_percent),
                _interval(step),
            ]
            for step in curve.steps
        ],
    )


def _interval(step: EventStep) -> str:
    if step.low_percent is None or step.high_percent is None:
        return ""
    return f"{number(step.low_percent)} to {number(step.high_percent)}"
