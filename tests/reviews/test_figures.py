"""The small figures: nothing is cut, nothing overlaps, the interval is a band."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reviews.pages.figures import SPARK_HEIGHT, SPARK_WIDTH, Event, Point, spark, strip

DAY = date(2026, 3, 12)
LOW, HIGH = Decimal("0.46"), Decimal("0.60")


def _points(*values: str) -> list[Point]:
    return [Point(DAY + timedelta(days=n), Decimal(value), 0) for n, value in enumerate(values)]


def test_no_result_draws_nothing() -> None:
    assert spark([], LOW, HIGH) is None


def test_one_result_is_a_point_in_its_band() -> None:
    drawn = spark(_points("0.50"), LOW, HIGH)
    assert drawn is not None
    assert drawn.lines == ()
    assert drawn.band_y < drawn.y < drawn.band_y + drawn.band_height


def test_a_low_value_lies_under_the_band() -> None:
    drawn = spark(_points("0.50", "0.41"), LOW, HIGH)
    assert drawn is not None and drawn.y > drawn.band_y + drawn.band_height


def test_without_an_interval_there_is_no_band() -> None:
    drawn = spark(_points("0.50"), None, None)
    assert drawn is not None and drawn.band_height == 0


@given(st.lists(st.decimals("0.10", "3.00", places=2), min_size=1, max_size=6))
def test_every_value_lies_inside_the_drawing(values: list[Decimal]) -> None:
    drawn = spark([Point(DAY + timedelta(days=n), v, 0) for n, v in enumerate(values)], LOW, HIGH)
    assert drawn is not None
    pairs = [pair for line in drawn.lines for pair in line.split()]
    ends = [tuple(map(float, pair.split(","))) for pair in pairs] or [(drawn.x, drawn.y)]
    assert all(0 <= x <= SPARK_WIDTH and 0 <= y <= SPARK_HEIGHT for x, y in ends)


def test_the_line_of_a_row_breaks_where_the_way_of_measuring_changes() -> None:
    first, second, third, fourth = _points("0.50", "0.51", "0.60", "0.61")
    drawn = spark([first, second, replace(third, measured_otherwise=True), fourth], LOW, HIGH)
    assert drawn is not None and [len(line.split()) for line in drawn.lines] == [2, 2]


def test_no_line_of_a_row_leads_to_what_is_not_a_sound_number() -> None:
    first, second, third = _points("0.50", "0.20", "0.52")
    drawn = spark([first, replace(second, joins=False), third], LOW, HIGH)
    assert drawn is not None and [len(line.split()) for line in drawn.lines] == [2]
    drawn = spark([first, second, replace(third, joins=False)], LOW, HIGH)
    assert drawn is not None and drawn.is_hollow


def test_a_missed_window_is_hatched_and_what_is_past_it_is_solid() -> None:
    window = (DAY - timedelta(days=20), DAY - timedelta(days=6))
    drawn = strip([Event("DOSE", DAY - timedelta(days=48), "300 mg/day")], DAY, window, missed=True)
    assert drawn.window is not None and drawn.window.hatch
    assert drawn.overdue is not None and drawn.overdue.x == drawn.window.end
    assert drawn.today_x == drawn.overdue.end


def test_a_window_that_is_open_is_plain_and_reaches_past_today() -> None:
    window = (DAY - timedelta(days=3), DAY + timedelta(days=11))
    drawn = strip([Event("DOSE", DAY - timedelta(days=31), "300 mg/day")], DAY, window)
    assert drawn.window is not None and not drawn.window.hatch
    assert drawn.overdue is None
    assert drawn.today_x < drawn.window.end


@given(st.lists(st.integers(0, 400), min_size=0, max_size=20))
def test_labels_never_overlap(days: list[int]) -> None:
    events = [Event("VISIT", DAY - timedelta(days=n), "clinic visit") for n in days]
    named = [mark for mark in strip(events, DAY).marks if mark.label_x is not None]
    starts = [
        mark.label_x - (72 if mark.anchor == "end" else 0) for mark in named if mark.label_x is not None
    ]
    assert all(later - earlier >= 72 for earlier, later in pairwise(starts))
