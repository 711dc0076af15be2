"""An admin at the pages of the clinic."""

import pytest
from django.test import Client

from accounts.actors import Actor
from tests.stories import a_clinic, an_admin


@pytest.fixture
def by() -> Actor:
    return an_admin(a_clinic())


@pytest.fixture
def signed_in(client: Client, by: Actor) -> Client:
    client.force_login(by.user)
    return client
