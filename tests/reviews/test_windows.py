"""Re-evaluation windows: days 27, 28, 42 and 43, what supersedes and what stops them."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.wording import NO_BREAK
from protocols.thresholds import Thresholds
from reviews.windows import (
    Anchor,
    Modifiers,
    State,
    Window,
    ended,
    following,
    reevaluation_window,
    state,
)

PROTOCOL = Thresholds()
START = date(2026, 10, 14)

some_days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


def step(n: int) -> UUID:
    return UUID(int=n)


def after(days: int) -> date:
    return START + timedelta(days=days)


def anchor(n: int, on: date, cause: str = "DOSE_CHANGE") -> Anchor:
    return Anchor(step(n), on, cause)


def windows(anchors: list[Anchor], stopped_on: date | None, protocol: Thresholds) -> list[Window]:
    return ended([reevaluation_window(anchor, protocol) for anchor in anchors], stopped_on)


def only(stopped_on: date | None = None) -> Window:
    (window,) = windows([anchor(1, START, "START")], stopped_on, PROTOCOL)
    return window


def stands(window: Window, on: date, **facts: Any) -> State:
    met = {"met_on": None, "result_back": False} | facts
    return state(
        opens_on=window.opens_on,
        closes_on=window.closes_on,
        superseded_on=window.superseded_on,
        stopped_on=window.stopped_on,
        on=on,
        **met,
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (0, State.UPCOMING),
        (27, State.UPCOMING),
        (28, State.OPEN),
        (29, State.OPEN),
        (41, State.OPEN),
        (42, State.OPEN),
        (43, State.OVERDUE),
        (400, State.OVERDUE),
    ],
)
def test_a_start_owes_a_re_check_from_day_28_to_day_42(day: int, expected: State) -> None:
    assert stands(only(), after(day)) is expected


def test_the_trail_says_what_is_due_and_why() -> None:
    trail = only().trail.replace(NO_BREAK, " ")
    assert trail == "Due by 25 Nov 2026, because the regimen started on 14 Oct 2026 (day 28 to 42)."


@pytest.mark.parametrize(
    ("cause", "words"), [("DOSE_CHANGE", "the dose changed"), ("FORM_CHANGE", "the form changed")]
)
def test_the_trail_names_its_cause(cause: str, words: str) -> None:
    (window,) = windows([anchor(1, START, cause)], None, PROTOCOL)
    assert f"because {words} on 14 Oct 2026" in window.trail.replace(NO_BREAK, " ")
    assert window.cause == cause


def test_a_clinic_can_change_the_days() -> None:
    protocol = Thresholds(re_evaluation_opens_days=21, re_evaluation_closes_days=21)
    (window,) = windows([anchor(1, START, "START")], None, protocol)
    assert (window.opens_on, window.closes_on) == (after(21), after(21))
    assert "(day 21 to 21)" in window.trail


@pytest.mark.parametrize(
    ("day", "first", "second"),
    [
        (29, State.OPEN, State.UPCOMING),
        (30, State.SUPERSEDED, State.UPCOMING),
        (57, State.SUPERSEDED, State.UPCOMING),
        (58, State.SUPERSEDED, State.OPEN),
        (72, State.SUPERSEDED, State.OPEN),
        (73, State.SUPERSEDED, State.OVERDUE),
    ],
)
def test_a_change_of_dose_opens_its_own_window_on_its_own_day(day: int, first: State, second: State) -> None:
    old, new = windows([anchor(1, START, "START"), anchor(2, after(30))], None, PROTOCOL)
    assert (stands(old, after(day)), stands(new, after(day))) == (first, second)


def test_a_planned_step_leaves_the_window_before_it_open_until_its_day() -> None:
    old, _ = windows([anchor(1, START, "START"), anchor(2, after(60))], None, PROTOCOL)
    assert stands(old, after(43)) is State.OVERDUE
    assert stands(old, after(59)) is State.OVERDUE
    assert stands(old, after(60)) is State.SUPERSEDED


@pytest.mark.parametrize(("day", "expected"), [(34, State.OPEN), (35, State.STOPPED), (36, State.STOPPED)])
def test_a_stop_closes_the_last_window_on_its_day(day: int, expected: State) -> None:
    assert stands(only(stopped_on=after(35)), after(day)) is expected


def test_a_stop_closes_only_the_last() -> None:
    first, last = windows([anchor(1, START, "START"), anchor(2, after(10))], after(20), PROTOCOL)
    assert (first.superseded_on, first.stopped_on) == (after(10), None)
    assert (last.superseded_on, last.stopped_on) == (None, after(20))


def test_a_result_that_is_back_waits_for_review_also_when_late() -> None:
    assert stands(only(), after(30), result_back=True) is State.RESULT_BACK
    assert stands(only(), after(50), result_back=True) is State.RESULT_BACK


@pytest.mark.parametrize("day", [27, 28, 43])
def test_what_is_met_stays_met(day: int) -> None:
    window = only(stopped_on=after(20))
    assert stands(window, after(day), met_on=after(28), result_back=True) is State.MET


def test_two_steps_on_one_day_leave_one_window() -> None:
    first, second = windows([anchor(1, START, "START"), anchor(2, START)], None, PROTOCOL)
    assert (first.step_id, first.superseded_on) == (step(1), START)
    assert second.superseded_on is None
    assert stands(first, START) is State.SUPERSEDED


def test_without_a_dose_nothing_is_owed() -> None:
    assert windows([], START, PROTOCOL) == []


@given(days=st.lists(some_days, min_size=1, max_size=8), stop=st.none() | some_days)
def test_windows_of_a_course_leave_at_most_one_open(days: list[date], stop: date | None) -> None:
    found = windows([Anchor(uuid4(), day, "DOSE_CHANGE") for day in days], stop, PROTOCOL)
    assert [w.anchored_on for w in found] == sorted(days)
    assert all(before.superseded_on == later.anchored_on for before, later in pairwise(found))
    assert [w for w in found if w.superseded_on is None] == [found[-1]]
    assert found[-1].stopped_on == stop


@given(start=some_days, day=st.integers(0, 100))
def test_a_window_is_open_exactly_on_its_fifteen_days(start: date, day: int) -> None:
    (window,) = windows([Anchor(step(1), start, "START")], None, PROTOCOL)
    assert (stands(window, start + timedelta(days=day)) is State.OPEN) == (28 <= day <= 42)


EARLY = ("START", "DOSE_CHANGE", "FORM_CHANGE", "INTERRUPTION")


def with_egfr(egfr: str | None, cause: str = "START", protocol: Thresholds = PROTOCOL) -> Window:
    modifiers = Modifiers(None if egfr is None else Decimal(egfr))
    return reevaluation_window(anchor(1, START, cause), protocol, modifiers)


@pytest.mark.parametrize(
    ("egfr", "opens", "closes"),
    [("59.9", 14, 28), ("30", 14, 28), ("12", 14, 28), ("60", 28, 42), ("61", 28, 42), (None, 28, 42)],
)
def test_an_egfr_below_60_brings_the_window_forward(egfr: str | None, opens: int, closes: int) -> None:
    window = with_egfr(egfr)
    assert (window.opens_on, window.closes_on) == (after(opens), after(closes))


def test_what_was_brought_forward_says_by_how_much_and_why() -> None:
    trail = with_egfr("48.0", "DOSE_CHANGE").trail.replace(NO_BREAK, " ")
    assert trail == (
        "Due by 11 Nov 2026, because the dose changed on 14 Oct 2026 (day 14 to 28); "
        "2 weeks earlier because eGFR is 48."
    )


@given(
    cause=st.sampled_from([*EARLY, "MAINTENANCE", "ABNORMAL_RESULT", "MISSED_WINDOW", "SAFETY"]), on=some_days
)
def test_with_modifiers_off_it_is_the_protocol_exactly(cause: str, on: date) -> None:
    plain = Anchor(step(1), on, cause)
    assert reevaluation_window(plain, PROTOCOL, Modifiers()) == reevaluation_window(plain, PROTOCOL)


@pytest.mark.parametrize("cause", ["MAINTENANCE", "ABNORMAL_RESULT", "MISSED_WINDOW", "SAFETY"])
def test_only_the_window_of_a_dose_is_brought_forward(cause: str) -> None:
    assert with_egfr("40", cause) == with_egfr(None, cause)


@pytest.mark.parametrize(("cause", "opens", "closes"), [("MAINTENANCE", 90, 180), ("SAFETY", 14, 28)])
def test_maintenance_and_safety_have_days_of_their_own(cause: str, opens: int, closes: int) -> None:
    window = reevaluation_window(anchor(1, START, cause), PROTOCOL)
    assert (window.opens_on, window.closes_on) == (after(opens), after(closes))


@pytest.mark.parametrize(
    ("met", "was_abnormal", "cause"),
    [
        (41, False, "MAINTENANCE"),
        (42, False, "MAINTENANCE"),
        (43, False, "MISSED_WINDOW"),
        (30, True, "ABNORMAL_RESULT"),
        (43, True, "ABNORMAL_RESULT"),
    ],
)
def test_a_met_re_evaluation_owes_the_next(met: int, was_abnormal: bool, cause: str) -> None:
    assert following(only(), after(met), was_abnormal) == Anchor(step(1), after(met), cause)
