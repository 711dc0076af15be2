"""Dates exist, are complete, and their order is decided by the column."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from labs.reading.date_orders import DateOrder
from labs.reading.moments import BadDate, Stamp, born, happened, written
from tests.labs.reading.reads import ON, ZONE


def stamp(text: str, *others: str, zone: ZoneInfo = ZONE) -> Stamp:
    order = DateOrder()
    for cell in (text, *others):
        order.see(cell)
    return order.stamp(text, zone)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-09T07:45:00-05:00", "2026-11-09 07:45:00 -0500", "2026-11-09T12:45Z",
        "2026-11-09T12:45:00.000Z",
        "20261109074500-0500", "2026/11/9 07:45:00-05", "9.11.2026 07:45:00-05:00", "09-Nov-2026 07:45-05:00",
    ],
)  # fmt: skip
def test_one_moment_in_many_forms(text: str) -> None:
    assert stamp(text).moment == datetime(2026, 11, 9, 12, 45, tzinfo=UTC)
    assert not stamp(text).zone_assumed


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-09T07:45",
        "09.11.2026 7.45 Uhr",
        "09.11.2026, 07:45",
        "9 November 2026 7:45 am",
        "202611090745",
    ],
)
def test_without_offset_the_zone_of_the_clinic_is_taken_and_marked(text: str) -> None:
    assert stamp(text) == Stamp(date(2026, 11, 9), datetime(2026, 11, 9, 7, 45, tzinfo=ZONE), True)


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("3/4/2026", "14/3/2026", date(2026, 4, 3)),
        ("3/4/2026", "3/14/2026", date(2026, 3, 4)),
        ("3-4-2026", "14-3-2026", date(2026, 4, 3)),
        ("3.4.2026", "3/14/2026", date(2026, 4, 3)),
        ("3.4.2026", "4.3.2026", date(2026, 4, 3)),
        ("2026-03-04", "14/3/2026", date(2026, 3, 4)),
    ],
)
def test_the_order_is_that_of_the_whole_column(text: str, other: str, expected: date) -> None:
    assert stamp(text, other).day == expected


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["3/4/2026", "5/6/2026"], "day/month and month/day both fit all dates"),
        (["3/4/2026", "14/3/2026", "3/14/2026"], "mixes day/month and month/day"),
        (["2026-10-32"], "No such date: 2026-10-32"),
        (["31.02.2026"], "No such date: 31.02.2026"),
        (["13/13/2026"], "No such date"),
        (["00.00.2026"], "No such date"),
        (["2026-11-09 25:00"], "No such time"),
        (["2026-11-09 13:00 pm"], "No such time"),
        (["2026-11-09T07:45+19:00"], "No such offset"),
        (["9.11.26"], "two digits"),
        (["11/9/26 7:45"], "two digits"),
        (["9-Foo-2026"], "No such month"),
        (["46000"], "Not a date"),
        (["yesterday"], "Not a date"),
        (["2026-03-08 02:30"], "No such time in America/New_York"),
    ],
)
def test_what_is_no_date_says_why(cells: list[str], words: str) -> None:
    with pytest.raises(BadDate, match=words):
        stamp(*cells)


def test_of_an_hour_that_comes_twice_the_first_is_taken() -> None:
    told = stamp("2026-11-01 01:30").moment
    assert told is not None and told.utcoffset() == timedelta(hours=-4)


def test_the_order_is_told_in_words() -> None:
    order = DateOrder()
    for cell in ("", "x", "3/4/2026"):
        order.see(cell)
    assert order.words == "day and month in an order that no cell decides"
    order.see("14/3/2026")
    assert order.words == "day/month/year"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1899-12-30T08:00Z", "too long ago"),
        ("1900-01-01T08:00Z", "too long ago"),
        ("0001-01-01T00:00+14:00", "too long ago"),
        ("9999-12-31T23:59-14:00", "in the future"),
        ("2100-01-01T08:00Z", "in the future"),
        ("2026-12-02T08:00Z", "in the future"),
        ("2026-11-09", "no time of day"),
    ],
)
def test_samples_have_a_time_of_day_and_lie_between_1901_and_tomorrow(text: str, words: str) -> None:
    with pytest.raises(BadDate, match=words):
        happened(written(text).stamp(ZONE), ON)
    assert happened(written("2026-12-01T08:00Z").stamp(ZONE), ON)


@pytest.mark.parametrize(
    ("day", "words"), [(date(1900, 1, 1), "Nobody"), (date(2026, 12, 1), "in the future")]
)
def test_birth_dates_can_be(day: date, words: str) -> None:
    with pytest.raises(BadDate, match=words):
        born(Stamp(day), ON)
    assert born(Stamp(ON), ON) == ON
