"""The change of ionized magnesium beside the reference change value, in words."""

from decimal import Decimal
from typing import Any

import pytest

from labs.models import LabResult
from protocols.thresholds import Thresholds
from reviews.pages.chart_change import ionized_change

METHOD = {"method": "ISE", "laboratory": "North", "analyzer": "Nova 8"}


def a_result(value: str, **more: Any) -> LabResult:
    told: dict[str, Any] = {"analyte": "IONIZED_MG", "doubt": "", **METHOD} | more
    return LabResult(canonical_value=Decimal(value), **told)


def said(*results: LabResult) -> str:
    change = ionized_change(results, Thresholds())
    return change.sentence.replace("\N{NO-BREAK SPACE}", " ") if change else ""


def test_a_small_change_is_no_reliable_one() -> None:
    assert said(a_result("0.50"), a_result("0.53")) == (
        "0.50 to 0.53 mmol/L: +6 %, smaller than the reference change value of 11.1 %: no reliable change."
    )


@pytest.mark.parametrize(
    ("before", "after", "is_reliable"),
    [
        ("0.5000", "0.5554", False),
        ("0.5000", "0.5555", True),  # 11.1 % to the last digit
        ("0.5000", "0.4446", False),
        ("0.5000", "0.4445", True),
        ("0.50", "0.50", False),
    ],
)
def test_the_reference_change_value_itself_is_reliable(before: str, after: str, is_reliable: bool) -> None:
    change = ionized_change([a_result(before), a_result(after)], Thresholds())
    assert change and change.is_reliable is is_reliable


def test_a_fall_is_written_with_a_minus_sign() -> None:
    assert "0.60 to 0.48 mmol/L: −20 %, not smaller than" in said(a_result("0.60"), a_result("0.48"))


def test_the_newest_two_sound_results_of_ionized_mg_are_compared() -> None:
    results = [
        a_result("0.40"), a_result("0.50"), a_result("0.90", doubt="Late"),
        a_result("0.85", analyte="TOTAL_MG"), a_result("0.53"),
    ]  # fmt: skip
    assert said(*results).startswith("0.50 to 0.53")
    assert said(a_result("0.50"), a_result("0.85", analyte="TOTAL_MG")) == ""


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"method": "Photometry"}, "measured by another method"),
        ({"analyzer": "Stat 8"}, "measured by another analyzer"),
        ({"analyzer": " nova 8"}, "no reliable change"),
        ({"analyzer": "", "method": ""}, "Whether by one method is not recorded."),
        ({"method": " ise "}, "no reliable change"),
        ({"laboratory": "South"}, "measured by another laboratory"),
        ({"laboratory": ""}, "no reliable change"),
        ({"method": ""}, "no reliable change"),
        ({"comparator": "<"}, "beyond what the method measures"),
    ],
)
def test_methods_are_never_compared_without_saying_so(other: dict[str, str], words: str) -> None:
    change = ionized_change([a_result("0.50"), a_result("0.53", **other)], Thresholds())
    assert change and words in change.sentence
    assert (change.is_reliable is None) == ("not judged" in change.sentence)
