"""The file: other programs read it back, and it says no more than it should."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from reviews.calendars.feed import Entry, initials, uid, written

AT = datetime(2026, 3, 12, 13, 0, tzinfo=UTC)
WINDOW = Entry("window 7", "Re-evaluation S. L.", date(2026, 3, 30), date(2026, 4, 12))


def read(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_it_is_read_back_as_whole_days_whose_end_is_the_day_after() -> None:
    (event,) = read(written([WINDOW], "Windows", "key", AT))
    assert str(event["summary"]) == "Re-evaluation S. L."
    assert event["dtstart"].dt == date(2026, 3, 30)
    assert event["dtend"].dt == date(2026, 4, 13)
    assert event["dtstart"].params["VALUE"] == event["dtend"].params["VALUE"] == "DATE"
    assert event["dtstamp"].dt == AT


def test_every_line_ends_as_the_format_asks_and_none_is_too_long() -> None:
    long = Entry("x", "Re-evaluation " + "Ö" * 120, date(2026, 3, 30), date(2026, 3, 30))
    content = written([long], "Windows", "key", AT)
    lines = content.split(b"\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n") and b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert str(read(content)[0]["summary"]) == long.summary


def test_signs_that_mean_something_to_the_format_are_kept_as_text() -> None:
    odd = Entry("x", "A; B, C\nEND:VCALENDAR", date(2026, 3, 30), date(2026, 3, 30))
    (event,) = read(written([odd], "Windows", "key", AT))
    assert str(event["summary"]) == odd.summary


def test_a_calendar_without_entries_is_one_too() -> None:
    assert read(written([], "Windows", "key", AT)) == []


def test_an_id_lasts_as_long_as_the_address_and_tells_nothing() -> None:
    assert uid("window 7", "key") == uid("window 7", "key")
    others = {
        uid("window 7", "key"),
        uid("visit 7", "key"),
        uid("window 7", "another"),
        uid("window 8", "key"),
    }
    assert len(others) == 4
    assert b"window 7" not in written([WINDOW], "Windows", "key", AT)


@pytest.mark.parametrize(
    ("given", "family", "letters"),
    [("Sara", "Lindqvist", "S. L."), ("", "Ng", "N."), (" åsa ", "von Holt", "Å. V."), ("", "", "")],
)
def test_initials(given: str, family: str, letters: str) -> None:
    assert initials(given, family) == letters


def test_it_asks_to_be_read_again_after_some_hours() -> None:
    lines = written([], "Windows", "key", AT).split(b"\r\n")
    assert {b"REFRESH-INTERVAL;VALUE=DURATION:PT4H", b"X-PUBLISHED-TTL:PT4H"} <= set(lines)
