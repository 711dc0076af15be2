"""What every address of the API answers to a body, a method or a page that it does not take."""

from typing import Any

import pytest

from patients.models import Patient
from tests.api.calling import Caller, faults, results
from tests.stories import a_clinic, a_clinician, a_patient

pytestmark = pytest.mark.django_db
PATH = "/api/v1/patients/"


@pytest.mark.parametrize("body", ["{", "nothing", '{"mrn": NaN}', b"\xff\xfe", '{"mrn": "\x00"', "1" * 5000])
def test_a_body_that_is_not_json_is_refused(body: Any) -> None:
    answer = Caller(a_clinician()).client.post(PATH, body, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])


@pytest.mark.parametrize("body", ["[]", "null", "7", '"text"'])
def test_json_that_is_no_object_is_refused(body: str) -> None:
    answer = Caller(a_clinician()).client.post(PATH, body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "kind",
    ["application/xml", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
def test_another_kind_of_body_is_415(kind: str) -> None:
    assert Caller(a_clinician()).client.post(PATH, "mrn=1", content_type=kind).status_code == 415


def test_ten_megabytes_are_refused_before_they_are_read() -> None:
    by = a_clinician()
    answer = Caller(by).post(
        "visits/", patient=str(a_patient(by).pk), visited_on="2026-03-12", note="x" * 10_000_000
    )
    assert (answer.status_code, "bytes" in answer.json()["detail"]) == (413, True)


@pytest.mark.parametrize("method", ["put", "delete", "options"])
def test_methods_that_are_not_offered_are_405(method: str) -> None:
    client = Caller(a_clinician()).client
    assert getattr(client, method)(PATH).status_code == 405
    assert client.patch(PATH, {}, format="json").status_code == 405


@pytest.mark.parametrize("pk", ["12", "not-an-id", "00000000-0000-0000-0000-000000000000"])
def test_an_id_that_nothing_has_is_404(pk: str) -> None:
    assert Caller(a_clinician()).get(f"patients/{pk}/").status_code == 404


def test_pages_follow_their_cursor_to_the_end() -> None:
    by = a_clinician()
    known = {str(a_patient(by).pk) for _ in range(5)}
    caller = Caller(by)
    answer = caller.get("patients/", page_size=2)
    seen = [row["id"] for row in results(answer)]
    assert answer.json()["previous"] is None
    while answer.json()["next"]:
        answer = caller.client.get(answer.json()["next"])
        seen += [row["id"] for row in results(answer)]
    assert (len(seen), set(seen)) == (5, known)
    assert [row["id"] for row in results(caller.client.get(answer.json()["previous"]))] == seen[2:4]


def test_a_cursor_that_was_made_up_is_404() -> None:
    assert Caller(a_clinician()).get("patients/", cursor="made-up").status_code == 404


@pytest.mark.parametrize("query", [{"status": "GONE"}, {"search": "\x00"}, {"mrn": "\x00"}])
def test_a_filter_that_cannot_be_is_refused_by_name(query: dict[str, str]) -> None:
    assert list(faults(Caller(a_clinician()).get("patients/", **query))) == list(query)


def test_nobody_is_401_everywhere() -> None:
    client = Caller(a_clinician()).client
    client.credentials()
    assert client.get(PATH).status_code == 401
    assert client.post(PATH, {}, format="json").status_code == 401


def test_writes_are_throttled(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"write": "2/minute"}
    monkeypatch.setattr("accounts.resources.WriteThrottle.THROTTLE_RATES", rates)
    caller = Caller(a_clinician())
    assert [caller.post("patients/").status_code for _ in range(3)] == [400, 400, 429]
    assert caller.get("patients/").status_code == 200


def test_a_stranger_learns_nothing_of_a_search() -> None:
    by = a_clinician()
    a_patient(by)
    assert results(Caller(a_clinician(a_clinic("southbank"))).get("patients/", search="lindqvist")) == []
    assert Patient.objects.count() == 1
