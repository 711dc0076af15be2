"""Pages that change the record: what they save, what they refuse with entries kept, and who may."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from labs.models import LabResult
from patients.models import Condition, Medication, Modifier, Patient
from regimens.models import DoseStep, Regimen
from reviews.acts.patients import edit_patient
from reviews.models import Reevaluation
from tests.factories import NOW, TODAY
from tests.stories import (
    a_clinic,
    a_clinician,
    a_dose_change,
    a_patient,
    a_result,
    an_assistant,
    an_entry,
    at_the_clock,
    product,
    standing,
    taking,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    at_the_clock(monkeypatch)
    return a_clinician(name="Dr Elena Marsh")


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


@pytest.fixture
def signed_in(client: Client, by: Actor) -> Client:
    client.force_login(by.user)
    return client


def sent(client: Client, name: str, *args: Any, status: int = 302, **typed: Any) -> str:
    answer = client.post(reverse(name, args=args), typed)
    page = answer.content.decode()
    assert answer.status_code == status, page
    return page


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

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
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
        sent(client, "reviews:stop_regimen", patient.pk, regimen.pk, status=403)

    def test_a_regimen_of_another_patient_is_not_found(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        regimen = taking(a_patient(by), by)
        sent(signed_in, "reviews:change_dose", patient.pk, regimen.pk, status=404)


SAMPLE: dict[str, Any] = {
    "collected_at": "2026-02-20T08:15",
    "IONIZED_MG_value": "0.42",
    "IONIZED_MG_unit": "mmol/L",
}


class TestResults:
    def test_several_results_are_recorded_at_once(self, signed_in: Client, patient: Patient) -> None:
        typed: dict[str, Any] = SAMPLE | {
            "IONIZED_MG_low": "0.46",
            "IONIZED_MG_high": "0.60",
            "CREATININE_value": "0.94",
            "CREATININE_unit": "mg/dL",
        }
        sent(signed_in, "reviews:record_results", patient.pk, **typed)
        found = {result.analyte: result for result in LabResult.objects.filter(patient=patient)}
        assert set(found) == {"IONIZED_MG", "CREATININE", "EGFR"}
        assert found["IONIZED_MG"].interpretation == "LOW"
        assert found["IONIZED_MG"].collected_at.isoformat() == "2026-02-20T13:15:00+00:00"

    def test_a_comparator_is_kept(self, signed_in: Client, patient: Patient) -> None:
        sent(signed_in, "reviews:record_results", patient.pk, **(SAMPLE | {"IONIZED_MG_value": "<0.35"}))
        assert LabResult.objects.get(patient=patient).comparator == "<"

    @pytest.mark.parametrize(
        ("changed", "field", "sentence"),
        [
            ({"IONIZED_MG_unit": ""}, "IONIZED_MG_unit", "is missing"),
            ({"IONIZED_MG_unit": "ng/mL"}, "IONIZED_MG_unit", "Select a valid choice"),
            ({"IONIZED_MG_value": "42"}, "IONIZED_MG_value", "not plausible"),
            ({"IONIZED_MG_value": "0,42"}, "IONIZED_MG_value", "with a point"),
            ({"IONIZED_MG_value": ""}, "IONIZED_MG_value", "at least one value"),
            ({"collected_at": "2026-03-14T08:00"}, "collected_at", "in the future"),
            ({"collected_at": ""}, "collected_at", "required"),
            ({"IONIZED_MG_low": "0.7", "IONIZED_MG_high": "0.6"}, "IONIZED_MG_low", "above the upper limit"),
        ],
    )
    def test_wrong_rows_are_refused_at_their_field(
        self, signed_in: Client, patient: Patient, changed: dict[str, Any], field: str, sentence: str
    ) -> None:
        page = sent(
            signed_in,
            "reviews:record_results",
            patient.pk,
            status=400,
            **(SAMPLE | {"laboratory": "North"} | changed),
        )
        said = page[page.index(f'id="id_{field}_error"') :][:700]
        assert sentence in said and 'value="North"' in page
        assert not LabResult.objects.exists()

    def test_one_wrong_row_keeps_the_others_from_being_stored(
        self, signed_in: Client, patient: Patient
    ) -> None:
        typed: dict[str, Any] = SAMPLE | {"POTASSIUM_value": "99", "POTASSIUM_unit": "mmol/L"}
        sent(signed_in, "reviews:record_results", patient.pk, status=400, **typed)
        assert not LabResult.objects.exists()

    def test_an_assistant_records_results(self, client: Client, by: Actor, patient: Patient) -> None:
        client.force_login(an_assistant(by.clinic).user)
        sent(client, "reviews:record_results", patient.pk, **SAMPLE)


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
