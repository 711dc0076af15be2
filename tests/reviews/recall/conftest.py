"""A clinic with a clinician, a patient whose window is past, and one who is stable."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import Actor
from patients.models import Patient
from reviews.models import Reevaluation
from tests.factories import NOW, TODAY
from tests.stories import a_clinician, a_patient, a_result, at_the_clock, taking


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    at_the_clock(monkeypatch)
    return a_clinician(name="Dr Elena Marsh")


@pytest.fixture
def patient(by: Actor) -> Patient:
    """Overdue by 8 days: the window of a start 50 days ago closed on day 42."""
    return overdue(by)


@pytest.fixture
def owed(patient: Patient) -> Reevaluation:
    return owed_of(patient)


def overdue(by: Actor, days: int = 50, **particulars: Any) -> Patient:
    patient = a_patient(by, **particulars)
    taking(patient, by, since=TODAY - timedelta(days=days))
    return patient


def stable(by: Actor, days: int = 50, **particulars: Any) -> Patient:
    """The same with everything known and in order: eGFR, and magnesium from before the window."""
    patient = a_patient(by, **particulars)
    a_result(patient, by, "88", analyte="EGFR", unit="mL/min/{1.73_m2}", days_ago=days + 1)
    a_result(patient, by, "0.52", reference_low="0.46", reference_high="0.60", days_ago=days + 1)
    taking(patient, by, since=TODAY - timedelta(days=days), kidney_reason="")
    return patient


def owed_of(patient: Patient) -> Reevaluation:
    row: Reevaluation = Reevaluation.objects.owed(TODAY).get(patient=patient)
    return row


__all__ = ["NOW", "TODAY", "overdue", "owed_of", "stable"]
