"""What ended the time under the form: the first of several, and another form censors."""

import pytest

from caseseries.persons import Ending
from caseseries.reading.endings import Ended, Fate, Taken, ended
from regimens.salts import Family

G, C = Family.GLYCINATE, Family.CITRATE
IN_CARE = Fate(has_left=False, is_transferred=False, unreachable_day=None, died_day=None)


def taken(family: Family, day: int, stopped: int | None = None, reason: str = "") -> Taken:
    return Taken(f"{family} {day}", family, day, stopped, reason)


def what_ended(*regimens: Taken, fate: Fate = IN_CARE, heard: int = 90) -> Ended:
    return ended(G, regimens, fate, heard)


def test_who_goes_on_is_followed() -> None:
    assert what_ended(taken(G, 0)) == Ended(Ending.FOLLOWED, None)


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        ("HARM", Ending.STOPPED_FOR_HARM),
        ("NO_BENEFIT", Ending.STOPPED_OTHERWISE),
        ("COURSE_FINISHED", Ending.STOPPED_OTHERWISE),
        ("DIED", Ending.DIED),
        ("TRANSFERRED", Ending.TRANSFERRED),
        ("SWITCHED", Ending.STOPPED_OTHERWISE),
    ],
)
def test_a_stop_ends_it_with_its_reason(reason: str, ending: Ending) -> None:
    assert what_ended(taken(G, 0, 40, reason)) == Ended(ending, 40)


def test_another_product_of_the_form_goes_on() -> None:
    assert what_ended(taken(G, 0, 40, "SWITCHED"), taken(G, 40)) == Ended(Ending.FOLLOWED, None)
    assert what_ended(taken(G, 0, 40, "NO_BENEFIT"), taken(G, 41)) == Ended(Ending.STOPPED_OTHERWISE, 40)
    again = (taken(G, 0, 40, "SWITCHED"), taken(G, 40, 60, "HARM"))
    assert what_ended(*again) == Ended(Ending.STOPPED_FOR_HARM, 60)


def test_another_form_is_a_switch_and_censors() -> None:
    assert what_ended(taken(G, 0, 40, "SWITCHED"), taken(C, 40)) == Ended(Ending.SWITCHED, 40, 40)
    assert what_ended(taken(G, 0, 40, "NO_BENEFIT"), taken(C, 41)) == Ended(Ending.SWITCHED, 40, 41)


def test_another_form_later_keeps_the_ending_and_censors_from_then_on() -> None:
    assert what_ended(taken(G, 0, 40, "NO_BENEFIT"), taken(C, 70)) == Ended(Ending.STOPPED_OTHERWISE, 40, 70)


def test_a_stop_for_harm_stays_one_whatever_is_taken_next() -> None:
    assert what_ended(taken(G, 0, 40, "HARM"), taken(C, 40)) == Ended(Ending.STOPPED_FOR_HARM, 40, 40)
    assert what_ended(taken(G, 0, 40, "HARM"), taken(G, 40)) == Ended(Ending.STOPPED_FOR_HARM, 40)
    beside = (taken(G, 0, 40, "HARM"), taken(G, 20))
    assert what_ended(*beside) == Ended(Ending.FOLLOWED, None)


def test_another_form_beside_is_no_switch() -> None:
    assert what_ended(taken(C, -30), taken(G, 0), taken(C, 20)) == Ended(Ending.FOLLOWED, None)
    assert what_ended(taken(C, -30), taken(G, 0, 40, "NO_BENEFIT")) == Ended(Ending.STOPPED_OTHERWISE, 40)


def test_the_longest_of_two_products_of_the_form_decides() -> None:
    assert what_ended(taken(G, 0, 80, "NO_BENEFIT"), taken(G, 10, 20, "HARM")) == Ended(
        Ending.STOPPED_OTHERWISE, 80
    )
    assert what_ended(taken(G, 0), taken(G, 10, 20, "HARM")) == Ended(Ending.FOLLOWED, None)


@pytest.mark.parametrize(
    ("fate", "expected"),
    [
        (Fate(False, False, None, 60), Ended(Ending.DIED, 60)),
        (Fate(True, False, None, None), Ended(Ending.LOST, 55)),
        (Fate(True, True, None, None), Ended(Ending.TRANSFERRED, 55)),
        (Fate(False, False, 80, None), Ended(Ending.LOST, 55)),
        # Somebody known to have died is not lost.
        (Fate(False, False, 58, 60), Ended(Ending.DIED, 60)),
    ],
)
def test_what_the_chart_says_ends_it_and_who_is_lost_was_last_heard_of_before(
    fate: Fate, expected: Ended
) -> None:
    assert what_ended(taken(G, 0), fate=fate, heard=55) == expected


def test_what_came_first_is_the_ending_and_a_death_of_the_day_goes_before_a_stop() -> None:
    dead = Fate(False, False, None, 60)
    assert what_ended(taken(G, 0, 40, "HARM"), fate=dead) == Ended(Ending.STOPPED_FOR_HARM, 40)
    assert what_ended(taken(G, 0, 60, "NO_BENEFIT"), fate=dead) == Ended(Ending.DIED, 60)
