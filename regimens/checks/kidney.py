"""Kidney function before magnesium (pure): clinical facts 5.3 (A, B, S)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from accounts import wording
from protocols.thresholds import Thresholds
from regimens.checks.facts import RegimenFacts
from regimens.checks.lines import Check, Severity, daily
from regimens.dosing import plain
from regimens.levels import supplement_level

KIDNEY_DISEASE = "CKD"


def checks(facts: RegimenFacts, thresholds: Thresholds) -> Iterator[Check]:
    yield _kidney(facts, thresholds)
    if _is_stale_at_risk(facts, thresholds):
        months = thresholds.egfr_valid_months_at_risk
        sentence = f"With kidney disease, or at this age, an eGFR is repeated after {months} months."
        yield _line(Severity.ATTENTION, sentence, "S", "Own assumption (5.3)", code="KIDNEY_REPEAT")


def _kidney(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    """A low eGFR stops however old it is: time does not mend a kidney, a newer value would show it."""
    if facts.egfr is None or facts.egfr_on is None:
        return _unknown(facts, thresholds)
    found = f"eGFR {plain(facts.egfr)} mL/min/1.73 m² of {wording.day(facts.egfr_on)}"
    if facts.egfr < thresholds.egfr_stop:
        return _stop(facts, found, thresholds)
    if is_expired(facts.on, facts.egfr_on, thresholds.egfr_valid_months):
        return _unknown(facts, thresholds)
    if facts.egfr < thresholds.egfr_caution:
        return _caution(facts, found, thresholds)
    return _line(Severity.PASSED, f"{found}.", "A", "SmPC magnesium aspartate (5.3)")


def _stop(facts: RegimenFacts, found: str, thresholds: Thresholds) -> Check:
    """A hard stop, unless a specialist takes it upon herself."""
    stop = f"{found} is below {plain(thresholds.egfr_stop)}: magnesium is contraindicated."
    source = "SmPC magnesium aspartate (5.3)"
    if facts.specialist_note.strip():
        return _line(Severity.ATTENTION, f"{stop} Specialist: {facts.specialist_note.strip()}", "A", source)
    return _line(Severity.STOP, stop, "A", source)


def _caution(facts: RegimenFacts, found: str, thresholds: Thresholds) -> Check:
    share = thresholds.kidney_caution_percent
    most = supplement_level(facts.jurisdiction, thresholds) * share / 100
    place = "above" if facts.elemental_mg_per_day > most else "not above"
    sentence = (
        f"{found} is below {plain(thresholds.egfr_caution)}: caution. {daily(facts.elemental_mg_per_day)} is "
        f"{place} {plain(share)} % of the level, {daily(most)}. Check Mg and creatinine early."
    )
    return _line(Severity.ATTENTION, sentence, "B", "Tarleton 2017 excluded lower values (5.3)")


def _unknown(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    """A start needs a reason; a later step says that it was not checked."""
    sentence, severity = f"No eGFR of the last {thresholds.egfr_valid_months} months.", Severity.NOT_CHECKED
    if facts.kidney_reason.strip():
        sentence = f"{sentence} Reason: {facts.kidney_reason.strip()}"
    elif facts.is_first_step:
        severity = Severity.NEEDS_REASON
    return _line(severity, sentence, "S", "Own assumption (5.3)")


def _is_stale_at_risk(facts: RegimenFacts, thresholds: Thresholds) -> bool:
    """Kidney disease or the age of risk, and an eGFR that counts in others but is older than 3 months."""
    at_risk = KIDNEY_DISEASE in facts.conditions or facts.age_years >= thresholds.kidney_risk_age_years
    return (
        at_risk
        and facts.egfr_on is not None
        and is_expired(facts.on, facts.egfr_on, thresholds.egfr_valid_months_at_risk)
        and not is_expired(facts.on, facts.egfr_on, thresholds.egfr_valid_months)
    )


def _line(severity: Severity, sentence: str, mark: str, source: str, code: str = "KIDNEY") -> Check:
    return Check(code, severity, sentence, mark, source, field="kidney_reason")


def is_expired(on: date, since: date, months: int) -> bool:
    """Whether so many months have passed since, to the day."""
    passed = (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
    return passed >= months


def counts_as_normal(egfr: Decimal | None, egfr_on: date | None, on: date, thresholds: Thresholds) -> bool:
    """Known, of the last 12 months, and 60 or more: what the level for everybody asks for (DESIGN 4)."""
    return (
        egfr is not None
        and egfr_on is not None
        and egfr >= thresholds.egfr_caution
        and not is_expired(on, egfr_on, thresholds.egfr_valid_months)
    )
