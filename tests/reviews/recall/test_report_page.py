"""Report a symptom: three fields, the emergency said before saving, nothing lost, saved once."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from audit.models import AuditEvent
from patients.models import Patient, SymptomAnswer, Visit
from reviews.triage import EMERGENCY_SENTENCE
from tests.reviews.recall.test_recall_pages import words
from tests.stories import a_clinic, a_clinician, a_patient, a_researcher, standing

pytestmark = pytest.mark.django_db
LIVE = {"HX-Request": "true"}


@pytest.fixture
def signed_in(client: Client, by: Actor) -> Client:
    client.force_login(by.user)
    return client


def told(patient: Patient, **fields: str) -> dict[str, str]:
    sent = {"patient": str(patient.pk), "told_by": "FAMILY", "received_at": "2026-03-12T10:15"}
    return sent | {"TINGLING-present": "on"} | {name.replace("__", "-"): v for name, v in fields.items()}


def of(patient: Patient, name: str = "report_symptom") -> str:
    return reverse(f"reviews:{name}", args=[patient.pk])


def test_three_fields_make_a_message_and_a_double_click_makes_one(signed_in: Client, by: Actor) -> None:
    patient = a_patient(by)
    page = words(signed_in.get(of(patient)))
    assert all(word in page for word in ("What", "Told by", "Received", "It is no re-evaluation"))
    sent = told(patient, TINGLING__grade="2", once="k")
    for _ in range(2):
        answer = signed_in.post(of(patient), sent)
        assert answer["Location"] == reverse("patients:chart", args=[patient.pk])
    visit = Visit.objects.get()
    assert (visit.kind, visit.told_by, visit.received_at.isoformat()) == (
        "MESSAGE",
        "FAMILY",
        "2026-03-12T14:15:00+00:00",
    )
    assert SymptomAnswer.objects.values_list("symptom", "answer", "grade").get() == ("TINGLING", "PRESENT", 2)
    assert standing(patient) == ["SYMPTOM"]
    chart = words(signed_in.get(answer["Location"]))
    assert "Message Told by family. Tingling, grade 2." in chart
    assert f'href="{of(patient)}"' in signed_in.get(answer["Location"]).content.decode()
    assert "Active none not assigned" in words(signed_in.get(reverse("patients:list")))
    again = signed_in.post(of(patient), sent | {"note": "Changed, then sent from the page before"})
    assert again.status_code == 409
    assert Visit.objects.count() == 1


def test_an_emergency_is_said_before_anything_is_saved(signed_in: Client, by: Actor) -> None:
    patient = a_patient(by)
    sent = told(patient, IRREGULAR_HEARTBEAT__present="on", SYNCOPE__present="on", told_by="")
    rail = words(signed_in.post(of(patient, "report_checks"), sent, headers=LIVE))
    assert EMERGENCY_SENTENCE in rail and "Say who told it." in rail
    assert "<html" not in rail
    whole = signed_in.post(of(patient, "report_checks"), sent).content.decode()
    assert "<html" in whole and EMERGENCY_SENTENCE in whole
    assert not Visit.objects.exists()


def test_the_rail_says_what_saving_raises_and_stores_nothing(signed_in: Client, by: Actor) -> None:
    patient = a_patient(by)
    rail = words(signed_in.post(of(patient, "report_checks"), told(patient), headers=LIVE))
    assert "Raises a flag: Tingling" in rail
    assert EMERGENCY_SENTENCE not in rail
    quiet = told(patient, TINGLING__present="", HEADACHE__present="on")
    assert "No flag opens or closes." in words(
        signed_in.post(of(patient, "report_checks"), quiet, headers=LIVE)
    )
    assert (Visit.objects.count(), standing(patient)) == (0, [])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"told_by": ""}, "Told by: Say who told it."),
        ({"told_by": "NEIGHBOUR"}, "not one of the available choices"),
        ({"TINGLING__present": ""}, "Choose at least one symptom."),
        ({"received_at": ""}, "Received: This field is required."),
        ({"received_at": "2026-03-12T12:00"}, "Received: This is in the future."),
        ({"received_at": "2026-03-13T09:00"}, "Received: This is in the future."),
        ({"received_at": "9999-01-01T00:00"}, "not a day that a record can have"),
        ({"received_at": "2026-02-09T09:00", "note": ""}, "Received more than 30 days ago"),
        ({"TINGLING__grade": "9"}, "not one of the available choices"),
        ({"TINGLING__onset_on": "2026-03-13"}, "the onset is not after the visit"),
        ({"OTHER__present": "on"}, "Say which symptom."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    signed_in: Client, by: Actor, fields: dict[str, str], said: str
) -> None:
    patient = a_patient(by)
    answer = signed_in.post(of(patient), told(patient, **({"note": "Kept words"} | fields)))
    page = words(answer, 400)
    assert said in page
    assert page.count("This is in the future.") <= 2  # in the summary and at the field
    assert fields.get("note", "Kept words") in answer.content.decode()
    assert not Visit.objects.exists()


def test_an_old_message_is_taken_with_a_word_and_raises_nothing(signed_in: Client, by: Actor) -> None:
    patient = a_patient(by)
    sent = told(patient, received_at="2026-02-09T09:00", note="Found in the letter box")
    assert signed_in.post(of(patient), sent).status_code == 302
    assert standing(patient) == []


def test_a_form_about_another_patient_saves_nothing(signed_in: Client, by: Actor) -> None:
    one, other = a_patient(by), a_patient(by)
    assert signed_in.post(of(one), told(other)).status_code == 409
    assert not Visit.objects.exists()


def test_who_may_and_where(client: Client, by: Actor) -> None:
    patient = a_patient(by)
    client.force_login(a_researcher(by.clinic).user)
    assert client.get(of(patient)).status_code == 403
    client.force_login(a_clinician(a_clinic("meadow")).user)
    assert client.get(of(patient)).status_code == 404
    assert client.post(of(patient), told(patient)).status_code == 404
    assert client.post(of(patient, "report_checks"), told(patient)).status_code == 404


def test_opening_the_form_is_a_reading_of_the_chart(signed_in: Client, by: Actor) -> None:
    patient = a_patient(by)
    signed_in.get(of(patient))
    assert AuditEvent.objects.filter(act="READ_CHART", patient_id=patient.pk).count() == 1


def test_a_visit_form_offers_no_message(signed_in: Client, by: Actor) -> None:
    html = signed_in.get(reverse("reviews:log_visit", args=[a_patient(by).pk])).content.decode()
    kinds: list[Any] = re.findall(r'name="kind" value="([A-Z]+)"', html)
    assert kinds == ["CLINIC", "PHONE", "VIDEO"]
