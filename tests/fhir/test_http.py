"""How it is asked and how it answers: sign-in, media types, refusals, versions, the audit log."""

from typing import Any

import pytest
from django.test import Client

from accounts.actors import Actor
from accounts.tokens import revoke_tokens
from audit.models import AuditEvent
from reviews.acts.patients import edit_patient
from tests.factories import NOW
from tests.fhir.calling import ROOT, Reader, refusal
from tests.stories import a_low_result, a_patient, a_researcher, a_visit, an_admin, an_assistant, present

TYPES = ["Patient", "Observation", "MedicationStatement", "Encounter", "Flag"]


def test_the_word_before_the_token_is_token_or_bearer(by: Actor) -> None:
    for word in ("Token", "Bearer", "bearer"):
        assert Reader(by, word).found("Patient") == []
    answer = Reader(by, "Basic").ask("Patient")
    refusal(answer, 401)
    assert answer["WWW-Authenticate"] == "Token"


def test_the_rest_api_still_knows_one_word(by: Actor) -> None:
    reader = Reader(by, "Bearer")
    assert reader.client.get("/api/v1/patients/", headers=reader.headers).status_code == 401


def test_a_token_that_was_revoked_and_one_that_never_was_open_nothing(by: Actor, reader: Reader) -> None:
    assert by.membership
    revoke_tokens(by.membership, NOW)
    assert refusal(reader.ask("Patient"), 401)["code"] == "login"
    reader.headers = {"Authorization": "Bearer ÿ"}
    refusal(reader.ask("Patient"), 401)


def test_a_browser_session_reads_too(by: Actor, client: Client) -> None:
    patient = a_patient(by)
    client.force_login(by.user)
    answer = client.get(f"{ROOT}Patient/{patient.pk}", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.json()["id"]) == (200, str(patient.pk))


@pytest.mark.parametrize("path", [*TYPES, "Patient/{}", "Patient/{}/$everything"])
def test_who_may_not_see_charts_sees_none_here(by: Actor, path: str) -> None:
    patient = a_patient(by)
    assert Reader(an_assistant(by.clinic)).get(path.format(patient.pk))
    for person in (a_researcher(by.clinic), an_admin(by.clinic)):
        issue = refusal(Reader(person).ask(path.format(patient.pk)), 403)
        assert issue["code"] == "forbidden" and "clinician" in issue["diagnostics"]


@pytest.mark.parametrize(
    "path",
    [
        "Condition", "Condition/1", "patient", "Patient/1", "Patient/not-an-id", "Observation/%00",
        "Patient/00000000-0000-0000-0000-000000000000", "Patient/1/$everything", "Patient/1/_history",
        "Patient/1/2/3", "", "Patient/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found_in_fhir_s_words(reader: Reader, path: str) -> None:
    assert refusal(reader.ask(path), 404)["code"] == "not-found"
    refusal(Client().get(f"{ROOT}{path}"), 401)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["Patient", "Patient/1", "metadata"])
def test_nothing_can_be_written(reader: Reader, method: str, path: str) -> None:
    send = getattr(reader.client, method)
    kinds = {
        "application/fhir+json": 405,
        "application/json": 405,
        "application/fhir+xml": 415,
        "text/xml": 415,
    }
    for kind, status in kinds.items():
        answer = send(f"{ROOT}{path}", "<Patient/>", content_type=kind, headers=reader.headers)
        assert refusal(answer, status if path != "metadata" else 405)["code"] == "not-supported"


def test_a_large_body_is_not_even_read(reader: Reader, settings: Any) -> None:
    body = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    sent = reader.client.post(f"{ROOT}Patient", body, content_type="application/json", headers=reader.headers)
    assert refusal(sent, 413)["code"] == "too-long"


@pytest.mark.parametrize(
    "accept", ["application/fhir+json", "application/json;q=0.9", "*/*", "text/html, */*", ""]
)
def test_who_takes_json_gets_fhir_json(reader: Reader, accept: str) -> None:
    answer = reader.ask("Patient", Accept=accept)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/fhir+json")


@pytest.mark.parametrize("path", ["Patient", "metadata", "Patient/1"])
def test_xml_is_not_offered(reader: Reader, path: str) -> None:
    for format in ("xml", "application/fhir+xml", "html", "ttl"):
        assert refusal(reader.ask(path, {"_format": format}), 406)["code"] == "not-supported"
    for accept in ("application/fhir+xml", "text/html"):
        refusal(reader.ask(path, Accept=accept), 406)
    for format in ("json", "application/fhir+json", "application/json"):
        assert reader.ask("Patient", {"_format": format}, Accept="application/fhir+xml").status_code == 200


def test_too_many_questions_are_told_when_to_come_back(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rest_framework.throttling.UserRateThrottle.THROTTLE_RATES", {"user": "2/minute"})
    assert [reader.ask("Patient").status_code for _ in range(2)] == [200, 200]
    answer = reader.ask("Patient")
    assert refusal(answer, 429)["code"] == "throttled" and answer["Retry-After"]


def test_a_resource_has_a_version_that_changes_with_it(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    answer = reader.ask(f"Patient/{patient.pk}")
    meta = answer.json()["meta"]
    assert answer["ETag"] == f'W/"{meta["versionId"]}"' and meta["versionId"].startswith("1-")
    assert answer["Last-Modified"].endswith("GMT")
    assert answer["Cache-Control"] == "no-store, private"
    for held in (answer["ETag"], meta["versionId"], f'"x", {answer["ETag"]}'):
        again = reader.ask(f"Patient/{patient.pk}", If_None_Match=held)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    edit_patient(patient=patient, by=by, at=NOW, version=1, given_name="Sarah")
    changed = reader.ask(f"Patient/{patient.pk}", If_None_Match=answer["ETag"])
    assert changed.status_code == 200 and changed.json()["meta"]["versionId"].startswith("2-")


def test_what_follows_from_other_rows_changes_the_version_too(by: Actor, reader: Reader) -> None:
    row = a_low_result(a_patient(by), by)
    before = reader.ask(f"Observation/{row.pk}")["ETag"]
    type(row).objects.filter(pk=row.pk).update(interpretation="NORMAL")
    assert reader.ask(f"Observation/{row.pk}", If_None_Match=before).status_code == 200


def events(act: str) -> list[tuple[Any, Any, Any]]:
    rows = AuditEvent.objects.filter(act=act).order_by("id")
    return [(event.user, event.patient_id and str(event.patient_id), event.after) for event in rows]


def test_every_reading_is_in_the_audit_log(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    key = str(patient.pk)
    visit = a_visit(patient, by, present("TINGLING")).visit
    reader.get(f"Encounter/{visit.pk}")
    reader.get("Observation", patient=key, code="73572-0", date="ge2026", _count=5)
    reader.get(f"Patient/{key}/$everything")
    assert events("READ_CHART") == [
        (by.user, key, {"fhir": f"Encounter/{visit.pk}"}),
        (
            by.user,
            key,
            {
                "fhir": "Observation",
                "asked": {"patient": key, "code": "73572-0", "date": "ge2026"},
                "count": 0,
            },
        ),
        (by.user, key, {"fhir": f"Patient/{key}/$everything", "asked": {}, "count": 4}),
    ]


def test_a_search_over_several_patients_is_logged_with_all_who_were_in_the_answer(
    by: Actor, reader: Reader
) -> None:
    """Names that were looked for are not kept in a log that is read by people without charts."""
    keys = sorted(str(a_patient(by).pk) for _ in range(2))
    reader.get("Patient", family="lindq")
    told = {"fhir": "Patient", "asked": {"family": "(not kept)"}, "count": 2, "patients": keys}
    assert events("READ_LIST") == [(by.user, None, told)]


def test_what_was_refused_is_no_reading(by: Actor, reader: Reader) -> None:
    reader.ask("Patient?colour=red")
    reader.ask("Patient/1")
    reader.ask("metadata")
    assert events("READ_CHART") == events("READ_LIST") == []


def test_an_answer_that_cannot_be_logged_is_not_given(
    by: Actor, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the log is full")

    patient = a_patient(by)
    monkeypatch.setattr("fhir.serving.reading_log.record", broken)
    for path in ("Patient", f"Patient/{patient.pk}", f"Patient/{patient.pk}/$everything"):
        assert reader.ask(path).status_code == 500
