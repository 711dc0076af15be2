"""Bringing a FHIR bundle into the record: its people are registered, its results go the way of every file."""

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
from fhir.people import Arrival, people_in
from labs.matching import contradiction
from labs.models import Channel, ImportStage
from labs.reading.reported import Reported, Unreadable
from patients.models import Patient, Sex, Status
from reviews.acts.imports import receive_file
from reviews.acts.patients import change_status, register_patient
from reviews.importing.people import known
from reviews.importing.report import report
from reviews.importing.through import take_through

DEATH = "Recorded in the imported bundle"


@dataclass
class _Registered:
    """The people of a bundle: how many are new or known, and what is wrong."""

    created: int = 0
    matched: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)


@transaction.atomic
def import_bundle(content: bytes, *, file_name: str, by: Actor, at: datetime, commit: bool) -> dict[str, Any]:
    """Register who is new, check every result, store all that is ready; without `commit` all is taken back.

    Answers as `import_labs` does, with `patients_created` and `patients_matched`; a second run changes
    nothing.
    """
    people = _register(content, by, at)
    source = receive_file(
        by=by, at=at, channel=Channel.COMMAND, file_name=file_name, content=BytesIO(content)
    )
    take_through(source, by=by, clock=lambda: at, commit=commit)
    answer = report(source)
    if source.stage != ImportStage.COMMITTED:
        transaction.set_rollback(True)
    return answer | {
        "patients_created": people.created,
        "patients_matched": people.matched,
        "problems": [*people.problems, *answer["problems"]],
    }


def _register(content: bytes, by: Actor, at: datetime) -> _Registered:
    """Each MRN once. Who contradicts the chart is not registered, and the results of it find nobody."""
    found, seen = _Registered(), set[str]()
    try:
        for arrival in people_in(BytesIO(content), by.clinic.zone, on=by.clinic.local_date(at)):
            problem = arrival.problem or _take(arrival, found, seen, by, at)
            if problem:
                found.problems.append({"row": 0, "place": f"entry {arrival.number}", "reason": problem})
    except Unreadable:
        pass  # the file is refused as a whole when its results are read, with the same words
    return found


def _take(arrival: Arrival, found: _Registered, seen: set[str], by: Actor, at: datetime) -> str:
    """Match or register one person; the reason when neither can be."""
    mrn = arrival.person.mrn
    patient = Patient.objects.of(by.clinic).valid().filter(mrn=mrn).first()
    is_new = patient is None
    if patient is None:
        patient, problem = _registered(arrival, by, at)
        if patient is None:
            return problem
    elif problem := contradiction(_as_row(arrival), known(patient)):
        return problem
    if mrn not in seen:
        seen.add(mrn)
        found.created += is_new
        found.matched += not is_new
    return _death(arrival, patient, is_new, by, at)


def _registered(arrival: Arrival, by: Actor, at: datetime) -> tuple[Patient | None, str]:
    person = arrival.person
    assert person.birth_date is not None  # noqa: S101  # else the arrival has a problem
    try:
        with transaction.atomic():
            return register_patient(
                by=by, at=at, mrn=person.mrn, family_name=person.family_name, given_name=person.given_name,
                birth_date=person.birth_date, sex=person.sex or Sex.UNKNOWN,
            ), ""  # fmt: skip
    except ValidationError as refused:
        return None, " ".join(refused.messages)


def _death(arrival: Arrival, patient: Patient, is_new: bool, by: Actor, at: datetime) -> str:
    """A death of somebody new, with its day, is recorded; every other is told, and a person records it.

    Before the results, so that one of a later sample is refused.
    """
    if not arrival.is_deceased or patient.deceased_on is not None:
        return ""
    if not is_new or arrival.deceased_on is None:
        return f"MRN {patient.mrn} has died, says the bundle. Record the date of death on the chart."
    change_status(
        patient=patient, by=by, at=at, version=patient.version, status=Status.DECEASED, reason=DEATH,
        deceased_on=arrival.deceased_on,
    )  # fmt: skip
    return ""


def _as_row(arrival: Arrival) -> Reported:
    person = arrival.person
    return Reported(
        number=arrival.number, place="", raw="", mrn=person.mrn, family_name=person.family_name,
        given_name=person.given_name, birth_date=person.birth_date,
    )  # fmt: skip
