"""People of a series, row by row: what was taken, measured and told, in days from the start."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from accounts.actors import Actor
from accounts.models import Clinic
from caseseries.acts import look_at_series
from caseseries.definition import CohortCriteria, OutcomeDefinition, SeriesDefinition
from caseseries.persons import Person
from caseseries.reading import read_cohort
from caseseries.series import Series, read_series
from patients.models import Patient, SymptomAnswer, Visit
from protocols.models import Protocol
from protocols.thresholds import Thresholds
from regimens.models import Product, Regimen
from regimens.salts import Family
from tests.factories import (
    NOW,
    TODAY,
    DoseStepFactory,
    IntakeFactory,
    LabResultFactory,
    OutcomeFactory,
    PatientFactory,
    RegimenFactory,
    SymptomAnswerFactory,
    VisitFactory,
)

START = TODAY - timedelta(weeks=20)
GLYCINATE = CohortCriteria(families=(Family.GLYCINATE,))
OUTCOME = OutcomeDefinition.of(Thresholds())
SERIES = SeriesDefinition(GLYCINATE, OUTCOME)
Days = Mapping[int, Any]
NOTHING: Days = {}


def a_start(
    patient: Patient, on: date = START, code: str = "P02", units: str = "2", **fields: Any
) -> Regimen:
    """A regimen with its first dose: `units` of a generic product at 8 o'clock."""
    product = Product.objects.get(clinic=None, code=code)
    row = {"patient": patient, "created_by": patient.created_by}
    regimen: Regimen = RegimenFactory.create(product=product, started_on=on, **row, **fields)
    a_step(regimen, on, units)
    return regimen


def a_step(regimen: Regimen, on: date, units: str) -> None:
    by = regimen.created_by
    step = DoseStepFactory.create(regimen=regimen, patient=regimen.patient, effective_on=on, created_by=by)
    IntakeFactory.create(step=step, at=time(8), units=Decimal(units), created_by=by)


def a_person(
    by: Actor,
    *,
    start: date = START,
    code: str = "P02",
    units: str = "2",
    gad7: Days = NOTHING,
    ionized: Days = NOTHING,
    told: Days = NOTHING,
    **particulars: Any,
) -> Patient:
    """Somebody who consented and started on `start`; everything else is given by the day since then."""
    someone = {"clinic": by.clinic, "created_by": by.user, "research_consent": True, **particulars}
    patient: Patient = PatientFactory.create(**someone)
    a_start(patient, start, code, units)
    for day, total in gad7.items():
        a_score(patient, start + timedelta(days=day), total)
    for day, value in ionized.items():
        an_ionized_mg(patient, start + timedelta(days=day), value)
    for day, answers in told.items():
        a_visit(patient, start + timedelta(days=day), **answers)
    return patient


def a_score(patient: Patient, on: date, total: int, **fields: Any) -> Any:
    return OutcomeFactory.create(
        patient=patient, created_by=patient.created_by, answered_on=on, total=total, **fields
    )


def an_ionized_mg(patient: Patient, on: date, value: str, **fields: Any) -> Any:
    sampled_at = datetime.combine(on, time(15), tzinfo=NOW.tzinfo)
    return LabResultFactory.create(
        patient=patient, created_by=patient.created_by, value=Decimal(value), canonical_value=Decimal(value),
        collected_at=sampled_at, received_at=sampled_at, collected_on=on, **fields,
    )  # fmt: skip


def a_visit(patient: Patient, on: date, **answers: str) -> Visit:
    """`TINGLING="PRESENT"`; an onset may follow: `TINGLING="PRESENT 2026-01-12"`."""
    visit: Visit = VisitFactory.create(patient=patient, created_by=patient.created_by, visited_on=on)
    for symptom, words in answers.items():
        answer, _, onset = words.partition(" ")
        SymptomAnswerFactory.create(
            visit=visit, patient=patient, created_by=patient.created_by, symptom=symptom, answer=answer,
            grade=1 if answer == "PRESENT" else None,
            onset_on=date.fromisoformat(onset) if onset else None,
        )  # fmt: skip
    return visit


def answers_of(patient: Patient) -> Any:
    return SymptomAnswer.objects.filter(patient=patient)


def series_of(
    clinic: Clinic, cohort: CohortCriteria = GLYCINATE, *, threshold: int = 1, cut: date = TODAY
) -> Series:
    """The series as read at `cut`; a threshold of 1 suppresses nothing."""
    return read_series(
        clinic,
        SeriesDefinition(cohort, OUTCOME),
        data_cut_on=cut,
        protocol=Protocol.objects.in_force(clinic),
        threshold=threshold,
    )


def people_of(
    clinic: Clinic,
    cohort: CohortCriteria = GLYCINATE,
    *,
    outcome: OutcomeDefinition = OUTCOME,
    cut: date = TODAY,
) -> list[Person]:
    """Everybody of the cohort as read at `cut`."""
    return list(read_cohort(clinic, SeriesDefinition(cohort, outcome), cut).persons())


def looked_at(by: Actor, cohort: CohortCriteria = GLYCINATE) -> Series:
    return look_at_series(definition=SeriesDefinition(cohort, OUTCOME), by=by, at=NOW)


def the_article_series(by: Actor, people: int = 50, less: int = 34, twitching: int = 11) -> list[Patient]:
    """The series of the founding article: 34 of 50 less anxious at 12 weeks, 11 with new twitching."""
    made = []
    for n in range(people):
        made.append(
            a_person(
                by,
                sex="FEMALE" if n % 5 < 3 else "MALE",
                birth_date=date(1950 + n, 3, 1),
                start=START - timedelta(days=n),
                gad7={-3: 12, 84: 8 if n < less else 10},
                ionized={0: f"0.{40 + n % 9}", 80: f"0.{48 + n % 9}"},
                told={
                    -3: {"MUSCLE_TWITCHING": "ABSENT"},
                    40: {"MUSCLE_TWITCHING": "PRESENT" if n < twitching else "ABSENT", "FATIGUE": "ABSENT"},
                },
            )
        )
    return made
