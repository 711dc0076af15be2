"""The value at the start, and the one nearest to the day of the outcome."""

import pytest

from caseseries.persons import Anxiety, Asked, Course, Measured, Pair, Reevaluations
from caseseries.reading.measures import anxiety_of, around, from_the_baseline
from caseseries.reading.recall import Window, recalled, retested
from caseseries.reading.symptoms import Told, course_of
from tests.caseseries.people import OUTCOME


def measured(*days: int) -> list[Measured]:
    """Values that are their own days."""
    return [Measured(day, day) for day in days]


@pytest.mark.parametrize(
    ("days", "start", "outcome"),
    [
        ((), None, None),
        ((-40, -3, 0), 0, None),
        ((1,), None, None),
        ((69,), None, None),
        ((70,), None, 70),
        ((98,), None, 98),
        ((99,), None, None),
        ((72, 86, 97), None, 86),
        # Equally near: the earlier.
        ((83, 85), None, 83),
    ],
)
def test_the_last_before_the_start_and_the_nearest_in_the_window(
    days: tuple[int, ...], start: int | None, outcome: int | None
) -> None:
    assert around(measured(*days), OUTCOME) == Pair(start, outcome, outcome)


def test_of_one_day_the_later_recorded_counts() -> None:
    values = [Measured(0, 9), Measured(0, 8), Measured(84, 3), Measured(84, 2)]
    assert around(values, OUTCOME) == Pair(8, 2, 84)


def test_the_course_begins_with_the_baseline() -> None:
    assert from_the_baseline(measured(-40, -3, 20, 84)) == tuple(measured(-3, 20, 84))
    assert from_the_baseline(measured(20, 84)) == tuple(measured(20, 84))
    assert from_the_baseline([]) == ()


@pytest.mark.parametrize(
    ("pair", "anxiety"),
    [
        (Pair(), Anxiety.NO_BASELINE),
        (Pair(None, 3, 84), Anxiety.NO_BASELINE),
        (Pair(9), Anxiety.NO_OUTCOME),
        (Pair(9, 5, 84), Anxiety.LESS),
        (Pair(9, 6, 84), Anxiety.NEITHER),
        (Pair(4, 0, 84), Anxiety.NEITHER),
        (Pair(8, 12, 84), Anxiety.WORSE),
        (Pair(0, 4, 84), Anxiety.WORSE),
    ],
)
def test_what_became_of_the_gad7(pair: Pair, anxiety: Anxiety) -> None:
    assert anxiety_of(pair, OUTCOME) is anxiety


@pytest.mark.parametrize(
    ("told", "course"),
    [
        (Told(40, 40, None), Course.NEW),
        (Told(40, 40, 0), Course.NEW),
        (Told(40, 40, -1), Course.ALREADY_PRESENT),
        (Told(40, 0, None), Course.ALREADY_PRESENT),
        (Told(40, 1, None), Course.NEW),
        (Told(40, None, None), Course.NOT_NEW),
        (Told(0, None, None), Course.NEVER_ASKED),
        (Told(1, None, None), Course.NOT_NEW),
    ],
)
def test_new_is_who_was_free_and_asked_afterwards(told: Told, course: Course) -> None:
    assert course_of(told) is course


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(28, 42, 28, None), Reevaluations(on_time=1)),
        (Window(28, 42, 42, None), Reevaluations(on_time=1)),
        (Window(28, 42, 43, None), Reevaluations(late=1)),
        (Window(28, 42, None, None), Reevaluations(missed=1)),
        # Met after the data cut: not met by then.
        (Window(28, 42, 101, None), Reevaluations(missed=1)),
        # The dose was changed before it closed, on its last day, and after it.
        (Window(28, 42, None, 41), Reevaluations()),
        (Window(28, 42, None, 42), Reevaluations()),
        (Window(28, 42, None, 43), Reevaluations(missed=1)),
    ],
)
def test_a_window_is_met_in_time_late_or_missed(window: Window, expected: Reevaluations) -> None:
    assert recalled([window], cut_day=100) == expected


@pytest.mark.parametrize(
    ("days", "asked"),
    [((27,), Asked.NO), ((28,), Asked.YES), ((42,), Asked.YES), ((43,), Asked.NO), ((), Asked.NO)],
)
def test_the_retest_belongs_to_the_first_window_that_was_due(days: tuple[int, ...], asked: Asked) -> None:
    superseded = Window(10, 20, None, 15)
    assert retested([superseded, Window(28, 42, None, None), Window(60, 70, None, None)], days) is asked
    assert retested([superseded], days) is Asked.NOT_ASKED
