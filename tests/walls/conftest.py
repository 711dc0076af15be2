"""Two furnished clinics for all tests of this folder; what a test changes is taken back."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.stories import at_the_clock
from tests.walls.furniture import House, furnish


@pytest.fixture(scope="package")
def houses(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[House, House]]:
    """The clinic whose walls are tried, and its neighbour."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield furnish("quarry", "Quillfeather"), furnish("meadow", "Marmalade")
        transaction.set_rollback(True)


@pytest.fixture
def untouched(houses: tuple[House, House], db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[House, House]:
    """The same at NOW, with an empty throttle; `db` takes back what the test does."""
    at_the_clock(monkeypatch)
    cache.clear()
    return houses
