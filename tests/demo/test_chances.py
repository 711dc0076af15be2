"""Draws of synthetic people: within their limits, and the same for the same seed."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.chances import Body, body, creatinine_of, gad7_items, measured, treated
from demo.telling import Story
from labs.kidney import egfr_ckd_epi_2021
from patients.models import Patient

seeds = st.integers(0, 10_000)


@given(seeds)
def test_the_creatinine_of_a_person_gives_the_egfr_back(seed: int) -> None:
    person = body(Random(seed))
    egfr = egfr_ckd_epi_2021(creatinine_of(person), person.age, person.sex)
    # Creatinine is rounded to 0.01 mg/dL, of which the smallest is about 0.3.
    assert abs(float(egfr) - person.egfr) < 0.04 * person.egfr


@given(seeds)
def test_a_person_is_an_adult_within_the_limits(seed: int) -> None:
    person = body(Random(seed))
    assert 20 <= person.age <= 88
    assert 34 <= person.egfr <= 125
    assert 0.38 <= person.ionized <= 0.72
    assert 3 <= person.gad7 <= 21
    assert 0 <= person.adherence <= 1


@given(seeds, st.integers(0, 21))
def test_seven_answers_add_up(seed: int, total: int) -> None:
    items = gad7_items(Random(seed), total)
    assert (len(items), sum(items)) == (7, total)
    assert set(items) <= {0, 1, 2, 3}


@given(seeds, st.floats(0.3, 0.8))
def test_a_measured_value_is_plausible_and_has_two_decimals(seed: int, ionized: float) -> None:
    value = measured(Random(seed), ionized)
    assert Decimal("0.30") <= value <= Decimal("0.78")
    assert value == value.quantize(Decimal("0.01"))


def test_a_dose_above_300_mg_adds_nothing_and_oxide_adds_less() -> None:
    person = Body("FEMALE", 40, 90, 0.50, 10, 1.0)
    assert treated(person, 300) == treated(person, 450) > treated(person, 100)
    assert treated(person, 300) > treated(person, 300, oxide=True)


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.integers(18, 88), st.integers(0, 364))
def test_a_person_of_a_story_has_the_age_that_it_tells(today: date, age: int, birthday: int) -> None:
    story = Story("1", "A", "B", "FEMALE", age, (), birthday_days_ago=birthday)
    assert Patient(birth_date=story.birth_date(today)).age_on(today) == age
    assert story.birth_date(today) < today - timedelta(days=17 * 365)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_draws_the_same_person(seed: int) -> None:
    assert body(Random(seed)) == body(Random(seed))
