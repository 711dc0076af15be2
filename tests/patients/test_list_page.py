"""The list of patients: found by the first letters, a page at a time, and only in one's own clinic."""

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.keyset import page
from patients.models import Patient
from tests.stories import a_clinic, a_clinician, a_patient, a_researcher, a_visit, at_the_clock

pytestmark = pytest.mark.django_db
ORDER = ("family_name", "given_name", "id")


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    at_the_clock(monkeypatch)
    return a_clinician()


def listed(client: Client, by: Actor, **asked: str) -> str:
    client.force_login(by.user)
    answer = client.get(reverse("patients:list"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_typed_word_begins_a_name_or_the_mrn(client: Client, by: Actor) -> None:
    a_patient(by, family_name="Brandão", given_name="Zoë", mrn="A-77")
    a_patient(by, family_name="Okafor", given_name="Ada", mrn="B-12")
    found = listed(client, by, search="zo bran")
    assert "BRANDÃO, Zoë" in found and "OKAFOR" not in found
    assert "OKAFOR, Ada" in listed(client, by, search="b12")
    assert "No patients match" in listed(client, by, search="randao")


def test_status_narrows_the_list(client: Client, by: Actor) -> None:
    a_patient(by, family_name="Here")
    Patient.objects.filter(pk=a_patient(by, family_name="Gone").pk).update(status="LEFT")
    found = listed(client, by, status="LEFT")
    assert "GONE" in found and "HERE" not in found


def test_the_last_visit_stands_beside_the_name(client: Client, by: Actor) -> None:
    a_visit(a_patient(by), by)
    assert "12\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026" in listed(client, by)


def test_who_wants_to_log_a_visit_is_led_on_to_it(client: Client, by: Actor) -> None:
    patient = a_patient(by)
    assert reverse("reviews:log_visit", args=[patient.pk]) in listed(client, by, **{"for": "visit"})


def test_another_clinic_s_patients_are_not_listed(client: Client, by: Actor) -> None:
    a_patient(a_clinician(a_clinic("southbank")), family_name="Elsewhere")
    assert "ELSEWHERE" not in listed(client, by)


def test_a_researcher_gets_no_list(client: Client, by: Actor) -> None:
    client.force_login(a_researcher(by.clinic).user)
    assert client.get(reverse("patients:list")).status_code == 403


@pytest.mark.parametrize("search", ["\x00", "'", "a & b", "\\", "x" * 5000])
def test_strange_words_find_nothing_and_break_nothing(client: Client, by: Actor, search: str) -> None:
    listed(client, by, search=search)


def test_pages_follow_one_another_without_gap_or_repetition(by: Actor) -> None:
    for n in range(7):
        a_patient(by, family_name="Same", given_name="Name", mrn=f"M{n}")
    whole = list(Patient.objects.of(by.clinic).order_by(*ORDER))
    first = page(Patient.objects.of(by.clinic), _asked(""), order=ORDER, size=3)
    second = page(Patient.objects.of(by.clinic), _asked(first.next_url), order=ORDER, size=3)
    last = page(Patient.objects.of(by.clinic), _asked(second.next_url), order=ORDER, size=3)
    back = page(Patient.objects.of(by.clinic), _asked(last.previous_url), order=ORDER, size=3)
    assert first.rows + second.rows + last.rows == whole
    assert back.rows == second.rows
    assert (first.previous_url, last.next_url) == ("", "")
    assert (
        page(Patient.objects.of(by.clinic), _asked(back.previous_url), order=ORDER, size=3).rows == first.rows
    )


def test_a_page_keeps_the_search_and_ignores_a_bad_key(client: Client, by: Actor) -> None:
    for n in range(51):
        a_patient(by, family_name="Same", mrn=f"M{n}")
    assert "search=same&amp;after=" in listed(client, by, search="same")
    assert "SAME" in listed(client, by, after="not-a-key")


def _asked(url: str) -> QueryDict:
    return QueryDict(url.lstrip("?"))
