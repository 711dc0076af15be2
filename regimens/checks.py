"""What the protocol says of a regimen (pure): the one function for page, API and stored findings.

Levels: clinical facts 5.1 (A). Kidney: 5.3 (A, B, S). Contraindications: 5.4 (A, K). The article's claims C19
and C22 stand beside them, unverified, and pass nothing. Nothing is ever "all clear": what was not checked is
said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from accounts import wording
from patients.vocabulary import CONTRAINDICATIONS, Contraindication
from protocols.thresholds import Thresholds
from regimens.dosing import plain


class Severity(StrEnum):
    """How grave a line is, the gravest first."""

    STOP = "STOP"
    NEEDS_REASON = "NEEDS_REASON"
    ATTENTION = "ATTENTION"
    INFORMATION = "INFORMATION"
    PASSED = "PASSED"
    NOT_CHECKED = "NOT_CHECKED"


@dataclass(frozen=True)
class RegimenFacts:
    """What the checks read on a day.

    The dose is elemental, summed over all regimens; eGFR is in mL/min/1.73 m²; the age is that at the start;
    `contraindications` is {code: YES, NO or NOT_ASKED}.
    """

    on: date
    jurisdiction: str
    age_years: int
    elemental_mg_per_day: Decimal
    is_first_step: bool
    egfr: Decimal | None
    egfr_on: date | None
    kidney_reason: str = ""
    contraindications: Mapping[str, str] = field(default_factory=dict)
    supervision_note: str = ""


@dataclass(frozen=True)
class Check:
    """One line; `field` is what a refusal points at, `subject` tells lines of one code apart."""

    code: str
    severity: Severity
    sentence: str
    mark: str
    source: str
    claim_id: str | None = None
    field: str = "intakes"
    subject: str = ""


_UNCHECKED = (Severity.NOT_CHECKED, Severity.NEEDS_REASON)
_GRAVITY = tuple(Severity)


def check_regimen(facts: RegimenFacts, thresholds: Thresholds) -> tuple[Check, ...]:
    """All lines, the gravest first."""
    checks = [
        _age(facts, thresholds),
        _level(facts, thresholds),
        _article_cap(facts, thresholds),
        _kidney(facts, thresholds),
        *(_contraindication(item, facts) for item in CONTRAINDICATIONS),
    ]
    if facts.is_first_step:
        checks.append(_article_start(facts, thresholds))
    return tuple(sorted(checks, key=lambda check: _GRAVITY.index(check.severity)))


def summary(checks: Sequence[Check]) -> str:
    """Such as "4 checked, 2 not checked"; what only the article says is no check."""
    unchecked = sum(check.severity in _UNCHECKED for check in checks)
    said = sum(check.severity is Severity.INFORMATION for check in checks)
    return f"{len(checks) - unchecked - said} checked, {unchecked} not checked"


def _age(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    sentence, severity = f"{facts.age_years} years old at the start.", Severity.PASSED
    if facts.age_years < thresholds.minimum_age_years:
        sentence = f"{sentence} A start needs {thresholds.minimum_age_years} years or more."
        severity = Severity.STOP
    return Check("AGE", severity, sentence, "S", "Out of scope below (5.4)", field="started_on")


def _level(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    """The upper level for supplements where the clinic is: the headline."""
    level, source = thresholds.supplement_level_eu_mg, "Upper level for supplements, EFSA/SCF (5.1)"
    if facts.jurisdiction == "US":
        level, source = thresholds.supplement_level_us_mg, "Upper level for supplements, IOM 1997 (5.1)"
    is_above = facts.elemental_mg_per_day > level
    sentence = (
        f"{_daily(facts.elemental_mg_per_day)} elemental is {'above' if is_above else 'not above'} "
        f"the level for supplements, {_daily(level)}.{_supervision(facts, thresholds)}"
    )
    return Check("LEVEL", Severity.ATTENTION if is_above else Severity.PASSED, sentence, "A", source)


def _supervision(facts: RegimenFacts, thresholds: Thresholds) -> str:
    if facts.elemental_mg_per_day <= thresholds.supervision_above_mg:
        return ""
    return " Supervision is noted." if facts.supervision_note.strip() else " No supervision is noted."


def _article_cap(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    cap = thresholds.article_cap_mg
    place = "above" if facts.elemental_mg_per_day > cap else "not above"
    sentence = (
        f"Article: not above {_daily(cap)} unless supervised, unverified. "
        f"{_daily(facts.elemental_mg_per_day)} is {place} it."
    )
    return Check("ARTICLE_CAP", Severity.INFORMATION, sentence, "C", "Founding article, C22", "C22")


def _article_start(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    span = f"{plain(thresholds.start_low_mg)} to {_daily(thresholds.start_high_mg)}"
    sentence = f"Article: start at {span}, unverified. This start is {_daily(facts.elemental_mg_per_day)}."
    return Check("ARTICLE_START", Severity.INFORMATION, sentence, "C", "Founding article, C19", "C19")


def _kidney(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    """A low eGFR stops however old it is: time does not mend a kidney, a newer value would show it."""
    if facts.egfr is None or facts.egfr_on is None:
        return _kidney_unknown(facts, thresholds)
    found = f"eGFR {plain(facts.egfr)} mL/min/1.73 m² of {wording.day(facts.egfr_on)}"
    if facts.egfr < thresholds.egfr_stop:
        stop = f"{found} is below {plain(thresholds.egfr_stop)}: magnesium is contraindicated."
        return _kidney_line(Severity.STOP, stop, "A", "SmPC magnesium aspartate (5.3)")
    if _is_old(facts.on, facts.egfr_on, thresholds):
        return _kidney_unknown(facts, thresholds)
    if facts.egfr < thresholds.egfr_caution:
        caution = f"{found} is below {plain(thresholds.egfr_caution)}: caution."
        return _kidney_line(Severity.ATTENTION, caution, "B", "Tarleton 2017 excluded lower values (5.3)")
    return _kidney_line(Severity.PASSED, f"{found}.", "A", "SmPC magnesium aspartate (5.3)")


def _kidney_unknown(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    """A start needs a reason; a later step says that it was not checked."""
    sentence, severity = f"No eGFR of the last {thresholds.egfr_valid_months} months.", Severity.NOT_CHECKED
    if facts.kidney_reason.strip():
        sentence = f"{sentence} Reason: {facts.kidney_reason.strip()}"
    elif facts.is_first_step:
        severity = Severity.NEEDS_REASON
    return _kidney_line(severity, sentence, "S", "Own assumption (5.3)")


def _kidney_line(severity: Severity, sentence: str, mark: str, source: str) -> Check:
    return Check("KIDNEY", severity, sentence, mark, source, field="kidney_reason")


def _is_old(on: date, egfr_on: date, thresholds: Thresholds) -> bool:
    """Whether `egfr_valid_months` have passed, to the day."""
    months = (on.year - egfr_on.year) * 12 + on.month - egfr_on.month - (on.day < egfr_on.day)
    return months >= thresholds.egfr_valid_months


def _contraindication(item: Contraindication, facts: RegimenFacts) -> Check:
    """Yes stops, no passes, and what was not asked is said."""
    severity, words = {
        "YES": (Severity.STOP, "contraindicated."),
        "NO": (Severity.PASSED, "asked, no."),
    }.get(facts.contraindications.get(item.code, ""), (Severity.NOT_CHECKED, "not asked."))
    return Check(
        "CONTRAINDICATION",
        severity,
        f"{item.label}: {words}",
        item.mark,
        item.source,
        field="contraindications",
        subject=item.code,
    )


def _daily(amount: Decimal) -> str:
    return f"{plain(amount)} mg/day"
