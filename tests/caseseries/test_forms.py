"""The form of a series: it asks for what a definition asks for, and keeps what was typed."""

import pytest
from django.http import QueryDict

from caseseries.definition import CohortCriteria, Improved, OutcomeDefinition
from caseseries.forms import CohortForm, first_look
from patients.models import Sex
from patients.symptoms import Symptom
from protocols.thresholds import Thresholds
from regimens.salts import Family
from tests.caseseries.series_made import OUTCOME


def a_form(query: str) -> CohortForm:
    return CohortForm(QueryDict(query), Thresholds())


def test_the_first_look_is_glycinate_with_the_outcomes_of_the_protocol() -> None:
    form = CohortForm(first_look(), Thresholds())
    assert form.is_valid(), form.errors
    assert form.definition.cohort == CohortCriteria(families=(Family.GLYCINATE,))
    assert form.definition.outcome == OUTCOME
    assert not form.asks_outcome and not form.asks_baseline


def test_everything_that_a_definition_knows_can_be_asked_for() -> None:
    form = a_form(
        "form=CITRATE&form=GLYCINATE&minimum_weeks=8&minimum_age_years=18&maximum_age_years=65&sex=FEMALE"
        "&started_from=2025-01-01&started_until=2025-11-30&minimum_elemental_mg_per_day=200"
        "&maximum_elemental_mg_per_day=400&minimum_gad7=5&maximum_gad7=20&minimum_ionized_mg_mmol_l=0.40"
        "&maximum_ionized_mg_mmol_l=0.5&minimum_egfr=30&with_modifiers=PPI&without_modifiers=DIURETIC"
        "&day=56&margin_days=7&improved=PERCENT&percent=40&symptom=FATIGUE&grade_at_most=1&lowered_to_mg=300"
    )
    assert form.is_valid(), form.errors
    cohort, outcome = form.definition.cohort, form.definition.outcome
    assert set(cohort.families) == {Family.CITRATE, Family.GLYCINATE} and cohort.sex == (Sex.FEMALE,)
    assert (str(cohort.minimum_ionized_mg_mmol_l), str(cohort.minimum_egfr)) == ("0.4", "30")
    assert (outcome.improved, outcome.percent, outcome.day) == (Improved.PERCENT, 40, 56)
    assert (outcome.symptom, outcome.grade_at_most) == (Symptom.FATIGUE, 1)
    assert form.asks_outcome and form.asks_baseline
    # Asked for again, it is the same.
    again = a_form("&".join(f"{name}={value}" for name, value in form.pairs))
    assert again.is_valid() and again.definition == form.definition


def test_a_number_of_another_way_to_improve_decides_nothing() -> None:
    one, other = a_form("improved=REMISSION&drop=4"), a_form("improved=REMISSION&drop=9")
    assert one.is_valid() and other.is_valid() and one.definition.sha256 == other.definition.sha256


def test_what_is_left_empty_is_as_the_protocol_says() -> None:
    form = a_form("minimum_weeks=12&day=&drop=")
    assert form.is_valid() and form.definition.outcome == OutcomeDefinition.of(Thresholds())


@pytest.mark.parametrize(
    "query, field, sentence",
    [
        ("minimum_weeks=-1", "minimum_weeks", "whole number from 0 to 520"),
        ("minimum_weeks=", "minimum_weeks", "required"),
        ("minimum_weeks=x", "minimum_weeks", "whole number"),
        ("form=SUGAR", "form", "SUGAR is not one of the available choices"),
        ("minimum_age_years=60&maximum_age_years=50", "maximum_age_years", "below the lowest"),
        ("started_from=2025-01-01&started_until=2025-01-02", "started_until", "28 days or more"),
        ("started_from=yesterday", "started_from", "valid date"),
        ("day=10&margin_days=14", "margin_days", "Windows that overlap"),
        ("with_modifiers=PPI&without_modifiers=PPI", "without_modifiers", "with and without"),
        ("with_modifiers=TRPM6_GENOTYPE", "with_modifiers", "not one of the available choices"),
        ("minimum_egfr=999", "minimum_egfr", "from 0 to 250"),
        ("lowered_to_mg=1e9999999", "lowered_to_mg", "number"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_stays_typed(query: str, field: str, sentence: str) -> None:
    form = a_form(query)
    assert not form.is_valid()
    assert sentence in form.errors[field].as_text()
    typed = QueryDict(query)
    assert form[field].value() in (typed.get(field), typed.getlist(field))


def test_counts_stand_beside_the_forms_where_they_may_be_told() -> None:
    told = CohortForm(first_look(), Thresholds(), {Family.GLYCINATE: 238, Family.TAURATE: 3})
    at_once = {box.value: box.people for box in told.families.shown}
    assert at_once == {"GLYCINATE": 238, "CITRATE": None, "OXIDE": None, "MALATE": None, "TAURATE": 3}
    assert all(box.people is None for box in a_form("").families.shown)
    assert a_form("form=SULFATE").families.is_open
