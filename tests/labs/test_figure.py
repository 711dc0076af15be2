"""The small figure of one analyte: nothing is cut, and every state has a shape or a word."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.figure import BOTTOM, LEFT, RIGHT, TOP, WIDTH, Series, draw_series, sentence
from labs.series import LabPoint
from patients.drawing import Circle, Line, Path, Rect, Text
from patients.timeline import Drawing

DAY = date(2026, 1, 1)
LAST = DAY + timedelta(days=120)


def a_series(*points: LabPoint, ionized: bool = True) -> Series:
    axis = (Decimal("0.36"), Decimal("0.68")) if ionized else None
    return Series("Ionized Mg", "mmol/L", 2, points, axis, ionized)


def a_point(
    day: int, value: str, side: str = "in", low: str | None = "0.45", high: str | None = "0.60"
) -> LabPoint:
    limits = [None if limit is None else Decimal(limit) for limit in (low, high)]
    return LabPoint(DAY + timedelta(days=day), Decimal(value), side, limits[0], limits[1])


def drawn(*points: LabPoint) -> Drawing:
    return draw_series(a_series(*points), DAY, LAST)


def words(figure: Drawing) -> list[str]:
    return [shape.words for shape in figure.shapes if isinstance(shape, Text)]


def with_css(figure: Drawing, css: str) -> Sequence[object]:
    return [shape for shape in figure.shapes if css in getattr(shape, "css", "").split()]


def test_each_value_is_said_with_its_word() -> None:
    said = words(drawn(a_point(0, "0.44", "low"), a_point(50, "0.53"), a_point(100, "0.62", "high")))
    assert {"0.44 low", "0.53", "0.62 high"} <= set(said)


def test_a_value_below_what_is_measured_has_its_sign_and_an_arrow_and_no_line() -> None:
    beyond = replace(a_point(50, "0.20", "low"), comparator="<")
    figure = drawn(a_point(0, "0.50"), beyond, a_point(100, "0.55"))
    assert "<0.20 low" in words(figure)
    [arrow] = with_css(figure, "lab-arrow")
    [mark] = with_css(figure, "hollow")
    assert isinstance(arrow, Path) and isinstance(mark, Circle)
    assert with_css(figure, "lab-line") == []


@pytest.mark.parametrize("state", ["superseded", "withdrawn"])
def test_what_does_not_stand_is_hollow_and_struck_and_has_no_band(state: str) -> None:
    gone = replace(a_point(50, "0.40", "low", "0.10", "0.20"), state=state)
    figure = drawn(a_point(0, "0.50"), gone, a_point(100, "0.55"))
    [mark], [strike] = with_css(figure, "hollow"), with_css(figure, "lab-strike")
    assert isinstance(mark, Circle) and isinstance(strike, Line)
    assert "0.40 low" not in words(figure)
    assert len(with_css(figure, "band")) == 2


def test_a_doubtful_sample_is_hollow_with_a_question_mark() -> None:
    figure = drawn(a_point(0, "0.50"), replace(a_point(50, "0.44", "low"), is_doubtful=True))
    [mark] = with_css(figure, "hollow")
    assert isinstance(mark, Path) and "?" in words(figure)


def test_another_analyzer_is_marked_and_named_and_nothing_joins_the_two() -> None:
    one, other = ({"analyzer": name} for name in ("A", "B"))
    figure = drawn(replace(a_point(0, "0.50"), how=one), replace(a_point(100, "0.55"), how=other))
    [marker] = with_css(figure, "lab-change")
    assert isinstance(marker, Line) and LEFT < marker.x1 < RIGHT
    assert "another analyzer" in words(figure)
    assert with_css(figure, "lab-line") == []
    assert "another analyzer from 11 Apr 2026" in figure.sentence.replace("\N{NO-BREAK SPACE}", " ")


def test_the_band_is_that_of_each_result() -> None:
    figure = drawn(
        a_point(0, "0.50"), a_point(60, "0.50", "in", "0.53", "0.67"), a_point(120, "0.5", low=None)
    )
    bands = [shape for shape in with_css(figure, "band") if isinstance(shape, Rect)]
    assert len(bands) == 3 and bands[0].x == LEFT
    assert all(one.x + one.width == pytest.approx(other.x) for one, other in pairwise(bands))
    assert bands[2].y + bands[2].height == BOTTOM


def test_the_axis_of_ionized_magnesium_is_only_widened() -> None:
    narrow, wide = drawn(a_point(0, "0.50")), drawn(a_point(0, "0.50"), a_point(50, "0.90", "high"))
    heights = [
        next(shape.height for shape in with_css(figure, "band") if isinstance(shape, Rect))
        for figure in (narrow, wide)
    ]
    assert heights[1] < heights[0]


def test_without_an_interval_there_is_no_band_and_without_a_standing_result_that_is_said() -> None:
    assert with_css(drawn(a_point(0, "0.50", "none", None, None)), "band") == []
    assert (
        sentence(a_series(replace(a_point(0, "0.5"), state="withdrawn"))) == "Ionized Mg: no result stands."
    )


values = st.decimals("0.01", "900", places=2)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 120), values, st.sampled_from(["in", "high", "low", "none"]),
            st.sampled_from(["", "<", ">"]), st.none() | values, st.none() | values,
        ),
        min_size=1,
        max_size=9,
    )
)  # fmt: skip
def test_nothing_lies_outside_the_drawing(
    told: list[tuple[int, Decimal, str, str, Decimal | None, Decimal | None]],
) -> None:
    shown = [
        LabPoint(DAY + timedelta(days=day), value, side, low, high, comparator)
        for day, value, side, comparator, low, high in sorted(told, key=lambda row: row[0])
    ]
    figure = draw_series(a_series(*shown, ionized=False), DAY, LAST)
    for shape in figure.shapes:
        if isinstance(shape, Circle):
            assert LEFT <= shape.x <= RIGHT and TOP <= shape.y <= BOTTOM
        elif isinstance(shape, Text):
            assert 0 <= shape.x <= WIDTH and 0 < shape.y <= figure.height
        elif isinstance(shape, Rect):
            assert shape.x >= LEFT and shape.x + shape.width <= RIGHT + 0.1
