"""Every test of the API happens at NOW, with an empty throttle."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.stories import Clock, at_the_clock


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture(autouse=True)
def empty_throttle() -> Iterator[None]:
    cache.clear()
    yield
