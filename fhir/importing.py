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
from labs.units import STORED, is_canonical
from patients.models import Patient, Status
from patients.names import fold
from reviews.acts.errors import mark_in_error
from reviews.acts.ground import Refusals
from reviews.acts.patients import change_status, register_patient
from reviews.acts.results import ResultEntry, record_results, unsaved_result
from reviews.moments import Moment

DEATH = "Recorded in the imported bundle"
CORRECTED = "The laboratory sent another value or status for this result."


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
    corrected: list[LabResult] = field(default_factory=list)

    @property
    def lock_order(self) -> tuple[bool, str]:
        """Patients are locked in the order in which the sweep locks them."""
        return self.is_new, str(self.patient.pk)


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
            once = {id(arrival): arrival for arrival in arrivals.values()}
            for arrival in sorted(once.values(), key=lambda arrival: arrival.lock_order):
                _commit(arrival, by, at)
            record("IMPORT_FHIR", by=by, at=at, after={"ready": report.ready, "converted": report.converted})
        report.committed = True
    return report


def _arrivals(reading: Reading, report: Report, by: Actor) -> dict[str, _Arrival]:
    """{reference: arrival}; a person whose MRN belongs to somebody else is a problem and takes no row."""
    found: dict[str, _Arrival] = {}
    by_mrn: dict[str, _Arrival] = {}
    for person in reading.people:
        arrival = by_mrn.get(person.mrn) or _arrival(person, by)
        other = arrival.person if person.mrn in by_mrn else arrival.patient
        if not (arrival.is_new and arrival.person is person) and not _agrees(person, other):
            reason = f"MRN {person.mrn} belongs to a patient of another name or birth date."
            report.problems.append({"row": 0, "reason": reason})
            continue
        if person.mrn not in by_mrn:
            by_mrn[person.mrn] = arrival
            report.patients_matched += not arrival.is_new
            report.patients_created += arrival.is_new
            _tell_of_death(arrival, report)
        found |= dict.fromkeys(person.references, arrival)
    return found


def _arrival(person: Person, by: Actor) -> _Arrival:
    existing = Patient.objects.of(by.clinic).valid().filter(mrn=person.mrn).first()
    return _Arrival(person, existing or _unsaved(person, by), existing is None)


def _agrees(person: Person, other: Person | Patient) -> bool:
    """The MRN, the birth date and one of the names must fit: namesakes are not the same person."""
    names = (
        (person.family_name, other.family_name),
        (person.given_name, other.given_name),
    )
    return person.birth_date == other.birth_date and any(fold(one) == fold(two) for one, two in names)


def _tell_of_death(arrival: _Arrival, report: Report) -> None:
    """A death that the import does not record by itself: without a date, or of somebody who is known."""
    recorded = arrival.patient.deceased_on is not None
    if arrival.person.is_deceased and not recorded:
        reason = f"MRN {arrival.person.mrn} has died, says the bundle. Record the date of death on the chart."
        report.problems.append({"row": 0, "reason": reason})


def _unsaved(person: Person, by: Actor) -> Patient:
    return Patient(
        clinic=by.clinic, birth_date=person.birth_date, deceased_on=person.deceased_on, sex=person.sex
    )


def _stored(reading: Reading, by: Actor) -> dict[str, list[LabResult]]:
    """{identity in the source: what is stored of it}, also what was entered in error since."""
    ids = [row.entry.source_id for row in reading.rows if row.entry]
    stored: dict[str, list[LabResult]] = {}
    for result in LabResult.objects.of(by.clinic).filter(source="FHIR", source_id__in=ids):
        stored.setdefault(result.source_id, []).append(result)
    return stored


def _sort(
    row: Row,
    arrivals: dict[str, _Arrival],
    stored: dict[str, list[LabResult]],
    report: Report,
    by: Actor,
    now: Moment,
) -> None:
    """Count the row where it belongs, and keep its entry when it is ready."""
    arrival = arrivals.get(row.reference)
    if row.entry is None:
        report.errors += 1
        report.problems.append({"row": row.number, "reason": row.reason})
    elif arrival is None:
        report.unmatched += 1
        report.problems.append(
            {"row": row.number, "reason": f"No patient of the bundle is {row.reference or 'named'}."}
        )
    else:
        refusals = Refusals()
        result = unsaved_result(refusals, "result", row.entry, arrival.patient, by, now)
        known = stored.setdefault(row.entry.source_id, [])
        reason = _why_refused(refusals) or (_clash(result, known) if result else "")
        if result is None or reason:
            report.errors += 1
            report.problems.append({"row": row.number, "reason": reason})
        elif any(_says_the_same(result, one) for one in known):
            report.already_stored += 1
        else:
            _take(result, row.entry, arrival, known, report)


def _take(
    result: LabResult, entry: ResultEntry, arrival: _Arrival, known: list[LabResult], report: Report
) -> None:
    """Keep the entry; what the laboratory said before under the same identity gives way to it."""
    converted = not is_canonical(Analyte(result.analyte), entry.unit)
    report.converted += converted
    report.ready += not converted
    arrival.corrected += [one for one in known if one.error_at is None and not one._state.adding]
    arrival.entries.append(entry)
    known.append(result)


def _clash(result: LabResult, known: list[LabResult]) -> str:
    """Why the identity in the source cannot be that of this result; empty when it can."""
    for one in known:
        here = one._state.adding
        same_person = result.patient is one.patient if here else result.patient_id == one.patient_id
        if not same_person or result.analyte != one.analyte:
            return "Under this identity a result of another patient or analyte is stored."
        if here and not _says_the_same(result, one):
            return "The bundle holds this result twice, with different contents."
    return ""


def _says_the_same(result: LabResult, stored: LabResult) -> bool:
    """The same value of the same sample; one that a person marked entered in error is not taken again."""
    same = _content(result) == _content(stored)
    return same and (stored.error_at is not None or result.status == stored.status)


def _content(result: LabResult) -> tuple[Any, ...]:
    value = result.value.quantize(STORED)
    return value, result.comparator, result.unit, result.collected_at


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
    for result in arrival.corrected:
        mark_in_error(row=result, by=by, at=at, version=result.version, reason=CORRECTED)
    if arrival.entries:
        record_results(patient=patient, entries=arrival.entries, by=by, at=at)
    if arrival.is_new and person.deceased_on is not None:
        patient.refresh_from_db()
        change_status(
            patient=patient, by=by, at=at, version=patient.version, status=Status.DECEASED, reason=DEATH,
            deceased_on=person.deceased_on,
        )  # fmt: skip
