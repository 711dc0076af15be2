"""Protocol 1 and the values that a clinic may put in its place."""

import json
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest

from protocols.thresholds import PROTOCOL_1, Thresholds


def changed(**values: Any) -> dict[str, Any]:
    return {**Thresholds().to_json(), **values}


def test_every_number_of_protocol_1_has_unit_label_source_and_a_known_mark() -> None:
    for threshold in PROTOCOL_1:
        assert threshold.unit and threshold.label and threshold.source and threshold.group, threshold.name
        assert threshold.mark in set("ABCDKSW"), threshold.name


def test_the_register_and_the_typed_values_are_the_same_numbers() -> None:
    assert {t.name: t.value for t in PROTOCOL_1} == {
        f.name: getattr(Thresholds(), f.name) for f in fields(Thresholds)
    }


def test_only_what_the_article_alone_says_is_marked_c() -> None:
    only_article = {t.name for t in PROTOCOL_1 if t.mark == "C"}
    assert only_article == {
        "re_evaluation_opens_days",
        "re_evaluation_closes_days",
        "article_cap_mg",
        "article_step_down_mg",
        "start_low_mg",
        "start_high_mg",
    }


def test_values_survive_json_exactly() -> None:
    stored = json.loads(json.dumps(Thresholds().to_json()))
    assert Thresholds.from_json(stored) == Thresholds()
    assert stored["ionized_mg_alert_high_mmol_l"] == "0.80"
    assert Thresholds.from_json(changed(lab_margin_percent="7.25")).lab_margin_percent == Decimal("7.25")


def test_decimals_may_be_written_as_whole_numbers() -> None:
    assert Thresholds.from_json(changed(egfr_stop=29)).egfr_stop == Decimal(29)


def test_an_unknown_key_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"Unknown threshold: bedtime_days"):
        Thresholds.from_json(changed(bedtime_days=1))


def test_a_missing_key_is_refused_by_name() -> None:
    values = changed()
    del values["egfr_stop"]
    with pytest.raises(ValueError, match=r"Missing threshold: egfr_stop"):
        Thresholds.from_json(values)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("re_evaluation_opens_days", "28"),
        ("re_evaluation_opens_days", 28.0),
        ("re_evaluation_opens_days", True),
        ("re_evaluation_opens_days", 0),
        ("re_evaluation_opens_days", -1),
        ("re_evaluation_opens_days", None),
        ("egfr_stop", 30.0),
        ("egfr_stop", None),
        ("egfr_stop", "thirty"),
        ("egfr_stop", "NaN"),
        ("egfr_stop", "Infinity"),
        ("egfr_stop", "0"),
        ("egfr_stop", "-30"),
        ("gad7_severe", 22),
        ("egfr_fall_percent", "101"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        Thresholds.from_json(changed(**{name: value}))


@pytest.mark.parametrize(
    "values",
    [
        {"re_evaluation_opens_days": 43},
        {"start_low_mg": "301"},
        {"outcome_margin_days": 85},
        {"lab_not_back_act_today_days": 8},
        {"egfr_stop": "60"},
        {"ionized_mg_alert_low_mmol_l": "0.40"},
        {"ionized_mg_low_mmol_l": "0.68"},
        {"ionized_ca_alert_high_mmol_l": "1.33"},
        {"total_ca_low_mmol_l": "2.6"},
        {"vitamin_d_25oh_high_nmol_l": "50"},
    ],
)
def test_limits_out_of_order_are_refused_by_name(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        Thresholds.from_json(changed(**values))


def test_a_window_may_be_one_day_long() -> None:
    same_day = Thresholds.from_json(changed(re_evaluation_opens_days=42))
    assert same_day.re_evaluation_opens_days == same_day.re_evaluation_closes_days == 42
