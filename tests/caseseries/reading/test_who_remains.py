"""Who is in, step by step, and how the people of a series are read."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from caseseries.definition import CohortCriteria, OutcomeDefinition
from caseseries.reading import cohort as cohorts
from caseseries.reading import read_cohort
from tests.caseseries.people import (
    GLYCINATE,
    OUTCOME,
    SERIES,
    a_person,
    a_score,
    a_start,
    a_step,
    people_of,
    the_article_series,
)
from tests.caseseries.reading.someone import of_patient, on, remaining, the_person
from tests.factories import (
    NOW,
    TODAY,
    LabResultFactory,
    ModifierFactory,
)

pytestmark = pytest.mark.django_db
MG = Decimal("99.9")


# --- criteria


def test_only_the_steps_that_are_asked_for_are_told_in_a_fixed_order(by: Actor) -> None:
    assert list(remaining(by)) == ["ALL", "FORM", "WEEKS", "CONSENT"]
    everything = {
        "sex": ["FEMALE"], "minimum_age_years": 18, "started_until": "2030-01-01", "minimum_gad7": 5,
        "maximum_elemental_mg_per_day": 400, "minimum_egfr": 60, "without_modifiers": ["PPI"],
    }  # fmt: skip
    assert list(remaining(by, **everything)) == [
        "ALL", "FORM", "WEEKS", "AGE", "SEX", "PERIOD", "DOSE", "BASELINE", "KIDNEY", "MODIFIERS", "CONSENT",
    ]  # fmt: skip


def test_sex_is_any_of_those_asked_for(by: Actor) -> None:
    for sex in ("FEMALE", "MALE", "OTHER"):
        a_person(by, sex=sex)
    assert remaining(by, sex=["FEMALE", "OTHER"])["SEX"] == 2


@pytest.mark.parametrize(
    ("asked", "step", "kept"),
    [
        ({"minimum_gad7": 10}, "BASELINE", 1),
        ({"minimum_gad7": 11}, "BASELINE", 0),
        ({"maximum_gad7": 10}, "BASELINE", 1),
        ({"maximum_gad7": 9}, "BASELINE", 0),
        ({"minimum_ionized_mg_mmol_l": 0.44}, "BASELINE", 1),
        ({"minimum_ionized_mg_mmol_l": 0.45}, "BASELINE", 0),
        ({"maximum_ionized_mg_mmol_l": 0.43, "minimum_gad7": 5}, "BASELINE", 0),
        ({"minimum_elemental_mg_per_day": "199.8"}, "DOSE", 1),
        ({"minimum_elemental_mg_per_day": "199.9"}, "DOSE", 0),
        ({"maximum_elemental_mg_per_day": 199}, "DOSE", 0),
        ({"minimum_egfr": 60}, "KIDNEY", 0),
        ({"minimum_egfr": 59}, "KIDNEY", 1),
    ],
)
def test_a_baseline_outside_the_bounds_takes_out_and_one_that_was_not_measured_does_not(
    by: Actor, asked: dict[str, Any], step: str, kept: int
) -> None:
    measured = a_person(by, gad7={-9: 3, -3: 10, 1: 20}, ionized={-5: "0.44", 3: "0.60"})
    LabResultFactory.create(
        **of_patient(measured), analyte="EGFR", value="59", canonical_value="59", collected_on=on(-9)
    )
    a_person(by)
    counted = remaining(by, **asked)[step]
    # Of both a dose is known; of the other no value.
    assert counted == (2 * kept if step == "DOSE" else kept + 1)


def test_the_dose_that_is_asked_about_is_the_dose_that_is_told(by: Actor) -> None:
    """The SQL of the criterion and the spans agree: other products, earlier steps, interruptions, stops."""
    plain = a_person(by)
    beside = a_person(by)
    a_start(beside, on(-30), code="P05", units="1")
    ended = a_person(by)
    a_start(ended, on(-30), code="P05", units="1").update_from(1, stopped_on=on(0), stop_reason="NO_BENEFIT")
    stepped = a_person(by)
    other = a_start(stepped, on(-30), code="P05", units="1")
    a_step(other, on(-10), "2")
    paused = a_person(by)
    paused.regimens.get().interruptions.create(
        **of_patient(paused, from_on=on(0), until_on=on(0)), clinic=by.clinic, created_at=NOW
    )
    doses = {person.patient_id: person.dose_on(0) for person in people_of(by.clinic)}
    assert doses == {
        plain.pk: 2 * MG, beside.pk: 2 * MG + 101, ended.pk: 2 * MG, stepped.pk: 2 * MG + 202,
        paused.pk: None,
    }  # fmt: skip
    for least in (Decimal("199.8"), Decimal("300.8"), Decimal("401.8")):
        asked = CohortCriteria(GLYCINATE.families, minimum_elemental_mg_per_day=least)
        kept = {person.patient_id for person in people_of(by.clinic, asked)}
        # Nothing taken on the day of the start is no dose, not a small one.
        assert kept == {who for who, dose in doses.items() if dose is None or dose >= least}


@pytest.mark.parametrize(
    ("entries", "with_it"),
    [
        ([("YES", -30, None)], True),
        ([("YES", 0, None)], True),
        ([("YES", 1, None)], False),
        ([("YES", -30, -1)], False),
        ([("YES", -30, 0)], True),
        ([("NO", -30, None)], False),
        ([("UNKNOWN", None, None)], False),
        ([("YES", None, None)], True),
        ([("YES", -60, None), ("NO", -30, None)], False),
        ([], False),
    ],
)
def test_a_modifier_is_there_when_the_newest_entry_of_the_day_says_so(
    by: Actor, entries: list[tuple[str, int | None, int | None]], with_it: bool
) -> None:
    patient = a_person(by)
    for value, since, until in entries:
        days = {"since": since, "until": until}
        dated = {name: None if day is None else on(day) for name, day in days.items()}
        ModifierFactory.create(**of_patient(patient, code="PPI", value=value, **dated))
    assert remaining(by, with_modifiers=["PPI"])["MODIFIERS"] == int(with_it)
    assert remaining(by, without_modifiers=["PPI"])["MODIFIERS"] == int(not with_it)


# --- chunks


def test_people_come_in_chunks_and_in_whatever_order_is_asked(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_article_series(by, people=7, less=5, twitching=2)
    cohort = read_cohort(by.clinic, SERIES, TODAY)
    whole = list(cohort.persons())
    monkeypatch.setattr(cohorts, "CHUNK", 3)
    assert [len(chunk) for chunk in cohort.chunks()] == [3, 3, 1]
    assert list(cohort.persons()) == whole
    backwards = [person.patient_id for person in reversed(whole)]
    assert list(cohort.in_order(backwards)) == list(reversed(whole))
    assert list(cohort.patient_ids()) == [person.patient_id for person in whole]
    assert cohort.n == 7


def test_a_chunk_costs_as_many_queries_as_one_person(by: Actor) -> None:
    the_article_series(by, people=2, less=1, twitching=1)
    few = _queries(by)
    the_article_series(by, people=9)
    assert _queries(by) == few == 16


def _queries(by: Actor) -> int:
    with CaptureQueriesContext(connection) as queries:
        list(read_cohort(by.clinic, SERIES, TODAY).persons())
    return len(queries)


def test_another_outcome_has_its_own_window(by: Actor) -> None:
    patient = a_person(by, gad7={0: 12, 28: 4, 84: 11})
    early = OutcomeDefinition(**{**vars(OUTCOME), "day": 28, "margin_days": 7})
    assert (the_person(by).gad7.outcome, the_person(by, outcome=early).gad7.outcome) == (11, 4)
    a_score(patient, on(36), 0)
    assert the_person(by, outcome=early).gad7.outcome == 4
