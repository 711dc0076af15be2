"""Entries, entered in error and mark reviewed on pages; and nothing of another clinic."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from patients.models import Condition, Medication, Modifier, Patient
from reviews.models import Reevaluation
from tests.reviews.record.sending import sent
from tests.stories import (
    a_clinic,
    a_clinician,
    a_result,
    an_assistant,
    an_entry,
    standing,
    taking,
)

pytestmark = pytest.mark.django_db


class TestEntries:
    def test_a_modifier_s_word_is_chosen_with_it(self, signed_in: Client, patient: Patient) -> None:
        typed: dict[str, Any] = {
            "what": "TRPM6_GENOTYPE|REDUCED",
            "value": "rs3750425 G/A",
            "source": "Panel",
            "since": "2025-10-02",
        }
        sent(signed_in, "reviews:add_entry", patient.pk, "modifiers", **typed)
        found = Modifier.objects.get(patient=patient)
        assert (found.code, found.value, found.source) == (
            "TRPM6_GENOTYPE",
            "REDUCED",
            "rs3750425 G/A, Panel",
        )

    def test_a_modifier_that_is_a_number_gets_its_unit(self, signed_in: Client, patient: Patient) -> None:
        sent(signed_in, "reviews:add_entry", patient.pk, "modifiers", what="DIETARY_MAGNESIUM", value="280")
        assert Modifier.objects.get(patient=patient).unit == "mg/d"

    def test_a_medicine_keeps_its_clock_times(self, signed_in: Client, patient: Patient) -> None:
        sent(
            signed_in,
            "reviews:add_entry",
            patient.pk,
            "medications",
            what="LEVOTHYROXINE",
            taken_at="06:30, 21:00",
        )
        assert [f"{at:%H:%M}" for at in Medication.objects.get(patient=patient).taken_at] == [
            "06:30",
            "21:00",
        ]

    @pytest.mark.parametrize(
        ("kind", "typed", "sentence"),
        [
            ("medications", {"what": "LEVOTHYROXINE", "taken_at": "25:00"}, "clock times such as"),
            ("conditions", {"what": "NOT_ONE"}, "Select a valid choice"),
            ("conditions", {"what": "CKD", "since": "2026-03-13"}, "future"),
            (
                "conditions",
                {"what": "CKD", "since": "2026-02-02", "until": "2026-02-01"},
                "before the beginning",
            ),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, signed_in: Client, patient: Patient, kind: str, typed: dict[str, Any], sentence: str
    ) -> None:
        assert sentence in sent(signed_in, "reviews:add_entry", patient.pk, kind, status=400, **typed)

    def test_an_unknown_kind_is_not_found(self, signed_in: Client, patient: Patient) -> None:
        sent(signed_in, "reviews:add_entry", patient.pk, "hobbies", status=404)

    def test_an_entry_is_ended_and_a_second_end_shows_both_days(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        entry = an_entry(patient, by, "conditions", "CKD")
        args = (patient.pk, "conditions", entry.pk)
        sent(signed_in, "reviews:end_entry", *args, version=1, until="2026-03-01")
        assert Condition.objects.get().until.isoformat() == "2026-03-01"
        page = sent(signed_in, "reviews:end_entry", *args, status=409, version=1, until="2026-03-05")
        assert "Use theirs: 2026-03-01" in page and "Keep mine: 2026-03-05" in page


class TestInError:
    def test_a_row_is_withdrawn_with_its_reason(self, signed_in: Client, by: Actor, patient: Patient) -> None:
        result = a_result(patient, by, "0.42")
        sent(signed_in, "reviews:mark_in_error", "lab-results", result.pk, version=1, reason="Wrong tube")
        result.refresh_from_db()
        assert (result.error_reason, result.error_by) == ("Wrong tube", by.user)

    def test_a_reason_is_needed(self, signed_in: Client, by: Actor, patient: Patient) -> None:
        entry = an_entry(patient, by, "conditions", "CKD")
        page = sent(
            signed_in, "reviews:mark_in_error", "conditions", entry.pk, status=400, version=1, reason=" "
        )
        assert "required" in page

    def test_a_row_that_changed_meanwhile_is_not_withdrawn(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        entry = an_entry(patient, by, "conditions", "CKD")
        page = sent(
            signed_in, "reviews:mark_in_error", "conditions", entry.pk, status=409, version=7, reason="Typo"
        )
        assert "Your entries are kept" in page and "Typo</textarea>" in page

    @pytest.mark.parametrize("model", ["patients", "flags", "x"])
    def test_only_known_records_can_be_withdrawn(self, signed_in: Client, model: str) -> None:
        sent(signed_in, "reviews:mark_in_error", model, uuid4(), status=404)

    def test_an_assistant_may_not(self, client: Client, by: Actor, patient: Patient) -> None:
        entry = an_entry(patient, by, "conditions", "CKD")
        client.force_login(an_assistant(by.clinic).user)
        sent(client, "reviews:mark_in_error", "conditions", entry.pk, status=403, version=1, reason="Typo")


class TestReview:
    @pytest.fixture
    def owed(self, by: Actor, patient: Patient) -> Reevaluation:
        taking(patient, by)
        a_result(patient, by, "0.50", reference_low="0.46", reference_high="0.60")
        return Reevaluation.objects.get(patient=patient)

    def test_mark_reviewed_clears_the_flag(
        self, signed_in: Client, patient: Patient, owed: Reevaluation
    ) -> None:
        sent(signed_in, "reviews:review_reevaluation", owed.pk, version=owed.version)
        assert standing(patient) == []

    @pytest.mark.parametrize(("version", "status"), [("", 400), ("x", 400), ("99", 409)])
    def test_a_stale_or_missing_version_is_refused(
        self, signed_in: Client, patient: Patient, owed: Reevaluation, version: str, status: int
    ) -> None:
        assert "Not marked reviewed" in sent(
            signed_in, "reviews:review_reevaluation", owed.pk, status=status, version=version
        )
        assert standing(patient) == ["RE_EVALUATION"]

    def test_the_way_back_never_leaves_the_house(
        self, signed_in: Client, patient: Patient, owed: Reevaluation
    ) -> None:
        address = reverse("reviews:review_reevaluation", args=[owed.pk])
        answer = signed_in.post(address, {"version": owed.version, "next": "https://elsewhere.example/"})
        assert answer["Location"] == reverse("patients:chart", args=[patient.pk])


def test_another_clinic_s_records_are_not_found(client: Client, by: Actor, patient: Patient) -> None:
    regimen, entry = taking(patient, by), an_entry(patient, by, "conditions", "CKD")
    result = a_result(patient, by, "0.50")
    owed = Reevaluation.objects.get(patient=patient)
    client.force_login(a_clinician(a_clinic("southbank")).user)
    for name, *args in (
        ("patients:edit", patient.pk),
        ("patients:status", patient.pk),
        ("regimens:detail", patient.pk),
        ("reviews:start_regimen", patient.pk),
        ("reviews:change_dose", patient.pk, regimen.pk),
        ("reviews:stop_regimen", patient.pk, regimen.pk),
        ("reviews:record_results", patient.pk),
        ("reviews:add_entry", patient.pk, "conditions"),
        ("reviews:end_entry", patient.pk, "conditions", entry.pk),
        ("reviews:mark_in_error", "lab-results", result.pk),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404
    sent(client, "reviews:review_reevaluation", owed.pk, status=404, version=owed.version)
