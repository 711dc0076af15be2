"""Results that are owed: ordered ones that came, and the kidney checks of a patient who takes magnesium."""

from collections.abc import Hashable
from datetime import date
from typing import Any

from labs.analytes import Analyte
from labs.models import ExpectedResult, LabResult, Owed
from patients.models import DatedEntry
from patients.vocabulary import (
    KIDNEY_RISK_CO_TREATMENTS,
    KIDNEY_RISK_CONDITIONS,
    KIDNEY_RISK_GROUPS,
    medication_group,
)
from regimens.models import OtherSource, ProductKind
from reviews.facts.anchors import courses
from reviews.facts.reconcile import reconcile
from reviews.facts.record import Record
from reviews.kidney_checks import Course, Reading, owed_checks

KIDNEY_RISK_KINDS = (ProductKind.ANTACID, ProductKind.LAXATIVE)


def keep_expected_results(record: Record) -> None:
    """Close what has come, and owe the yearly kidney checks."""
    _close_ordered(record)
    checks = owed_checks(
        _courses(record),
        [Reading(r.pk, r.collected_on) for r in record.results if r.analyte == Analyte.EGFR],
        at_risk_from=at_kidney_risk_from(record),
        thresholds=record.now.thresholds,
    )
    wanted: dict[Hashable, dict[str, Any]] = {
        check.owed_from: {
            "analyte": Analyte.EGFR,
            "why": Owed.KIDNEY_YEARLY,
            "owed_from": check.owed_from,
            "due_on": check.due_on,
            "alert_on": check.alert_on,
            "met_by_id": check.met_by,
        }
        for check in checks
    }
    existing = [row for row in record.expected if row.why == Owed.KIDNEY_YEARLY]
    reconcile(
        record,
        ExpectedResult,
        existing,
        wanted,
        lambda row: row.owed_from,
        lambda row: bool(row["met_by_id"]),
    )


def _courses(record: Record) -> list[Course]:
    found = courses(record)
    starts = [min(window.anchored_on for window in course) for course in found]
    return [
        Course(started_on, until, sorted(window.closes_on for window in course))
        for course, started_on, until in zip(found, starts, [*starts, None][1:], strict=True)
    ]


def at_kidney_risk_from(record: Record) -> date | None:
    """Since birth when at risk today; else the first day ahead on which a risk is known to begin.

    So what time alone changes (a birthday, a dose that is planned) is stored now and asks on its day.
    """
    patient, today = record.patient, record.now.on
    if is_at_kidney_risk(record, today):
        return patient.birth_date
    dated: list[DatedEntry | OtherSource] = [*record.conditions, *record.medications]
    dated += [*record.co_treatments, *record.other_sources]
    days = {
        patient.birthday(record.now.thresholds.kidney_risk_age_years),
        *(entry.since for entry in dated if entry.since is not None),
        *(step.effective_on for step in record.steps),
    }
    return next((day for day in sorted(days) if day > today and is_at_kidney_risk(record, day)), None)


def is_at_kidney_risk(record: Record, day: date) -> bool:
    """Age, a condition, a medicine, another magnesium source or the dose puts the kidney first."""
    limits = record.now.thresholds
    return (
        record.patient.age_on(day) >= limits.kidney_risk_age_years
        or any(c.code in KIDNEY_RISK_CONDITIONS and c.holds_on(day) for c in record.conditions)
        or any(medication_group(m.code) in KIDNEY_RISK_GROUPS and m.holds_on(day) for m in record.medications)
        or any(t.code in KIDNEY_RISK_CO_TREATMENTS and t.holds_on(day) for t in record.co_treatments)
        or any(s.product.kind in KIDNEY_RISK_KINDS and s.holds_on(day) for s in record.other_sources)
        or record.ledger_on(day).elemental_mg_per_day > limits.supervision_above_mg
    )


def _close_ordered(record: Record) -> None:
    """An order is met by the first result of its analyte that came after it, taken from its day on.

    One that was there when the order was written, such as the result that led to it, is no answer.
    """
    for order in (row for row in record.expected if row.why == Owed.ORDERED):
        met_by = next((r.pk for r in record.results if _answers(r, order)), None)
        if met_by != order.met_by_id:
            order.update_from(order.version, met_by_id=met_by)


def _answers(result: LabResult, order: ExpectedResult) -> bool:
    return (
        result.analyte == order.analyte
        and result.collected_on >= order.owed_from
        and result.received_at > order.created_at
    )
