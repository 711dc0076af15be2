"""The API of case series: summary, exports, files, and who may."""

import hashlib
import json
from typing import Any

import pytest

from accounts.actors import Actor
from caseseries.models import Export
from tests.api.calling import Caller, done, faults, made, results
from tests.caseseries.people import the_article_series
from tests.stories import a_clinic, a_clinician, a_researcher, an_admin, an_assistant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SERIES, EXPORTS = "case-series/", "case-series/exports/"
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


def test_a_body_that_is_no_object_is_refused(api: Caller) -> None:
    for body in ("[1]", '"GLYCINATE"', "{"):
        answer = api.client.post(f"/api/v1/{SERIES}", body, content_type="application/json")
        assert answer.status_code == 400, body


@pytest.mark.usefixtures("article")
def test_an_export_is_made_listed_read_and_taken_away(api: Caller) -> None:
    export = made(api.post(EXPORTS, name="Founding series", **ASKED))
    assert export["counts"]["rows"] == 50
    assert [row["id"] for row in results(api.get(EXPORTS))] == [export["id"]]
    assert done(api.get(f"{EXPORTS}{export['id']}/")) == export
    for entry in export["files"]:
        answer = api.get(f"{EXPORTS}{export['id']}/files/{entry['name']}/")
        assert hashlib.sha256(answer.content).hexdigest() == entry["sha256"]
        assert answer["Content-Disposition"] == f'attachment; filename="{entry["name"]}"'
    assert api.get(f"{EXPORTS}{export['id']}/files/secret-key/").status_code == 404


def test_an_export_of_a_locked_definition_or_of_an_object(api: Caller) -> None:
    first = made(api.post(EXPORTS, definition=ASKED))
    again = made(api.post(EXPORTS, definition=first["definition"]))
    assert (again["definition"], again["manifest_sha256"]) == (first["definition"], first["manifest_sha256"])
    assert set(faults(api.post(EXPORTS, definition=first["definition"], form="OXIDE"))) == {"form"}
    assert set(faults(api.post(EXPORTS, definition="founding"))) == {"definition"}


def test_the_same_key_makes_one_export(api: Caller) -> None:
    first = made(api.post(EXPORTS, once="k1", **ASKED))
    assert made(api.post(EXPORTS, once="k1", **ASKED)) == first
    assert Export.objects.count() == 1


def test_a_clinician_sees_own_exports_and_a_researcher_all_of_the_clinic(
    by: Actor, researcher: Actor, api: Caller
) -> None:
    mine = made(api.post(EXPORTS, **ASKED))
    colleague = Caller(a_clinician(by.clinic))
    assert results(colleague.get(EXPORTS)) == []
    assert colleague.get(f"{EXPORTS}{mine['id']}/").status_code == 404
    assert colleague.get(f"{EXPORTS}{mine['id']}/files/people.csv/").status_code == 404
    assert [row["id"] for row in results(Caller(researcher).get(EXPORTS))] == [mine["id"]]


def test_another_clinics_exports_and_definitions_are_not_here(api: Caller) -> None:
    export = made(api.post(EXPORTS, **ASKED))
    stranger = Caller(a_researcher(a_clinic("southbank")))
    assert results(stranger.get(EXPORTS)) == []
    assert stranger.get(f"{EXPORTS}{export['id']}/").status_code == 404
    assert stranger.get(f"{EXPORTS}{export['id']}/files/people.csv/").status_code == 404
    assert stranger.post(EXPORTS, definition=export["definition"]).status_code == 404


def test_assistants_and_admins_may_not(by: Actor) -> None:
    for person in (an_assistant(by.clinic), an_admin(by.clinic)):
        caller = Caller(person)
        answers: list[Any] = [caller.post(SERIES), caller.post(EXPORTS), caller.get(EXPORTS)]
        assert {answer.status_code for answer in answers} == {403}


def test_the_answer_is_json_without_gaps(api: Caller) -> None:
    answer = api.post(SERIES, **ASKED)
    assert json.loads(answer.content)["n"] == 0
