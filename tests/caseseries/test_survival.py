"""The curve of Kaplan and Meier against lifelines, on data with ties and people who left."""

import warnings
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseseries.statistics import EventStep, kaplan_meier

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter

People = list[tuple[int, bool]]


def curve_of(people: People, weeks_a_step: int = 1) -> list[EventStep]:
    had = Counter(week for week, is_event in people if is_event)
    left = Counter(week for week, is_event in people if not is_event)
    return kaplan_meier(had, left, weeks_a_step).steps


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 25), st.booleans()), min_size=1, max_size=80))
@pytest.mark.filterwarnings("ignore")
def test_the_curve_and_its_interval_are_those_of_lifelines(people: People) -> None:
    fitter = KaplanMeierFitter().fit([week + 1 for week, _ in people], [event for _, event in people])
    for step in curve_of(people):
        free = float(fitter.survival_function_.loc[step.by_week].iloc[0])
        assert step.had_percent == pytest.approx(100 * (1 - free), abs=0.0501)
        theirs = fitter.event_table.loc[step.by_week]
        assert (step.at_risk, step.events, step.censored) == (
            int(theirs["at_risk"]),
            int(theirs["observed"]),
            int(theirs["censored"]),
        )
        if step.low_percent is not None and step.high_percent is not None:
            lower, upper = fitter.confidence_interval_.loc[step.by_week]
            assert step.low_percent == pytest.approx(100 * (1 - upper), abs=0.0501)
            assert step.high_percent == pytest.approx(100 * (1 - lower), abs=0.0501)


def test_who_leaves_in_a_week_is_at_risk_in_it() -> None:
    assert [(step.by_week, step.at_risk, step.events) for step in curve_of([(1, True), (1, False)])] == [
        (2, 2, 1)
    ]


def test_there_is_no_interval_before_the_first_event_and_after_the_last_person() -> None:
    first, last = curve_of([(0, False), (3, True)])
    assert (first.had_percent, first.low_percent, first.high_percent) == (0.0, None, None)
    assert (last.had_percent, last.low_percent, last.high_percent) == (100.0, None, None)


@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=80))
def test_steps_of_4_weeks_count_the_same_people(people: People) -> None:
    coarse = curve_of(people, 4)
    assert sum(step.events + step.censored for step in coarse) == len(people)
    assert all(step.by_week % 4 == 0 for step in coarse)


def test_nobody_has_no_steps() -> None:
    assert curve_of([]) == []
