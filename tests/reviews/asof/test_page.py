"""The page and the API of a past day: marked, read-only, audited, and clear about what it refuses."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from audit.models import AuditEvent
from patients.models import Patient
from reviews.acts.patients import edit_patient
from tests.api.calling import Caller, done, faults
from tests.factories import NOW, TODAY
from tests.reviews.asof.kept import at_the_time
from tests.stories import (
    a_clinic,
    a_clinician,
    a_low_result,
    a_patient,
    a_visit,
    at_the_clock,
    present,
    taking,
)

pytestmark = pytest.mark.django_db
WEEK_AGO = NOW - timedelta(days=7)
THEN = TODAY - timedelta(days=7)


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    at_the_clock(monkeypatch)
    return a_clinician(name="Dr Elena Marsh")


@pytest.fixture
def patient(by: Actor) -> Patient:
    """Tingling and a dose a week ago; a low result and another name today."""

    def a_week_ago() -> Patient:
        found = a_patient(by, owner=by.membership, at=WEEK_AGO)
        taking(found, by, since=THEN, at=WEEK_AGO)
        a_visit(found, by, present("TINGLING"), on=THEN, at=WEEK_AGO)
        return found

    patient = at_the_time(WEEK_AGO, a_week_ago)
    at_the_time(NOW, lambda: a_low_result(patient, by))
    at_the_time(NOW, lambda: edit_patient(patient=patient, by=by, at=NOW, version=1, family_name="Berg"))
    return patient


def page(client: Client, by: Actor, patient: Patient, status: int = 200, **query: str) -> str:
    client.force_login(by.user)
    answer = client.get(reverse("reviews:as_of", args=[patient.pk]), query)
    assert answer.status_code == status
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_it_says_which_day_and_which_protocol_and_that_it_is_read_only(
    client: Client, by: Actor, patient: Patient
) -> None:
    said = page(client, by, patient, on=str(THEN))
    assert "As of 5 Mar 2026, under protocol 1. Read-only." in said


def test_it_shows_what_was_known_and_nothing_later(client: Client, by: Actor, patient: Patient) -> None:
    said = page(client, by, patient, on=str(THEN))
    for words in (
        "LINDQVIST, Sara",
        "299.7 mg/day",
        "Tingling",
        "What the check had read",
        "No result was known",
    ):
        assert words in said
    assert "BERG" not in said and "0.42" not in said
    now = page(client, by, patient, on=str(TODAY))
    assert "BERG, Sara" in now and "0.42 mmol/L" in now and "Owner Dr Elena Marsh" in now


def test_nothing_on_it_changes_anything(client: Client, by: Actor, patient: Patient) -> None:
    """Within the page there is no form that posts and no link to an act."""
    content = page(client, by, patient, on=str(THEN)).split('id="content"')[1].split("</main>")[0]
    assert "<form" in content and 'method="post"' not in content
    for act in ("/resolve/", "/snooze/", "/error/", "/results/new/", "/visits/new/", "/dose/", "/edit/"):
        assert act not in content


def test_days_are_stepped_and_none_after_today(client: Client, by: Actor, patient: Patient) -> None:
    said = page(client, by, patient, on=str(THEN))
    assert '"?on=2026-03-04"' in said and '"?on=2026-03-06"' in said
    assert "Day after" not in page(client, by, patient, on=str(TODAY))


def test_the_history_tab_leads_there(client: Client, by: Actor, patient: Patient) -> None:
    client.force_login(by.user)
    chart = client.get(reverse("patients:chart", args=[patient.pk]), {"tab": "history"}).content.decode()
    assert reverse("reviews:as_of", args=[patient.pk]) in chart


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2026-03-13", "has not come yet"),
        ("2026-03-04", "was registered on 5 Mar 2026"),
        ("3 March", "Enter a valid date."),
        ("", "This field is required."),
        ("9999-01-01", "not a day that a record can have"),
        ("2026-02-30", "Enter a valid date."),
    ],
)
def test_a_day_that_cannot_be_shown_is_refused_at_its_field(
    client: Client, by: Actor, patient: Patient, on: str, words: str
) -> None:
    said = page(client, by, patient, status=400, on=on)
    assert words in said and "Read-only" not in said
    assert set(faults(Caller(by).get(f"patients/{patient.pk}/as-of/", on=on))) == {"on"}


def test_without_a_day_the_page_asks_for_one_and_the_api_refuses(
    client: Client, by: Actor, patient: Patient
) -> None:
    assert "Choose a day" in page(client, by, patient)
    assert faults(Caller(by).get(f"patients/{patient.pk}/as-of/"))["on"] == ["This field is required."]


def test_reading_it_is_an_event_with_the_day(client: Client, by: Actor, patient: Patient) -> None:
    page(client, by, patient, on=str(THEN))
    event = AuditEvent.objects.filter(act="READ_CHART").latest("id")
    assert (event.patient_id, event.after) == (patient.pk, {"tab": "as-of", "on": "2026-03-05"})
    before = AuditEvent.objects.count()
    done(Caller(by).get(f"patients/{patient.pk}/as-of/", on=str(THEN)))
    assert AuditEvent.objects.count() == before + 1


def test_the_api_says_the_same(by: Actor, patient: Patient) -> None:
    said: dict[str, Any] = done(Caller(by).get(f"patients/{patient.pk}/as-of/", on=str(THEN)))
    assert (said["on"], said["protocol_version"]) == ("2026-03-05", 1)
    assert said["patient"]["family_name"] == "Lindqvist"
    assert said["elemental_mg_per_day"] == said["doses"][0]["elemental_mg_per_day"] == 299.7
    assert [answer["symptom"] for answer in said["symptoms"]] == ["TINGLING"]
    assert said["lab_results"] == []
    assert [owed["state"] for owed in said["re_evaluations"]] == ["UPCOMING"]
    (flag,) = [flag for flag in said["flags"] if flag["rule"] == "SYMPTOM"]
    assert flag["inputs"]["symptom"] == "TINGLING" and flag["state"] == "OPEN"
    assert flag["owner"] == by.membership.pk
    (result,) = done(Caller(by).get(f"patients/{patient.pk}/as-of/", on=str(TODAY)))["lab_results"]
    assert (result["interpretation"], result["canonical_value"]) == ("LOW", 0.42)


def test_another_clinics_patient_is_not_found(client: Client, patient: Patient) -> None:
    stranger = a_clinician(a_clinic("southbank"))
    page(client, stranger, patient, status=404, on=str(THEN))
    assert Caller(stranger).get(f"patients/{patient.pk}/as-of/", on=str(THEN)).status_code == 404
