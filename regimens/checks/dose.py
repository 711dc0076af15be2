"""Age and the day's amount (pure): levels of clinical facts 5.1 (A); the article's C19 and C22 beside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accounts import wording
from protocols.thresholds import Thresholds
from regimens.checks.facts import RegimenFacts
from regimens.checks.kidney import counts_as_normal
from regimens.checks.lines import Check, Severity, daily
from regimens.dosing import plain
from regimens.levels import level_source, supplement_level

SUPERVISION = ("a note", "who supervises", "a date to check again")


@dataclass(frozen=True)
class Reason:
    """Why a dose above the level asks for review, and from which day on."""

    day: date
    code: str
    words: str


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
    if dose <= level:
        said = f"{daily(dose)} elemental is not above the level for supplements, {daily(level)}."
        return Check("LEVEL", Severity.PASSED, said, "A", level_source(facts.jurisdiction))
    severity, more, field = _above(facts, thresholds)
    asks = _asks(facts, thresholds)
    said = f"{daily(dose)} elemental is above the level for supplements, {daily(level)}."
    return Check(
        "LEVEL",
        severity,
        " ".join(part for part in (said, more, _asked(asks, facts.on)) if part),
        "A",
        level_source(facts.jurisdiction),
        field=field,
        # For another reason it is another line, so that it can ask again.
        subject="+".join(reason.code for reason in asks),
        review_from=max(facts.on, asks[0].day) if asks else None,
    )


def _above(facts: RegimenFacts, thresholds: Thresholds) -> tuple[Severity, str, str]:
    """Severity, what more is said, and the field where an answer goes."""
    if facts.is_pregnant and not facts.specialist_note.strip():
        return Severity.NEEDS_REASON, "In pregnancy, name the specialist who asks for it.", "specialist_note"
    if facts.elemental_mg_per_day > thresholds.supervision_above_mg:
        missing = missing_supervision(facts)
        if missing:
            return Severity.NEEDS_REASON, f"Supervision lacks {wording.listed(missing)}.", "supervision_note"
        return Severity.ATTENTION, f"Supervised: {_sentence(facts.supervision_note)}", "supervision_note"
    if not facts.above_level_reason.strip():
        return Severity.NEEDS_REASON, "Say why.", "above_level_reason"
    return Severity.ATTENTION, f"Reason: {_sentence(facts.above_level_reason)}", "above_level_reason"


def _sentence(words: str) -> str:
    """What a person wrote, with an end to it."""
    return f"{words.strip().rstrip('.')}."


def missing_supervision(facts: RegimenFacts) -> list[str]:
    """What a dose above 350 mg still lacks: note, supervisor, date to check again."""
    have = (bool(facts.supervision_note.strip()), facts.is_supervised, facts.check_again_on is not None)
    return [what for what, there in zip(SUPERVISION, have, strict=True) if not there]


def _asks(facts: RegimenFacts, thresholds: Thresholds) -> list[Reason]:
    """For which of the reasons of DESIGN 4 a dose above the level asks: all of today, else the next one."""
    reasons = sorted(_reasons(facts, thresholds), key=lambda reason: reason.day)
    return [reason for reason in reasons if reason.day <= facts.on] or reasons[:1]


def _reasons(facts: RegimenFacts, thresholds: Thresholds) -> Iterator[Reason]:
    """Above 350 mg without supervision, or not checked again; a weak or unknown kidney, pregnancy, age 70."""
    if facts.elemental_mg_per_day > thresholds.supervision_above_mg:
        again = facts.check_again_on
        if missing_supervision(facts):
            yield Reason(facts.on, "SUPERVISION", "")
        elif again is not None:
            words = f"it was to be checked again by {wording.day(again)}"
            yield Reason(again + timedelta(days=1), f"AGAIN {again}", words)
    yield from _kidney_reason(facts, thresholds)
    if facts.is_pregnant:
        yield Reason(facts.on, "PREGNANCY", "pregnancy or breastfeeding")
    if facts.birth_date is not None:
        age = thresholds.kidney_risk_age_years
        yield Reason(_months_later(facts.birth_date, 12 * age), "AGE", f"{age} years or more")


def _kidney_reason(facts: RegimenFacts, thresholds: Thresholds) -> Iterator[Reason]:
    """An eGFR that is not known to be 60 or more; a normal one until it is a year old."""
    if facts.egfr is not None and facts.egfr < thresholds.egfr_caution:
        yield Reason(facts.on, "KIDNEY", f"an eGFR below {plain(thresholds.egfr_caution)}")
        return
    months = thresholds.egfr_valid_months
    counts = counts_as_normal(facts.egfr, facts.egfr_on, facts.on, thresholds)
    day = _months_later(facts.egfr_on, months) if counts and facts.egfr_on else facts.on
    yield Reason(day, "KIDNEY", f"no eGFR of the last {months} months")


def _asked(asks: Sequence[Reason], on: date) -> str:
    words = [reason.words for reason in asks if reason.words]
    if not words:
        return ""
    since = f" from {wording.day(asks[0].day)}" if asks[0].day > on else ""
    return f"Asks for review{since}: {wording.listed(words)}."


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
    start = facts.elemental_mg_per_day if facts.start_mg_per_day is None else facts.start_mg_per_day
    sentence = f"Article: start at {span}, unverified. This start is {daily(start)}."
    return Check("ARTICLE_START", Severity.INFORMATION, sentence, "C", "Founding article, C19", "C19")
