"""The values of one person around the start and the day of the outcome (pure). Days since the start."""

from collections.abc import Sequence

from caseseries.definition import OutcomeDefinition
from caseseries.persons import Anxiety, Measured, Pair


def around(values: Sequence[Measured], outcome: OutcomeDefinition) -> Pair:
    """The last value on or before the start, and the one nearest to the day of the outcome in its window.

    `values` are in the order in which they were measured. Of two equally near days the earlier counts; of two
    values of one day the later recorded.
    """
    start: Measured | None = None
    nearest: Measured | None = None
    least = outcome.margin_days + 1
    for measured in values:
        if measured.day <= 0:
            start = measured
            continue
        distance = abs(measured.day - outcome.day)
        of_that_day = nearest is not None and nearest.day == measured.day
        if distance < least or of_that_day:
            nearest, least = measured, distance
    return Pair(
        start=start.value if start else None,
        outcome=nearest.value if nearest else None,
        day=nearest.day if nearest else None,
    )


def anxiety_of(gad7: Pair, outcome: OutcomeDefinition) -> Anxiety:
    """Less anxious, worse or neither, by points of GAD-7 (clinical facts 7.3, B), or why that is unknown."""
    if gad7.start is None:
        return Anxiety.NO_BASELINE
    if gad7.outcome is None:
        return Anxiety.NO_OUTCOME
    start, later = int(gad7.start), int(gad7.outcome)
    if outcome.is_less_anxious(start, later):
        return Anxiety.LESS
    return Anxiety.WORSE if later - start >= outcome.rise else Anxiety.NEITHER


def from_the_baseline(values: Sequence[Measured]) -> tuple[Measured, ...]:
    """The last value on or before the start, and all after it."""
    before = sum(measured.day <= 0 for measured in values)
    return tuple(values[max(before - 1, 0) :])
