"""A clinician at the visit form of a patient."""

import pytest
from django.test import Client

from accounts.actors import Actor
from patients.models import Patient
from tests.stories import (
    Clock,
    a_clinician,
    a_patient,
    at_the_clock,
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def by(clock: Clock, client: Client) -> Actor:
    clinician = a_clinician(name="Elena Marsh")
    client.force_login(clinician.user)
    return clinician


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)
