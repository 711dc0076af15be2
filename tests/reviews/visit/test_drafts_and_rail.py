"""Beside the form of a visit: its draft, and the rail that says what saving does."""

import re

import pytest
from django.test import Client

from accounts.actors import Actor
from labs.models import LabResult
from patients.models import Patient, Visit
from regimens.models import DoseStep
from reviews.models import Draft
from tests.reviews.visit.form import blank_form, save, visit_url, words_of
from tests.stories import (
    a_clinician,
    a_patient,
    standing,
    taking,
)

pytestmark = pytest.mark.django_db


def test_the_draft_is_kept_for_this_person_and_patient_and_goes_on_save(
    client: Client, patient: Patient, by: Actor
) -> None:
    sent = blank_form(client, patient) | {"note": "Half a sentence", "TINGLING-present": "on", "unknown": "x"}
    answer = client.post(visit_url(patient, "visit_draft"), sent)
    assert re.fullmatch(r"\d\d:\d\d", answer.json()["saved_at"])
    draft = Draft.objects.get()
    assert draft.payload["note"] == "Half a sentence" and "unknown" not in draft.payload
    page = words_of(client.get(visit_url(patient)))
    assert "Half a sentence" in page and "Draft of" in page
    assert re.search(r'<input[^>]*id="id_TINGLING-present" checked', page)
    client.force_login(a_clinician(by.clinic).user)
    assert "Half a sentence" not in words_of(client.get(visit_url(patient)))
    client.force_login(by.user)
    assert save(client, patient).status_code == 302
    assert Visit.objects.get().note == "Half a sentence"
    assert not Draft.objects.exists()


def test_a_draft_that_comes_after_its_form_was_saved_is_not_kept(client: Client, patient: Patient) -> None:
    sent = blank_form(client, patient) | {"note": "Once."}
    assert client.post(visit_url(patient), sent).status_code == 302
    assert client.post(visit_url(patient, "visit_draft"), sent).status_code == 204
    assert not Draft.objects.exists()


def test_a_draft_holds_odd_bytes_and_no_more_than_a_field_can(client: Client, patient: Patient) -> None:
    sent = blank_form(client, patient) | {"note": "a\0" + "b" * 20_000}
    assert client.post(visit_url(patient, "visit_draft"), sent).status_code == 200
    assert len(Draft.objects.get().payload["note"]) == 10_000


def test_discarding_asks_first(client: Client, patient: Patient) -> None:
    client.post(visit_url(patient, "visit_draft"), blank_form(client, patient) | {"note": "x"})
    assert "Discard the draft?" in words_of(client.get(visit_url(patient, "visit_draft")))
    assert Draft.objects.exists()
    client.post(visit_url(patient, "visit_draft"), {"discard": "1"})
    assert not Draft.objects.exists()


def test_a_draft_about_another_patient_is_refused(client: Client, patient: Patient, by: Actor) -> None:
    other = a_patient(by, family_name="Other")
    assert client.post(visit_url(patient, "visit_draft"), blank_form(client, other)).status_code == 400


def test_the_rail_says_what_saving_does_and_nothing_is_stored(
    client: Client, patient: Patient, by: Actor
) -> None:
    taking(patient, by)
    sent = blank_form(client, patient) | {
        "dose-now": "CHANGED",
        "dose-elemental_mg": "99.9",
        "TINGLING-present": "on",
        "TINGLING-grade": "1",
        "IONIZED_MG-value": "0.30",
    }
    answer = client.post(visit_url(patient, "visit_checks"), sent, headers={"HX-Request": "true"})
    rail = words_of(answer)
    assert "<html" not in rail
    assert "Ionized Mg 0.30 mmol/L: critical low" in rail
    assert "Raises a flag:" in rail and "Tingling, grade 1." in rail
    assert "Starts" in rail and "99.9 mg/day elemental" in rail and "compound" in rail
    assert "Next re-evaluation" in rail
    assert "not checked" in rail and "all clear" not in rail.lower()
    assert (Visit.objects.count(), LabResult.objects.count(), DoseStep.objects.count()) == (0, 0, 1)
    assert standing(patient) == ["RE_EVALUATION"]


def test_the_rail_names_the_flags_that_saving_closes(client: Client, patient: Patient, by: Actor) -> None:
    taking(patient, by)
    sent = blank_form(client, patient) | {"is_re_evaluation": "on", "none_of_these": "on", "adherence": "100"}
    rail = words_of(client.post(visit_url(patient, "visit_checks"), sent, headers={"HX-Request": "true"}))
    assert "Closes 1 flag:" in rail


def test_the_rail_says_what_would_be_refused(client: Client, patient: Patient) -> None:
    sent = blank_form(client, patient) | {"gad7_total": "40"}
    rail = words_of(client.post(visit_url(patient, "visit_checks"), sent, headers={"HX-Request": "true"}))
    assert "0 to 21" in rail


def test_without_scripts_the_checks_come_with_the_whole_form(client: Client, patient: Patient) -> None:
    sent = blank_form(client, patient) | {"note": "Kept words", "TINGLING-present": "on"}
    page = words_of(client.post(visit_url(patient, "visit_checks"), sent))
    assert "<html" in page and "Kept words" in page and "Raises a flag:" in page
