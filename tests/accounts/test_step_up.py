"""A fresh sign-in: by signing in, by confirming the password, and by a token of the last minutes."""

from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.test import Client

from accounts.actors import Actor
from accounts.step_up import PROVED_KEY, SESSION_IS_FRESH, TOKEN_IS_FRESH, is_fresh
from tests.factories import NOW, PASSWORD
from tests.stories import Clock, a_clinic, a_clinician, at_the_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return a_clinician(a_clinic(), password=PASSWORD)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


def request_of(client: Client) -> HttpRequest:
    request = HttpRequest()
    request.session = client.session
    return request


def test_signing_in_is_fresh_for_minutes(by: Actor, clock: Clock) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": by.user.email, "password": PASSWORD})
    request = request_of(client)
    assert is_fresh(request, NOW + SESSION_IS_FRESH)
    assert not is_fresh(request, NOW + SESSION_IS_FRESH + timedelta(seconds=1))


def test_confirming_the_password_is_fresh_again_and_a_wrong_one_is_not(by: Actor, clock: Clock) -> None:
    client = Client()
    client.force_login(by.user)
    later = clock.forward(minutes=6)
    assert not is_fresh(request_of(client), later)
    client.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert not is_fresh(request_of(client), later)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert is_fresh(request_of(client), later)


def test_nobody_who_did_not_sign_in_is_fresh() -> None:
    assert not is_fresh(request_of(Client()), NOW)


def test_a_token_is_fresh_for_a_quarter_of_an_hour() -> None:
    request = request_of(Client())
    assert is_fresh(request, NOW + TOKEN_IS_FRESH, token_made_at=NOW)
    assert not is_fresh(request, NOW + TOKEN_IS_FRESH + timedelta(seconds=1), token_made_at=NOW)


def test_asking_for_a_token_makes_no_session(by: Actor) -> None:
    client = Client()
    asked = {"email": by.user.email, "password": PASSWORD}
    assert client.post("/api/v1/token/", asked, content_type="application/json").status_code == 200
    assert PROVED_KEY not in client.session
