"""What is new since a person last looked at the queue."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from accounts.wording import NO_BREAK
from reviews.acts.looks import look_at_queue, new_since
from reviews.models import QueueLook
from tests.factories import NOW
from tests.stories import Clock, a_clinician, a_flag, a_patient, a_visit, at_the_clock, present

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def by(clock: Clock) -> Actor:
    return a_clinician()


def looks(by: Actor, *minutes: float) -> list[datetime | None]:
    assert by.membership
    return [look_at_queue(membership=by.membership, at=NOW + minute * MINUTE) for minute in minutes]


def page(client: Client, by: Actor, query: str = "", **how: object) -> str:
    client.force_login(by.user)
    answer = client.get(f"/{query}", **how)  # type: ignore[arg-type]
    return answer.content.decode().replace(NO_BREAK, " ")


def test_nothing_is_new_at_the_first_sitting(by: Actor) -> None:
    assert looks(by, 0, 10, 39) == [None, None, None]


def test_the_end_of_the_sitting_before_is_kept_through_the_next(by: Actor) -> None:
    assert looks(by, 0, 20, 50, 60, 89) == [
        None,
        None,
        NOW + 20 * MINUTE,
        NOW + 20 * MINUTE,
        NOW + 20 * MINUTE,
    ]
    assert looks(by, 119) == [NOW + 89 * MINUTE]


@pytest.mark.parametrize(("minutes", "is_new_sitting"), [(29.9, False), (30, True)])
def test_thirty_minutes_part_two_sittings(by: Actor, minutes: float, is_new_sitting: bool) -> None:
    looks(by, 0)
    assert looks(by, minutes) == [NOW if is_new_sitting else None]


def test_asking_is_no_look(by: Actor) -> None:
    looks(by, 0)
    assert by.membership
    assert new_since(membership=by.membership, at=NOW + 40 * MINUTE) == NOW
    assert QueueLook.objects.get().looked_at == NOW


def test_a_clock_that_was_set_back_changes_nothing(by: Actor) -> None:
    looks(by, 0, 40)
    assert looks(by, 10) == [NOW]
    assert QueueLook.objects.get().looked_at == NOW + 40 * MINUTE


def test_a_page_that_is_loaded_over_and_over_writes_once_a_minute(by: Actor) -> None:
    looks(by, 0)
    with CaptureQueriesContext(connection) as captured:
        looks(by, 0.5)
    assert [query["sql"][:6] for query in captured.captured_queries] == ["SELECT"]
    with CaptureQueriesContext(connection) as captured:
        looks(by, 1)
    assert [query["sql"][:6] for query in captured.captured_queries] == ["SELECT", "UPDATE"]


def test_rows_that_came_since_are_marked_counted_and_listed(client: Client, by: Actor, clock: Clock) -> None:
    a_flag(by, a_patient(by, family_name="Old"))
    assert "new since" not in page(client, by)
    clock.forward(hours=2)
    a_flag(by, a_patient(by, family_name="Fresh"), at=clock.at)
    clock.forward(minutes=1)
    html = page(client, by)
    assert "<b>1</b> new since 12 Mar 11:00" in html
    assert html.count('<span class="chip info">New</span>') == 1
    asked = page(client, by, "?new=1")
    assert "FRESH" in asked and "OLD" not in asked
    assert "1 patient with open flags in this selection" in asked


def test_a_further_flag_makes_an_old_row_new(client: Client, by: Actor, clock: Clock) -> None:
    patient = a_patient(by)
    a_flag(by, patient)
    page(client, by)
    clock.forward(hours=2)
    a_visit(patient, by, present("FATIGUE"), at=clock.at)
    html = page(client, by)
    assert html.count("data-row ") == html.count('<span class="chip info">New</span>') == 1


@pytest.mark.parametrize("how", [{"headers": {"HX-Request": "true"}}, {"method": "HEAD"}, {"part": True}])
def test_a_part_of_the_page_and_head_are_no_look(
    client: Client, by: Actor, clock: Clock, how: dict[str, object]
) -> None:
    page(client, by)
    clock.forward(hours=2)
    if how.get("method") == "HEAD":
        client.force_login(by.user)
        assert client.head("/").status_code == 200
    else:
        page(
            client,
            by,
            "?group=ACT_TODAY" if how.get("part") else "",
            **{k: v for k, v in how.items() if k == "headers"},
        )
    assert QueueLook.objects.get().looked_at == NOW


def test_each_person_has_their_own(client: Client, by: Actor, clock: Clock) -> None:
    page(client, by)
    clock.forward(hours=2)
    other = a_clinician(by.clinic)
    page(client, other)
    assert QueueLook.objects.get(membership=other.membership).new_since is None
    assert "Nothing new since 12 Mar 11:00" in page(client, by)
