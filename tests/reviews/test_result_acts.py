"""Recording results: what is refused, and what "below" and "above" mean."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from reviews.acts.errors import mark_in_error
from reviews.acts.results import ResultEntry, record_results
from tests.reviews.conftest import NOW, Story

INTERVAL: dict[str, Any] = {"reference_low": Decimal("0.46"), "reference_high": Decimal("0.60")}


def record(story: Story, **entry: Any) -> None:
    told: dict[str, Any] = {
        "value": Decimal("0.50"),
        "unit": "mmol/L",
        "collected_at": NOW,
        "loinc": "73572-0",
    } | entry
    record_results(patient=story.patient, entries=[ResultEntry(**told)], by=story.by, at=NOW)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"analyte": "TOTAL_MG"}, "lab_results.0.loinc"),
        ({"comparator": "~"}, "lab_results.0.comparator"),
        ({"collected_at": datetime.min.replace(tzinfo=UTC)}, "lab_results.0.collected_at"),
        ({"collected_at": datetime.max.replace(tzinfo=UTC)}, "lab_results.0.collected_at"),
        ({"collected_at": NOW + timedelta(hours=1, seconds=1)}, "lab_results.0.collected_at"),
    ],
)
def test_a_result_that_contradicts_itself_or_its_time_is_refused(
    story: Story, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        record(story, **wrong)
    assert set(refused.value.message_dict) == {field}
    assert story.patient.lab_results.count() == 0


@pytest.mark.parametrize(
    ("comparator", "value", "interpretation", "rules"),
    [
        ("<", "0.35", "CRITICAL_LOW", ["LAB_OUT_OF_RANGE"]),
        ("", "0.35", "LOW", ["LAB_OUT_OF_RANGE"]),
        ("<", "0.46", "LOW", ["LAB_OUT_OF_RANGE"]),
        ("<", "0.55", "NOT_INTERPRETED", []),
        ("<", "0.70", "NOT_INTERPRETED", []),
        (">", "0.80", "CRITICAL_HIGH", ["LAB_OUT_OF_RANGE"]),
        (">", "0.60", "HIGH", ["LAB_OUT_OF_RANGE"]),
        (">", "0.40", "NOT_INTERPRETED", []),
        (">=", "0.60", "NOT_INTERPRETED", []),
    ],
)
def test_only_what_a_comparator_makes_certain_is_said(
    story: Story, comparator: str, value: str, interpretation: str, rules: list[str]
) -> None:
    story.starts(20)
    row = story.result("IONIZED_MG", value, 3, comparator=comparator, **INTERVAL)
    assert row.interpretation == interpretation
    assert story.rules() == rules


def test_results_that_fall_with_their_visit_say_so_in_their_status(story: Story) -> None:
    entries = [ResultEntry(Decimal("0.9"), "mg/dL", NOW, analyte="CREATININE")]
    visit = story.visit(0, lab_results=entries)
    mark_in_error(row=visit, by=story.by, at=NOW, version=visit.version, reason="another patient")
    told = story.patient.lab_results.values_list("analyte", "status")
    assert sorted(told) == [("CREATININE", "ENTERED_IN_ERROR"), ("EGFR", "ENTERED_IN_ERROR")]
