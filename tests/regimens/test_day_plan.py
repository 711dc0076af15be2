"""The day plan: clock order, what is too close, what would do, and the same total as the doses."""

from datetime import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimens.clock import Apart, conflicts
from regimens.day_plan import Clash, DayPlan, Intake, Other, day_plan
from regimens.dosing import Dose, dose_of, total_of

LEVOTHYROXINE, CALCIUM = Apart(240, 240), Apart(120, 120)


def an_intake(
    at: time | None, units: str = "1", timing: str = "WITH_FOOD", before: int | None = None
) -> Intake:
    dose = dose_of([(Decimal(units), Decimal("99.9"), Decimal(709))])
    return Intake(at, "Magnesium bisglycinate", Decimal(units), "tablet", dose, timing, before)


def a_medicine(name: str, *times: time, apart: Apart | None = LEVOTHYROXINE) -> Other:
    return Other(name, "50 µg", times, apart)


def test_all_stands_in_clock_order_and_magnesium_first_at_the_same_minute() -> None:
    plan = day_plan(
        [an_intake(time(21), timing="BEDTIME"), an_intake(time(8))],
        [a_medicine("Vitamin D", time(8), apart=None), a_medicine("Amlodipine", time(7), apart=None)],
    )
    assert [(line.at, line.name) for line in plan.timed] == [
        (time(7), "Amlodipine"),
        (time(8), "Magnesium bisglycinate"),
        (time(8), "Vitamin D"),
        (time(21), "Magnesium bisglycinate"),
    ]
    assert plan.clashes == ()


@pytest.mark.parametrize(
    ("intake", "how", "is_before_meal"),
    [
        (an_intake(time(8)), "with food", False),
        (an_intake(time(22), timing="BEDTIME"), "at bedtime", False),
        (an_intake(time(8), timing="BEFORE_MEAL", before=30), "30 minutes before a meal", True),
    ],
)
def test_how_it_is_taken_is_said_in_words(intake: Intake, how: str, is_before_meal: bool) -> None:
    line = day_plan([intake], []).timed[0]
    assert (line.how, line.is_before_meal) == (how, is_before_meal)


@pytest.mark.parametrize(
    ("units", "name", "words"),
    [
        ("1", "capsule", "1 capsule"),
        ("2", "capsule", "2 capsules"),
        ("0.5", "tablet", "0.5 tablet"),
        ("1", "5 mL", "5 mL"),
        ("2", "5 mL", "2 times 5 mL"),
    ],
)
def test_units_are_counted_as_a_person_would(units: str, name: str, words: str) -> None:
    intake = Intake(time(8), "Magnesium", Decimal(units), name, Dose(Decimal(1), Decimal(2)))
    assert day_plan([intake], []).timed[0].amount == words


def test_what_has_no_clock_time_stands_apart_and_counts() -> None:
    plan = day_plan([an_intake(None, "2"), an_intake(time(8))], [a_medicine("Levothyroxine")])
    assert [line.name for line in plan.untimed] == ["Magnesium bisglycinate", "Levothyroxine"]
    assert plan.dose.elemental_mg_per_day == Decimal("299.7")
    assert plan.clashes == ()


@pytest.mark.parametrize(
    ("medicine", "magnesium", "would_do"),
    [
        (time(6), time(9, 59), time(10)),  # a minute too early
        (time(6), time(10), None),  # just far enough
        (time(6), time(6), time(10)),  # the same minute
        (time(22), time(21, 30), time(18)),  # in the evening: earlier, for the night is no time to take it
    ],
)
def test_too_close_is_named_with_the_nearest_time_that_would_do(
    medicine: time, magnesium: time, would_do: time | None
) -> None:
    clashes = day_plan([an_intake(magnesium)], [a_medicine("Levothyroxine", medicine)]).clashes
    wanted = [] if would_do is None else [(magnesium, would_do)]
    assert [(clash.at, clash.would_do) for clash in clashes] == wanted


def test_a_solvable_conflict_says_which_time_would_do() -> None:
    clash = day_plan([an_intake(time(8))], [a_medicine("Levothyroxine", time(6, 30))]).clashes[0]
    assert clash.sentence == (
        "Magnesium at 08:00 is too close to Levothyroxine (06:30). 10:30 would do. "
        "Ask your clinic before you change it."
    )


def test_a_conflict_that_cannot_be_solved_is_named() -> None:
    every_two_hours = tuple(time(hour) for hour in range(6, 24, 2))
    clash = day_plan([an_intake(time(8))], [a_medicine("Iron", *every_two_hours)]).clashes[0]
    assert clash.would_do is None
    assert "No time of the day is far enough" in clash.sentence


def test_what_no_distance_helps_is_named_without_a_time() -> None:
    plan = day_plan([an_intake(time(8))], [Other("Raltegravir", times=(time(20),), avoid=True)])
    assert plan.clashes == (Clash(("Raltegravir",)),)
    assert "do not go together at any time" in plan.clashes[0].sentence


def test_without_magnesium_nothing_clashes() -> None:
    plan = day_plan([], [Other("Raltegravir", times=(time(20),), avoid=True), a_medicine("Iron", time(8))])
    assert plan.clashes == () and plan.dose == Dose(Decimal(0), Decimal(0))


def test_two_intakes_are_never_sent_to_the_same_minute() -> None:
    iron = a_medicine("Iron", time(8), apart=CALCIUM)
    plan = day_plan([an_intake(time(7, 30)), an_intake(time(8))], [iron])
    times = [clash.would_do for clash in plan.clashes]
    assert len(times) == 2 and len(set(times)) == 2


moments = st.times().map(lambda at: at.replace(second=0, microsecond=0))
others = st.builds(
    Other,
    name=st.sampled_from(["Iron", "Calcium", "Levothyroxine"]),
    times=st.lists(moments, max_size=3, unique=True).map(tuple),
    apart=st.one_of(st.none(), st.builds(Apart, st.integers(0, 360), st.integers(0, 360))),
)
intakes = st.lists(
    st.builds(an_intake, st.one_of(st.none(), moments), st.decimals("0.25", "4", places=2).map(str)),
    max_size=4,
)


@given(intakes, st.lists(others, max_size=3))
def test_the_total_is_that_of_the_doses_and_of_the_lines(taken: list[Intake], beside: list[Other]) -> None:
    plan = day_plan(taken, beside)
    assert plan.dose == total_of(intake.dose for intake in taken)
    assert plan.dose == total_of(line.dose for line in (*plan.timed, *plan.untimed) if line.dose)


def keeps(plan: DayPlan, at: time, beside: list[Other]) -> bool:
    return not any(conflicts(other.times, [at], other.apart) for other in beside if other.apart)


@given(intakes, st.lists(others, max_size=3))
def test_every_conflict_is_named_and_what_would_do_has_none(taken: list[Intake], beside: list[Other]) -> None:
    plan = day_plan(taken, beside)
    named = {clash.at for clash in plan.clashes}
    for at in {intake.at for intake in taken if intake.at}:
        assert (at in named) is not keeps(plan, at, beside)
    proposed = [clash.would_do for clash in plan.clashes if clash.would_do]
    assert all(keeps(plan, at, beside) for at in proposed)
    assert len(proposed) == len(set(proposed))
