"""The clock rings every quarter of an hour: each local day is checked once, whatever clocks and power do."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from accounts.actors import Actor
from accounts.models import Clinic
from reviews.models import Sweep
from reviews.sweep import due_clinics, sweep
from tests.recomputed import asking, flagged
from tests.stories import a_clinic, a_clinician, a_patient, taking

pytestmark = pytest.mark.django_db
QUARTER = timedelta(minutes=15)
# The days on which clocks change in 2026, forward and back, in three zones.
CHANGES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Pacific/Auckland", date(2026, 4, 5)),
    ("Pacific/Auckland", date(2026, 9, 27)),
]


def a_clinic_of(zone: str, around: date) -> Actor:
    """Each day about `around` one window opens, and before it began one of them is open already."""
    by = a_clinician(a_clinic(time_zone=zone))
    first = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(days=3)
    for n in range(6):
        patient = a_patient(by, at=first, mrn=f"C{n}")
        taking(patient, by, since=around - timedelta(days=28 + 2 - n), at=first)
    return by


def quarters(begins: datetime, ends: datetime) -> Iterator[datetime]:
    while begins <= ends:
        yield begins
        begins += QUARTER


def ring(at: datetime) -> list[Sweep]:
    """What one ring of the clock does, and whether the flags are those that Python computes again."""
    done = [row for clinic in due_clinics(at) if (row := sweep(clinic, at=at, only_due=True))]
    for row in done:
        assert row.error == ""
        agrees(row.clinic, row.on)
    return done


def agrees(clinic: Clinic, on: date) -> None:
    with connection.cursor() as cursor:
        stand = flagged(cursor, clinic.pk)
        assert Counter(stand) == Counter(asking(cursor, clinic.pk, on))


@pytest.mark.parametrize(("zone", "day"), CHANGES, ids=lambda value: str(value).replace("/", "-"))
def test_where_clocks_change_each_day_is_checked_once(zone: str, day: date) -> None:
    clinic = a_clinic_of(zone, day).clinic
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=clinic.zone)
    rows = [row for at in quarters(noon - timedelta(days=2), noon + timedelta(days=2)) for row in ring(at)]
    assert [row.on for row in rows] == [day + timedelta(days=n) for n in (-2, -1, 0, 1, 2)]
    assert sum(sum(row.raised.values()) for row in rows) >= 5


@pytest.mark.parametrize("days", [3, 40])
def test_after_an_outage_one_check_makes_all_good(days: int) -> None:
    day = date(2026, 3, 12)
    clinic = a_clinic_of("Europe/London", day).clinic
    noon = datetime(2026, 3, 12, 12, tzinfo=UTC)
    ring(noon - timedelta(days=2))
    (row,) = ring(noon + timedelta(days=days))
    assert sum(row.raised.values()) >= 3
    assert ring(noon + timedelta(days=days, minutes=15)) == []
    assert Clinic.objects.get(pk=clinic.pk).swept_on == day + timedelta(days=days)


def test_a_clock_that_is_set_back_over_midnight_checks_again_and_doubles_nothing() -> None:
    clinic = a_clinic_of("Europe/London", date(2026, 3, 12)).clinic
    after = datetime(2026, 3, 12, 0, 10, tzinfo=UTC)
    before = after - timedelta(minutes=20)
    first, again, last = (ring(at) for at in (after, before, after + QUARTER))
    assert [row.on.day for row in (*first, *again, *last)] == [12, 11, 12]
    assert sum(last[0].cleared.values()) + sum(first[0].cleared.values()) == 0
    agrees(clinic, date(2026, 3, 12))


def test_two_beats_check_once() -> None:
    clinic = a_clinic_of("Europe/London", date(2026, 3, 12)).clinic
    at = datetime(2026, 3, 12, 9, tzinfo=UTC)
    twice = [*due_clinics(at), *due_clinics(at)]
    rows = [sweep(one, at=at, only_due=True) for one in twice]
    raised = [sum(row.raised.values()) for row in rows if row]
    assert raised[0] > 0 and raised[1:] == [0]
    agrees(clinic, date(2026, 3, 12))
