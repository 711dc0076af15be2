"""Reads the people of a series from the record, with as many queries for one person as for thousands."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, DateField, F, Func, IntegerField, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Clinic
from caseseries.criteria import CohortCriteria, SeriesDefinition
from caseseries.deidentify import DAYS_OF_A_WEEK
from caseseries.persons import (
    Measured,
    Person,
    Step,
    SymptomCourse,
    Told,
    anxiety_of,
    around,
    course_of,
    dose_on,
)
from labs.analytes import Analyte
from labs.models import LabResult
from patients.models import Instrument, Outcome, Patient, SymptomAnswer
from patients.symptoms import Answer, Symptom
from regimens.models import DoseStep, Regimen

Row = TypeVar("Row")

# Each step of "who remains" keeps some of those before it.
STEPS = ("ALL", "FORM", "WEEKS", "AGE", "PERIOD", "CONSENT")


class AgeYears(Func):
    """Completed years between two dates, (later, earlier), as `Patient.age_on` counts them."""

    function = "age"
    template = "EXTRACT(year FROM %(function)s(%(expressions)s))::integer"
    output_field = IntegerField()


@dataclass(frozen=True)
class Cohort:
    """The people of a definition at a data cut, and how many remained at each of `STEPS`."""

    persons: list[Person]
    remaining: dict[str, int]


def read_cohort(clinic: Clinic, definition: SeriesDefinition, data_cut_on: date) -> Cohort:
    """Everything dated on or before the data cut, as the record stands now; withdrawn rows never count."""
    firsts = _first_starts(clinic, definition.cohort, data_cut_on)
    kept = _kept_at_each_step(definition.cohort, data_cut_on)
    counted = firsts.aggregate(**{step: Count("pk", filter=condition) for step, condition in kept.items()})
    everybody = Patient.objects.of(clinic).valid().count()
    starts = firsts.filter(kept[STEPS[-1]])
    return Cohort(_persons(starts, definition, data_cut_on), {STEPS[0]: everybody, **counted})


def _first_starts(clinic: Clinic, criteria: CohortCriteria, cut: date) -> QuerySet[Any]:
    """The first start of the family of each person; a later one of the same person never counts."""
    regimens = (
        Regimen.objects.of(clinic)
        .valid()
        .filter(product__form__in=criteria.forms, started_on__lte=cut, patient__error_at=None)
    )
    firsts = regimens.order_by("patient_id", "started_on", "created_at", "pk").distinct("patient_id")
    age = AgeYears(F("started_on"), F("patient__birth_date"))
    starts: QuerySet[Any] = Regimen.objects.filter(pk__in=firsts.values("pk")).annotate(age_at_start=age)
    return starts


def _kept_at_each_step(criteria: CohortCriteria, cut: date) -> dict[str, Q]:
    """The condition of each step, which holds those of the steps before it."""
    age, period = Q(), Q()
    if criteria.minimum_age_years is not None:
        age &= Q(age_at_start__gte=criteria.minimum_age_years)
    if criteria.maximum_age_years is not None:
        age &= Q(age_at_start__lte=criteria.maximum_age_years)
    if criteria.started_from is not None:
        period &= Q(started_on__gte=criteria.started_from)
    if criteria.started_until is not None:
        period &= Q(started_on__lte=criteria.started_until)
    form = Q(pk__isnull=False)
    weeks = form & Q(started_on__lte=cut - timedelta(days=criteria.minimum_weeks * DAYS_OF_A_WEEK))
    consent = Q(patient__research_consent=True)
    steps = (form, weeks, weeks & age, weeks & age & period, weeks & age & period & consent)
    return dict(zip(STEPS[1:], steps, strict=True))


def _persons(starts: QuerySet[Any], definition: SeriesDefinition, cut: date) -> list[Person]:
    steps = _steps(starts, cut)
    ionized, gad7 = _ionized_mg(starts, cut), _gad7(starts, cut)
    symptoms = _symptoms(starts, cut)
    outcome = definition.outcome
    rows = starts.order_by("patient_id").values_list(
        "patient_id", "patient__sex", "started_on", "age_at_start"
    )
    persons = []
    for patient_id, sex, started_on, age in rows:
        week_12 = started_on + timedelta(days=outcome.day)
        scores = around(gad7[patient_id], started_on, outcome)
        person = Person(
            patient_id=patient_id,
            sex=sex,
            age_at_start=age,
            dose_start=dose_on(steps[patient_id], started_on),
            dose_week_12=dose_on(steps[patient_id], week_12) if week_12 <= cut else None,
            at_week_12=week_12 <= cut,
            ionized_mg=around(ionized[patient_id], started_on, outcome),
            gad7=scores,
            anxiety=anxiety_of(scores, outcome),
            symptoms=symptoms[patient_id],
        )
        persons.append(person)
    return persons


def _of(rows: Any, starts: QuerySet[Any]) -> Any:
    """The valid rows of the people of the series."""
    return rows.filter(patient__in=starts.values("patient"))


def _steps(starts: QuerySet[Any], cut: date) -> dict[UUID, list[Step]]:
    """Every step of every valid regimen: the dose of a day is the sum over all products."""
    rows = _of(DoseStep.objects.valid(), starts).filter(regimen__error_at=None, effective_on__lte=cut)
    ordered = rows.with_dose().order_by("effective_on", "created_at", "pk")
    return _by_patient(
        (row[0], Step(*row[1:]))
        for row in ordered.values_list(
            "patient_id", "regimen_id", "effective_on", "regimen__stopped_on", "elemental_mg_per_day"
        )
    )


def _ionized_mg(starts: QuerySet[Any], cut: date) -> dict[UUID, list[Measured]]:
    """Final or corrected ionized magnesium, mmol/L; no doubtful samples, no "below" or "above" a value."""
    rows = _of(LabResult.objects.sound(), starts).filter(
        analyte=Analyte.IONIZED_MG, comparator="", collected_on__lte=cut
    )
    values = rows.order_by("collected_at", "created_at", "pk").values_list(
        "patient_id", "collected_on", "canonical_value"
    )
    return _by_patient((patient_id, Measured(on, value)) for patient_id, on, value in values)


def _gad7(starts: QuerySet[Any], cut: date) -> dict[UUID, list[Measured]]:
    rows = _of(Outcome.objects.valid(), starts).filter(instrument=Instrument.GAD7, answered_on__lte=cut)
    values = rows.order_by("answered_on", "created_at", "pk").values_list(
        "patient_id", "answered_on", "total"
    )
    return _by_patient((patient_id, Measured(on, total)) for patient_id, on, total in values)


def _symptoms(starts: QuerySet[Any], cut: date) -> dict[UUID, dict[Symptom, SymptomCourse]]:
    """The course of each symptom that somebody answered: present or absent, never "not asked"."""
    visits = SymptomAnswer.objects.valid().filter(visit__error_at=None, visit__visited_on__lte=cut)
    # One join finds the person's start in the series, and `started_on` is of that very start.
    answered = visits.exclude(answer=Answer.NOT_ASKED).filter(patient__regimens__in=starts)
    started_on = F("patient__regimens__started_on")
    present, later = Q(answer=Answer.PRESENT), Q(visit__visited_on__gt=started_on)
    told = answered.values("patient_id", "symptom").annotate(
        first_start_on=Min("patient__regimens__started_on"),
        present_before=Count("pk", filter=present & (~later | Q(onset_on__lt=started_on))),
        asked_after=Count("pk", filter=later),
        new_onset_on=Min(
            Coalesce("onset_on", "visit__visited_on", output_field=DateField()), filter=present & later
        ),
    )
    found: dict[UUID, dict[Symptom, SymptomCourse]] = defaultdict(dict)
    for row in told.order_by("patient_id", "symptom"):
        said = Told(row["present_before"] > 0, row["asked_after"] > 0, row["new_onset_on"])
        found[row["patient_id"]][Symptom(row["symptom"])] = course_of(said, row["first_start_on"])
    return found


def _by_patient(rows: Iterable[tuple[UUID, Row]]) -> dict[UUID, list[Row]]:
    grouped: dict[UUID, list[Row]] = defaultdict(list)
    for patient_id, row in rows:
        grouped[patient_id].append(row)
    return grouped
