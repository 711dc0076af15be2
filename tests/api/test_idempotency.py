"""The same POST sent twice is done once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory

from accounts import idempotency
from accounts.actors import Actor
from accounts.idempotency import BodyDiffers, new_key, saved_once
from accounts.models import IdempotencyKey
from patients.models import Patient, Visit
from tests.api.calling import Caller, made
from tests.factories import NOW
from tests.stories import Clock, a_clinic, a_clinician, a_flag, a_patient

TODAY = "2026-03-12"
SARA = {"mrn": "1", "family_name": "Lindqvist", "given_name": "Sara", "birth_date": "1980-05-17"}


@pytest.mark.django_db
def test_the_same_post_with_the_same_key_is_done_once_and_answered_alike() -> None:
    by = a_clinician()
    body = {"patient": str(a_patient(by).pk), "visited_on": TODAY, "note": "Once."}
    first = Caller(by).post("visits/", once="k1", **body)
    again = Caller(by).post("visits/", once="k1", **body)
    assert made(first) == made(again)
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Visit.objects.count() == 1


@pytest.mark.django_db
def test_without_a_key_or_with_another_it_is_done_again() -> None:
    by = a_clinician()
    body = {"patient": str(a_patient(by).pk), "visited_on": TODAY}
    for key in (None, None, "k1", "k2"):
        made(Caller(by).post("visits/", once=key, **body))
    assert Visit.objects.count() == 4


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_refused() -> None:
    by = a_clinician()
    made(Caller(by).post("patients/", once="k1", **SARA))
    answer = Caller(by).post("patients/", once="k1", **SARA | {"mrn": "2"})
    assert answer.status_code == 422
    assert Patient.objects.count() == 1


@pytest.mark.django_db
def test_a_key_is_of_one_person_and_one_route() -> None:
    by = a_clinician()
    made(Caller(by).post("patients/", once="k1", **SARA))
    made(Caller(a_clinician(a_clinic("southbank"))).post("patients/", once="k1", **SARA))
    colleague = Caller(a_clinician(by.clinic))
    assert colleague.post("patients/", once="k1", **SARA).status_code == 400  # it ran, and the MRN is taken
    flag, other = a_flag(by), a_flag(by)
    for row in (flag, other):
        assert Caller(by).post(f"flags/{row.pk}/acknowledge/", once="k1", version=1).status_code == 200


@pytest.mark.django_db
def test_a_refused_request_keeps_no_key_so_it_can_be_corrected() -> None:
    by = a_clinician()
    assert Caller(by).post("patients/", once="k1", **SARA | {"birth_date": "2027-01-01"}).status_code == 400
    assert not IdempotencyKey.objects.exists()
    made(Caller(by).post("patients/", once="k1", **SARA))


@pytest.mark.django_db
def test_a_key_is_kept_for_24_hours(clock: Clock) -> None:
    by = a_clinician()
    body = {"patient": str(a_patient(by).pk), "visited_on": TODAY}
    made(Caller(by).post("visits/", once="k1", **body))
    clock.forward(hours=24, seconds=-1)
    assert Caller(by).post("visits/", once="k1", **body)["Idempotent-Replayed"] == "true"
    clock.forward(seconds=1)
    made(Caller(by).post("visits/", once="k1", **body))
    assert Visit.objects.count() == 2
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_that_cannot_be_is_refused_by_name(key: str) -> None:
    answer = Caller(a_clinician()).post("patients/", once=key, **SARA)
    assert (answer.status_code, list(answer.json())) == (400, ["Idempotency-Key"])


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_time_one_runs_and_the_other_gets_its_answer() -> None:
    by = a_clinician()
    body = {"patient": str(a_patient(by).pk), "visited_on": TODAY}
    answers = at_once(lambda: Caller(by).post("visits/", once="k1", **body))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Visit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_is_told_that_the_first_is_in_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    by = a_clinician()
    caller = Caller(by)
    monkeypatch.setattr(idempotency, "LONGEST_WAIT", "20ms")
    held, told = threading.Event(), threading.Event()

    def hold() -> None:
        def slow() -> idempotency.Answer:
            held.set()
            told.wait(10)
            return idempotency.Answer(201, {})

        assert by.membership
        idempotency.once(by.membership, "/api/v1/patients/", "k1", b"", at=NOW, act=slow)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(10)
        answer = caller.post("patients/", once="k1", **SARA)
    finally:
        told.set()
        thread.join()
    assert (answer.status_code, "in progress" in answer.json()["detail"]) == (409, True)
    assert not Patient.objects.exists()


def at_once(call: Callable[[], Any], times: int = 3) -> list[Any]:
    """The answers of `times` calls that begin together, each on its own connection."""
    start, answers = threading.Barrier(times), []

    def run() -> None:
        start.wait()
        answers.append(call())
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def a_post(by: Actor, **fields: str) -> HttpRequest:
    request = RequestFactory().post("/patients/new/", fields)
    request.membership = by.membership  # type: ignore[attr-defined]
    return request


@pytest.mark.django_db
def test_a_double_click_on_a_page_saves_once_and_leads_to_the_same_address() -> None:
    by, key = a_clinician(), new_key()
    saved: list[str] = []

    def save() -> str:
        saved.append("saved")
        return f"/patients/{len(saved)}/"

    for token in ("a", "b"):  # the CSRF token differs from page to page and is no part of what was typed
        answer = saved_once(a_post(by, once=key, name="Sara", csrfmiddlewaretoken=token), at=NOW, act=save)
        assert (answer.status_code, answer["Location"]) == (302, "/patients/1/")
    with pytest.raises(BodyDiffers):
        saved_once(a_post(by, once=key, name="Bengt"), at=NOW, act=save)
    assert saved == ["saved"]
    assert saved_once(a_post(by, name="Sara"), at=NOW, act=save)["Location"] == "/patients/2/"
