"""Comparing what was raised with what other numbers would have raised: pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reviews.backtest.comparing import (
    OVERDUE,
    RE_EVALUATION,
    UNEXPLAINED,
    Asked,
    Line,
    Question,
    Ways,
    added,
    compare,
)

SINCE, UNTIL = date(2026, 1, 1), date(2026, 3, 31)
LATE = UNTIL + timedelta(days=9)


def asked(cause: str, on: date, line: str = "SYMPTOM", fate: str = "ACTED", **more: Any) -> Asked:
    told: dict[str, Any] = {"closed_on": None, "protocol": 1, "corrected": False, **more}
    return Asked(line, (cause,), on, fate, **told)


def compared(
    then: Sequence[Asked],
    live: Sequence[Asked],
    tried: Sequence[Asked],
    *,
    live_ahead: dict[Question, date] | None = None,
    tried_ahead: dict[Question, date] | None = None,
) -> dict[str, Line]:
    return compare(
        Ways(
            then,
            live,
            tried,
            live_ahead or {},
            tried_ahead or {},
            lambda day: SINCE <= day <= UNTIL,
            lambda one: "CORRECTED" if one.corrected else UNEXPLAINED,
        )
    )


def day(number: int) -> date:
    return SINCE + timedelta(days=number)


def test_what_stays_as_it_was_is_the_same() -> None:
    flags = [asked("a", day(3)), asked("b", day(4), line=OVERDUE)]
    lines = compared(flags, flags, flags)
    assert {name: (line.then, line.now, line.same) for name, line in lines.items()} == {
        "SYMPTOM": (1, 1, 1),
        OVERDUE: (1, 1, 1),
    }


def test_what_is_no_longer_raised_is_counted_by_what_became_of_it() -> None:
    then = [asked("a", day(3)), asked("b", day(4), fate="DISMISSED"), asked("c", day(5), fate="ACTED")]
    line = compared(then, then, [])["SYMPTOM"]
    assert (line.then, line.now, dict(line.gone)) == (3, 0, {"ACTED": 2, "DISMISSED": 1})


def test_what_is_raised_on_another_day_is_moved_and_how_far() -> None:
    then = [asked("a", day(10)), asked("b", day(10)), asked("c", day(10))]
    tried = [asked("a", day(17)), asked("b", day(8)), asked("c", day(10))]
    line = compared(then, then, tried)["SYMPTOM"]
    assert (line.now, line.same, dict(line.days)) == (3, 1, {7: 1, -2: 1})


def test_a_window_that_opens_after_the_days_comes_later_and_is_not_gone() -> None:
    then = [asked("a", day(80), line=RE_EVALUATION)]
    line = compared(then, then, [], tried_ahead={(RE_EVALUATION, ("a",)): LATE})[RE_EVALUATION]
    assert (line.now, dict(line.gone), dict(line.days)) == (0, {}, {(LATE - day(80)).days: 1})


def test_an_overdue_window_that_is_gone_does_not_come_back_by_the_window_of_the_same_cause() -> None:
    then = [asked("a", day(80), line=OVERDUE)]
    line = compared(then, then, [], tried_ahead={(RE_EVALUATION, ("a",)): LATE})[OVERDUE]
    assert (dict(line.gone), dict(line.days)) == ({"ACTED": 1}, {})


def test_new_flags_are_new_and_those_from_other_months_are_told_apart() -> None:
    before = asked("a", SINCE - timedelta(days=5))
    tried = [asked("a", day(2)), asked("b", day(2)), asked("c", day(2), line=RE_EVALUATION)]
    lines = compared([before], [before], tried, live_ahead={(RE_EVALUATION, ("c",)): LATE})
    assert (lines["SYMPTOM"].new, lines["SYMPTOM"].moved_in, lines["SYMPTOM"].now) == (1, 1, 2)
    assert (lines[RE_EVALUATION].new, lines[RE_EVALUATION].moved_in) == (0, 1)


def test_what_the_live_numbers_do_not_reproduce_is_counted_apart_with_its_reason() -> None:
    then = [asked("a", day(3), corrected=True), asked("b", day(4)), asked("c", day(5))]
    live = [asked("b", day(6)), asked("c", day(5)), asked("d", day(7))]
    line = compared(then, live, live)["SYMPTOM"]
    assert (line.then, line.now, line.same) == (3, 1, 1)
    assert dict(line.not_reproduced) == {"CORRECTED": 1, UNEXPLAINED: 1}
    assert dict(line.not_raised) == {UNEXPLAINED: 1}


def test_a_flag_that_cleared_and_stood_again_is_one_question() -> None:
    twice = [asked("a", day(9)), asked("a", day(3))]
    line = compared(twice, twice, [asked("a", day(3))])["SYMPTOM"]
    assert (line.then, line.same) == (1, 1)


def test_a_flag_that_comes_later_counts_what_was_found_when_it_was_closed() -> None:
    window = asked("a", day(10), line=RE_EVALUATION, closed_on=day(20))
    heard, quiet = asked("x", day(20)), asked("b", day(10), line=RE_EVALUATION, closed_on=day(21))
    then = [window, heard, quiet]
    line = compared(then, then, [heard])[RE_EVALUATION]
    assert (sum(line.gone.values()), line.found) == (2, 1)


days = st.dates(SINCE - timedelta(days=30), UNTIL + timedelta(days=30))
flags = st.lists(
    st.builds(
        asked,
        st.sampled_from("abcdef"),
        days,
        line=st.sampled_from([RE_EVALUATION, OVERDUE, "SYMPTOM"]),
        fate=st.sampled_from(["ACTED", "ANSWERED", "DISMISSED", "STANDING"]),
        closed_on=st.none() | days,
        corrected=st.booleans(),
    ),
    max_size=8,
)


@given(flags, flags, flags)
def test_every_flag_has_one_place_whatever_the_ways(
    then: list[Asked], live: list[Asked], tried: list[Asked]
) -> None:
    for line in compared(then, live, tried).values():
        moved_then = sum(line.days.values())
        places = line.same + moved_then + sum(line.gone.values()) + sum(line.not_reproduced.values())
        assert line.then == places
        assert line.new + line.moved_in + line.same <= line.now <= places + line.new + line.moved_in


@given(flags, flags)
def test_at_the_live_numbers_nothing_moves(then: list[Asked], live: list[Asked]) -> None:
    for line in compared(then, live, live).values():
        assert (line.days, line.gone, line.new, line.moved_in) == ({}, {}, 0, 0)
        assert line.now == line.same


@given(flags, flags, flags)
def test_counts_of_two_patients_add_up(then: list[Asked], live: list[Asked], tried: list[Asked]) -> None:
    one = compared(then, live, tried)
    twice = added(added({}, one), one)
    for name, line in one.items():
        for key, number in line.to_json().items():
            doubled = {k: 2 * n for k, n in number.items()} if isinstance(number, dict) else 2 * number
            assert twice[name][key] == doubled


def test_the_order_in_which_flags_come_makes_no_difference() -> None:
    one = asked("a", day(3))
    other = replace(one, cause=("b",))
    assert compared([one, other], [other, one], [one]) == compared([other, one], [one, other], [one])
