"""Logging a visit: what was said, measured and changed, in one transaction with the flags that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.actors import Actor
from audit.record import record
from patients import gad7
from patients.models import Outcome, Patient, SymptomAnswer, ToldBy, Visit, VisitKind
from patients.symptoms import SYMPTOMS, Answer, Symptom
from protocols.models import Protocol
from reviews.acts.doses import add_dose_step
from reviews.acts.ground import Refusals, act_on, check_day
from reviews.acts.reach import reach_again
from reviews.acts.regimen_entries import DoseStepEntry, StopEntry
from reviews.acts.regimens import end_regimen
from reviews.acts.results import ResultEntry, add_results
from reviews.models import Flag
from reviews.moments import Moment

NOTE = 10_000


@dataclass(frozen=True)
class SymptomEntry:
    """One symptom as told: PRESENT with grade 1 to 4 and details, ABSENT, or NOT_ASKED."""

    symptom: str
    answer: str
    grade: int | None = None
    nocturnal: bool | None = None
    onset_on: date | None = None
    other_text: str = ""


@dataclass(frozen=True)
class LoggedVisit:
    """The visit, the flags that stand because of this act, and whether who was not contactable is again."""

    visit: Visit
    flags: list[Flag]
    reached_again: bool = False


def log_visit(
    *,
    patient: Patient,
    by: Actor,
    at: datetime,
    visited_on: date,
    kind: str = VisitKind.CLINIC,
    is_re_evaluation: bool = False,
    adherence_percent: int | None = None,
    dose_told_elemental_mg: Decimal | None = None,
    note: str = "",
    symptoms: Sequence[SymptomEntry] = (),
    gad7_items: Sequence[int] | None = None,
    gad7_total: int | None = None,
    lab_results: Sequence[ResultEntry] = (),
    dose_step: DoseStepEntry | None = None,
    stop: StopEntry | None = None,
    received_at: datetime | None = None,
    told_by: str = "",
) -> LoggedVisit:
    """Store a visit with all that belongs to it, or nothing.

    Raises ValidationError naming each field that cannot be: a date in the future or before birth, a grade of
    5, a GAD-7 of 22, adherence above 100 %, and all that results and dose steps refuse. Only a message
    between visits says when it was received and by whom it was told, and it holds symptoms and nothing else.
    """
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        check_day(refusals, "visited_on", visited_on, patient, now)
        if kind == VisitKind.MESSAGE:
            _check_message(refusals, received_at, told_by, visited_on, symptoms, note, now)
            rest = (dose_told_elemental_mg, gad7_items, gad7_total, dose_step, stop)
            _check_alone(refusals, is_re_evaluation, adherence_percent, lab_results, rest)
        else:
            unfit = received_at is not None or told_by
            refusals.unless(not unfit, "kind", "Only a message says when it was received and who told it.")
        possible = adherence_percent is None or 0 <= adherence_percent <= 100
        refusals.unless(possible, "adherence_percent", "Adherence is 0 to 100 %.")
        refusals.unless(len(note) <= NOTE, "note", f"A note has at most {NOTE:,} characters.")
        _check_symptoms(refusals, symptoms, visited_on, patient)
        total = _gad7_total(refusals, gad7_items, gad7_total)
        refusals.stop_if_any()
        visit = Visit.objects.create(
            clinic=by.clinic, patient=patient, created_at=at, created_by=by.user, clinician=by.membership,
            visited_on=visited_on, kind=kind, is_re_evaluation=is_re_evaluation, note=note.strip(),
            adherence_percent=adherence_percent, dose_told_elemental_mg=dose_told_elemental_mg,
            received_at=received_at, told_by=told_by,
        )  # fmt: skip
        _add_answers(visit, symptoms, now.protocol, by, at)
        _add_outcome(visit, gad7_items, total, now.protocol, by, at)
        add_results(patient=patient, entries=lab_results, by=by, now=now, visit=visit)
        if dose_step is not None:
            add_dose_step(dose_step, patient=patient, by=by, now=now, visit=visit)
        if stop is not None:
            end_regimen(stop, patient=patient, by=by, now=now, visit=visit)
        told = {"visited_on": str(visited_on)}
        record("LOG_VISIT", by=by, at=at, of=visit, patient_id=patient.pk, after=told)
        word = visit.get_kind_display().lower()
        reached = reach_again(patient, by=by, now=now, on=visited_on, because=word)
    return LoggedVisit(visit, flags_raised_at(patient, now), reached)


def flags_raised_at(patient: Patient, now: Moment) -> list[Flag]:
    """The standing flags that this very act raised."""
    raised = Flag.objects.standing().filter(patient=patient, events__act="RAISED", events__at=now.at)
    return list(raised.distinct())


def _check_message(
    refusals: Refusals,
    received_at: datetime | None,
    told_by: str,
    visited_on: date,
    symptoms: Sequence[SymptomEntry],
    note: str,
    now: Moment,
) -> None:
    """When, by whom, and at least one symptom, each present: nobody was asked about the others."""
    refusals.unless(told_by in ToldBy.values, "told_by", "Say who told it.")
    refusals.unless(bool(symptoms), "symptoms", "Choose at least one symptom.")
    for n, entry in enumerate(symptoms):
        told = entry.answer == Answer.PRESENT
        refusals.unless(told, f"symptoms.{n}.answer", "A message tells of symptoms that are present.")
    if received_at is None:
        refusals.add("received_at", "Say when the message was received.")
        return
    future = "This is in the future. Enter when the message was received."
    refusals.unless(received_at <= now.at, "received_at", future)
    same_day = visited_on == now.clinic.local_date(received_at)
    refusals.unless(same_day, "visited_on", "A message is of the day on which it was received.")
    days = now.thresholds.symptom_flag_horizon_days
    old = visited_on < now.on - timedelta(days=days)
    said = f"Received more than {days} days ago, it raises no flag. Say why it is entered only now."
    refusals.unless(not old or bool(note.strip()), "note", said)


def _check_alone(
    refusals: Refusals, is_re_evaluation: bool, adherence: int | None, results: Sequence[Any], rest: Any
) -> None:
    """A message meets no re-evaluation, measures nothing and changes no dose: that takes a visit."""
    refusals.unless(not is_re_evaluation, "is_re_evaluation", "A message is no re-evaluation.")
    refusals.unless(adherence is None, "adherence_percent", "Adherence is asked at a visit.")
    more = bool(results) or any(told is not None for told in rest)
    refusals.unless(not more, "kind", "A message holds symptoms only. Log a visit for anything else.")


def _check_symptoms(
    refusals: Refusals, entries: Sequence[SymptomEntry], visited_on: date, patient: Patient
) -> None:
    seen: set[str] = set()
    for n, entry in enumerate(entries):
        field = f"symptoms.{n}"
        if entry.symptom not in Symptom.__members__:
            refusals.add(f"{field}.symptom", f"{entry.symptom!r} is not a symptom that Dolomite knows.")
            continue
        if entry.answer not in Answer.__members__:
            refusals.add(f"{field}.answer", "The answer is PRESENT, ABSENT or NOT_ASKED.")
        label = SYMPTOMS[Symptom(entry.symptom)].label
        refusals.unless(entry.symptom not in seen, f"{field}.symptom", f"{label} is answered twice.")
        seen.add(entry.symptom)
        _check_details(refusals, field, entry, label, visited_on, patient)


def _check_details(
    refusals: Refusals, field: str, entry: SymptomEntry, label: str, visited_on: date, patient: Patient
) -> None:
    if entry.answer != Answer.PRESENT:
        bare = (entry.grade, entry.nocturnal, entry.onset_on) == (None, None, None)
        refusals.unless(
            bare, f"{field}.answer", f"{label}: grade, night and onset belong to a present symptom."
        )
        return
    if entry.grade is not None:
        refusals.unless(1 <= entry.grade <= 4, f"{field}.grade", f"{label}: the grade is 1 to 4.")
    if entry.onset_on is not None:
        since_birth = patient.birth_date <= entry.onset_on <= visited_on
        refusals.unless(
            since_birth,
            f"{field}.onset_on",
            f"{label}: the onset is not after the visit and not before birth.",
        )
    if entry.symptom == Symptom.OTHER:
        refusals.unless(bool(entry.other_text.strip()), f"{field}.other_text", "Say which symptom.")


def _gad7_total(refusals: Refusals, items: Sequence[int] | None, total: int | None) -> int | None:
    try:
        if items is not None:
            added = gad7.total(items)
            refusals.unless(total in (None, added), "gad7_total", f"The seven answers add up to {added}.")
            return added
        return None if total is None else gad7.check_total(total)
    except ValueError as error:
        refusals.add("gad7_total" if items is None else "gad7", str(error))
        return None


def _add_answers(
    visit: Visit, entries: Sequence[SymptomEntry], protocol: Protocol, by: Actor, at: datetime
) -> None:
    SymptomAnswer.objects.bulk_create(
        SymptomAnswer(
            clinic=visit.clinic,
            patient=visit.patient,
            visit=visit,
            created_at=at,
            created_by=by.user,
            protocol=protocol,
            symptom=entry.symptom,
            answer=entry.answer,
            grade=entry.grade,
            nocturnal=entry.nocturnal,
            onset_on=entry.onset_on,
            other_text=entry.other_text.strip(),
        )
        for entry in entries
    )


def _add_outcome(
    visit: Visit,
    items: Sequence[int] | None,
    total: int | None,
    protocol: Protocol,
    by: Actor,
    at: datetime,
) -> None:
    if total is None:
        return
    Outcome.objects.create(
        clinic=visit.clinic,
        patient=visit.patient,
        visit=visit,
        created_at=at,
        created_by=by.user,
        answered_on=visit.visited_on,
        protocol=protocol,
        items=list(items) if items is not None else None,
        total=total,
    )
