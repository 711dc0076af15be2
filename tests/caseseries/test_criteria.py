"""Reading a definition: what is refused, and what its hash depends on."""

from datetime import date
from typing import Any

import pytest

from caseseries.criteria import BadDefinition, CohortCriteria, OutcomeDefinition, SeriesDefinition
from protocols.thresholds import Thresholds
from regimens.salts import Family, Form

FULL = {
    "form": "GLYCINATE",
    "minimum_weeks": 12,
    "minimum_age_years": 18,
    "maximum_age_years": 65,
    "started_from": "2025-01-01",
    "started_until": "2025-11-30",
}


def test_a_definition_is_read_and_written_the_same() -> None:
    criteria = CohortCriteria.from_json(FULL)
    assert criteria.started_until == date(2025, 11, 30)
    assert criteria.to_json() == FULL


def test_an_empty_definition_is_any_form_for_12_weeks() -> None:
    criteria = CohortCriteria.from_json({})
    assert (criteria.form, criteria.minimum_weeks) == (None, 12)
    assert set(criteria.forms) == set(Form)


def test_a_family_stands_for_all_its_forms() -> None:
    forms = CohortCriteria(form=Family.GLYCINATE).forms
    assert {Form.BISGLYCINATE, Form.BISGLYCINATE_BUFFERED, Form.BISGLYCINATE_DIHYDRATE} <= set(forms)
    assert Form.CITRATE not in forms


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("followed_weeks", 12, "followed_weeks is not a key of a definition"),
        ("consent", False, "consent is not a key of a definition"),
        ("form", "SUGAR", "'SUGAR' is not a form"),
        ("form", ["GLYCINATE"], "is not a form"),
        ("form", "BISGLYCINATE", "Ask for GLYCINATE"),
        ("minimum_weeks", -1, "whole number from 0 to 520"),
        ("minimum_weeks", 12.5, "whole number"),
        ("minimum_weeks", True, "whole number"),
        ("minimum_weeks", None, "whole number"),
        ("minimum_age_years", 121, "whole number from 0 to 120"),
        ("maximum_age_years", "65", "whole number"),
        ("started_from", "12 March", "YYYY-MM-DD"),
        ("started_until", 20250101.5, "YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_its_key(key: str, value: Any, sentence: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        CohortCriteria.from_json({**FULL, key: value})
    assert list(refused.value.errors) == [key]
    assert sentence in refused.value.errors[key][0]


def test_every_bad_key_is_named_at_once() -> None:
    with pytest.raises(BadDefinition) as refused:
        CohortCriteria.from_json({"form": "SUGAR", "minimum_weeks": -1, "cohort": 1})
    assert set(refused.value.errors) == {"form", "minimum_weeks", "cohort"}


def test_the_ages_are_in_order() -> None:
    with pytest.raises(BadDefinition, match="highest age"):
        CohortCriteria.from_json({"minimum_age_years": 60, "maximum_age_years": 59})


def test_a_period_of_less_than_28_days_would_tell_when_people_started() -> None:
    with pytest.raises(BadDefinition, match="28 days"):
        CohortCriteria.from_json({"started_from": "2025-01-01", "started_until": "2025-01-27"})
    CohortCriteria.from_json({"started_from": "2025-01-01", "started_until": "2025-01-28"})


def test_the_hash_depends_on_cohort_and_outcome_and_on_nothing_else() -> None:
    outcome = OutcomeDefinition.of(Thresholds())
    definition = SeriesDefinition(CohortCriteria.from_json(FULL), outcome)
    assert definition.sha256 == SeriesDefinition.from_stored(definition.to_json()).sha256
    others = [
        SeriesDefinition(CohortCriteria.from_json({**FULL, "minimum_weeks": 13}), outcome),
        SeriesDefinition(definition.cohort, OutcomeDefinition.of(Thresholds(gad7_improved_drop=5))),
    ]
    assert len({definition.sha256, *(other.sha256 for other in others)}) == 3


def test_the_outcome_is_the_protocols() -> None:
    outcome = OutcomeDefinition.of(Thresholds())
    assert (outcome.baseline_minimum, outcome.drop, outcome.rise) == (5, 4, 4)
    assert (outcome.day, outcome.margin_days) == (84, 14)
