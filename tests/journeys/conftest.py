"""People at their desks: a browser each, signed in, before an app that runs on the real database."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from accounts.actors import Actor
from tests.journeys.desk import Desk
from tests.stories import Clock, a_clinician, at_the_clock

PATIENCE_MS = 10_000
SitDown = Callable[..., Desk]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time on the wall of the clinic; it stands still unless a journey lets it pass."""
    return at_the_clock(monkeypatch)


@pytest.fixture
def clinician(clock: Clock, transactional_db: None) -> Actor:
    return a_clinician(name="Maria Alvarez")


@pytest.fixture
def sit_down(browser: Browser, live_server: LiveServer) -> Iterator[SitDown]:
    """`sit_down(person)` opens a browser in which `person` is signed in; `nobody` stays outside.

    At the end no answer may have been a fault of the server, and no script or policy may have complained.
    """
    desks: list[Desk] = []

    def sit(person: Actor | None, **options: Any) -> Desk:
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE_MS)
        if person:
            sign_in(context, person, live_server.url)
        desks.append(Desk(context.new_page()))
        return desks[-1]

    yield sit
    tabs = [tab for desk in desks for tab in desk.tabs]
    complaints = [complaint for tab in tabs for complaint in tab.complaints]
    for tab in tabs:
        tab.stand_up()
    for desk in desks:
        desk.page.context.close()
    assert complaints == []


@pytest.fixture
def desk(sit_down: SitDown, clinician: Actor) -> Desk:
    """The clinician's."""
    return sit_down(clinician)


def sign_in(context: BrowserContext, person: Actor, address: str) -> None:
    """Bring the cookie of a sign-in; typing a password is told once, in its own journey."""
    client = Client()
    client.force_login(person.user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": f"http://{urlsplit(address).netloc}"}]
    )
