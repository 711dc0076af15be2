"""The API of exports: asked for, polled, cancelled, released and taken away."""

import hashlib
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.actors import Actor
from audit.releasing import change_releasing
from caseseries.models import Export
from tests.api.calling import Caller, done, faults, made, results
from tests.caseseries.exports_made import worked_on
from tests.factories import NOW
from tests.stories import Clock, a_clinic, a_clinician, a_researcher, an_admin, an_assistant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
EXPORTS = "case-series/exports/"
ASKED: dict[str, Any] = {"form": "GLYCINATE", "minimum_weeks": 12}


@pytest.fixture
def api(by: Actor) -> Caller:
    return Caller(by)


def work(row: dict[str, Any]) -> None:
    worked_on(Export.objects.get(pk=UUID(row["id"])))


@pytest.mark.usefixtures("article")
def test_an_export_is_asked_for_polled_listed_and_taken_away(api: Caller) -> None:
    asked = made(api.post(EXPORTS, name="Founding series", **ASKED))
    assert (asked["state"], asked["files"], asked["profile"]) == ("WAITING", [], "STANDARD")
    assert api.get(f"{EXPORTS}{asked['id']}/files/people.csv/").status_code == 404
    work(asked)
    export = done(api.get(f"{EXPORTS}{asked['id']}/"))
    assert (export["state"], export["counts"]["rows"], export["done"]) == ("DONE", 50, export["total"])
    assert results(api.get(EXPORTS)) == [export]
    for entry in export["files"]:
        answer = api.get(f"{EXPORTS}{export['id']}/files/{entry['name']}/")
        assert hashlib.sha256(answer.getvalue()).hexdigest() == entry["sha256"]
        assert answer["Content-Disposition"] == f'attachment; filename="{entry["name"]}"'
    assert api.get(f"{EXPORTS}{export['id']}/files/secret-key/").status_code == 404


def test_an_export_of_a_locked_definition_or_of_an_object(api: Caller) -> None:
    first = made(api.post(EXPORTS, definition=ASKED, formats=["json"]))
    again = made(api.post(EXPORTS, definition=first["definition"], formats=["json", "csv"]))
    assert (again["definition"], again["formats"]) == (first["definition"], ["csv", "json"])
    assert set(faults(api.post(EXPORTS, definition=first["definition"], form="OXIDE"))) == {"form"}
    assert set(faults(api.post(EXPORTS, definition="founding"))) == {"definition"}


@pytest.mark.parametrize(
    "given",
    [{"formats": ["doc"]}, {"formats": []}, {"formats": "csv"}, {"profile": "EVERYTHING"}, {"form": "SUGAR"}],
)
def test_what_cannot_be_is_named_and_nothing_is_asked_for(api: Caller, given: dict[str, Any]) -> None:
    assert set(faults(api.post(EXPORTS, **given))) == set(given)
    assert Export.objects.count() == 0


def test_the_same_key_asks_once(api: Caller) -> None:
    first = made(api.post(EXPORTS, once="k1", **ASKED))
    assert made(api.post(EXPORTS, once="k1", **ASKED)) == first
    assert Export.objects.count() == 1


def test_cancel_and_retry(by: Actor, api: Caller) -> None:
    export = made(api.post(EXPORTS, **ASKED))
    ended = done(api.post(f"{EXPORTS}{export['id']}/cancel/"))
    assert (ended["state"], ended["error"]) == ("FAILED", f"Cancelled by {by.user}.")
    assert api.post(f"{EXPORTS}{export['id']}/cancel/").status_code == 400
    assert done(api.post(f"{EXPORTS}{export['id']}/retry/"))["state"] == "WAITING"
    assert api.post(f"{EXPORTS}{export['id']}/retry/").status_code == 400


def test_a_second_person_releases(by: Actor, api: Caller) -> None:
    change_releasing(by=by, at=NOW, version=1, needs_second_releaser=True)
    export = made(api.post(EXPORTS, **ASKED))
    work(export)
    assert api.get(f"{EXPORTS}{export['id']}/files/people.csv/").status_code == 404
    assert api.post(f"{EXPORTS}{export['id']}/release/").status_code == 400
    second = Caller(a_clinician(by.clinic))
    assert done(second.post(f"{EXPORTS}{export['id']}/release/"))["released_by"] != export["exported_by"]
    assert api.get(f"{EXPORTS}{export['id']}/files/people.csv/").status_code == 200


def test_what_leaves_needs_a_token_of_the_last_minutes(api: Caller, clock: Clock) -> None:
    export = made(api.post(EXPORTS, **ASKED))
    work(export)
    clock.forward(minutes=16)
    for answer in (
        api.post(EXPORTS, **ASKED),
        api.get(f"{EXPORTS}{export['id']}/files/people.csv/"),
        api.post(f"{EXPORTS}{export['id']}/release/"),
    ):
        assert answer.status_code == 403
        assert "Ask for a new token at /api/v1/token/" in answer.json()["detail"]
    assert results(api.get(EXPORTS))[0]["id"] == export["id"]


def test_a_session_must_be_fresh_too(by: Actor, clock: Clock) -> None:
    client = Client()
    client.force_login(by.user)
    clock.forward(minutes=6)
    answer = client.post(f"/api/v1/{EXPORTS}", ASKED, content_type="application/json")
    assert answer.status_code == 403 and "confirm your password" in answer.json()["detail"]


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
    for act in ("", "files/people.csv/"):
        assert stranger.get(f"{EXPORTS}{export['id']}/{act}").status_code == 404
    for act in ("cancel", "retry", "release"):
        assert stranger.post(f"{EXPORTS}{export['id']}/{act}/").status_code == 404
    assert stranger.post(EXPORTS, definition=export["definition"]).status_code == 404


def test_assistants_and_admins_may_not(by: Actor) -> None:
    for person in (an_assistant(by.clinic), an_admin(by.clinic)):
        caller = Caller(person)
        answers: list[Any] = [caller.post(EXPORTS), caller.get(EXPORTS)]
        assert {answer.status_code for answer in answers} == {403}
