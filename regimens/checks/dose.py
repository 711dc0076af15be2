"""Age and the day's amount (pure): levels of clinical facts 5.1 (A); the article's C19 and C22 beside."""

from collections.abc import Iterator
from datetime import date, timedelta

from accounts import wording
from protocols.thresholds import Thresholds
from regimens.checks.facts import RegimenFacts
from regimens.checks.kidney import counts_as_normal
from regimens.checks.lines import Check, Severity, daily
from regimens.dosing import plain
from regimens.levels import level_source, supplement_level

SUPERVISION = ("a note", "who supervises", "a date to check again")


def checks(facts: RegimenFacts, thresholds: Thresholds) -> Iterator[Check]:
    yield _age(facts, thresholds)
    yield _level(facts, thresholds)
    yield _article_cap(facts, thresholds)
    if facts.is_first_step:
        yield _article_start(facts, thresholds)
    for label in facts.sources_without_amount:
        sentence = f"{label}: how much magnesium it holds is not known, and not in the sum."
        yield Check(
            "UNKNOWN_SOURCE",
            Severity.NOT_CHECKED,
            sentence,
            "A",
            "All sources count (5.1)",
            subject=label[:40],
        )


def _age(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    sentence, severity = f"{facts.age_years} years old at the start.", Severity.PASSED
    if facts.age_years < thresholds.minimum_age_years:
        sentence = f"{sentence} A start needs {thresholds.minimum_age_years} years or more."
        severity = Severity.STOP
    return Check("AGE", severity, sentence, "S", "Out of scope below (5.4)", field="started_on")


def _level(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    """The upper level where the clinic is: the headline, and the one line of which the rule makes a flag."""
    level, dose = supplement_level(facts.jurisdiction, thresholds), facts.elemental_mg_per_day
    is_above = dose > level
    place = "above" if is_above else "not above"
    said = f"{daily(dose)} elemental is {place} the level for supplements, {daily(level)}."
    severity, more, field = Severity.PASSED, "", "intakes"
    if is_above:
        severity, more, field = _above(facts, thresholds)
    return Check(
        "LEVEL",
        severity,
        f"{said} {more}".strip(),
        "A",
        level_source(facts.jurisdiction),
        field=field,
        # Another date to check again is another line, so that it can ask again.
        subject=str(facts.check_again_on or "") if is_above else "",
        review_from=_review_from(facts, thresholds) if is_above else None,
    )


def _above(facts: RegimenFacts, thresholds: Thresholds) -> tuple[Severity, str, str]:
    """Severity, what more is said, and the field where an answer goes."""
    if facts.is_pregnant and not facts.specialist_note.strip():
        return Severity.NEEDS_REASON, "In pregnancy, name the specialist who asks for it.", "specialist_note"
    if facts.elemental_mg_per_day > thresholds.supervision_above_mg:
        missing = missing_supervision(facts)
        if missing:
            return Severity.NEEDS_REASON, f"Supervision lacks {wording.listed(missing)}.", "supervision_note"
        return Severity.ATTENTION, f"Supervised: {facts.supervision_note.strip()}", "supervision_note"
    if not facts.above_level_reason.strip():
        return Severity.NEEDS_REASON, "Say why.", "above_level_reason"
    return Severity.ATTENTION, f"Reason: {facts.above_level_reason.strip()}", "above_level_reason"


def missing_supervision(facts: RegimenFacts) -> list[str]:
    """What a dose above 350 mg still lacks: note, supervisor, date to check again."""
    have = (bool(facts.supervision_note.strip()), facts.is_supervised, facts.check_again_on is not None)
    return [what for what, there in zip(SUPERVISION, have, strict=True) if not there]


def _review_from(facts: RegimenFacts, thresholds: Thresholds) -> date | None:
    """The first day from `on` on which DESIGN 4 asks for a flag.

    At once above 350 mg without supervision; once the date to check again has passed; at once or on the day
    when the eGFR is not known to be 60 or more, in pregnancy, or from age 70 on.
    """
    days: list[date] = []
    if facts.elemental_mg_per_day > thresholds.supervision_above_mg:
        if missing_supervision(facts):
            days.append(facts.on)
        elif facts.check_again_on is not None:
            days.append(facts.check_again_on + timedelta(days=1))
    if facts.is_pregnant or not counts_as_normal(facts.egfr, facts.egfr_on, facts.on, thresholds):
        days.append(facts.on)
    elif facts.egfr_on is not None:
        days.append(_months_later(facts.egfr_on, thresholds.egfr_valid_months))
    if facts.birth_date is not None:
        days.append(_months_later(facts.birth_date, 12 * thresholds.kidney_risk_age_years))
    return max(facts.on, min(days)) if days else None


def _months_later(day: date, months: int) -> date:
    """The same day of the month; where the month is too short, the first of the next."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return date(year, month + 2, 1)


def _article_cap(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    cap = thresholds.article_cap_mg
    place = "above" if facts.elemental_mg_per_day > cap else "not above"
    sentence = (
        f"Article: not above {daily(cap)} unless supervised, unverified. "
        f"{daily(facts.elemental_mg_per_day)} is {place} it."
    )
    return Check("ARTICLE_CAP", Severity.INFORMATION, sentence, "C", "Founding article, C22", "C22")


def _article_start(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    span = f"{plain(thresholds.start_low_mg)} to {daily(thresholds.start_high_mg)}"
    sentence = f"Article: start at {span}, unverified. This start is {daily(facts.elemental_mg_per_day)}."
    return Check("ARTICLE_START", Severity.INFORMATION, sentence, "C", "Founding article, C19", "C19")
