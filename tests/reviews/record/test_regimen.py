"""Starting, changing and stopping a regimen on pages: what is saved, refused, checked or overtaken."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from patients.models import Patient
from regimens.models import DoseStep, Regimen
from tests.factories import TODAY
from tests.reviews.record.sending import sent
from tests.stories import (
    a_dose_change,
    a_patient,
    an_assistant,
    product,
    standing,
    taking,
)

pytestmark = pytest.mark.django_db


def a_start(**changed: Any) -> dict[str, Any]:
    started_on = TODAY - timedelta(days=35)
    first = {
        "product": product().pk,
        "started_on": started_on,
        "prior_magnesium": "NO",
        "kidney_reason": "ordered",
    }
    intakes = {
        f"intake_{n}_{part}": value
        for n, at in enumerate(("08:00", "13:00", "21:00"))
        for part, value in (("at", at), ("units", "1"))
    }
    return first | intakes | {"asked_AV_BLOCK": "NO"} | changed


class TestRegimen:
    def test_a_start_owes_a_re_evaluation(self, signed_in: Client, patient: Patient) -> None:
        sent(signed_in, "reviews:start_regimen", patient.pk, **a_start())
        regimen = Regimen.objects.get(patient=patient)
        assert regimen.contraindications["AV_BLOCK"] == "NO"
        assert regimen.contraindications["DEHYDRATION"] == "NOT_ASKED"
        assert standing(patient) == ["RE_EVALUATION"]

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"kidney_reason": ""}, "No eGFR of the last 12 months"),
            ({"asked_AV_BLOCK": "YES"}, "contraindicated"),
            ({"started_on": "2026-03-13"}, "future"),
            ({"intake_0_units": ""}, "Enter both the time and the units."),
            ({"intake_1_at": "08:00"}, "Two intakes are at the same minute."),
            ({"intake_0_units": "0"}, "greater than or equal to 0.01"),
            ({"product": str(uuid4())}, "Select a valid choice."),
        ],
    )
    def test_what_cannot_be_is_refused_with_the_entries_kept(
        self, signed_in: Client, patient: Patient, changed: dict[str, Any], sentence: str
    ) -> None:
        page = sent(signed_in, "reviews:start_regimen", patient.pk, status=400, **a_start(**changed))
        assert sentence in page and 'value="21:00"' in page
        assert not Regimen.objects.exists()

    def test_check_shows_the_dose_and_saves_nothing(self, signed_in: Client, patient: Patient) -> None:
        page = sent(signed_in, "reviews:start_regimen", patient.pk, status=200, check="1", **a_start())
        assert "299.7\N{NO-BREAK SPACE}mg/day" in page and "2,127\N{NO-BREAK SPACE}mg/day" in page
        assert "not checked" in page and "Article: start at" in page
        assert not Regimen.objects.exists()

    def test_the_ledger_of_a_check_counts_other_regimens(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        taking(patient, by)
        page = sent(signed_in, "reviews:start_regimen", patient.pk, status=200, check="1", **a_start())
        assert "599.4\N{NO-BREAK SPACE}mg/day" in page

    def test_the_dose_is_changed_from_what_is_taken_now(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        regimen = taking(patient, by)
        address = reverse("reviews:change_dose", args=[patient.pk, regimen.pk])
        assert 'value="13:00"' in signed_in.get(address).content.decode()
        typed: dict[str, Any] = {
            "effective_on": TODAY,
            "reason": "Twitching",
            "intake_0_at": "12:30",
            "intake_0_units": "2.5",
        }
        sent(signed_in, "reviews:change_dose", patient.pk, regimen.pk, **typed)
        assert DoseStep.objects.get(effective_on=TODAY).dose().elemental_mg_per_day == Decimal("249.75")

    def test_a_step_before_the_start_is_refused(self, signed_in: Client, by: Actor, patient: Patient) -> None:
        regimen = taking(patient, by)
        typed: dict[str, Any] = {"effective_on": "2020-01-01", "intake_0_at": "12:30", "intake_0_units": "1"}
        page = sent(signed_in, "reviews:change_dose", patient.pk, regimen.pk, status=400, **typed)
        assert "a step cannot come before it" in page and 'value="12:30"' in page

    def test_a_regimen_is_stopped_with_its_reason(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        regimen = taking(patient, by)
        sent(
            signed_in,
            "reviews:stop_regimen",
            patient.pk,
            regimen.pk,
            version=1,
            stopped_on=TODAY,
            reason="HARM",
        )
        regimen.refresh_from_db()
        assert (regimen.stopped_on, regimen.stop_reason) == (TODAY, "HARM")
        assert standing(patient) == []

    def test_the_stop_says_what_harm_owes_and_offers_no_switch(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        address = reverse("reviews:stop_regimen", args=[patient.pk, taking(patient, by).pk])
        page = signed_in.get(address).content.decode()
        assert "owes a safety re&#8209;check from day 14 to 28" in page
        assert "Pregnancy" in page and "Switched" not in page

    def test_two_stops_show_both_reasons(self, signed_in: Client, by: Actor, patient: Patient) -> None:
        regimen = taking(patient, by)
        typed: dict[str, Any] = {"version": 1, "stopped_on": TODAY}
        sent(signed_in, "reviews:stop_regimen", patient.pk, regimen.pk, **typed, reason="HARM")
        page = sent(
            signed_in, "reviews:stop_regimen", patient.pk, regimen.pk, status=409, **typed, reason="KIDNEY"
        )
        assert "Use theirs: Harm" in page and "Keep mine: Kidney function" in page

    def test_the_regimen_page_shows_elemental_compound_checks_and_steps(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        a_dose_change(taking(patient, by), by)
        page = signed_in.get(reverse("regimens:detail", args=[patient.pk])).content.decode()
        for words in (
            "199.8\N{NO-BREAK SPACE}mg/day",
            "1,418\N{NO-BREAK SPACE}mg/day",
            "Loose stools",
            "not checked",
            "not asked",
        ):
            assert words in page
        assert "all clear" not in page.lower()

    def test_an_assistant_reads_the_regimen_and_changes_none(
        self, client: Client, by: Actor, patient: Patient
    ) -> None:
        regimen = taking(patient, by)
        client.force_login(an_assistant(by.clinic).user)
        page = client.get(reverse("regimens:detail", args=[patient.pk])).content.decode()
        assert "Change dose" not in page
        sent(client, "reviews:start_regimen", patient.pk, status=403)
        sent(client, "reviews:change_dose", patient.pk, regimen.pk, status=403)
        for name in ("stop_regimen", "switch_product", "supervise_regimen"):
            sent(client, f"reviews:{name}", patient.pk, regimen.pk, status=403)

    def test_a_regimen_of_another_patient_is_not_found(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        regimen = taking(a_patient(by), by)
        sent(signed_in, "reviews:change_dose", patient.pk, regimen.pk, status=404)
