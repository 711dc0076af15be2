"""The re-evaluations that doses owe, and what has met them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import ReEvaluationAnalyte
from labs.models import LabResult
from patients.models import Visit
from patients.symptoms import Answer
from regimens.models import DoseStep, Regimen
from reviews.facts.reconcile import reconcile
from reviews.facts.record import Record
from reviews.models import Reevaluation
from reviews.windows import Anchor, Window, windows

ANALYTES = {
    ReEvaluationAnalyte.IONIZED: ("IONIZED_MG",),
    ReEvaluationAnalyte.TOTAL: ("TOTAL_MG",),
    ReEvaluationAnalyte.EITHER: ("IONIZED_MG", "TOTAL_MG"),
}


def keep_reevaluations(record: Record) -> None:
    """Owe one re-evaluation for each start or change of dose; close those that are met or past."""
    existing = {row.step_id: row for row in record.reevaluations}
    wanted = {
        window.step_id: _fields(record, window, existing.get(window.step_id))
        for course in courses(record)
        for window in course
    }
    reconcile(record, Reevaluation, existing.values(), wanted, lambda row: row.step_id, _is_closed)


def courses(record: Record) -> list[list[Window]]:
    """Windows of each course: a stretch of days on which some regimen ran without a gap."""
    found: list[list[Window]] = []
    for regimens, ended_on in _courses(record.regimens):
        ids = {regimen.pk for regimen in regimens}
        steps = [step for step in record.steps if step.regimen_id in ids]
        anchors = [Anchor(step.pk, step.effective_on, _cause(step, regimens)) for step in steps]
        if anchors:
            found.append(windows(anchors, ended_on, record.now.thresholds))
    return found


def _courses(regimens: list[Regimen]) -> list[tuple[list[Regimen], date | None]]:
    """Regimens grouped into courses, each with the day it ended (None while it runs)."""
    grouped: list[tuple[list[Regimen], date | None]] = []
    for regimen in regimens:
        if grouped and (grouped[-1][1] is None or regimen.started_on <= grouped[-1][1]):
            members, ended_on = grouped[-1]
            later = (
                None if ended_on is None or regimen.stopped_on is None else max(ended_on, regimen.stopped_on)
            )
            grouped[-1] = ([*members, regimen], later)
        else:
            grouped.append(([regimen], regimen.stopped_on))
    return grouped


def _cause(step: DoseStep, regimens: list[Regimen]) -> str:
    if step.effective_on > step.regimen.started_on:
        return "DOSE_CHANGE"
    return "START" if step.regimen is regimens[0] or step.regimen_id == regimens[0].pk else "FORM_CHANGE"


@dataclass(frozen=True)
class _Met:
    on: date | None = None
    by_result: LabResult | None = None
    by_visit: Visit | None = None


def _fields(record: Record, window: Window, row: Reevaluation | None) -> dict[str, Any]:
    """What the row of `window` must say."""
    result = _newest_result(record, window)
    met = _met(record, window, row)
    return {
        "step_id": window.step_id,
        "cause": window.cause,
        "anchored_on": window.anchored_on,
        "opens_on": row.opens_on if row and row.anchored_on == window.anchored_on else window.opens_on,
        "closes_on": row.closes_on if row and row.anchored_on == window.anchored_on else window.closes_on,
        "trail": window.trail,
        "protocol_id": row.protocol_id if row else record.now.protocol.pk,
        "superseded_on": window.superseded_on,
        "stopped_on": window.stopped_on,
        "result_id": result.pk if result else None,
        "met_on": met.on,
        "met_by_result_id": met.by_result.pk if met.by_result else None,
        "met_by_visit_id": met.by_visit.pk if met.by_visit else None,
    }


def _newest_result(record: Record, window: Window) -> LabResult | None:
    """The newest sound result of a counting analyte, taken in or after the window."""
    analytes = ANALYTES[ReEvaluationAnalyte(record.now.clinic.re_evaluation_analyte)]
    found = [
        result
        for result in record.results
        if result.analyte in analytes and not result.doubt and _falls_in(window, result.collected_on)
    ]
    return found[-1] if found else None


def _met(record: Record, window: Window, row: Reevaluation | None) -> _Met:
    """Met by a review of a result that still counts, or by a full re-evaluation visit; the earlier one."""
    ways = [_met_by_visit(record, window)]
    if row and row.reviewed_at and row.reviewed_result_id:
        result = next((r for r in record.results if r.pk == row.reviewed_result_id and not r.doubt), None)
        if result and _falls_in(window, result.collected_on):
            ways.append(_Met(record.now.clinic.local_date(row.reviewed_at), by_result=result))
    return min((way for way in ways if way.on), key=lambda way: way.on or date.max, default=_Met())


def _met_by_visit(record: Record, window: Window) -> _Met:
    """A visit marked re-evaluation at which symptoms were asked and adherence recorded."""
    asked = {answer.visit_id for answer in record.answers if answer.answer != Answer.NOT_ASKED}
    for visit in record.visits:
        complete = visit.is_re_evaluation and visit.adherence_percent is not None and visit.pk in asked
        if complete and _falls_in(window, visit.visited_on):
            return _Met(visit.visited_on, by_visit=visit)
    return _Met()


def _falls_in(window: Window, day: date) -> bool:
    """In or after the window, and not after the next dose step; on its very day still counts."""
    ends = [end for end in (window.superseded_on, window.stopped_on) if end]
    return window.opens_on <= day and all(day <= end for end in ends)


def _is_closed(values: dict[str, Any]) -> bool:
    return any(values[name] for name in ("met_on", "superseded_on", "stopped_on"))
