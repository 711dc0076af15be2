"""Everybody starts on a page that the roles open."""

import pytest
from django.test import Client

from accounts.actors import Actor
from accounts.models import Membership
from tests.stories import a_clinic, a_clinician, a_researcher, an_admin, an_assistant

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-sentence-of-words"


def _start(client: Client, person: Actor) -> str:
    person.user.set_password(PASSWORD)
    person.user.save()
    answer = client.post("/accounts/login/", {"login": person.user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_who_works_the_queue_starts_there(client: Client) -> None:
    assert _start(client, a_clinician()) == "/"
    assert _start(Client(), an_assistant(a_clinic("southbank"))) == "/"


def test_a_researcher_starts_with_the_case_series(client: Client) -> None:
    assert _start(client, a_researcher(a_clinic())) == "/case-series/"


def test_who_opened_another_page_first_is_led_back_to_it(client: Client) -> None:
    assert client.get("/")["Location"] == "/accounts/login/"
    assert client.get("/patients/")["Location"] == "/accounts/login/?next=/patients/"


def test_an_admin_starts_on_a_page_that_opens(client: Client) -> None:
    home = _start(client, an_admin(a_clinic()))
    assert home != "/"
    assert client.get(home).status_code == 200


def test_the_page_that_refuses_leads_to_one_that_opens(client: Client) -> None:
    client.force_login(a_researcher(a_clinic()).user)
    refused = client.get("/")
    assert refused.status_code == 403
    assert b'href="/case-series/">To the start page' in refused.content


def test_who_has_no_clinic_is_asked_for_one(client: Client) -> None:
    person = a_clinician()
    Membership.objects.filter(user=person.user).delete()
    assert _start(client, person) == "/"
    assert client.get("/")["Location"] == "/accounts/clinic/"
