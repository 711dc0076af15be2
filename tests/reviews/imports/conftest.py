"""A clinician at the pages of imports, at NOW, with two patients whom files may mean."""

import pytest

from accounts.actors import Actor
from patients.models import Patient
from tests.reviews.imports.desk import Desk
from tests.stories import Clock, a_clinician, a_patient, at_the_clock


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def by(db: None) -> Actor:
    return a_clinician(name="Maria Alvarez")


@pytest.fixture
def sara(by: Actor) -> Patient:
    return a_patient(by)


@pytest.fixture
def ben(by: Actor) -> Patient:
    return a_patient(by, family_name="Okafor", given_name="Ben")


@pytest.fixture
def desk(by: Actor) -> Desk:
    return Desk(by)
