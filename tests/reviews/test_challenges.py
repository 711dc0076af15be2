"""What was changed while a symptom lasted, and what followed: at the day before, the day, the day after."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from reviews.challenges import DoseChange, Followed, Span, Told, story_of

ONSET = date(2026, 1, 10)
START = DoseChange(date(2026, 1, 1), Decimal(0), Decimal(300))
DOWN = DoseChange(date(2026, 2, 1), Decimal(300), Decimal(250))
STOP = DoseChange(date(2026, 2, 1), Decimal(300), Decimal(0))
UP = DoseChange(date(2026, 3, 1), Decimal(250), Decimal(300))


def after(change: DoseChange, days: int, present: bool) -> Told:
    return Told(change.on + timedelta(days=days), present)


def test_the_dose_in_force_and_the_days_from_the_last_change() -> None:
    story = story_of(Span(ONSET, None), [START, DOWN], [])
    assert (story.mg_at_onset, story.days_from_change) == (Decimal(300), 9)


def test_a_symptom_from_before_the_first_dose_has_no_dose() -> None:
    story = story_of(Span(START.on - timedelta(days=1), None), [START], [])
    assert (story.days_from_change, story.last_change) == (None, None)


def test_on_the_day_of_a_change_the_new_dose_is_in_force() -> None:
    assert story_of(Span(START.on, None), [START], []).days_from_change == 0


def test_an_onset_that_nobody_told_is_before_the_change_of_the_same_visit() -> None:
    told = [Told(DOWN.on, True), after(DOWN, 14, False)]
    story = story_of(Span(DOWN.on, told[-1].on, onset_was_told=False), [START, DOWN], told)
    assert story.mg_at_onset == Decimal(300)
    assert story.dechallenge and story.dechallenge.followed is Followed.GONE


@pytest.mark.parametrize("change", [DOWN, STOP])
def test_less_or_none_and_gone_when_asked(change: DoseChange) -> None:
    told = [Told(ONSET, True), after(change, 14, False)]
    found = story_of(Span(ONSET, told[-1].on), [START, change], told).dechallenge
    assert found and (found.followed, found.days, found.change) == (Followed.GONE, 14, change)


def test_still_present_and_gone_later_under_the_same_dose() -> None:
    told = [Told(ONSET, True), after(DOWN, 7, True), after(DOWN, 20, False)]
    found = story_of(Span(ONSET, told[-1].on), [START, DOWN], told).dechallenge
    assert found and (found.followed, found.days) == (Followed.GONE, 20)
    found = story_of(Span(ONSET, None), [START, DOWN], told[:2]).dechallenge
    assert found and (found.followed, found.days) == (Followed.STILL_PRESENT, 7)


def test_nobody_asked_since() -> None:
    found = story_of(Span(ONSET, None), [START, DOWN], [Told(ONSET, True), Told(DOWN.on, True)]).dechallenge
    assert found and (found.followed, found.days) == (Followed.NOT_ASKED, None)


def test_an_answer_after_the_next_change_belongs_to_that_change() -> None:
    told = [Told(ONSET, True), after(UP, 1, False)]
    found = story_of(Span(ONSET, told[-1].on), [START, DOWN, UP], told).dechallenge
    assert found and found.followed is Followed.NOT_ASKED


def test_a_change_on_the_day_of_the_onset_came_before_and_one_after_the_end_is_none() -> None:
    assert story_of(Span(DOWN.on, None), [START, DOWN], []).dechallenge is None
    gone_before = DOWN.on - timedelta(days=1)
    assert story_of(Span(ONSET, gone_before), [START, DOWN], [Told(gone_before, False)]).dechallenge is None


@pytest.mark.parametrize(("present", "followed"), [(True, Followed.CAME_BACK), (False, Followed.STAYED_AWAY)])
def test_as_much_again(present: bool, followed: Followed) -> None:
    told = [Told(ONSET, True), after(DOWN, 14, False), after(UP, 10, present)]
    found = story_of(Span(ONSET, after(DOWN, 14, False).on), [START, DOWN, UP], told).rechallenge
    assert found and (found.followed, found.days, found.change) == (followed, 10, UP)


def test_less_than_before_is_no_rechallenge_and_neither_is_more_while_it_lasts() -> None:
    told = [Told(ONSET, True), after(DOWN, 14, False)]
    half_way = DoseChange(UP.on, Decimal(250), Decimal(275))
    assert story_of(Span(ONSET, told[-1].on), [START, DOWN, half_way], told).rechallenge is None
    assert story_of(Span(ONSET, None), [START, DOWN, UP], told[:1]).rechallenge is None
