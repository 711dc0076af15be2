"""Who may be booked with others: stable means known, in range, and quiet (pure)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from reviews.recall_risk import Known, risks

STABLE = Known(interpretation="NORMAL", egfr=Decimal(60), elemental_mg=Decimal(350))


def why(**told: Any) -> list[str]:
    found = risks(replace(STABLE, **told), egfr_caution=Decimal(60), level_mg=Decimal(350))
    return [one.replace("\N{NO-BREAK SPACE}", " ") for one in found]


def test_a_stable_patient_has_no_reason() -> None:
    assert why() == []


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"interpretation": ""}, "no magnesium result"),
        ({"interpretation": "LOW"}, "last magnesium not in range"),
        ({"interpretation": "NOT_INTERPRETED"}, "last magnesium not in range"),
        ({"flags": ["tingling grade 1", "eGFR due"]}, "also on the queue: tingling grade 1 and eGFR due"),
        ({"egfr": None}, "no eGFR recorded"),
        ({"egfr": Decimal("59.9")}, "eGFR 59.9"),
        ({"elemental_mg": Decimal("350.1")}, "350.1 mg/day, above the level of 350"),
        ({"after_harm": True}, "stopped for harm"),
    ],
)
def test_each_doubt_is_a_reason_of_its_own(told: dict[str, Any], said: str) -> None:
    assert why(**told) == [said]


def test_all_reasons_are_said() -> None:
    assert len(why(interpretation="", egfr=None, flags=["x"], after_harm=True)) == 4
