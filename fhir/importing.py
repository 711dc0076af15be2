"""Bringing a FHIR bundle into the record: preview every row, then commit all that is ready or nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
from audit.record import record
from fhir.reading import Person, Reading, Row
from labs.analytes import Analyte
from labs.models import LabResult
from labs.units import is_canonical
from patients.models import Patient, Status
from patients.names import fold
from reviews.acts.ground import Refusals
from reviews.acts.patients import change_status, register_patient
from reviews.acts.results import ResultEntry, record_results, unsaved_result
from reviews.moments import Moment

DEATH = "Recorded in the imported bundle"


@dataclass
class Report:
    """Where every row went: rows = ready + converted + already_stored + unmatched + errors."""

    rows: int = 0
    ready: int = 0
    converted: int = 0
    already_stored: int = 0
    unmatched: int = 0
    errors: int = 0
    patients_created: int = 0
    patients_matched: int = 0
    committed: bool = False
    problems: list[dict[str, Any]] = field(default_factory=list)
    passed_over: dict[str, int] = field(default_factory=dict)


@dataclass
class _Arrival:
    """One person of the bundle with the chart that they have, or will have."""

    person: Person
    patient: Patient
    is_new: bool
    entries: list[ResultEntry] = field(default_factory=list)


def import_reading(reading: Reading, *, by: Actor, at: datetime, commit: bool) -> Report:
    """Sort every row; with `commit` store all that is ready in one transaction.

    A second run changes nothing.
    """
    report = Report(rows=len(reading.rows), passed_over=dict(sorted(reading.passed_over.items())))
    report.problems += [{"row": number, "reason": reason} for number, reason in reading.problems]
    now = Moment.of(by.clinic, at)
    arrivals = _arrivals(reading, report, by)
    stored = _stored(reading, by)
    for row in reading.rows:
        _sort(row, arrivals, stored, report, by, now)
    if commit:
        with transaction.atomic():
            for arrival in {id(a): a for a in arrivals.values()}.values():
                _commit(arrival, by, at)
            record("IMPORT_FHIR", by=by, at=at, after={"ready": report.ready, "converted": report.converted})
        report.committed = True
    return report


def _arrivals(reading: Reading, report: Report, by: Actor) -> dict[str, _Arrival]:
    """{reference: arrival}; a person whose MRN belongs to somebody else is a problem and takes no row."""
    found: dict[str, _Arrival] = {}
    for person in reading.people:
        existing = Patient.objects.of(by.clinic).valid().filter(mrn=person.mrn).first()
        if existing is not None and not _agrees(person, existing):
            report.problems.append(
                {"row": 0, "reason": f"MRN {person.mrn} belongs to a patient of another name and birth date."}
            )
            continue
        report.patients_matched += existing is not None
        report.patients_created += existing is None
        arrival = _Arrival(person, existing or _unsaved(person, by), existing is None)
        found |= dict.fromkeys(person.references, arrival)
    return found


def _agrees(person: Person, patient: Patient) -> bool:
    """The MRN and one more thing must fit: the family name or the birth date."""
    return person.birth_date == patient.birth_date or fold(person.family_name) == fold(patient.family_name)


def _unsaved(person: Person, by: Actor) -> Patient:
    return Patient(
        clinic=by.clinic, birth_date=person.birth_date, deceased_on=person.deceased_on, sex=person.sex
    )


def _stored(reading: Reading, by: Actor) -> set[str]:
    ids = [row.entry.source_id for row in reading.rows if row.entry]
    rows = LabResult.objects.of(by.clinic).valid().filter(source="FHIR", source_id__in=ids)
    return set(rows.values_list("source_id", flat=True))


def _sort(
    row: Row, arrivals: dict[str, _Arrival], stored: set[str], report: Report, by: Actor, now: Moment
) -> None:
    """Count the row where it belongs, and keep its entry when it is ready."""
    arrival = arrivals.get(row.reference)
    if row.entry is None:
        report.errors += 1
        report.problems.append({"row": row.number, "reason": row.reason})
    elif row.entry.source_id in stored:
        report.already_stored += 1
    elif arrival is None:
        report.unmatched += 1
        report.problems.append(
            {"row": row.number, "reason": f"No patient of the bundle is {row.reference or 'named'}."}
        )
    else:
        refusals = Refusals()
        result = unsaved_result(refusals, "result", row.entry, arrival.patient, by, now)
        reason = _why_refused(refusals)
        if result is None or reason:
            report.errors += 1
            report.problems.append({"row": row.number, "reason": reason})
            return
        converted = not is_canonical(Analyte(result.analyte), row.entry.unit)
        report.converted += converted
        report.ready += not converted
        stored.add(row.entry.source_id)
        arrival.entries.append(row.entry)


def _why_refused(refusals: Refusals) -> str:
    try:
        refusals.stop_if_any()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _commit(arrival: _Arrival, by: Actor, at: datetime) -> None:
    person, patient = arrival.person, arrival.patient
    if arrival.is_new:
        patient = register_patient(
            by=by, at=at, mrn=person.mrn, family_name=person.family_name, given_name=person.given_name,
            birth_date=person.birth_date, sex=person.sex,
        )  # fmt: skip
    if arrival.entries:
        record_results(patient=patient, entries=arrival.entries, by=by, at=at)
    if arrival.is_new and person.deceased_on is not None:
        patient.refresh_from_db()
        change_status(
            patient=patient, by=by, at=at, version=patient.version, status=Status.DECEASED, reason=DEATH,
            deceased_on=person.deceased_on,
        )  # fmt: skip
