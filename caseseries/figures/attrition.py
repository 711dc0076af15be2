"""Who remains after each step of the criteria (pure)."""

from caseseries.figures.figure import WIDTH, Figure, Scale, Table
from caseseries.sentences import STEP_WORDS
from caseseries.summary import Remaining, Summary
from caseseries.wording import counted
from patients.drawing import Rect, Shape, Text
from patients.timeline import Drawing

ROW, LEFT, RIGHT = 30.0, 180.0, 306.0
BAR = 10.0


def attrition(summary: Summary) -> Figure:
    """One bar a step, with who is left and who the step took away."""
    steps = summary.attrition
    return Figure(
        name="attrition",
        title="Who remains, step by step",
        note="People after each step, and how many the step took away.",
        plot=Drawing(WIDTH, ROW * len(steps) + 4, _sentence(steps), _bars(steps)),
        table=Table(
            caption="Who remains",
            head=["Step", "People", "Taken away by the step"],
            rows=[[STEP_WORDS[step.step], counted(step.n), _removed(step, steps)] for step in steps],
        ),
    )


def _bars(steps: list[Remaining]) -> list[Shape]:
    shapes: list[Shape] = []
    scale = Scale(0, max([1, *(step.n for step in steps if step.n is not None)]), LEFT, RIGHT)
    for place, step in enumerate(steps):
        y = place * ROW + 14
        kept = " kept" if step is steps[-1] else ""
        shapes.append(Text(0, y + 4, STEP_WORDS[step.step], f"series-name{kept}"))
        if step.n is not None:
            shapes.append(Rect(LEFT, y - BAR / 2, scale.place(step.n) - LEFT, BAR, f"series-step{kept}"))
        shapes.append(Text(RIGHT + 40, y + 4, counted(step.n), "end strong"))
        shapes.append(Text(WIDTH, y + 4, _removed(step, steps), "end"))
    return shapes


def _removed(step: Remaining, steps: list[Remaining]) -> str:
    """`- 12`; nothing beside the first step, which takes nobody away."""
    if step is steps[0]:
        return ""
    return f"\N{MINUS SIGN}{step.removed}" if step.removed else counted(step.removed)


def _sentence(steps: list[Remaining]) -> str:
    first, last = steps[0], steps[-1]
    return f"Who remains: of {counted(first.n)} patients {counted(last.n)} after {len(steps) - 1} steps."
