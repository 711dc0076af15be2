"""What the record of one patient said when: every row from the moment at which it was told.

Rows say by themselves when they were told and when they were withdrawn. What was changed in them later (a
stop, an end, a status) is dated by the audit event of the act.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Model

from audit.models import AuditEvent
from labs.models import ExpectedResult, LabResult, Owed, ResultCancellation, ResultStatus
from patients.models import (
    Condition,
    CoTreatment,
    Medication,
    Modifier,
    Outcome,
    Patient,
    SymptomAnswer,
    Visit,
)
from regimens.models import DietAdvice, DoseStep, Intake, Interruption, OtherSource, Regimen
from reviews.models import FlagEvent, Reevaluation

Key = tuple[type[Model], Hashable]
# What people tell; all else follows from it.
RECORD: tuple[type[Model], ...] = (
    Visit, SymptomAnswer, Outcome, Modifier, Condition, Medication, CoTreatment, Regimen, DoseStep, Intake,
    Interruption, OtherSource, DietAdvice, LabResult, ResultCancellation, ExpectedResult,
)  # fmt: skip
# {what can end: its fields while it goes on}, and the acts that end it.
GOING_ON: dict[type[Model], dict[str, Any]] = {
    Regimen: {"stopped_on": None, "stop_reason": ""},
    Interruption: {"until_on": None},
    OtherSource: {"until": None},
    **{model: {"until": None} for model in (Modifier, Condition, Medication, CoTreatment)},
}
ENDING_ACTS = ("STOP_REGIMEN", "RESUME_REGIMEN", "END_SOURCE", "END_ENTRY")
# {what a person settles later, by its date: the fields of it, and what they say until then}
SETTLED: dict[type[Model], tuple[str, dict[str, Any]]] = {
    Visit: ("dose_settled_at", {"dose_settled_at": None, "dose_settled_by_id": None, "dose_settled_as": ""}),
    ExpectedResult: ("withdrawn_at", {"withdrawn_at": None, "withdrawn_by_id": None, "withdrawn_reason": ""}),
}
READS = ("READ_", "SEE_")


@dataclass(frozen=True)
class Word:
    """What one row says from `at` on: {field: value}."""

    at: datetime
    key: Key
    says: Mapping[str, Any]


@dataclass(frozen=True)
class History:
    """`words` and `acts` (the moments at which somebody acted on the patient) are oldest first.

    `reviewed` has the re-evaluations whose result was reviewed at a moment, as (step, anchor, cause).
    `changed` are acts on the record that cannot be taken back here, such as another birth date.
    """

    words: list[Word]
    acts: list[datetime]
    reviewed: Mapping[datetime, list[tuple[UUID, date, str]]]
    changed: list[datetime]


def history_of(patient: Patient) -> History:
    """Read once for every replay of the patient."""
    events = AuditEvent.objects.filter(clinic=patient.clinic_id, patient_id=patient.pk).order_by("at", "id")
    audited = [event for event in events if not event.act.startswith(READS)]
    words = [*_words(patient, audited), *_of_status(patient, audited), *_of_reach(patient)]
    flagged = FlagEvent.objects.filter(flag__patient=patient, by__isnull=False).values_list("at", flat=True)
    reviewed = _reviewed(patient)
    moments = {*(word.at for word in words), *(event.at for event in audited), *flagged, *reviewed}
    return History(
        words=sorted(words, key=lambda word: word.at),
        acts=sorted(moments),
        reviewed=reviewed,
        changed=[event.at for event in audited if event.act in ("SUPERVISE", "EDIT_PATIENT")],
    )


def as_of(words: Iterable[Word], at: datetime | None) -> tuple[dict[Key, dict[str, Any]], set[Key]]:
    """What rows that say something later said at `at`, and those of them that were not there yet."""
    later = {word.key for word in words if at is None or word.at > at}
    said: dict[Key, dict[str, Any]] = {}
    for word in words:
        if word.key in later and at is not None and word.at <= at:
            said.setdefault(word.key, {}).update(word.says)
    return said, later - said.keys()


def _reviewed(patient: Patient) -> dict[datetime, list[tuple[UUID, date, str]]]:
    rows = Reevaluation.objects.filter(patient=patient, reviewed_at__isnull=False)
    found: dict[datetime, list[tuple[UUID, date, str]]] = {}
    for at, *named in rows.values_list("reviewed_at", "step_id", "anchored_on", "cause"):
        found.setdefault(at, []).append((named[0], named[1], named[2]))
    return found


def _words(patient: Patient, audited: list[AuditEvent]) -> Iterator[Word]:
    ended = {event.object_id: event.at for event in audited if event.act in ENDING_ACTS}
    for model in RECORD:
        for row in _rows(model, patient):
            yield from _of_row(row, ended)


def _rows(model: type[Model], patient: Patient) -> Iterable[Any]:
    rows = model._default_manager.filter(**{"step__patient" if model is Intake else "patient": patient})
    if model is ExpectedResult:
        return rows.filter(why=Owed.ORDERED)
    return rows.prefetch_related("replaced_by") if model is Regimen else rows


def _of_row(row: Any, ended: Mapping[str, datetime]) -> Iterator[Word]:
    key: Key = (type(row), row.pk)
    first: dict[str, Any] = {"error_at": None, "error_by_id": None}
    later: list[Word] = []
    for at, then, since in _changes(row, ended):
        first |= then
        later.append(Word(at, key, since))
    if row.error_at is not None:
        gone = {"error_at": row.error_at, "error_by_id": row.error_by_id}
        if isinstance(row, LabResult):
            first["status"], gone["status"] = _status_before(row), row.status
        later.append(Word(row.error_at, key, gone))
    yield Word(row.created_at, key, first)
    yield from later


def _changes(
    row: Any, ended: Mapping[str, datetime]
) -> Iterator[tuple[datetime, dict[str, Any], dict[str, Any]]]:
    """(when, what it said until then, what it says since)."""
    if open_fields := GOING_ON.get(type(row)):
        at = ended.get(str(row.pk)) or _replaced_at(row)
        now = {name: getattr(row, name) for name in open_fields}
        if at is not None and now != open_fields:
            yield at, open_fields, now
    if settled := SETTLED.get(type(row)):
        dated, before = settled
        if (at := getattr(row, dated)) is not None:
            yield at, before, {name: getattr(row, name) for name in before}


def _replaced_at(row: Any) -> datetime | None:
    """A switch of product ends a regimen in the act that starts its successor."""
    successors = row.replaced_by.all() if isinstance(row, Regimen) else ()
    return next((new.created_at for new in successors if new.error_at is None), None)


def _status_before(row: LabResult) -> str:
    """Of a result that was withdrawn: what the laboratory had called it."""
    versions = LabResult.pgh_event_model.objects.filter(pgh_obj_id=row.pk)  # type: ignore[attr-defined]
    named = versions.exclude(status=ResultStatus.ENTERED_IN_ERROR).order_by("-pgh_id")
    return str(named.values_list("status", flat=True).first() or ResultStatus.FINAL)


def _of_status(patient: Patient, audited: list[AuditEvent]) -> Iterator[Word]:
    """Active, paused, left, deceased; the dates beside a status are in the history of the row."""
    changes = [event for event in audited if event.act == "CHANGE_STATUS" and event.after]
    if not changes:
        return
    key: Key = (Patient, patient.pk)
    first = {"status": (changes[0].before or {}).get("status", "ACTIVE"), "returns_on": None}
    yield Word(patient.created_at, key, first | {"deceased_on": None})
    versions = Patient.pgh_event_model.objects.filter(pgh_obj_id=patient.pk)  # type: ignore[attr-defined]
    for event in changes:
        after = event.after or {}
        same = versions.filter(status=after["status"], status_reason=after.get("reason", "").strip())
        row = same.order_by("pgh_id").first()
        says = {"returns_on": row and row.returns_on, "deceased_on": row and row.deceased_on}
        yield Word(event.at, key, {"status": after["status"], **says})


def _of_reach(patient: Patient) -> Iterator[Word]:
    """Out of reach since a day."""
    if patient.unreachable_since is None:
        return
    key: Key = (Patient, patient.pk)
    yield Word(patient.created_at, key, {"unreachable_since": None, "unreachable_reason": ""})
    now = {"unreachable_since": patient.unreachable_since, "unreachable_reason": patient.unreachable_reason}
    yield Word(datetime.combine(patient.unreachable_since, time.min, tzinfo=patient.clinic.zone), key, now)
