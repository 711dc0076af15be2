"""A clinician, a patient who takes magnesium, and short words for what is done with them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Clinic, Membership, User
from labs.models import LabResult
from patients.models import Patient, Visit
from regimens.models import DoseStep, Product, Regimen
from reviews.acts.doses import change_dose
from reviews.acts.patients import register_patient
from reviews.acts.regimen_entries import DoseStepEntry, IntakeEntry, RegimenEntry
from reviews.acts.regimens import start_regimen
from reviews.acts.results import ResultEntry, record_results
from reviews.acts.visits import SymptomEntry, log_visit
from reviews.models import Flag

NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
TODAY = NOW.date()


@dataclass
class Story:
    """One patient of one clinic, told day by day; days are counted back from `now`."""

    by: Actor
    patient: Patient
    now: datetime = NOW
    product: str = "P02"
    extra: dict[str, Any] = field(default_factory=dict)

    def days_ago(self, days: int) -> date:
        return (self.now - timedelta(days=days)).date()

    def starts(self, days: int, units: int = 3) -> Regimen:
        entry = RegimenEntry(
            product=Product.objects.get(code=self.product),
            started_on=self.days_ago(days),
            intakes=[IntakeEntry(time(8 + n), Decimal(1)) for n in range(units)],
            kidney_reason="told normal last year",
        )
        return start_regimen(patient=self.patient, by=self.by, at=self.now, entry=entry)

    def changes(self, regimen: Regimen, days: int, units: int = 2) -> DoseStep:
        intakes = [IntakeEntry(time(8), Decimal(units))]
        entry = DoseStepEntry(regimen, self.days_ago(days), intakes, "test")
        return change_dose(patient=self.patient, by=self.by, at=self.now, entry=entry)

    def result(self, analyte: str, value: str, days: int, unit: str = "mmol/L", **more: Any) -> LabResult:
        at = self.now - timedelta(days=days)
        entry = ResultEntry(Decimal(value), unit, at, analyte=analyte, **more)
        return record_results(patient=self.patient, entries=[entry], by=self.by, at=self.now)[0]

    def visit(self, days: int, *symptoms: SymptomEntry, **more: Any) -> Visit:
        return log_visit(
            patient=self.patient,
            by=self.by,
            at=self.now,
            visited_on=self.days_ago(days),
            symptoms=symptoms,
            **more,
        ).visit

    def rules(self) -> list[str]:
        """The rules of the standing flags, sorted."""
        return sorted(Flag.objects.standing().filter(patient=self.patient).values_list("rule", flat=True))

    def flag(self, rule: str) -> Flag:
        return Flag.objects.standing().get(patient=self.patient, rule=rule)


def present(symptom: str, grade: int | None = 1, onset_on: date | None = None) -> SymptomEntry:
    return SymptomEntry(symptom, "PRESENT", grade, None, onset_on)


def absent(symptom: str) -> SymptomEntry:
    return SymptomEntry(symptom, "ABSENT")


@pytest.fixture
def by(db: None) -> Actor:
    clinic = Clinic.objects.create(
        name="North", slug="north", time_zone="America/New_York", jurisdiction="US"
    )
    user = User.objects.create_user("clinician@example.test", "x", name="Dr Clinician")
    return Actor.of(Membership.objects.create(user=user, clinic=clinic, roles=["CLINICIAN"]), "test")


@pytest.fixture
def story(by: Actor) -> Story:
    return Story(by, a_patient_of(by, "1"))


@pytest.fixture
def another(by: Actor) -> Callable[[], Story]:
    """Further patients of the same clinic."""
    count = iter(range(2, 1000))
    return lambda: Story(by, a_patient_of(by, str(next(count))))


def a_patient_of(by: Actor, mrn: str) -> Patient:
    return register_patient(
        by=by, at=NOW - timedelta(days=400), mrn=mrn, family_name="Example", given_name=f"Eve {mrn}",
        birth_date=date(1980, 10, 28), sex="FEMALE",
    )  # fmt: skip
