"""What asked for review, told so that two ways of living through the same days can be compared."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.models import Clinic
from labs.models import Owed
from patients.models import Patient
from reviews.backtest.comparing import OVERDUE, RE_EVALUATION, Asked, Cause, Question
from reviews.models import Action, ClearedBecause, Flag, FlagState, Reevaluation

ACTED = (Action.DOSE_CHANGED, Action.LAB_ORDERED, Action.ADVISED, Action.REFERRED)
ANSWERED = (
    ClearedBecause.MET_BY_RESULT, ClearedBecause.MET_BY_VISIT, ClearedBecause.ARRIVED,
    ClearedBecause.MILDER_BAND,
)  # fmt: skip
CORRECTED = (ClearedBecause.ENTERED_IN_ERROR, ClearedBecause.CORRECTED, ClearedBecause.CAUSE_CHANGED)
READ = (
    "pk", "rule", "raised_at", "closed_at", "state", "action", "cleared_because", "protocol_id",
    "reevaluation__step_id", "reevaluation__anchored_on", "reevaluation__cause", "reevaluation__closes_on",
    "reevaluation__result__collected_on", "symptom_answer_id", "lab_result_id", "outcome_id", "finding_id",
    "expected_result_id", "expected_result__why", "expected_result__owed_from",
)  # fmt: skip


@dataclass(frozen=True)
class Span:
    """The days that are tried, both included, at one clinic; nothing after `ends_at` is looked at."""

    clinic: Clinic
    since: date
    until: date
    ends_at: datetime

    @property
    def begins_at(self) -> datetime:
        return self.midnight(self.since)

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=self.clinic.zone)

    def holds(self, day: date) -> bool:
        return self.since <= day <= self.until


def read_flags(patient: Patient) -> QuerySet[Flag, dict[str, Any]]:
    """All flags of a patient, oldest first."""
    rows: QuerySet[Flag, dict[str, Any]] = Flag.objects.filter(patient=patient).values(*READ)
    return rows.order_by("raised_at", "pk")


def asked_of(rows: Iterable[dict[str, Any]], span: Span) -> list[Asked]:
    """What each flag asked, and each re-evaluation again when its window closed while the flag stood."""
    found = []
    for row in rows:
        if row["raised_at"] <= span.ends_at:
            on = span.clinic.local_date(row["raised_at"])
            found.append(_asked(row, str(row["rule"]), on, span))
            closed = _overdue_on(row, on, span)
            if closed is not None and closed <= span.until:
                found.append(_asked(row, OVERDUE, closed, span))
    return found


def cause_of(row: dict[str, Any]) -> Cause:
    """What stays the same when the rows that follow from the record are made anew."""
    if row["reevaluation__step_id"]:
        return window(
            row["reevaluation__step_id"], row["reevaluation__anchored_on"], row["reevaluation__cause"]
        )
    if row["expected_result__why"] == Owed.KIDNEY_YEARLY:
        return ("KIDNEY_YEARLY", row["expected_result__owed_from"])
    names = ("symptom_answer_id", "lab_result_id", "outcome_id", "finding_id", "expected_result_id")
    return next((name, row[name]) for name in names if row[name])


def window(step: Hashable, anchored_on: date, why: str) -> Cause:
    """A re-evaluation by its anchor; why it is owed can change with the numbers, the anchor cannot."""
    return ("WINDOW", step, anchored_on, why == "SAFETY")


def windows_ahead(patient: Patient, on: date) -> dict[Question, date]:
    """{a window of what is owed that will open, or close: the day on which it will ask}."""
    rows = Reevaluation.objects.owed(on).filter(patient=patient)
    found: dict[Question, date] = {}
    for step, anchored_on, why, opens_on, closes_on in rows.values_list(
        "step_id", "anchored_on", "cause", "opens_on", "closes_on"
    ):
        cause = window(step, anchored_on, why)
        days = {RE_EVALUATION: opens_on, OVERDUE: closes_on + timedelta(days=1)}
        found |= {(line, cause): day for line, day in days.items() if day > on}
    return found


def _overdue_on(row: dict[str, Any], raised_on: date, span: Span) -> date | None:
    """The day after the window closed, if the flag stood then and no result had come back."""
    closes_on, back_on = row["reevaluation__closes_on"], row["reevaluation__result__collected_on"]
    if closes_on is None or (back_on is not None and back_on <= closes_on):
        return None
    closed_on = _closed_on(row, span)
    day = max(closes_on + timedelta(days=1), raised_on)
    return day if closed_on is None or closed_on > closes_on else None


def _asked(row: dict[str, Any], line: str, on: date, span: Span) -> Asked:
    return Asked(
        line=line,
        cause=cause_of(row),
        on=on,
        fate=_fate(row),
        closed_on=_closed_on(row, span),
        protocol=row["protocol_id"],
        corrected=row["cleared_because"] in CORRECTED,
    )


def _closed_on(row: dict[str, Any], span: Span) -> date | None:
    return span.clinic.local_date(row["closed_at"]) if row["closed_at"] else None


def _fate(row: dict[str, Any]) -> str:
    if row["state"] == FlagState.RESOLVED:
        return "ACTED" if row["action"] in ACTED else "DISMISSED"
    if row["state"] == FlagState.CLEARED:
        return "ANSWERED" if row["cleared_because"] in ANSWERED else "DISMISSED"
    return "STANDING"
