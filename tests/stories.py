"""Short ways to tell what happened, through the acts that a person would use.

A person is an `Actor`: `by.clinic`, `by.user` (for `client.force_login`) and `by.membership`. All happens at
NOW unless `at` says otherwise; `at_the_clock` makes pages and API see the same time.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Clinic
from accounts.permissions import Role
from labs.models import LabResult
from patients.models import DatedEntry, Patient
from regimens.models import DoseStep, Product, Regimen
from reviews.acts.devices import add_device
from reviews.acts.doses import change_dose
from reviews.acts.entries import add_entry
from reviews.acts.patients import register_patient
from reviews.acts.readings import ReadingEntry, Recorded, record_readings
from reviews.acts.regimen_entries import DoseStepEntry, IntakeEntry, RegimenEntry
from reviews.acts.regimens import start_regimen
from reviews.acts.results import ResultEntry, record_results
from reviews.acts.visits import LoggedVisit, SymptomEntry, log_visit
from reviews.models import Flag
from tests.factories import NOW, TODAY, ClinicFactory, MembershipFactory, UserFactory
from wearables.models import Device

ORIGIN = "test"
MORNING_NOON_NIGHT = (time(8), time(13), time(21))


class Clock:
    """The time that the app reads; `forward` lets it pass."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


def at_the_clock(monkeypatch: pytest.MonkeyPatch, at: datetime = NOW) -> Clock:
    """From here on `timezone.now()` is `at`, and passes only by `forward`."""
    clock = Clock(at)
    monkeypatch.setattr(timezone, "now", clock.now)
    return clock


def a_clinic(slug: str = "northgate", **fields: Any) -> Clinic:
    return ClinicFactory.create(slug=slug, **fields)


def a_member(clinic: Clinic, *roles: str, **user: Any) -> Actor:
    """A new person with these roles in the clinic."""
    person = UserFactory.create(**user)
    return Actor.of(MembershipFactory.create(user=person, clinic=clinic, roles=list(roles)), ORIGIN)


def a_clinician(clinic: Clinic | None = None, **user: Any) -> Actor:
    return a_member(clinic or a_clinic(), Role.CLINICIAN, **user)


def an_assistant(clinic: Clinic, **user: Any) -> Actor:
    return a_member(clinic, Role.ASSISTANT, **user)


def a_researcher(clinic: Clinic, **user: Any) -> Actor:
    return a_member(clinic, Role.RESEARCHER, **user)


def an_admin(clinic: Clinic, **user: Any) -> Actor:
    return a_member(clinic, Role.ADMIN, **user)


def a_patient(by: Actor, *, at: datetime = NOW, **particulars: Any) -> Patient:
    """Sara Lindqvist, born 17 May 1980, with the next free MRN, unless told otherwise."""
    number = Patient.objects.of(by.clinic).count() + 1
    someone: dict[str, Any] = {
        "mrn": f"10{number:04}",
        "family_name": "Lindqvist",
        "given_name": "Sara",
        "birth_date": date(1980, 5, 17),
        "sex": "FEMALE",
    }
    return register_patient(by=by, at=at, **(someone | particulars))


def product(code: str = "P02") -> Product:
    """A generic product; P02 is bisglycinate with 99.9 mg elemental in a tablet."""
    return Product.objects.get(clinic=None, code=code)


def intakes(units: float = 1, times: Sequence[time] = MORNING_NOON_NIGHT) -> list[IntakeEntry]:
    return [IntakeEntry(at, Decimal(str(units))) for at in times]


def taking(
    patient: Patient,
    by: Actor,
    *,
    since: date = TODAY - timedelta(days=35),
    code: str = "P02",
    units: float = 1,
    at: datetime = NOW,
    **entry: Any,
) -> Regimen:
    """Started on `since`: `units` of the product three times a day, without an eGFR but with a reason."""
    told: dict[str, Any] = {"kidney_reason": "Creatinine ordered", **entry}
    start = RegimenEntry(product=product(code), started_on=since, intakes=intakes(units), **told)
    return start_regimen(patient=patient, by=by, at=at, entry=start)


def a_dose_change(
    regimen: Regimen, by: Actor, *, on: date = TODAY, units: float = 1, at: datetime = NOW
) -> DoseStep:
    step = DoseStepEntry(regimen, on, intakes(units, MORNING_NOON_NIGHT[:2]), "Loose stools")
    return change_dose(patient=regimen.patient, by=by, at=at, entry=step)


def a_result(
    patient: Patient,
    by: Actor,
    value: str,
    *,
    analyte: str = "IONIZED_MG",
    unit: str = "mmol/L",
    days_ago: float = 0,
    at: datetime = NOW,
    **entry: Any,
) -> LabResult:
    """One result sampled `days_ago`; `reference_low` and `reference_high` take text."""
    for limit in {"reference_low", "reference_high"} & set(entry):
        entry[limit] = Decimal(entry[limit])
    told = ResultEntry(Decimal(value), unit, at - timedelta(days=days_ago), analyte=analyte, **entry)
    return record_results(patient=patient, entries=[told], by=by, at=at)[0]


def a_low_result(patient: Patient, by: Actor, *, at: datetime = NOW, days_ago: float = 0) -> LabResult:
    """Ionized magnesium 0.42 mmol/L against the laboratory's 0.46 to 0.60."""
    return a_result(
        patient, by, "0.42", reference_low="0.46", reference_high="0.60", at=at, days_ago=days_ago
    )


def present(symptom: str, grade: int | None = 1, **details: Any) -> SymptomEntry:
    return SymptomEntry(symptom, "PRESENT", grade, **details)


def absent(symptom: str) -> SymptomEntry:
    return SymptomEntry(symptom, "ABSENT")


def a_visit(
    patient: Patient, by: Actor, *symptoms: SymptomEntry, on: date = TODAY, at: datetime = NOW, **more: Any
) -> LoggedVisit:
    return log_visit(patient=patient, by=by, at=at, visited_on=on, symptoms=symptoms, **more)


def a_flag(by: Actor, patient: Patient | None = None, *, at: datetime = NOW) -> Flag:
    """A standing flag of this week: tingling grade 1, told at a visit of today."""
    visit = a_visit(patient or a_patient(by), by, present("TINGLING"), at=at)
    return Flag.objects.get(symptom_answer__visit=visit.visit)


def an_entry(
    patient: Patient, by: Actor, kind: str, code: str, *, at: datetime = NOW, **fields: Any
) -> DatedEntry:
    """`kind` is modifiers, conditions, medications or co-treatments."""
    return add_entry(patient=patient, by=by, at=at, kind=kind, code=code, **fields)


def a_device(patient: Patient, by: Actor, *, at: datetime = NOW, **particulars: Any) -> Device:
    """An Oura Ring 4, worn since nobody knows when."""
    ring = {"maker": "Oura", "model": "Ring 4", "serial": "2F9C", "worn_as": "RING"}
    return add_device(patient=patient, by=by, at=at, **(ring | particulars))


def some_readings(
    device: Device,
    by: Actor,
    values: Sequence[str],
    *,
    kind: str = "RESTING_HEART_RATE",
    unit: str = "/min",
    until: datetime = NOW,
    every: timedelta = timedelta(days=1),
    at: datetime = NOW,
) -> Recorded:
    """One reading each day (or `every` so often), the last one at `until`."""
    begin = until - every * (len(values) - 1)
    entries = [
        ReadingEntry(n, device, kind, Decimal(value), unit, begin + every * n)
        for n, value in enumerate(values)
    ]
    return record_readings(patient=device.patient, entries=entries, by=by, at=at)


def standing(patient: Patient) -> list[str]:
    """The rules of the flags that stand, in order of the alphabet."""
    return sorted(Flag.objects.standing().filter(patient=patient).values_list("rule", flat=True))
