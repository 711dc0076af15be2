"""Within the clinic's hours, by the clock on its wall."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from reviews.digests.hours import Hours

NEW_YORK = Hours(ZoneInfo("America/New_York"), time(8), time(17), (1, 2, 3, 4, 5))
KOLKATA = Hours(ZoneInfo("Asia/Kolkata"), time(8), time(17), (1, 2, 3, 4, 5, 6))


def at(day: int, clock: str, month: int = 3) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "works"),
    [
        (at(12, "11:59"), False),
        (at(12, "12:00"), True),
        (at(12, "20:59"), True),
        (at(12, "21:00"), False),
        (at(14, "15:00"), False),  # Saturday
        (at(6, "12:59"), False),  # before the clock went forward on the 8th
        (at(6, "13:00"), True),
        (at(9, "12:00"), True),
    ],
)
def test_the_begin_counts_and_the_end_does_not(moment: datetime, works: bool) -> None:
    assert NEW_YORK.are_now(moment) is works


def test_another_zone_has_another_morning_and_other_days() -> None:
    assert KOLKATA.are_now(at(14, "02:30"))  # Saturday, 08:00
    assert not KOLKATA.are_now(at(14, "02:29"))
    assert not NEW_YORK.are_now(at(14, "02:30"))


def test_an_hour_that_the_clock_skips_begins_when_it_has_passed_it() -> None:
    early = Hours(NEW_YORK.zone, time(2, 30), time(4), (7,))
    assert not early.are_now(at(8, "06:59"))  # 01:59
    assert early.are_now(at(8, "07:00"))  # 03:00


def test_an_hour_that_the_clock_repeats_counts_both_times() -> None:
    early = Hours(NEW_YORK.zone, time(1), time(2), (7,))
    moments = [at(1, clock, month=11) for clock in ("04:59", "05:30", "06:30", "07:00")]
    assert [early.are_now(moment) for moment in moments] == [False, True, True, False]
