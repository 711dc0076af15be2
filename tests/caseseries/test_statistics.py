"""Shares, intervals and spreads against vectors and independent recomputation."""

from decimal import Decimal
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseseries.statistics import Spread, percent, quartiles, sd, spread, wilson


# Clinical facts 7.3 and 11.
@pytest.mark.parametrize(
    ("n", "of", "low", "high"),
    [
        (34, 50, 54.2, 79.2),
        (11, 50, 12.8, 35.2),
        (68, 100, 58.3, 76.3),
        (22, 100, 15.0, 31.1),
        (136, 200, 61.2, 74.1),
        (44, 200, 16.8, 28.2),
    ],
)
def test_wilson_gives_the_published_intervals(n: int, of: int, low: float, high: float) -> None:
    assert tuple(percent(bound) for bound in wilson(n, of)) == (low, high)


@given(of=st.integers(1, 5000), data=st.data())
def test_the_bounds_of_wilson_solve_its_equation(of: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, of))
    z = 1.959963984540054
    for bound in wilson(n, of):
        # Each bound is a share that lies exactly z standard errors from the observed one.
        assert (n / of - bound) ** 2 == pytest.approx(z * z * bound * (1 - bound) / of, abs=1e-9)


@given(of=st.integers(1, 5000), data=st.data())
def test_an_interval_holds_its_share_and_stays_between_0_and_1(of: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, of))
    low, high = wilson(n, of)
    assert 0 <= low <= n / of <= high <= 1


def test_nobody_and_everybody_have_exact_ends() -> None:
    assert wilson(0, 20)[0] == 0
    assert wilson(20, 20)[1] == 1


def test_more_confidence_is_a_wider_interval() -> None:
    narrow, wide = wilson(10, 40, 0.90), wilson(10, 40, 0.99)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize(("n", "of"), [(1, 0), (-1, 5), (6, 5), (0, -1)])
def test_what_is_no_share_is_refused(n: int, of: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(n, of)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_outside_0_and_1_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        wilson(1, 2, confidence)


def test_the_spread_of_known_values() -> None:
    values = [Decimal("0.40"), Decimal("0.44"), Decimal("0.46"), Decimal("0.50")]
    assert spread(values, 3) == Spread(4, 0.45, 0.042, 0.45, 0.43, 0.47)


def test_one_value_has_no_sd_and_none_has_no_spread() -> None:
    assert spread([7], 1) == Spread(1, 7.0, None, 7.0, 7.0, 7.0)
    assert spread([], 1) is None


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=60))
def test_the_sd_is_the_one_of_the_sample(values: list[int]) -> None:
    middle = sum(values) / len(values)
    expected = sqrt(sum((value - middle) ** 2 for value in values) / (len(values) - 1))
    assert sd(values) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60))
def test_quartiles_interpolate_between_the_ordered_values(values: list[int]) -> None:
    ordered = sorted(values)

    def at(fraction: float) -> float:
        place = fraction * (len(ordered) - 1)
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (ordered[high] - ordered[low]) * (place - low)

    assert quartiles(ordered) == pytest.approx((at(0.25), at(0.5), at(0.75)), abs=1e-9)
