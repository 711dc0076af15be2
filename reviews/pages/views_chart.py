"""The chart: everything about one patient, with the one timeline. Reading it is audited."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.wording import day
from audit.record import record as record_event
from labs.analytes import Analyte
from patients.access import patient_of
from patients.banner import banner_from
from patients.course import Score
from patients.gad7_figure import draw_gad7
from regimens.taken import ledger_on
from reviews import sentences
from reviews.facts.doses_told import unsettled
from reviews.models import Flag
from reviews.pages.chart_cards import dose_lines, entry_lines, gad7_change, lab_table, visit_lines
from reviews.pages.chart_change import ionized_change
from reviews.pages.chart_contact import contact_card
from reviews.pages.chart_episodes import episode_lines
from reviews.pages.chart_figure import PERIODS, WINDOW_WORDS, Table, figure_of, state_of
from reviews.pages.chart_history import withdrawn_rows
from reviews.pages.chart_labs import every_result, lab_figures, result_lines
from reviews.pages.chart_modifiers import modifier_rows, not_recorded
from reviews.pages.chart_pillars import pillars_of
from reviews.pages.chart_record import ChartRecord
from reviews.pages.expected_lines import of_the_chart
from reviews.pages.moment import now_of

TABS = {"": "Overview", "labs": "Labs", "visits": "Visits", "regimens": "Regimens", "history": "History"}
# What the overview shows of each list; the tabs show all.
RECENT_LABS, RECENT_VISITS, RECENT_FLAGS = 5, 6, 3
MAY = {
    "edit": Act.EDIT_PATIENTS,
    "log_visit": Act.LOG_VISIT,
    "record": Act.RECORD_RESULT,
    "context": Act.WRITE_CONTEXT,
    "dose": Act.CHANGE_DOSE,
    "error": Act.MARK_IN_ERROR,
    "resolve": Act.RESOLVE,
    "snooze": Act.SNOOZE,
    "acknowledge": Act.ACKNOWLEDGE,
    "review": Act.REVIEW,
    "book": Act.BOOK,
    "contact": Act.CONTACT,
    "status": Act.CHANGE_STATUS,
}


@dataclass(frozen=True)
class FlagCard:
    """A flag with its words."""

    flag: Flag
    title: str
    sentence: str
    closing: str
    mark: str
    claim: str
    owed_review: Any


@page(Act.SEE_PATIENTS)
@require_GET
def chart(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The overview, or one of the tabs."""
    patient, now = patient_of(request, patient_id), now_of(request)
    membership = request.membership  # type: ignore[attr-defined]
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    record_event(
        "READ_CHART", by=actor_of(request), at=now.at, of=patient, patient_id=patient.pk, after={"tab": tab}
    )
    rows = ChartRecord(patient, now)
    context = _frame(rows, tab) | _CONTENTS[tab](rows, request)
    context["may"] = {name: membership.may(act) for name, act in MAY.items()}
    return render(request, f"patients/chart{'_' if tab else ''}{tab}.html", context)


def _frame(rows: ChartRecord, tab: str) -> dict[str, Any]:
    """What stands on every tab: banner, tabs and the flags that stand."""
    egfr = [result for result in rows.results if result.analyte == Analyte.EGFR]
    banner = banner_from(
        rows.patient,
        rows.now.on,
        conditions=rows.conditions,
        medications=rows.medications,
        modifiers=list(reversed(rows.modifiers)),
        egfr=egfr[-1] if egfr else None,
    )
    return {
        "patient": rows.patient,
        "banner": banner,
        "chart": True,
        "today": rows.now.on,
        "tabs": [_tab(name, label, tab) for name, label in TABS.items()],
        "doses_told": list(unsettled(rows)),
        "flag_cards": [card_of(flag, rows) for flag in rows.standing_flags],
    }


def _tab(name: str, label: str, current: str) -> dict[str, Any]:
    return {"url": f"?tab={name}" if name else "?", "label": label, "current": name == current}


def card_of(flag: Flag, rows: ChartRecord) -> FlagCard:
    """The flag in words, as of the moment of the page."""
    short, rule = sentences.short(flag, rows.now.on), sentences.spec(flag)
    owed = flag.reevaluation
    return FlagCard(
        flag=flag,
        title=short[:1].upper() + short[1:],
        sentence=sentences.sentence(flag, rows.now.on),
        closing=sentences.closing(flag),
        mark=rule.mark,
        claim=rule.claim,
        owed_review=owed if owed and owed.result_id and owed.met_on is None else None,
    )


def _overview(rows: ChartRecord, request: HttpRequest) -> dict[str, Any]:
    period = request.GET.get("period", "6m")
    visits, modifiers = visit_lines(rows), modifier_rows(rows)
    return {
        "figure": figure_of(rows, period),
        "periods": [(code, label, code == period) for code, (label, _) in PERIODS.items()],
        "labs": lab_table(rows.results, RECENT_LABS),
        "change": ionized_change(rows.results, rows.now.thresholds),
        "ledger": ledger_on(rows, rows.now.on, rows.now.clinic, rows.now.thresholds),
        "pillars": pillars_of(rows),
        "visits": visits[:RECENT_VISITS],
        "visit_count": len(visits),
        "episodes": episode_lines(rows),
        "doses": dose_lines(rows),
        "modifiers": modifiers,
        "not_recorded": not_recorded(modifiers),
        "conditions": entry_lines(rows, "conditions", rows.conditions),
        "medications": entry_lines(rows, "medications", rows.medications),
        "co_treatments": entry_lines(rows, "co-treatments", rows.co_treatments),
        "gad7": _gad7(rows),
        "expected": of_the_chart(rows.expected, rows.now.on),
        "contact": contact_card(rows),
        "closed": [card_of(flag, rows) for flag in rows.closed_flags[:RECENT_FLAGS]],
    }


def _gad7(rows: ChartRecord) -> dict[str, Any] | None:
    if not rows.outcomes:
        return None
    scores = [Score(outcome.answered_on, outcome.total) for outcome in rows.outcomes]
    rows_of_table: list[tuple[str, ...]] = [(day(score.on), str(score.total)) for score in scores]
    table = Table("GAD-7", ("Date", "Total, 0 to 21"), rows_of_table)
    return {"drawing": draw_gad7(scores), "table": table, "change": gad7_change(rows.outcomes)}


def _labs(rows: ChartRecord, request: HttpRequest) -> dict[str, Any]:
    reported = every_result(rows.patient)
    return {
        "labs": lab_table(rows.results),
        "change": ionized_change(rows.results, rows.now.thresholds),
        "lines": result_lines(reported, rows.now),
        "figures": lab_figures(reported, rows.now),
        "expected": of_the_chart(rows.expected, rows.now.on),
    }


def _visits(rows: ChartRecord, request: HttpRequest) -> dict[str, Any]:
    return {"visits": visit_lines(rows), "episodes": episode_lines(rows)}


def _regimens(rows: ChartRecord, request: HttpRequest) -> dict[str, Any]:
    return {"doses": dose_lines(rows), "regimens": list(reversed(rows.regimens)), "steps": rows.steps}


def _history(rows: ChartRecord, request: HttpRequest) -> dict[str, Any]:
    return {
        "closed": [card_of(flag, rows) for flag in rows.closed_flags],
        "reevaluations": [
            (row, WINDOW_WORDS[state_of(row, rows.now.on)]) for row in reversed(rows.reevaluations)
        ],
        "withdrawn": withdrawn_rows(rows.patient),
    }


_CONTENTS = {"": _overview, "labs": _labs, "visits": _visits, "regimens": _regimens, "history": _history}
