"""What the protocol says of a regimen (pure): the one function for page, API and stored findings.

Levels: clinical facts 5.1 (A). Kidney: 5.3 (A). Contraindications: 5.4. Article claims C19 and C22 stand
beside them, unverified, and pass nothing. There is no "all clear": what could not be checked is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from patients.vocabulary import CONTRAINDICATIONS
from protocols.thresholds import Thresholds


class Severity(StrEnum):
    STOP = "STOP"
    NEEDS_REASON = "NEEDS_REASON"
    ATTENTION = "ATTENTION"
    INFORMATION = "INFORMATION"
    PASSED = "PASSED"
    NOT_CHECKED = "NOT_CHECKED"


@dataclass(frozen=True)
class RegimenFacts:
    """What the checks read. eGFR in mL/min/1.73 m²; the dose is the sum over all sources."""

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
    """One line of the checks. `field` is the form field that a refusal points at; `subject` tells apart
    several lines of one check.
    """

    code: str
    severity: Severity
    sentence: str
    mark: str
    source: str
    claim_id: str | None = None
    field: str = "intakes"
    subject: str = ""


SMPC = "Magnesium aspartate SmPC (5.3)"
ORDER = tuple(Severity)


def check_regimen(facts: RegimenFacts, thresholds: Thresholds) -> tuple[Check, ...]:
    """All checks, the gravest first."""
    checks = [
        _age(facts, thresholds),
        _level(facts, thresholds),
        _article_cap(facts, thresholds),
        _kidney(facts, thresholds),
        *_contraindications(facts),
    ]
    if facts.is_first_step:
        checks.append(_article_start(facts, thresholds))
    return tuple(sorted(checks, key=lambda check: ORDER.index(check.severity)))


def summary(checks: Sequence[Check]) -> str:
    """Such as "4 checked, 2 not checked"; what only the article says is no check."""
    missing = sum(check.severity is Severity.NOT_CHECKED for check in checks)
    said = sum(check.severity is Severity.INFORMATION for check in checks)
    return f"{len(checks) - missing - said} checked, {missing} not checked"


def _age(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    source = "Scope of the app (5.4)"
    if facts.age_years < thresholds.minimum_age_years:
        sentence = f"{facts.age_years} years old: a start needs {thresholds.minimum_age_years} years or more."
        return Check("AGE", Severity.STOP, sentence, "S", source, field="started_on")
    return Check("AGE", Severity.PASSED, f"{facts.age_years} years old.", "S", source)


def _level(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    """The upper level for supplements where the clinic is: the headline limit."""
    is_us = facts.jurisdiction == "US"
    level = thresholds.supplement_level_us_mg if is_us else thresholds.supplement_level_eu_mg
    source = "IOM 1997 upper level for supplements (5.1)" if is_us else "EFSA/SCF upper level for supplements (5.1)"
    dose = _mg(facts.elemental_mg_per_day)
    if facts.elemental_mg_per_day <= level:
        return Check("LEVEL", Severity.PASSED, f"{dose} mg/day elemental is not above the level of {_mg(level)} mg/day.", "A", source)
    sentence = f"{dose} mg/day elemental is above the level of {_mg(level)} mg/day."
    return Check("LEVEL", Severity.ATTENTION, sentence, "A", source)


def _article_cap(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    cap = thresholds.article_cap_mg
    place = "above" if facts.elemental_mg_per_day > cap else "not above"
    sentence = f"Article: at most {_mg(cap)} mg/day unless supervised, unverified; {_mg(facts.elemental_mg_per_day)} mg/day is {place} it."
    return Check("ARTICLE_CAP", Severity.INFORMATION, sentence, "C", "Founding article, C22", "C22")


def _article_start(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    low, high = thresholds.start_low_mg, thresholds.start_high_mg
    sentence = f"Article: start at {_mg(low)} to {_mg(high)} mg/day, unverified; this start is {_mg(facts.elemental_mg_per_day)} mg/day."
    return Check("ARTICLE_START", Severity.INFORMATION, sentence, "C", "Founding article, C19", "C19")


def _kidney(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    if facts.egfr is None or facts.egfr_on is None or _is_old(facts, thresholds):
        months = thresholds.egfr_valid_months
        missing = f"No eGFR of the last {months} months."
        if facts.kidney_reason:
            sentence = f"{missing} Started all the same: {facts.kidney_reason}"
            return Check("KIDNEY", Severity.NOT_CHECKED, sentence, "S", "Clinic setting (5.3)", field="kidney_reason")
        severity = Severity.NEEDS_REASON if facts.is_first_step else Severity.NOT_CHECKED
        sentence = f"{missing} Record a creatinine or eGFR first."
        return Check("KIDNEY", severity, sentence, "S", "Clinic setting (5.3)", field="kidney_reason")
    found = f"eGFR {_mg(facts.egfr)} mL/min/1.73 m² of {facts.egfr_on:%d %b %Y}"
    if facts.egfr < thresholds.egfr_stop:
        return Check("KIDNEY", Severity.STOP, f"{found} is below {_mg(thresholds.egfr_stop)}: magnesium is contraindicated.", "A", SMPC, field="kidney_reason")
    if facts.egfr < thresholds.egfr_caution:
        return Check("KIDNEY", Severity.ATTENTION, f"{found} is below {_mg(thresholds.egfr_caution)}: caution.", "B", "Exclusion of the main trials (5.3)")
    return Check("KIDNEY", Severity.PASSED, f"{found}, not below {_mg(thresholds.egfr_caution)}.", "A", SMPC)


def _is_old(facts: RegimenFacts, thresholds: Thresholds) -> bool:
    if facts.egfr_on is None:
        return True
    months = (facts.on.year - facts.egfr_on.year) * 12 + facts.on.month - facts.egfr_on.month
    return months - (facts.on.day < facts.egfr_on.day) >= thresholds.egfr_valid_months


def _contraindications(facts: RegimenFacts) -> list[Check]:
    """Yes stops, not asked is said, no passes."""
    found = []
    for item in CONTRAINDICATIONS:
        answer = facts.contraindications.get(item.code, "NOT_ASKED")
        severity, words = {
            "YES": (Severity.STOP, f"{item.label}: contraindicated ({item.level})."),
            "NO": (Severity.PASSED, f"{item.label}: asked, no."),
        }.get(answer, (Severity.NOT_CHECKED, f"{item.label}: not asked."))
        found.append(
            Check("CONTRAINDICATION", severity, words, item.mark, item.source, field="contraindications", subject=item.code)
        )
    return found


def _mg(amount: Decimal) -> str:
    """Without needless zeros: 300, 99.9."""
    return f"{amount.normalize():f}"
