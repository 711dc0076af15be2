"""Who speaks on which day: one device, never a sum; changes and silences are seen."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wearables.sources import GAP_DAYS, Daily, SourceDay, daily, in_order

RING, WATCH, BELT = UUID(int=1), UUID(int=2), UUID(int=3)
FIRST = date(2026, 1, 1)


def said(device: UUID, day: int, value: int = 60) -> SourceDay:
    return SourceDay(device, FIRST + timedelta(days=day), Decimal(value), 1)


def days(until: int, *rows: SourceDay, order: tuple[UUID, ...] = (WATCH, RING)) -> Daily:
    return daily(rows, order, FIRST + timedelta(days=until))


def test_without_a_reading_there_is_nothing_not_even_a_gap() -> None:
    assert days(30) == Daily()


def test_of_two_devices_the_first_in_order_speaks_and_the_other_stands_beside() -> None:
    told = days(0, said(RING, 0, 61), said(WATCH, 0, 65))
    (day,) = told.days
    assert (day.spoken.device, int(day.spoken.value)) == (WATCH, 65)
    assert [(other.device, int(other.value)) for other in day.beside] == [(RING, 61)]


def test_where_the_first_is_silent_the_next_speaks_and_no_line_joins_them() -> None:
    told = days(3, said(WATCH, 0), said(RING, 1), said(RING, 2), said(WATCH, 3))
    assert [day.spoken.device for day in told.days] == [WATCH, RING, RING, WATCH]
    assert told.changes == ((FIRST + timedelta(days=1), RING), (FIRST + timedelta(days=3), WATCH))
    assert [len(run) for run in told.runs] == [1, 2, 1]


@pytest.mark.parametrize(("missing", "gap"), [(GAP_DAYS - 1, False), (GAP_DAYS, True)])
def test_a_silence_is_a_gap_from_its_third_day_on(missing: int, gap: bool) -> None:
    told = days(missing + 1, said(WATCH, 0), said(WATCH, missing + 1))
    assert [(each.first, each.last, each.days) for each in told.gaps] == (
        [(FIRST + timedelta(days=1), FIRST + timedelta(days=missing), missing)] if gap else []
    )
    assert len(told.runs) == (2 if gap else 1)


@pytest.mark.parametrize(("until", "gaps"), [(2, 0), (3, 1)])
def test_silence_up_to_today_counts_too(until: int, gaps: int) -> None:
    assert len(days(until, said(WATCH, 0)).gaps) == gaps


def test_a_person_orders_devices_and_the_newest_follow() -> None:
    assert in_order([], [BELT, WATCH, RING]) == [BELT, WATCH, RING]
    assert in_order([RING], [BELT, WATCH, RING]) == [RING, BELT, WATCH]
    assert in_order([UUID(int=9), RING, RING], [WATCH, RING]) == [RING, WATCH]


@given(
    st.sets(st.tuples(st.sampled_from([RING, WATCH, BELT]), st.integers(0, 60)), max_size=80),
    st.permutations([RING, WATCH, BELT]),
)
def test_each_day_has_one_value_which_one_device_measured(
    told: set[tuple[UUID, int]], order: list[UUID]
) -> None:
    rows = [said(device, day, 40 + day + device.int) for device, day in told]
    found = daily(rows, order, FIRST + timedelta(days=60))
    assert [day.on for day in found.days] == sorted({row.on for row in rows})
    assert sorted(str(row) for day in found.days for row in (day.spoken, *day.beside)) == sorted(
        map(str, rows)
    )
    assert [day for run in found.runs for day in run] == list(found.days)
    for run in found.runs:
        assert len({day.spoken.device for day in run}) == 1
        assert all((after.on - before.on).days <= GAP_DAYS for before, after in pairwise(run))
    quiet = {gap.first + timedelta(days=n) for gap in found.gaps for n in range(gap.days)}
    assert not quiet & {day.on for day in found.days}
