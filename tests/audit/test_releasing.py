"""Whether a second person releases what leaves, as an admin says it on the page and over the API."""

from typing import Any

import pytest
from django.test import Client

from accounts.actors import Actor
from accounts.models import Clinic
from audit.models import AuditEvent
from tests.api.calling import Caller, done, faults
from tests.stories import a_clinic, a_clinician, a_researcher, an_admin, an_assistant

pytestmark = pytest.mark.django_db
PAGE, PATH = "/clinic/releasing/", "releasing/"
ON = {"needs_second_releaser": True}


def needed(by: Actor) -> bool:
    return Clinic.objects.get(pk=by.clinic.pk).needs_second_releaser


def posted(client: Client, status: int, **typed: Any) -> str:
    answer = client.post(PAGE, typed)
    assert answer.status_code == status
    return answer.content.decode()


# --- the page


def test_it_is_said_and_taken_back_on_the_page(signed_in: Client, by: Actor) -> None:
    page = signed_in.get(PAGE).content.decode()
    assert "A second person releases each export" in page and 'name="version" value="1"' in page
    posted(signed_in, 302, needs_second_releaser="on", version=1)
    assert needed(by)
    posted(signed_in, 302, version=2)
    assert not needed(by)


def test_who_was_overtaken_on_the_page_sees_what_holds_and_can_save_again(
    signed_in: Client, by: Actor
) -> None:
    posted(signed_in, 302, needs_second_releaser="on", version=1)
    page = posted(signed_in, 409, version=1)
    assert "a second person releases each export now" in page and 'name="version" value="2"' in page
    assert needed(by)
    posted(signed_in, 302, version=2)
    assert "one person can release each export now" in posted(
        signed_in, 409, needs_second_releaser="on", version=2
    )
    assert not needed(by)


def test_a_page_without_its_version_changes_nothing(signed_in: Client, by: Actor) -> None:
    assert "This field is required" in posted(signed_in, 400, needs_second_releaser="on")
    assert not needed(by)


# --- the API


def test_it_is_read_and_changed_with_an_event(by: Actor) -> None:
    caller = Caller(by)
    assert done(caller.get(PATH)) == {"needs_second_releaser": False, "version": 1}
    assert done(caller.patch(PATH, version=1, **ON)) == {"needs_second_releaser": True, "version": 2}
    assert needed(by)
    event = AuditEvent.objects.get(act="CHANGE_RELEASING")
    assert (event.user, event.clinic, event.object_id) == (by.user, by.clinic, str(by.clinic.pk))
    assert (event.before, event.after) == ({"needs_second_releaser": False}, ON)


def test_who_was_overtaken_gets_what_holds(signed_in: Client, by: Actor) -> None:
    posted(signed_in, 302, needs_second_releaser="on", version=1)
    late = Caller(by).patch(PATH, version=1, needs_second_releaser=False)
    assert late.status_code == 409
    assert late.json()["current"] == {"needs_second_releaser": True, "version": 2}
    assert needed(by) and AuditEvent.objects.filter(act="CHANGE_RELEASING").count() == 1


def test_other_hours_are_a_change_of_the_clinic_too(signed_in: Client, by: Actor) -> None:
    signed_in.post("/clinic/hours/", {"works_from": "08:00", "works_until": "12:00"})
    assert Caller(by).patch(PATH, version=1, **ON).status_code == 409


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, {"needs_second_releaser", "version"}),
        (ON, {"version"}),
        ({"version": 1}, {"needs_second_releaser"}),
        ({"version": 0} | ON, {"version"}),
        ({"version": 1, "needs_second_releaser": None}, {"needs_second_releaser"}),
        ({"version": 1, "needs_second_releaser": "perhaps"}, {"needs_second_releaser"}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_changes(by: Actor, body: dict[str, Any], named: set[str]) -> None:
    assert set(faults(Caller(by).patch(PATH, **body))) == named
    assert not needed(by) and not AuditEvent.objects.filter(act="CHANGE_RELEASING").exists()


@pytest.mark.parametrize("who", [a_clinician, a_researcher, an_assistant])
def test_only_an_admin_reads_and_changes_it(by: Actor, who: Any) -> None:
    caller = Caller(who(by.clinic))
    assert {caller.get(PATH).status_code, caller.patch(PATH, version=1, **ON).status_code} == {403}
    assert not needed(by)


def test_an_admin_changes_the_own_clinic_only(by: Actor) -> None:
    elsewhere = an_admin(a_clinic("southbank"))
    done(Caller(elsewhere).patch(PATH, version=1, **ON))
    assert needed(elsewhere) and not needed(by)
