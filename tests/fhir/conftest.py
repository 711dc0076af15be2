"""Every test of FHIR happens at NOW, with an empty throttle."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from accounts.actors import Actor
from tests.fhir.calling import Reader
from tests.stories import Clock, a_clinic, a_clinician, at_the_clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture(autouse=True)
def empty_throttle() -> Iterator[None]:
    cache.clear()
    yield


@pytest.fixture
def by(clock: Clock, db: None) -> Actor:
    return a_clinician(a_clinic())


@pytest.fixture
def reader(by: Actor) -> Reader:
    return Reader(by)
