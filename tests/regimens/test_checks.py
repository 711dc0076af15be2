"""Checks of a regimen: what stops a start, what needs a reason, and what is only said."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.wording import day
from patients.vocabulary import CONTRAINDICATIONS
from protocols.thresholds import Thresholds
from regimens.checks import Check, Pregnancy, RegimenFacts, Severity, check_regimen, summary

PROTOCOL = Thresholds()
ON = date(2026, 11, 23)
ALL_ASKED = {item.code: "NO" for item in CONTRAINDICATIONS}
START = RegimenFacts(
    on=ON,
    jurisdiction="US",
    age_years=46,
    elemental_mg_per_day=Decimal("299.7"),
    is_first_step=True,
    egfr=Decimal("92.0"),
    egfr_on=date(2026, 10, 19),
    contraindications=ALL_ASKED,
)


def line(code: str, **facts: Any) -> Check:
    return next(c for c in check_regimen(replace(START, **facts), PROTOCOL) if c.code == code)


def severities(**facts: Any) -> set[Severity]:
    return {check.severity for check in check_regimen(replace(START, **facts), PROTOCOL)}


def test_a_plain_start_passes_and_only_the_article_has_more_to_say() -> None:
    assert severities() == {Severity.PASSED, Severity.INFORMATION}


@pytest.mark.parametrize(
    ("age", "severity"), [(17, Severity.STOP), (18, Severity.PASSED), (19, Severity.PASSED)]
)
def test_a_start_needs_18_years(age: int, severity: Severity) -> None:
    check = line("AGE", age_years=age)
    assert (check.severity, check.field) == (severity, "started_on")
    assert ("A start needs 18 years or more." in check.sentence) is (severity is Severity.STOP)


@pytest.mark.parametrize(
    ("jurisdiction", "dose", "severity", "source"),
    [
        ("US", "350", Severity.PASSED, "IOM 1997"),
        ("US", "350.1", Severity.NEEDS_REASON, "IOM 1997"),
        ("US", "400", Severity.NEEDS_REASON, "IOM 1997"),
        ("EU", "250", Severity.PASSED, "EFSA/SCF"),
        ("EU", "250.1", Severity.NEEDS_REASON, "EFSA/SCF"),
        ("EU", "341", Severity.NEEDS_REASON, "EFSA/SCF"),
    ],
)
def test_the_level_is_that_of_the_jurisdiction(
    jurisdiction: str, dose: str, severity: Severity, source: str
) -> None:
    check = line("LEVEL", jurisdiction=jurisdiction, elemental_mg_per_day=Decimal(dose))
    assert (check.severity, check.mark, check.claim_id) == (severity, "A", None)
    assert source in check.source


def test_the_level_is_said_with_the_dose() -> None:
    assert line("LEVEL", elemental_mg_per_day=Decimal("400.0")).sentence == (
        "400 mg/day elemental is above the level for supplements, 350 mg/day. "
        "Supervision lacks a note, who supervises and a date to check again."
    )


SUPERVISED = {
    "supervision_note": "weekly calls",
    "is_supervised": True,
    "check_again_on": ON + timedelta(days=14),
}


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ({"supervision_note": " "}, "Supervision lacks a note."),
        ({"is_supervised": False}, "Supervision lacks who supervises."),
        ({"check_again_on": None}, "Supervision lacks a date to check again."),
    ],
)
def test_above_350_each_missing_part_of_supervision_is_said_and_asks_at_once(
    lacks: dict[str, Any], said: str
) -> None:
    check = line("LEVEL", elemental_mg_per_day=Decimal(351), **(SUPERVISED | lacks))
    assert check.severity is Severity.NEEDS_REASON
    assert said in check.sentence
    assert (check.review_from, check.subject) == (ON, "SUPERVISION")


def test_supervised_it_asks_again_when_the_date_has_passed() -> None:
    check = line("LEVEL", elemental_mg_per_day=Decimal(400), **SUPERVISED)
    assert check.severity is Severity.ATTENTION
    assert "Supervised: weekly calls. Asks for review from" in check.sentence
    assert check.review_from == ON + timedelta(days=15)
    later = line("LEVEL", elemental_mg_per_day=Decimal(400), **(SUPERVISED | {"check_again_on": ON}))
    assert later.subject != check.subject


@pytest.mark.parametrize(
    ("reason", "severity"), [("", Severity.NEEDS_REASON), ("low ionized Mg", Severity.ATTENTION)]
)
def test_between_the_level_and_350_a_reason_is_enough_and_nothing_is_flagged(
    reason: str, severity: Severity
) -> None:
    check = line("LEVEL", jurisdiction="EU", elemental_mg_per_day=Decimal(300), above_level_reason=reason)
    assert (check.severity, check.field) == (severity, "above_level_reason")
    # Not before the eGFR of 19 October 2026 is a year old.
    assert check.review_from == date(2027, 10, 19)


@pytest.mark.parametrize(
    ("facts", "asks_on"),
    [
        ({"egfr": Decimal("59.9")}, ON),
        ({"egfr": Decimal(60)}, date(2027, 10, 19)),
        ({"egfr": None, "egfr_on": None, "kidney_reason": "drawn today"}, ON),
        ({"egfr_on": date(2025, 11, 24)}, ON + timedelta(days=1)),
        ({"egfr_on": date(2025, 11, 23), "is_first_step": False}, ON),
        ({"pregnancy": Pregnancy("PREGNANT", ON), "specialist_note": "Dr Obst"}, ON),
        ({"conditions": frozenset({"PREGNANCY"})}, ON),
        ({"birth_date": date(1956, 11, 24)}, ON + timedelta(days=1)),
        ({"birth_date": date(1956, 11, 23)}, ON),
        ({"birth_date": date(1956, 2, 29)}, ON),
    ],
)
def test_above_the_level_kidney_pregnancy_and_age_ask_on_their_day(
    facts: dict[str, Any], asks_on: date
) -> None:
    told = {"jurisdiction": "EU", "elemental_mg_per_day": Decimal(300), "above_level_reason": "low"}
    assert line("LEVEL", **(told | facts)).review_from == asks_on


def test_all_reasons_of_today_are_named_and_make_a_line_of_their_own() -> None:
    told = {"elemental_mg_per_day": Decimal(400), "egfr": Decimal(55), "conditions": frozenset({"PREGNANCY"})}
    check = line("LEVEL", birth_date=date(1950, 1, 1), **(SUPERVISED | told))
    assert check.subject == "AGE+KIDNEY+PREGNANCY"
    assert check.sentence.endswith(
        "Asks for review: 70 years or more, an eGFR below 60 and pregnancy or breastfeeding."
    )
    longest = line(
        "LEVEL", birth_date=date(1950, 1, 1), **(told | SUPERVISED | {"check_again_on": date(2026, 1, 1)})
    )
    assert longest.subject == "AGE+AGAIN 2026-01-01+KIDNEY+PREGNANCY"
    assert len(longest.subject) <= 40


@given(dose=st.decimals(min_value=1, max_value=350, places=1), age=st.integers(18, 100))
def test_at_or_below_the_level_nothing_asks(dose: Decimal, age: int) -> None:
    check = line("LEVEL", elemental_mg_per_day=dose, age_years=age, egfr=None, egfr_on=None)
    assert (check.severity, check.review_from) == (Severity.PASSED, None)


@pytest.mark.parametrize(("dose", "place"), [("400", "not above it"), ("400.1", "above it")])
def test_the_cap_of_the_article_stands_beside_it_unverified(dose: str, place: str) -> None:
    check = line("ARTICLE_CAP", elemental_mg_per_day=Decimal(dose))
    assert check.sentence == (
        f"Article: not above 400 mg/day unless supervised, unverified. {dose} mg/day is {place}."
    )
    assert (check.severity, check.mark, check.claim_id) == (Severity.INFORMATION, "C", "C22")


def test_the_start_range_of_the_article_is_said_once() -> None:
    check = line("ARTICLE_START")
    assert check.sentence == ("Article: start at 200 to 300 mg/day, unverified. This start is 299.7 mg/day.")
    assert (check.severity, check.claim_id) == (Severity.INFORMATION, "C19")
    later = check_regimen(replace(START, is_first_step=False), PROTOCOL)
    assert "ARTICLE_START" not in {check.code for check in later}


@given(
    dose=st.decimals(min_value=1, max_value=900, places=1),
    age=st.integers(0, 110),
    egfr=st.none() | st.decimals(min_value=1, max_value=150, places=1),
    first=st.booleans(),
    jurisdiction=st.sampled_from(["US", "EU"]),
)
def test_a_claim_of_the_article_never_passes_nor_stops(
    dose: Decimal, age: int, egfr: Decimal | None, first: bool, jurisdiction: str
) -> None:
    facts = replace(
        START,
        elemental_mg_per_day=dose,
        age_years=age,
        egfr=egfr,
        is_first_step=first,
        jurisdiction=jurisdiction,
    )
    for check in check_regimen(facts, PROTOCOL):
        from_article = check.mark == "C"
        assert not from_article or check.severity is Severity.INFORMATION
        assert not from_article or check.claim_id is not None
        assert from_article == ("unverified" in check.sentence)
        assert "all clear" not in check.sentence.lower()


@pytest.mark.parametrize(
    ("egfr", "severity", "mark"),
    [
        ("29.9", Severity.STOP, "A"),
        ("30", Severity.ATTENTION, "B"),
        ("59.9", Severity.ATTENTION, "B"),
        ("60", Severity.PASSED, "A"),
    ],
)
def test_the_kidney_stops_below_30_and_asks_for_care_below_60(
    egfr: str, severity: Severity, mark: str
) -> None:
    check = line("KIDNEY", egfr=Decimal(egfr))
    assert (check.severity, check.mark, check.field) == (severity, mark, "kidney_reason")
    assert check.sentence.startswith(f"eGFR {egfr} mL/min/1.73 m² of {day(date(2026, 10, 19))}")


def test_a_reason_does_not_open_a_start_below_30() -> None:
    assert line("KIDNEY", egfr=Decimal("29"), kidney_reason="known").severity is Severity.STOP


@pytest.mark.parametrize(
    ("egfr_on", "severity"),
    [
        (date(2025, 11, 22), Severity.NEEDS_REASON),
        (date(2025, 11, 23), Severity.NEEDS_REASON),
        (date(2025, 11, 24), Severity.PASSED),
        (ON, Severity.PASSED),
    ],
)
def test_an_egfr_holds_for_12_months(egfr_on: date, severity: Severity) -> None:
    assert line("KIDNEY", egfr_on=egfr_on).severity is severity


@pytest.mark.parametrize(
    ("on", "severity"),
    [(date(2025, 2, 28), Severity.PASSED), (date(2025, 3, 1), Severity.NEEDS_REASON)],
)
def test_an_egfr_of_a_leap_day_holds_to_the_end_of_february(on: date, severity: Severity) -> None:
    assert line("KIDNEY", on=on, egfr_on=date(2024, 2, 29)).severity is severity


def test_an_old_value_below_30_still_stops() -> None:
    check = line("KIDNEY", egfr=Decimal("25"), egfr_on=date(2024, 1, 1), kidney_reason="lab is closed")
    assert check.severity is Severity.STOP


@pytest.mark.parametrize(
    ("first", "reason", "severity"),
    [
        (True, "", Severity.NEEDS_REASON),
        (True, "   ", Severity.NEEDS_REASON),
        (True, "blood drawn today", Severity.NOT_CHECKED),
        (False, "", Severity.NOT_CHECKED),
        (False, "blood drawn today", Severity.NOT_CHECKED),
    ],
)
def test_a_start_without_egfr_needs_a_reason(first: bool, reason: str, severity: Severity) -> None:
    check = line("KIDNEY", egfr=None, egfr_on=None, is_first_step=first, kidney_reason=reason)
    assert check.severity is severity
    assert check.sentence.startswith("No eGFR of the last 12 months.")
    assert reason.strip() in check.sentence


@pytest.mark.parametrize("item", CONTRAINDICATIONS, ids=lambda item: item.code)
@pytest.mark.parametrize(
    ("answer", "severity"),
    [
        ("YES", Severity.STOP),
        ("NO", Severity.PASSED),
        ("NOT_ASKED", Severity.NOT_CHECKED),
        (None, Severity.NOT_CHECKED),
    ],
)
def test_each_contraindication_stops_passes_or_is_said_not_to_be_asked(
    item: Any, answer: str | None, severity: Severity
) -> None:
    answers = {code: word for code, word in ALL_ASKED.items() if code != item.code}
    if answer is not None:
        answers[item.code] = answer
    checks = check_regimen(replace(START, contraindications=answers), PROTOCOL)
    check = next(c for c in checks if c.subject == item.code)
    assert (check.severity, check.field) == (severity, "contraindications")
    assert check.sentence.startswith(item.label)
    assert (check.mark, check.source) == (item.mark, item.source)


@pytest.mark.parametrize("item", CONTRAINDICATIONS, ids=lambda item: item.code)
def test_a_specialist_takes_on_only_what_is_hers(item: Any) -> None:
    answers = ALL_ASKED | {item.code: "YES"}
    facts = replace(START, contraindications=answers, specialist_note="Dr Neuro, 3 Nov")
    check = next(c for c in check_regimen(facts, PROTOCOL) if c.subject == item.code)
    hers = item.level == "SPECIALIST_ONLY"
    assert check.severity is (Severity.ATTENTION if hers else Severity.STOP)
    assert ("Dr Neuro" in check.sentence) is hers


def test_below_30_a_specialist_may_take_it_on() -> None:
    check = line("KIDNEY", egfr=Decimal(29), specialist_note="Dr Renal, half the dose")
    assert check.severity is Severity.ATTENTION
    assert "contraindicated" in check.sentence
    assert "Dr Renal, half the dose" in check.sentence


@pytest.mark.parametrize(("dose", "place"), [("175", "not above"), ("175.1", "above")])
def test_between_30_and_59_half_of_the_level_is_said(dose: str, place: str) -> None:
    sentence = line("KIDNEY", egfr=Decimal(48), elemental_mg_per_day=Decimal(dose)).sentence
    assert f"{dose} mg/day is {place} 50 % of the level, 175 mg/day." in sentence


@pytest.mark.parametrize(
    ("egfr_on", "repeat"),
    [(date(2026, 8, 23), True), (date(2026, 8, 24), False), (date(2025, 11, 23), False)],
)
@pytest.mark.parametrize("facts", [{"age_years": 70}, {"conditions": frozenset({"CKD"})}])
def test_at_risk_an_egfr_is_repeated_after_three_months(
    egfr_on: date, repeat: bool, facts: dict[str, Any]
) -> None:
    codes = {check.code for check in check_regimen(replace(START, egfr_on=egfr_on, **facts), PROTOCOL)}
    assert ("KIDNEY_REPEAT" in codes) is repeat


def test_the_gravest_line_comes_first() -> None:
    facts = replace(START, egfr=Decimal(12), contraindications={}, elemental_mg_per_day=Decimal(500))
    gravity = [list(Severity).index(check.severity) for check in check_regimen(facts, PROTOCOL)]
    assert gravity == sorted(gravity)


def test_code_and_subject_name_each_line_once() -> None:
    lines = [(check.code, check.subject) for check in check_regimen(START, PROTOCOL)]
    assert len(lines) == len(set(lines))


def test_the_summary_counts_what_was_checked_and_what_was_not() -> None:
    asked = len(CONTRAINDICATIONS)
    assert summary(check_regimen(START, PROTOCOL)) == f"{asked + 3} checked, 0 not checked"
    blank = replace(START, contraindications={}, egfr=None, egfr_on=None)
    assert summary(check_regimen(blank, PROTOCOL)) == f"2 checked, {asked + 1} not checked"


def test_a_clinic_can_change_the_numbers() -> None:
    strict = Thresholds(supplement_level_us_mg=Decimal(200), egfr_stop=Decimal(45), minimum_age_years=50)
    found = {c.code: c.severity for c in check_regimen(replace(START, egfr=Decimal(44)), strict)}
    assert (found["LEVEL"], found["KIDNEY"], found["AGE"]) == (
        Severity.NEEDS_REASON,
        Severity.STOP,
        Severity.STOP,
    )
