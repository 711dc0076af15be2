"""Registering a patient, editing the particulars, changing the status: saved, refused or overtaken."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from patients.models import Patient
from reviews.acts.patients import edit_patient
from tests.factories import NOW, TODAY
from tests.reviews.record.sending import sent
from tests.stories import (
    an_assistant,
)

pytestmark = pytest.mark.django_db


PERSON: dict[str, Any] = {
    "family_name": "Haddad",
    "given_name": "Omar",
    "birth_date": "1971-02-03",
    "sex": "MALE",
    "mrn": "55",
}


class TestParticulars:
    def test_a_patient_is_registered(self, signed_in: Client, by: Actor) -> None:
        sent(signed_in, "patients:new", **PERSON, research_consent="on")
        made = Patient.objects.of(by.clinic).get(mrn="55")
        assert (made.family_name, made.research_consent, made.research_consent_on) == ("Haddad", True, TODAY)

    def test_the_day_of_consent_to_publication_is_kept_and_stands_by_the_other(
        self, signed_in: Client, by: Actor
    ) -> None:
        sent(signed_in, "patients:new", **PERSON, publication_consent_on="2026-03-02")
        made = Patient.objects.of(by.clinic).get(mrn="55")
        assert str(made.publication_consent_on) == "2026-03-02"
        chart = signed_in.get(reverse("patients:chart", args=[made.pk])).content.decode()
        assert "for publication as a single case: 2 Mar 2026" in chart.replace("\xa0", " ")
        sent(signed_in, "patients:edit", made.pk, version=1, **PERSON)
        made.refresh_from_db()
        assert made.publication_consent_on is None

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("publication_consent_on", "2026-03-13", "This consent is of a day in the future."),
            ("birth_date", "2026-03-13", "The birth date is in the future."),
            ("birth_date", "not a date", "Enter a valid date."),
            ("family_name", "", "This field is required."),
            ("family_name", "O\x00", "Null characters are not allowed."),
            ("sex", "NONE", "Select a valid choice."),
        ],
    )
    def test_wrong_input_is_shown_again_with_the_entries(
        self, signed_in: Client, field: str, value: str, sentence: str
    ) -> None:
        page = sent(signed_in, "patients:new", status=400, **(PERSON | {field: value}))
        assert sentence in page and 'value="Omar"' in page
        assert not Patient.objects.filter(given_name="Omar").exists()

    def test_a_taken_mrn_is_said_at_its_field(self, signed_in: Client, patient: Patient) -> None:
        page = sent(signed_in, "patients:new", status=400, **(PERSON | {"mrn": patient.mrn}))
        assert "belongs to another patient" in page and 'id="id_mrn_error"' in page

    def test_a_double_click_registers_once(self, signed_in: Client, by: Actor) -> None:
        for _ in range(2):
            sent(signed_in, "patients:new", **PERSON, once="a-key")
        assert Patient.objects.of(by.clinic).filter(mrn="55").count() == 1

    def test_the_particulars_are_edited(self, signed_in: Client, patient: Patient) -> None:
        sent(signed_in, "patients:edit", patient.pk, version=1, **PERSON)
        patient.refresh_from_db()
        assert (patient.given_name, patient.version) == ("Omar", 2)

    def test_a_stale_edit_shows_both_values_and_loses_nothing(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        edit_patient(patient=patient, by=by, at=NOW, version=1, family_name="Theirs")
        page = sent(signed_in, "patients:edit", patient.pk, status=409, version=1, **PERSON)
        for words in (
            "Changed by Dr Elena Marsh",
            "Use theirs: Theirs",
            "Keep mine: Haddad",
            'name="version" value="2"',
        ):
            assert words in page

    def test_after_a_conflict_each_field_is_chosen(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        edit_patient(patient=patient, by=by, at=NOW, version=1, family_name="Theirs")
        sent(
            signed_in,
            "patients:edit",
            patient.pk,
            version=2,
            take_family_name="theirs",
            take_given_name="mine",
            **PERSON,
        )
        patient.refresh_from_db()
        assert (patient.family_name, patient.given_name) == ("Theirs", "Omar")

    def test_a_pause_needs_a_return_date(self, signed_in: Client, patient: Patient) -> None:
        address = reverse("patients:status", args=[patient.pk])
        typed: dict[str, Any] = {"version": 1, "status": "PAUSED", "reason": "Travels"}
        refused = signed_in.post(address, typed)
        assert refused.status_code == 400
        assert "A pause needs a return date" in refused.content.decode()
        assert signed_in.post(address, typed | {"returns_on": "2026-05-01"}).status_code == 302
        patient.refresh_from_db()
        assert patient.status == "PAUSED"

    def test_an_assistant_edits_but_changes_no_status(
        self, client: Client, by: Actor, patient: Patient
    ) -> None:
        client.force_login(an_assistant(by.clinic).user)
        assert client.get(reverse("patients:edit", args=[patient.pk])).status_code == 200
        sent(client, "patients:status", patient.pk, status=403, version=1, reason="Moved")
