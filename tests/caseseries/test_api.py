"""The API of case series: summary, exports, files, and who may."""

import json
from typing import Any

import pytest

from accounts.actors import Actor
from caseseries.api_shapes import SummaryShape
from caseseries.models import Definition, Export, SavedSeries
from tests.api.calling import Caller, done, faults, made, results
from tests.caseseries.people import the_article_series
from tests.stories import a_clinic, a_clinician, an_admin, an_assistant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SERIES, EXPORTS, SAVED = "case-series/", "case-series/exports/", "case-series/saved/"
ASKED: dict[str, Any] = {"form": "GLYCINATE", "minimum_weeks": 12}


@pytest.fixture
def api(by: Actor) -> Caller:
    return Caller(by)


@pytest.mark.usefixtures("article")
def test_a_definition_gives_the_summary(api: Caller) -> None:
    summary = done(api.post(SERIES, **ASKED))
    assert (summary["n"], summary["internal"], summary["suppressed_cells"]) == (50, True, 0)
    assert summary["less_anxious"]["less_of_all"] == {
        "n": 34, "of": 50, "percent": 68.0, "low_percent": 54.2, "high_percent": 79.2,
    }  # fmt: skip
    assert "does not show that magnesium caused the change" in summary["limitation"]
    assert summary["definition"]["cohort"]["form"] == "GLYCINATE"


def test_a_researcher_gets_suppressed_counts_and_a_clinician_the_clinics_own(
    by: Actor, researcher: Actor, api: Caller
) -> None:
    the_article_series(by, people=20, twitching=4)
    ours = done(api.post(SERIES, **ASKED))
    theirs = done(Caller(researcher).post(SERIES, **ASKED))
    assert (ours["internal"], theirs["internal"]) == (True, False)
    (our_new, their_new) = (
        next(s["new"]["n"] for s in summary["new_symptoms"] if s["symptom"] == "MUSCLE_TWITCHING")
        for summary in (ours, theirs)
    )
    assert (our_new, their_new) == (4, None)
    assert "Counts from 1 to 10" in theirs["small_cells"]


def test_an_unknown_key_and_a_bad_value_are_named(api: Caller) -> None:
    assert set(faults(api.post(SERIES, form="SUGAR", followed_weeks=12))) == {"form", "followed_weeks"}
    assert set(faults(api.post(EXPORTS, form="SUGAR"))) == {"form"}
    assert set(faults(api.post(SERIES, data_cut_on="2026-03-13"))) == {"data_cut_on"}
    assert set(faults(api.post(SERIES, data_cut_on="soon"))) == {"data_cut_on"}
    assert set(faults(api.post(SERIES, name="a\x00b"))) == {"name"}
    assert Export.objects.count() == 0


def test_what_an_outcome_may_choose_and_what_is_refused_by_its_place(api: Caller) -> None:
    chosen: dict[str, Any] = {"outcome": {"improved": "PERCENT", "symptom": "TINGLING", "grade_at_most": 1}}
    summary = done(api.post(SERIES, **ASKED, **chosen))
    assert summary["definition"]["outcome"]["improved"] == "PERCENT"
    refused: dict[str, Any] = {"outcome": {"drop": 0, "follow_up": 2}, "with_modifiers": ["TRPM6_GENOTYPE"]}
    named = faults(api.post(SERIES, **refused))
    assert set(named) == {"outcome", "with_modifiers"}
    assert set(named["outcome"]) == {"drop", "follow_up"}
    overlapping = faults(api.post(SERIES, outcome={"day": 14}))
    assert "Windows that overlap" in overlapping["outcome"]["margin_days"][0]


def test_the_summary_has_the_shape_that_the_schema_says(api: Caller) -> None:
    summary = done(api.post(SERIES, **ASKED))
    assert set(summary) == set(SummaryShape().fields)
    assert set(summary["less_anxious"]) == set(SummaryShape().fields["less_anxious"].fields)


def test_a_look_locks_the_definition(api: Caller) -> None:
    summary = done(api.post(SERIES, **ASKED))
    assert Definition.objects.get().sha256 == summary["definition"]["sha256"]


def test_a_series_is_saved_listed_and_has_versions(api: Caller) -> None:
    first = made(api.post(SAVED, name="Founding series", **ASKED))
    assert (first["name"], first["version"], first["criteria"]["cohort"]["form"]) == (
        "Founding series", 1, "GLYCINATE",
    )  # fmt: skip
    assert made(api.post(SAVED, name="Founding series", **ASKED)) == first
    second = made(api.post(SAVED, name="Founding series", form="OXIDE"))
    assert [row["version"] for row in results(api.get(SAVED))] == [2, 1]
    words = done(api.post(SERIES, form="OXIDE"))["version_in_words"]
    assert words == "Version 2 of 2; version 1 differed in form: oxide, before glycinate."
    assert second["sha256"] != first["sha256"]


def test_a_series_is_saved_with_a_name_by_who_may(by: Actor, researcher: Actor, api: Caller) -> None:
    assert set(faults(api.post(SAVED, **ASKED))) == {"name"}
    assert set(faults(api.post(SAVED, name="x" * 121))) == {"name"}
    assert set(faults(api.post(SAVED, name="Mine", data_cut_on="2026-01-01"))) == {"data_cut_on"}
    assert SavedSeries.objects.count() == 0
    made(Caller(researcher).post(SAVED, name="Mine"))
    assert results(Caller(a_clinician(a_clinic("southbank"))).get(SAVED)) == []
    for person in (an_assistant(by.clinic), an_admin(by.clinic)):
        assert {Caller(person).post(SAVED, name="No").status_code, Caller(person).get(SAVED).status_code} == {
            403
        }


def test_a_body_that_is_no_object_is_refused(api: Caller) -> None:
    for body in ("[1]", '"GLYCINATE"', "{"):
        answer = api.client.post(f"/api/v1/{SERIES}", body, content_type="application/json")
        assert answer.status_code == 400, body


def test_assistants_and_admins_may_not(by: Actor) -> None:
    for person in (an_assistant(by.clinic), an_admin(by.clinic)):
        caller = Caller(person)
        answers: list[Any] = [caller.post(SERIES), caller.post(EXPORTS), caller.get(EXPORTS)]
        assert {answer.status_code for answer in answers} == {403}


def test_the_answer_is_json_without_gaps(api: Caller) -> None:
    answer = api.post(SERIES, **ASKED)
    assert json.loads(answer.content)["n"] == 0
