"""Somebody of a series, read back from the record, and what can happen to a regimen."""

from datetime import date, timedelta
from typing import Any

from accounts.actors import Actor
from caseseries.definition import CohortCriteria, SeriesDefinition
from caseseries.persons import (
    Person,
)
from caseseries.reading import read_cohort
from patients.models import Patient
from regimens.models import Regimen
from tests.caseseries.people import (
    GLYCINATE,
    OUTCOME,
    START,
    a_start,
    people_of,
)
from tests.factories import (
    TODAY,
)


def on(day: int) -> date:
    return START + timedelta(days=day)


def the_person(by: Actor, cohort: CohortCriteria = GLYCINATE, **how: Any) -> Person:
    (person,) = people_of(by.clinic, cohort, **how)
    return person


def stopped(patient: Patient, day: int, reason: str) -> None:
    patient.regimens.update(stopped_on=on(day), stop_reason=reason)


def switched(patient: Patient, day: int, code: str) -> Regimen:
    stopped(patient, day, "SWITCHED")
    return a_start(patient, on(day), code=code, replaces=patient.regimens.get(stopped_on=on(day)))


def of_patient(patient: Patient, **fields: Any) -> dict[str, Any]:
    return {"patient": patient, "created_by": patient.created_by, **fields}


def remaining(by: Actor, **asked: Any) -> dict[str, int]:
    definition = SeriesDefinition(CohortCriteria.from_json({"form": "GLYCINATE", **asked}), OUTCOME)
    return read_cohort(by.clinic, definition, TODAY).remaining
