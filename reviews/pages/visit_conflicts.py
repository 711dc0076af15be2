"""Somebody logged a visit or changed the dose while this one was being typed: each field with both values."""

from datetime import datetime
from typing import Any

from django.forms import BoundField
from django.http import QueryDict

from accounts.models import User
from audit.conflicts import TAKE, Conflict, Difference, with_theirs
from labs.models import LabResult
from patients.models import Outcome, Patient, SymptomAnswer, Visit, VisitKind
from patients.symptoms import Answer
from reviews.pages.visit_forms import ADHERENCE, UNCHANGED
from reviews.pages.visit_sheet import VisitSheet, newest_visit

DOSE, NOW = "dose-elemental_mg", "dose-now"


class Overtaken(Exception):
    """The record changed since the form was opened."""


def theirs_of(sheet: VisitSheet, posted: QueryDict) -> dict[str, str]:
    """The other's values as fields of this form: those of a visit that is newer than the form, and the dose.

    `since` is the base of a form that was overtaken before, so that its choices can still be followed.
    """
    values: dict[str, str] = {}
    newest, since = newest_visit(sheet.patient), posted.get("since") or posted.get("base", "")
    if newest is not None and not since.startswith(str(newest.pk)):
        values |= _visit_values(newest)
    if sheet.dose and (
        f"{TAKE}{DOSE}" in posted or posted.get("dose-was") not in (None, str(sheet.dose.now_mg))
    ):
        values[DOSE] = str(sheet.dose.now_mg)
    return values


def conflict_with(sheet: VisitSheet, mine: QueryDict, theirs: dict[str, str], since: str) -> Conflict:
    """What the two disagree about, field by field; `mine` is what `carried_on` gave."""
    by, at = _who(newest_visit(sheet.patient), sheet.dose.step if sheet.dose else None, since)
    fields = {part.add_prefix(name): part[name] for part in sheet.parts for name in part.fields}
    return Conflict(
        version=sheet.patient.version,
        by=str(by or ""),
        at=at,
        differences=[
            Difference(name, str(field.label), _words(field, theirs[name]), _words(field, mine.get(name, "")))
            for name, field in fields.items()
            if name in theirs and theirs[name] != mine.get(name, "")
        ],
    )


def carried_on(sheet: VisitSheet, posted: QueryDict, base: str) -> QueryDict:
    """What was posted, on the record as it stands now: a dose that was not touched follows the new one."""
    data = posted.copy()
    data["since"] = posted.get("since") or posted.get("base", "")
    data["base"] = base
    if sheet.dose:
        if data.get("dose-regimen") != str(sheet.dose.step.regimen_id):
            # What was said of a regimen that is gone is not said of the next one.
            data[NOW] = UNCHANGED
        if data.get(DOSE) == data.get("dose-was"):
            data[DOSE] = str(sheet.dose.now_mg)
        data["dose-was"] = str(sheet.dose.now_mg)
        data["dose-regimen"] = str(sheet.dose.step.regimen_id)
    return data


def followed(posted: QueryDict, theirs: dict[str, str]) -> QueryDict:
    """What was posted, with theirs where that was chosen; who takes the other's dose changes none."""
    data = with_theirs(posted, theirs)
    if posted.get(f"{TAKE}{DOSE}") == "theirs":
        data[NOW] = UNCHANGED
    return data


def _visit_values(visit: Visit) -> dict[str, str]:
    if visit.kind == VisitKind.MESSAGE:
        return _symptom_values(visit)
    values = {
        "kind": visit.kind,
        "visited_on": visit.visited_on.isoformat(),
        "is_re_evaluation": "on" if visit.is_re_evaluation else "",
    }
    if visit.note:
        values["note"] = visit.note
    if visit.adherence_percent is not None:
        worded = visit.adherence_percent in dict(ADHERENCE)
        values["adherence" if worded else "adherence_percent"] = str(visit.adherence_percent)
    return values | _symptom_values(visit) | _total(visit) | _result_values(visit)


def _symptom_values(visit: Visit) -> dict[str, str]:
    values: dict[str, str] = {}
    for row in SymptomAnswer.objects.valid().filter(visit=visit).exclude(answer=Answer.NOT_ASKED):
        values[f"{row.symptom}-present"] = "on" if row.answer == Answer.PRESENT else ""
        if row.grade:
            values[f"{row.symptom}-grade"] = str(row.grade)
        if row.onset_on:
            values[f"{row.symptom}-onset_on"] = row.onset_on.isoformat()
    return values


def _total(visit: Visit) -> dict[str, str]:
    row = Outcome.objects.valid().filter(visit=visit).first()
    return {"gad7_total": str(row.total)} if row else {}


def _result_values(visit: Visit) -> dict[str, str]:
    rows = LabResult.objects.valid().filter(visit=visit, derived_from=None)
    return {f"{row.analyte}-value": f"{row.comparator}{row.value.normalize():f}" for row in rows}


def _words(field: BoundField, value: str) -> str:
    """A value as people read it: the words of a choice, not its code."""
    choices = {str(code): str(label) for code, label in getattr(field.field, "choices", ())}
    return choices.get(value) or {"on": "yes"}.get(value, value) or "nothing"


def _who(newest: Visit | None, step: Any, base: str) -> tuple[User | None, datetime | None]:
    """Who wrote what came last: the visit, or the dose."""
    changed = [row for row in (newest, step) if row is not None and str(row.pk) not in base]
    if not changed:
        return None, None
    last = max(changed, key=lambda row: row.created_at)
    return last.created_by, last.created_at


def check_base(patient: Patient, posted: str, current: str) -> None:
    """Raises Overtaken unless the form was opened on the record as it stands now."""
    if posted != current:
        raise Overtaken(str(patient.pk))
