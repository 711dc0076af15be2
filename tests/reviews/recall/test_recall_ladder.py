"""The ladder of a missed window: each step on the day before, the day, and the day after (pure)."""

from datetime import date, timedelta

import pytest

from protocols.thresholds import Thresholds
from reviews.recall_ladder import Rung, Step, Tried, closing_from, rung

CLOSES = date(2026, 3, 1)
LIMITS = Thresholds()


def after(days: int) -> date:
    """So many days after the window closed."""
    return CLOSES + timedelta(days=days)


def tried(days: int, outcome: str = "NO_ANSWER", again: int | None = None) -> Tried:
    return Tried(after(days), outcome, None if again is None else after(again))


def at(days: int, *attempts: Tried, booked: int | None = None, limits: Thresholds = LIMITS) -> Rung:
    return rung(CLOSES, None if booked is None else after(booked), attempts, after(days), limits)


def words(found: Rung, days: int) -> str:
    return found.words(after(days)).replace("\N{NO-BREAK SPACE}", " ")


def test_a_window_with_nothing_booked_asks_for_a_call_a_week_before_it_closes() -> None:
    assert closing_from(CLOSES, LIMITS) == after(-7)
    assert [at(days).is_due(after(days)) for days in (-8, -7, -6)] == [False, True, True]
    assert [at(days).step for days in (-8, -7, 0)] == [Step.CLOSING] * 3
    assert words(at(-8), -8) == "Nothing booked yet"
    assert words(at(-7), -7) == "Nothing booked, window closes soon"


def test_it_is_overdue_from_the_day_after_it_closes() -> None:
    assert [at(days).step for days in (0, 1, 2)] == [Step.CLOSING, Step.OVERDUE, Step.OVERDUE]
    assert at(5) == Rung(Step.OVERDUE, after(1), 1, 0)
    assert words(at(5), 5) == "Not called yet"


def test_the_second_attempt_is_due_a_week_after_the_first() -> None:
    found = [at(days, tried(3)) for days in (9, 10, 11)]
    assert found == [Rung(Step.ATTEMPT, after(10), 2, 1)] * 3
    assert [one.is_due(after(days)) for one, days in zip(found, (9, 10, 11), strict=True)] == [
        False,
        True,
        True,
    ]
    assert words(found[0], 9) == "Attempt 2 on 11 Mar 2026"
    assert words(found[0], 11) == "Attempt 2 due 1 day ago"


def test_after_three_attempts_in_vain_lost_is_proposed_a_week_after_the_last() -> None:
    attempts = (tried(3), tried(10, "WRONG_NUMBER"), tried(17))
    assert at(23, *attempts[:2]).step is Step.ATTEMPT
    assert at(23, *attempts) == Rung(Step.PROPOSE_LOST, after(24), 4, 3)
    assert [at(days, *attempts).is_due(after(days)) for days in (23, 24, 25)] == [False, True, True]
    assert words(at(24, *attempts), 24) == "No answer to 3 attempts: lost to follow-up due today"


def test_both_numbers_are_the_protocols() -> None:
    limits = Thresholds(contact_again_days=2, contact_attempts=1)
    assert at(4, tried(3), limits=limits) == Rung(Step.PROPOSE_LOST, after(5), 2, 1)


@pytest.mark.parametrize("outcome", ["REFUSED", "MOVED", "AGREED"])
def test_an_answer_begins_the_count_anew(outcome: str) -> None:
    attempts = (tried(3), tried(10), tried(17, outcome))
    assert at(18, *attempts) == Rung(Step.ATTEMPT, after(24), 1, 0)
    assert at(25, *attempts, tried(24)) == Rung(Step.ATTEMPT, after(31), 2, 1)


def test_who_asked_for_a_later_call_is_called_on_that_day() -> None:
    attempts = (tried(3), tried(4, "CALL_LATER", again=20))
    assert [at(days, *attempts).is_due(after(days)) for days in (19, 20, 21)] == [False, True, True]
    assert at(5, *attempts) == Rung(Step.CALL_LATER, after(20), 1, 0)
    assert words(at(5, *attempts), 5) == "Call again on 21 Mar 2026"


def test_a_booked_visit_is_waited_for_until_its_day_has_passed() -> None:
    attempts = (tried(3), tried(4, "AGREED"))
    steps = [at(days, *attempts, booked=10).step for days in (9, 10, 11)]
    assert steps == [Step.BOOKED, Step.BOOKED, Step.NOT_COME]
    assert at(10, *attempts, booked=10) == Rung(Step.BOOKED, after(11), 1, 0)
    assert words(at(10, booked=10), 10) == "Visit booked for 11 Mar 2026"
    assert words(at(11, booked=10), 11) == "Did not come on 11 Mar 2026: call"


def test_who_did_not_come_is_called_anew_and_what_was_tried_before_counts_no_more() -> None:
    before = (tried(1), tried(2))
    assert at(11, *before, booked=10) == Rung(Step.NOT_COME, after(11), 1, 0)
    assert at(12, *before, tried(12), booked=10) == Rung(Step.ATTEMPT, after(19), 2, 1)


def test_who_agreed_to_come_on_the_same_day_and_did_not_come_is_called() -> None:
    assert at(11, tried(10, "AGREED"), booked=10).step is Step.NOT_COME
