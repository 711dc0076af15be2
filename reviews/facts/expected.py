"""Results that are owed: ordered ones that came, and the kidney checks of a patient who takes magnesium."""

from collections.abc import Hashable
from datetime import date
from typing import Any

from labs.analytes import Analyte
from labs.models import ExpectedResult, Owed
from patients.vocabulary import (
    KIDNEY_RISK_CO_TREATMENTS,
    KIDNEY_RISK_CONDITIONS,
    KIDNEY_RISK_GROUPS,
    medication_group,
)
from reviews.facts.reconcile import reconcile
from reviews.facts.record import Record
from reviews.facts.reevaluations import courses
from reviews.kidney_checks import Reading, owed_checks


def keep_expected_results(record: Record) -> None:
    """Close what has come, and owe the yearly kidney checks."""
    _close_ordered(record)
    checks = owed_checks(
        record.first_dose_on,
        [Reading(r.pk, r.collected_on) for r in record.results if r.analyte == Analyte.EGFR],
        at_risk=is_at_kidney_risk(record, record.now.on),
        window_ends=sorted(window.closes_on for course in courses(record) for window in course),
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


def is_at_kidney_risk(record: Record, day: date) -> bool:
    """Age, a condition, a medicine, another magnesium source or the dose puts the kidney first."""
    limits = record.now.thresholds
    return (
        record.patient.age_on(day) >= limits.kidney_risk_age_years
        or any(c.code in KIDNEY_RISK_CONDITIONS and c.holds_on(day) for c in record.conditions)
        or any(medication_group(m.code) in KIDNEY_RISK_GROUPS and m.holds_on(day) for m in record.medications)
        or any(t.code in KIDNEY_RISK_CO_TREATMENTS and t.holds_on(day) for t in record.co_treatments)
        or record.dose_on(day).elemental_mg_per_day > limits.supervision_above_mg
    )


def _close_ordered(record: Record) -> None:
    """An order is met by the first result of its analyte that was taken from the day of the order on."""
    for order in (row for row in record.expected if row.why == Owed.ORDERED):
        came = (r for r in record.results if r.analyte == order.analyte and r.collected_on >= order.owed_from)
        met_by = next((result.pk for result in came), None)
        if met_by != order.met_by_id:
            order.update_from(order.version, met_by_id=met_by)
