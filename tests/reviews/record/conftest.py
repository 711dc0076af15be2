"""Who sends the forms of the record, and about whom."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from patients.models import Patient
from tests.reviews.record.editing import Editor, Opened
from tests.stories import (
    a_clinician,
    a_patient,
    at_the_clock,
)


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    at_the_clock(monkeypatch)
    return a_clinician(name="Dr Elena Marsh")


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


@pytest.fixture
def signed_in(client: Client, by: Actor) -> Client:
    client.force_login(by.user)
    return client


@pytest.fixture
def opened(signed_in: Client, patient: Patient) -> Opened:
    def open_page(name: str = "start_regimen", *args: object, query: str = "") -> Editor:
        return Editor(signed_in, reverse(f"reviews:{name}", args=[patient.pk, *args]) + query)

    return open_page
