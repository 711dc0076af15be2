"""The sheet says who answers, and its buttons change that; what ending a membership leaves open."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Membership
from accounts.wording import NO_BREAK
from audit.members import end_membership
from reviews.acts.flag_owners import assign, offer
from reviews.models import Flag
from tests.factories import NOW, TODAY, AbsenceFactory
from tests.stories import (
    Clock,
    a_clinic,
    a_clinician,
    a_flag,
    a_patient,
    a_visit,
    an_admin,
    an_assistant,
    at_the_clock,
    present,
)

pytestmark = pytest.mark.django_db
IN_DIALOG = {"HX-Request": "true", "HX-Target": "dialog-body"}


def member(who: Actor) -> Membership:
    assert who.membership is not None
    return who.membership


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def ada(clock: Clock, client: Client) -> Actor:
    clinician = a_clinician(name="Dr Ada")
    client.force_login(clinician.user)
    return clinician


@pytest.fixture
def bob(ada: Actor) -> Actor:
    return a_clinician(ada.clinic, name="Dr Bob")


@pytest.fixture
def flag(ada: Actor) -> Flag:
    return a_flag(ada)


def words(answer: Any) -> str:
    plain: str = answer.content.decode().replace(NO_BREAK, " ").replace("&#x27;", "'")
    return plain


def address(name: str, flag: Flag) -> str:
    return reverse(f"reviews:{name}_flag" if name != "flag" else "reviews:flag", args=[flag.pk])


def sheet(client: Client, flag: Flag) -> str:
    return words(client.get(address("flag", flag)))


def press(client: Client, name: str, flag: Flag, **typed: Any) -> Any:
    flag.refresh_from_db()
    return client.post(address(name, flag), {"version": flag.version, **typed})


def test_the_sheet_of_a_pool_flag_offers_to_take_and_to_assign(client: Client, flag: Flag) -> None:
    page = sheet(client, flag)
    assert "The pool" in page and "nobody owns it" in page
    assert "Take it" in page and "Assign" in page
    assert "Hand over" not in page and "To the pool" not in page


def test_from_taking_to_accepting(client: Client, flag: Flag, ada: Actor, bob: Actor) -> None:
    assert press(client, "assign", flag, owner=member(ada).pk).status_code == 302
    page = sheet(client, flag)
    assert "Hand over" in page and "To the pool" in page and "Take it" not in page
    form = words(client.get(address("offer", flag), headers=IN_DIALOG))
    assert "Dr Bob" in form and "Not accepted within 3 days" in form and "<html" not in form
    assert press(client, "offer", flag, to=member(bob).pk, note="Knows her").status_code == 302
    page = sheet(client, flag)
    assert "Dr Bob, asked by Dr Ada; open until 15 Mar 2026, 11:00" in page and "Knows her" in page
    assert "Take back the offer" in page and "Dr Ada to Dr Bob: Knows her" in page
    client.force_login(bob.user)
    page = sheet(client, flag)
    assert "Accept" in page and "Decline" in page and "Take it" not in page
    answer = client.post(
        address("accept", flag), {"version": 3}, headers={"HX-Request": "true", "HX-Target": "dialog-body"}
    )
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "flag-changed")
    assert Flag.objects.get(pk=flag.pk).owner == bob.membership


def test_the_undo_of_the_toast_puts_it_back(client: Client, flag: Flag, ada: Actor) -> None:
    press(client, "assign", flag, owner=member(ada).pk)
    client.post(f"{address('undo', flag)}?version=2")
    assert Flag.objects.get(pk=flag.pk).owner is None


def test_declining_asks_for_a_word(client: Client, flag: Flag, ada: Actor, bob: Actor) -> None:
    assign(flag=flag, by=ada, at=NOW, version=1, owner=ada.membership)
    offer(flag=flag, by=ada, at=NOW, version=2, to=member(bob))
    client.force_login(bob.user)
    assert press(client, "decline", flag, reason="").status_code == 400
    assert press(client, "decline", flag, reason="Too many already").status_code == 302
    page = sheet(client, flag)
    assert "Dr Bob: Too many already" in page and "Offered to" not in page


def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(
    client: Client, flag: Flag, ada: Actor, bob: Actor
) -> None:
    assign(flag=flag, by=ada, at=NOW, version=1, owner=ada.membership)
    AbsenceFactory.create(membership=bob.membership, deputy=ada.membership)
    form = words(client.get(address("offer", flag)))
    assert "Dr Bob, away" in form
    answer = press(client, "offer", flag, to=member(bob).pk, note="Please")
    assert answer.status_code == 400
    assert "Dr Bob is away until 12 Mar 2026." in words(answer) and "Please" in words(answer)


def test_a_button_that_is_refused_says_why_above_the_flag(client: Client, flag: Flag, bob: Actor) -> None:
    answer = press(client, "accept", flag)
    assert answer.status_code == 400 and "not offered to you now" in words(answer)
    answer = client.post(address("accept", flag), {"version": 1}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Trigger"]) == (400, "flag-changed")


def test_the_second_is_told_who_was_first(client: Client, flag: Flag, ada: Actor, bob: Actor) -> None:
    assign(flag=flag, by=bob, at=NOW, version=1, owner=bob.membership)
    answer = client.post(address("assign", flag), {"version": 1, "owner": member(ada).pk})
    assert answer.status_code == 409 and "Assigned by Dr Bob, 11:00." in words(answer)
    assert Flag.objects.get(pk=flag.pk).owner == bob.membership


@pytest.mark.parametrize("owner", ["x", "0", "999999999999999999999999"])
def test_an_owner_that_is_none_is_refused(client: Client, flag: Flag, owner: str) -> None:
    assert press(client, "assign", flag, owner=owner).status_code == 400


def test_a_member_of_another_clinic_is_no_choice(client: Client, flag: Flag) -> None:
    stranger = a_clinician(a_clinic("southbank"), name="Dr Stranger")
    assert "Dr Stranger" not in words(client.get(address("assign", flag)))
    assert press(client, "assign", flag, owner=member(stranger).pk).status_code == 400


def test_the_sheet_says_who_stands_in_and_for_whom(
    client: Client, flag: Flag, ada: Actor, bob: Actor
) -> None:
    assign(flag=flag, by=bob, at=NOW, version=1, owner=bob.membership)
    absence = AbsenceFactory.create(
        membership=bob.membership, deputy=ada.membership, until_on=TODAY + timedelta(days=2)
    )
    page = sheet(client, flag)
    assert "stands in; Dr Bob is away until 14 Mar 2026" in page and "Hand over" in page
    absence.deputy = member(a_clinician(ada.clinic))
    absence.save()
    AbsenceFactory.create(membership=absence.deputy, deputy=ada.membership)
    assert "Dr Bob is away until 14 Mar 2026, the deputy cannot stand in" in sheet(client, flag)


def test_an_assistant_assigns_and_answers_for_nothing(client: Client, flag: Flag, bob: Actor) -> None:
    client.force_login(an_assistant(bob.clinic).user)
    page = sheet(client, flag)
    assert "Assign" in page and "Take it" not in page
    assert press(client, "assign", flag, owner=member(bob).pk).status_code == 302
    assert "Dr Bob" in sheet(client, flag)


def test_the_flags_of_a_member_whose_role_ends_are_the_pool_s_at_once_and_the_page_said_so(
    client: Client, flag: Flag, ada: Actor, bob: Actor
) -> None:
    assign(flag=flag, by=bob, at=NOW, version=1, owner=bob.membership)
    patient = a_patient(ada, owner=bob.membership)
    a_visit(patient, ada, present("IRREGULAR_HEARTBEAT"), present("FATIGUE"))
    admin = an_admin(ada.clinic)
    client.force_login(admin.user)
    page = words(client.get(reverse("accounts:member", args=[member(bob).pk])))
    assert "3 open flags" in page and "of 2 patients" in page and "1 patient</strong> in care" in page
    end_membership(membership=member(bob), by=admin, at=NOW, version=1)
    rows: Any = Flag.objects.standing().as_of(TODAY, NOW)
    assert [row.holder for row in rows] == [None, None, None]
    held = Flag.objects.standing().held_by(member(ada), TODAY, NOW)
    assert {row.severity for row in held} == {"ACT_TODAY"}
    client.force_login(ada.user)
    assert "Dr Bob may not resolve flags now" in sheet(client, flag)
    assert "No open flag and no patient" in _member_page(client, admin, ada)


def _member_page(client: Client, admin: Actor, who: Actor) -> str:
    client.force_login(admin.user)
    return words(client.get(reverse("accounts:member", args=[member(who).pk])))
