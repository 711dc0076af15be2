"""Members: adding, changing roles, ending; there is always an admin."""

import re
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Membership, User
from audit.models import AuditEvent
from tests.stories import a_clinic, a_clinician, an_admin, an_assistant

pytestmark = pytest.mark.django_db
NEW = {"email": "New@Example.test", "name": "Jana Olsen", "roles": ["ASSISTANT", "RESEARCHER"]}


@pytest.fixture
def admin() -> Actor:
    return an_admin(a_clinic(), name="Ada Admin")


@pytest.fixture
def signed_in(client: Client, admin: Actor) -> Client:
    client.force_login(admin.user)
    return client


def added(client: Client, status: int = 200, **changed: Any) -> str:
    answer = client.post(reverse("accounts:members"), NEW | changed)
    assert answer.status_code == status
    return answer.content.decode()


def changed(client: Client, who: Actor, status: int, **typed: Any) -> str:
    assert who.membership is not None
    answer = client.post(reverse("accounts:member", args=[who.membership.pk]), {"version": 1} | typed)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_new_person_gets_a_password_that_is_shown_once(signed_in: Client, admin: Actor) -> None:
    shown = re.search(r"<code>([\w-]{16})</code>", added(signed_in))
    assert shown is not None
    person = User.objects.get(email="new@example.test")
    request = RequestFactory().post("/")
    assert authenticate(request, email=person.email, password=shown[1]) == person
    assert Membership.objects.get(user=person, clinic=admin.clinic).roles == ["ASSISTANT", "RESEARCHER"]
    assert shown[1] not in signed_in.get(reverse("accounts:members")).content.decode()


def test_a_person_of_another_clinic_keeps_the_password(signed_in: Client, admin: Actor) -> None:
    elsewhere = a_clinician(a_clinic("southbank"), email="both@example.test")
    page = added(signed_in, email="BOTH@example.test")
    assert "has an account already" in page and "<code>" not in page
    assert elsewhere.user.memberships.count() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": "nobody"}, "valid email"),
        ({"roles": []}, "required"),
        ({"roles": ["OWNER"]}, "valid choice"),
        ({"name": ""}, "required"),
    ],
)
def test_wrong_input_is_shown_again(signed_in: Client, typed: dict[str, Any], sentence: str) -> None:
    assert sentence in added(signed_in, status=400, **typed)
    assert not User.objects.filter(email="new@example.test").exists()


def test_nobody_is_a_member_twice(signed_in: Client) -> None:
    added(signed_in)
    assert "is a member already" in added(signed_in, status=400)


def test_roles_are_changed_with_an_event(signed_in: Client, admin: Actor) -> None:
    who = an_assistant(admin.clinic)
    changed(signed_in, who, 302, roles=["CLINICIAN"])
    assert Membership.objects.get(user=who.user).roles == ["CLINICIAN"]
    event = AuditEvent.objects.get(act="CHANGE_ROLES")
    assert (event.before, event.after) == ({"roles": ["ASSISTANT"]}, {"roles": ["CLINICIAN"]})


def test_who_was_overtaken_sees_the_roles_as_they_are(signed_in: Client, admin: Actor) -> None:
    who = an_assistant(admin.clinic)
    changed(signed_in, who, 302, roles=["CLINICIAN"])
    page = changed(signed_in, who, 409, roles=["RESEARCHER"])
    assert "the roles are now clinician" in page and 'name="version" value="2"' in page


def test_an_ended_membership_opens_nothing_any_more(signed_in: Client, admin: Actor) -> None:
    who, theirs = a_clinician(admin.clinic), Client()
    theirs.force_login(who.user)
    assert theirs.get(reverse("patients:list")).status_code == 200
    changed(signed_in, who, 302, end="1")
    assert theirs.get(reverse("patients:list")).status_code == 302
    changed(signed_in, who, 404, end="1")


@pytest.mark.parametrize("typed", [{"end": "1"}, {"roles": ["CLINICIAN"]}])
def test_the_last_admin_stays(signed_in: Client, admin: Actor, typed: dict[str, Any]) -> None:
    assert "A clinic needs an admin" in changed(signed_in, admin, 400, **typed)
    an_admin(admin.clinic)
    changed(signed_in, admin, 302, **typed)


def test_members_of_another_clinic_are_not_found(signed_in: Client) -> None:
    changed(signed_in, a_clinician(a_clinic("southbank")), 404, roles=["ADMIN"])


def test_only_an_admin_manages_members(client: Client, admin: Actor) -> None:
    for who in (a_clinician(admin.clinic), an_assistant(admin.clinic)):
        client.force_login(who.user)
        added(client, status=403)
        changed(client, admin, 403, end="1")
