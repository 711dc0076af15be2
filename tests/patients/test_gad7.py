"""GAD-7: what can be answered, what a total is, and its bands."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.gad7 import ITEMS, TOTAL_LOINC, Band, band, check_total, total


def loinc_check_digit(code: str) -> int:
    """Mod 10: every second digit from the right is doubled."""
    digits = [int(d) for d in code.split("-")[0]]
    doubled = [2 * d if place % 2 == 0 else d for place, d in enumerate(reversed(digits))]
    return -sum(d - 9 if d > 9 else d for d in doubled) % 10


@pytest.mark.parametrize("code", [*(item.loinc for item in ITEMS), TOTAL_LOINC])
def test_no_loinc_code_was_mistyped(code: str) -> None:
    assert loinc_check_digit(code) == int(code[-1])


def test_there_are_seven_distinct_items() -> None:
    assert len({item.loinc for item in ITEMS}) == len({item.text for item in ITEMS}) == 7


@given(st.lists(st.integers(0, 3), min_size=7, max_size=7))
def test_seven_answers_give_a_total_that_is_allowed(items: list[int]) -> None:
    assert check_total(total(items)) == sum(items)


@given(st.lists(st.integers(0, 3), max_size=14).filter(lambda items: len(items) != 7))
def test_a_missing_or_extra_answer_is_refused(items: list[int]) -> None:
    with pytest.raises(ValueError, match="7 answers"):
        total(items)


@pytest.mark.parametrize("wrong", [4, -1, None, "1", 1.0, True])
def test_an_answer_that_is_not_0_to_3_is_refused_by_number(wrong: Any) -> None:
    with pytest.raises(ValueError, match="answer 3"):
        total([0, 1, wrong, 0, 1, 2, 3])


@pytest.mark.parametrize("wrong", [22, -1, None, "7", 7.0, True])
def test_a_total_outside_0_to_21_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="0 to 21"):
        check_total(wrong)
    with pytest.raises(ValueError, match="0 to 21"):
        band(wrong)


@pytest.mark.parametrize(
    ("points", "name"),
    [
        (0, Band.MINIMAL),
        (4, Band.MINIMAL),
        (5, Band.MILD),
        (9, Band.MILD),
        (10, Band.MODERATE),
        (14, Band.MODERATE),
        (15, Band.SEVERE),
        (21, Band.SEVERE),
    ],
)
def test_the_bands_begin_at_5_10_and_15(points: int, name: Band) -> None:
    assert band(points) is name
