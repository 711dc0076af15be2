"""Usual hours of intakes: in the waking day, each once, at meals where there are few."""

from datetime import time

import pytest

from regimens.clock import ahead, minutes_of
from regimens.hours import FIRST, LAST, next_time, usual_times


@pytest.mark.parametrize(
    ("intakes", "hours"), [(1, [8]), (2, [8, 19]), (3, [8, 13, 19]), (4, [8, 13, 19, 22])]
)
def test_few_intakes_stand_at_meals_and_at_bedtime(intakes: int, hours: list[int]) -> None:
    assert [at.hour for at in usual_times(intakes)] == hours


@pytest.mark.parametrize("intakes", range(1, 9))
def test_intakes_are_in_order_on_the_quarter_and_awake(intakes: int) -> None:
    times = usual_times(intakes)
    assert len(set(times)) == intakes
    assert list(times) == sorted(times)
    assert all(FIRST <= at <= LAST and minutes_of(at) % 15 == 0 for at in times)


def test_one_more_goes_where_most_room_is() -> None:
    assert next_time([]) == time(7)
    assert next_time([time(8), time(22)]) == time(15)
    taken = [time(8), time(13), time(19)]
    new = next_time(taken)
    assert new not in taken
    assert min(min(ahead(new, at), ahead(at, new)) for at in taken) >= 150
