"""Who exports, where the files go, and the series of the founding article."""

from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.actors import Actor
from tests.caseseries.people import the_article_series
from tests.stories import Clock, a_clinic, a_clinician, a_researcher, at_the_clock


@pytest.fixture
def by(db: None) -> Actor:
    return a_clinician(a_clinic())


@pytest.fixture
def researcher(by: Actor) -> Actor:
    return a_researcher(by.clinic)


@pytest.fixture
def article(by: Actor) -> None:
    the_article_series(by)


@pytest.fixture(autouse=True)
def exports_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.EXPORTS_DIR = tmp_path / "exports"
    return tmp_path / "exports"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)
