"""What is taken with magnesium, pregnancy and cautions: upper levels and what was not asked."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from protocols.thresholds import Thresholds
from regimens.checks import Check, Pregnancy, RegimenFacts, Severity, Supplement, check_regimen

PROTOCOL = Thresholds()
ON = date(2026, 11, 23)
WOMAN = RegimenFacts(
    on=ON,
    jurisdiction="EU",
    age_years=34,
    elemental_mg_per_day=Decimal(200),
    is_first_step=False,
    egfr=Decimal(90),
    egfr_on=ON,
    sex="FEMALE",
)


def lines(code: str, **facts: Any) -> list[Check]:
    return [check for check in check_regimen(replace(WOMAN, **facts), PROTOCOL) if check.code == code]


@pytest.mark.parametrize(
    ("jurisdiction", "products", "told", "severity"),
    [
        ("EU", "12", None, Severity.PASSED),
        ("EU", "12.1", None, Severity.ATTENTION),
        ("EU", "10", "2", Severity.PASSED),
        # X3 three times a day (clinical facts 8).
        ("EU", "30", None, Severity.ATTENTION),
        ("US", "30", None, Severity.PASSED),
        ("US", "0", "100", Severity.PASSED),
        ("US", "0", "100.1", Severity.ATTENTION),
    ],
)
def test_b6_is_summed_and_held_against_its_level(
    jurisdiction: str, products: str, told: str | None, severity: Severity
) -> None:
    supplements = [Supplement("VITAMIN_B6", Decimal(told))] if told else []
    (check,) = lines(
        "VITAMIN_B6",
        jurisdiction=jurisdiction,
        vitamin_b6_mg_of_products=Decimal(products),
        supplements=supplements,
    )
    assert check.severity is severity
    assert ("itself causes tingling" in check.sentence) is (severity is Severity.ATTENTION)


def test_an_unknown_amount_of_b6_is_not_checked_unless_the_known_part_is_too_much() -> None:
    unknown = [Supplement("VITAMIN_B6")]
    (check,) = lines("VITAMIN_B6", supplements=unknown)
    assert (check.severity, check.sentence) == (Severity.NOT_CHECKED, "Vitamin B6: the amount is not known.")
    (check,) = lines("VITAMIN_B6", supplements=unknown, vitamin_b6_mg_of_products=Decimal(30))
    assert check.severity is Severity.ATTENTION


def test_where_no_vitamin_is_taken_nothing_is_said_of_it() -> None:
    assert lines("VITAMIN_B6") == lines("VITAMIN_D") == []


@pytest.mark.parametrize(("amount", "severity"), [("100", Severity.PASSED), ("100.01", Severity.ATTENTION)])
def test_vitamin_d_is_held_against_its_level_which_is_not_verified(amount: str, severity: Severity) -> None:
    (check,) = lines("VITAMIN_D", supplements=[Supplement("VITAMIN_D", Decimal(amount))])
    assert (check.severity, check.mark) == (severity, "K")


@pytest.mark.parametrize(
    ("told", "asked_on", "severity"),
    [
        ("", None, Severity.NOT_CHECKED),
        ("UNKNOWN", ON, Severity.NOT_CHECKED),
        ("NOT_PREGNANT", date(2026, 8, 24), Severity.PASSED),
        ("NOT_PREGNANT", date(2026, 8, 23), Severity.NOT_CHECKED),
        ("PREGNANT", ON, Severity.ATTENTION),
        ("BREASTFEEDING", ON, Severity.ATTENTION),
    ],
)
def test_pregnancy_is_asked_again_after_three_months(
    told: str, asked_on: date | None, severity: Severity
) -> None:
    (check,) = lines("PREGNANCY", pregnancy=Pregnancy(told, asked_on))
    assert check.severity is severity


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({"age_years": 11}, False),
        ({"age_years": 12}, True),
        ({"age_years": 55}, True),
        ({"age_years": 56}, False),
        ({"sex": "MALE"}, False),
        ({"sex": "MALE", "conditions": frozenset({"PREGNANCY"})}, True),
    ],
)
def test_pregnancy_is_asked_of_women_of_an_age_and_never_dropped_when_recorded(
    facts: dict[str, Any], asked: bool
) -> None:
    assert bool(lines("PREGNANCY", **facts)) is asked


@pytest.mark.parametrize(
    ("dose", "specialist", "severity", "field"),
    [
        ("250", "", Severity.PASSED, "intakes"),
        ("251", "", Severity.NEEDS_REASON, "specialist_note"),
        ("251", "Dr Obst", Severity.NEEDS_REASON, "above_level_reason"),
    ],
)
def test_above_the_level_in_pregnancy_a_specialist_is_named(
    dose: str, specialist: str, severity: Severity, field: str
) -> None:
    (check,) = lines(
        "LEVEL",
        elemental_mg_per_day=Decimal(dose),
        specialist_note=specialist,
        pregnancy=Pregnancy("PREGNANT", ON),
    )
    assert (check.severity, check.field) == (severity, field)


@pytest.mark.parametrize("code", ["PHENYLKETONURIA", "IBD", "CHRONIC_DIARRHOEA", "INFUSION_OR_BLOCKER"])
def test_what_asks_for_caution_is_said_once_it_is_on_the_chart(code: str) -> None:
    assert lines("CAUTION") == []
    (check,) = lines("CAUTION", conditions=frozenset({code}))
    assert (check.severity, check.subject) == (Severity.ATTENTION, code)


def test_a_source_of_unknown_amount_is_not_in_the_sum_and_said_so() -> None:
    (check,) = lines("UNKNOWN_SOURCE", sources_without_amount=["Antacid with magnesium"])
    assert check.severity is Severity.NOT_CHECKED
    assert "not in the sum" in check.sentence


def test_the_advice_on_phytate_is_said_with_its_day() -> None:
    (check,) = lines("PHYTATE_ADVICE")
    assert "not given" in check.sentence
    (check,) = lines("PHYTATE_ADVICE", low_phytate_advised_on=ON)
    assert "given on 23" in check.sentence
