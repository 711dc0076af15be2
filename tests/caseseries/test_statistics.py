"""Shares, intervals and spreads against vectors, scipy and independent recomputation."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from math import sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from caseseries.statistics import (
    Share,
    Spread,
    mean_interval,
    percent,
    quartiles,
    sd,
    spread,
    student_quantile,
    wilson,
)


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
def test_the_bounds_of_wilson_are_those_of_scipy(of: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, of))
    theirs = stats.binomtest(n, of).proportion_ci(0.95, "wilson")
    assert wilson(n, of) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


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


def test_a_suppressed_count_takes_its_percentage_with_it() -> None:
    assert Share.counted(None, 50) == Share(None, 50)
    assert Share.counted(0, 0) == Share(0, 0)


# --- spreads


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
    assert sd(Counter(values)) == pytest.approx(expected, abs=1e-9)
    assert sd(Counter(values)) == pytest.approx(float(np.std(values, ddof=1)), abs=1e-9)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60))
def test_quartiles_interpolate_between_the_ordered_values(values: list[int]) -> None:
    ordered = sorted(values)

    def at(fraction: float) -> float:
        place = fraction * (len(ordered) - 1)
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (ordered[high] - ordered[low]) * (place - low)

    assert quartiles(Counter(values)) == pytest.approx((at(0.25), at(0.5), at(0.75)), abs=1e-9)


@given(st.lists(st.decimals(0, 2, places=2), min_size=1, max_size=40), st.randoms())
def test_the_order_in_which_people_are_read_changes_no_digit(values: list[Decimal], random: Random) -> None:
    shuffled = random.sample(values, len(values))
    assert spread(values, 9) == spread(shuffled, 9)


@pytest.mark.parametrize("ask", [sd, quartiles])
def test_nothing_has_neither_sd_nor_quartiles(ask: Callable[[Counter[int]], object]) -> None:
    with pytest.raises(ValueError, match=r"has no|takes two"):
        ask(Counter())


# --- Student's t


@given(st.integers(1, 1_000_000), st.floats(0.0005, 0.9995))
@example(1, 0.5000000826)
@example(999_999, 0.5000000000000001)
def test_students_quantile_is_that_of_scipy(freedom: int, probability: float) -> None:
    expected = float(stats.t.ppf(probability, freedom))
    assert student_quantile(probability, freedom) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("probability", "freedom"), [(0, 5), (1, 5), (0.5, 0)])
def test_what_student_does_not_know_is_refused(probability: float, freedom: int) -> None:
    with pytest.raises(ValueError, match="Student"):
        student_quantile(probability, freedom)


@given(st.lists(st.integers(-200, 200), min_size=2, max_size=80).filter(lambda values: len(set(values)) > 1))
def test_the_interval_of_a_mean_is_that_of_scipy(values: list[int]) -> None:
    found = mean_interval(Counter(values), 12)
    theirs = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert found == pytest.approx((float(theirs.low), float(theirs.high)), rel=1e-9, abs=1e-9)


def test_one_value_has_no_interval() -> None:
    assert mean_interval(Counter([3]), 1) is None
