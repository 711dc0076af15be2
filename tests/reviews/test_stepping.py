"""A wanted dose becomes units at the clock times that the patient has."""

from datetime import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.pages.stepping import NotInUnits, Taken, redistribute, units_for

MG = Decimal("99.9")


def _at(hour: int, units: str) -> Taken:
    return Taken(time(hour), Decimal(units))


@pytest.mark.parametrize(
    ("wanted", "units"), [("99.9", "1"), ("300", "3"), ("299.7", "3"), ("149.85", "1.5"), ("50", "0.5")]
)
def test_an_amount_becomes_whole_or_half_units(wanted: str, units: str) -> None:
    assert units_for(Decimal(wanted), MG) == Decimal(units)


@pytest.mark.parametrize("wanted", ["0", "10", "120", "320"])
def test_an_amount_between_is_refused(wanted: str) -> None:
    with pytest.raises(NotInUnits):
        units_for(Decimal(wanted), MG)


def test_less_is_left_out_from_the_last_intake() -> None:
    intakes = [_at(8, "1"), _at(13, "1"), _at(21, "1")]
    assert redistribute(intakes, Decimal("1.5")) == [_at(8, "1"), _at(13, "0.5")]


def test_more_goes_to_the_smallest_intake() -> None:
    assert redistribute([_at(8, "2"), _at(21, "1")], Decimal(5)) == [_at(8, "3"), _at(21, "2")]


@given(
    st.lists(st.integers(1, 8), min_size=1, max_size=6),
    st.integers(1, 60).map(lambda halves: Decimal(halves) / 2),
)
def test_the_units_add_up_and_no_clock_time_is_new(units: list[int], wanted: Decimal) -> None:
    intakes = [Taken(time(hour), Decimal(n)) for hour, n in enumerate(units)]
    changed = redistribute(intakes, wanted)
    assert sum(taken.units for taken in changed) == wanted
    assert {taken.at for taken in changed} <= {taken.at for taken in intakes}
    assert all(taken.units > 0 for taken in changed)
