"""Amounts in quarters of a unit, and a day's units over several intakes: nothing is rounded unsaid."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimens.portions import QUARTER, NotEven, NotInParts, counted, in_parts, nearest_part, split_evenly

MG = Decimal("99.9")
quarters = st.integers(1, 80).map(lambda n: n * QUARTER)


@pytest.mark.parametrize(("mg", "units"), [("100", "1"), ("99.9", "1"), ("150", "1.5"), ("24.975", "0.25")])
def test_an_amount_within_half_a_milligram_is_taken(mg: str, units: str) -> None:
    assert in_parts(Decimal(mg) / MG, MG) == Decimal(units)


@pytest.mark.parametrize(
    ("mg", "below", "above"), [("130", "1.25", "1.5"), ("10", "0", "0.25"), ("100.5", "1", "1.25")]
)
def test_an_amount_between_names_the_nearest(mg: str, below: str, above: str) -> None:
    with pytest.raises(NotInParts) as near:
        in_parts(Decimal(mg) / MG, MG)
    assert (near.value.below, near.value.above) == (Decimal(below), Decimal(above))


@pytest.mark.parametrize(("units", "nearest"), [("0.99", "1"), ("1.12", "1"), ("1.13", "1.25"), ("0.1", "0")])
def test_the_nearest_quarter(units: str, nearest: str) -> None:
    assert nearest_part(Decimal(units)) == Decimal(nearest)


@given(quarters, st.integers(1, 8))
def test_split_doses_add_up_to_the_day(units: Decimal, intakes: int) -> None:
    try:
        each = split_evenly(units, intakes)
    except NotEven as uneven:
        assert intakes not in uneven.counts
    else:
        assert each * intakes == units
        assert each % QUARTER == 0


def test_what_does_not_divide_says_over_how_many_it_would() -> None:
    with pytest.raises(NotEven) as uneven:
        split_evenly(Decimal(1), 3)
    assert uneven.value.counts == [1, 2, 4]


@pytest.mark.parametrize(
    ("units", "unit", "words"),
    [("1", "capsule", "1 capsule"), ("1.50", "tablet", "1.5 tablets"), ("0.5", "tablet", "0.5 tablet"),
     ("1", "5 mL", "5 mL"), ("2", "5 mL", "2 times 5 mL")],
)  # fmt: skip
def test_units_are_counted_in_words(units: str, unit: str, words: str) -> None:
    assert counted(Decimal(units), unit) == words
