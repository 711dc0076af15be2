"""Recording results on the page: several at once or none, with their own units."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from labs.analytes import Analyte
from labs.models import LabResult
from patients.models import Patient
from tests.factories_labs import LaboratoryFactory, LaboratoryTestFactory
from tests.reviews.record.sending import sent
from tests.stories import (
    an_assistant,
)

pytestmark = pytest.mark.django_db


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

    def test_the_facts_of_the_sample_are_kept_and_judged(self, signed_in: Client, patient: Patient) -> None:
        typed: dict[str, Any] = SAMPLE | {
            "laboratory": "North", "method": "ISE", "analyzer": "Stat 8", "specimen": "venous whole blood",
            "anticoagulant": "EDTA", "storage": "on ice", "fasting": "YES", "ph": "7.20", "ph_adjusted": "NO",
            "haemolysed": "NO", "anaerobic": "YES", "analysed_at": "2026-02-20T08:40",
            "last_mg_dose_at": "2026-02-19T21:30",
        }  # fmt: skip
        sent(signed_in, "reviews:record_results", patient.pk, **typed)
        row = LabResult.objects.get(patient=patient)
        assert (row.laboratory, row.analyzer, row.specimen) == ("North", "Stat 8", "venous whole blood")
        assert (row.fasting, row.ph_adjusted, row.haemolysed, row.anaerobic) == (True, False, False, True)
        assert row.last_mg_dose_at.isoformat() == "2026-02-20T02:30:00+00:00"
        assert row.doubt == "EDTA tube; pH 7.20, not adjusted"

    @pytest.mark.parametrize(
        ("changed", "field", "sentence"),
        [
            ({"ph": "74"}, "ph", "No blood has a pH of 74"),
            ({"ph": "acid"}, "ph", "Enter a number"),
            ({"last_mg_dose_at": "2026-02-20T09:00"}, "last_mg_dose_at", "later than the sample"),
            ({"analysed_at": "2026-02-20T08:00"}, "analysed_at", "analysed before it was taken"),
            ({"anticoagulant": "blood"}, "anticoagulant", "Select a valid choice"),
        ],
    )
    def test_facts_that_cannot_be_are_refused_at_their_field(
        self, signed_in: Client, patient: Patient, changed: dict[str, Any], field: str, sentence: str
    ) -> None:
        page = sent(signed_in, "reviews:record_results", patient.pk, status=400, **(SAMPLE | changed))
        assert sentence in page[page.index(f'id="id_{field}_error"') :][:700]
        assert not LabResult.objects.exists()

    def test_ionized_that_is_not_below_total_is_refused_at_both(
        self, signed_in: Client, patient: Patient
    ) -> None:
        typed = SAMPLE | {"TOTAL_MG_value": "0.42", "TOTAL_MG_unit": "mmol/L"}
        page = sent(signed_in, "reviews:record_results", patient.pk, status=400, **typed)
        for field in ("IONIZED_MG_value", "TOTAL_MG_value"):
            assert "unit error" in page[page.index(f'id="id_{field}_error"') :][:700]

    def test_a_seldom_analyte_is_recorded_and_its_fold_stays_open_after_a_refusal(
        self, signed_in: Client, patient: Patient
    ) -> None:
        typed: dict[str, Any] = {"collected_at": SAMPLE["collected_at"], "PTH_value": "40"}
        page = sent(signed_in, "reviews:record_results", patient.pk, status=400, **typed)
        assert "parathyroid hormone is missing" in page and '<details class="disclosure" open>' in page
        sent(signed_in, "reviews:record_results", patient.pk, **typed, PTH_unit="pg/mL")
        assert str(LabResult.objects.get(patient=patient).canonical_value) == "4.2400"

    def test_an_assistant_records_results(self, client: Client, by: Actor, patient: Patient) -> None:
        client.force_login(an_assistant(by.clinic).user)
        sent(client, "reviews:record_results", patient.pk, **SAMPLE)


def verdict(page: str, analyte: str) -> str:
    """What stands under the field of an analyte, without its tags."""
    part = page[page.index(f'id="verdict-{analyte}"') :]
    inside = part[part.index(">") + 1 : part.index("</p>")]
    return " ".join(re.sub(r"<[^>]+>", " ", inside).replace("\N{NO-BREAK SPACE}", " ").split())


class TestLiveCheck:
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({}, "Low, below"),
            ({"IONIZED_MG_value": "0.55"}, "In range 0.40–0.68, of the protocol"),
            ({"IONIZED_MG_value": "0.75"}, "High, above 0.40–0.68, of the protocol"),
            ({"IONIZED_MG_value": "0.30"}, "Below the alert limit; range 0.40–0.68, of the protocol"),
            ({"IONIZED_MG_value": "<0.70"}, "Not interpreted beside 0.40–0.68, of the protocol"),
            ({"IONIZED_MG_value": "1.34", "IONIZED_MG_unit": "mg/dL"}, "0.55 mmol/L. In range 0.40–0.68"),
            (
                {"IONIZED_MG_value": "0.55", "IONIZED_MG_low": "0.50", "IONIZED_MG_high": "0.60"},
                "In range 0.50–0.60",
            ),
            ({"IONIZED_MG_value": "19", "IONIZED_MG_unit": "mg/dL"}, "Is the unit right?"),
            ({"IONIZED_MG_unit": ""}, "is missing"),
            ({"IONIZED_MG_value": "0.55", "haemolysed": "YES"}, "Doubtful: haemolysed"),
            ({"IONIZED_MG_value": "0.55", "collected_at": ""}, "In range 0.40–0.68"),
        ],
    )
    def test_what_a_value_reads_as_stands_under_it_and_nothing_is_stored(
        self, signed_in: Client, patient: Patient, typed: dict[str, Any], said: str
    ) -> None:
        low = {"IONIZED_MG_value": "0.39"}
        page = sent(
            signed_in, "reviews:record_results", patient.pk, status=200, **(SAMPLE | low | typed), check="1"
        )
        assert said in verdict(page, "IONIZED_MG")
        assert verdict(page, "TOTAL_MG") == ""
        assert not LabResult.objects.exists()

    def test_both_of_a_pair_are_questioned(self, signed_in: Client, patient: Patient) -> None:
        typed = SAMPLE | {"TOTAL_MG_value": "1.02", "TOTAL_MG_unit": "mg/dL", "check": "1"}
        page = sent(signed_in, "reviews:record_results", patient.pk, status=200, **typed)
        assert "unit error" in verdict(page, "IONIZED_MG") and "unit error" in verdict(page, "TOTAL_MG")

    def test_the_laboratory_gives_its_interval(self, signed_in: Client, by: Actor, patient: Patient) -> None:
        laboratory = LaboratoryFactory.create(clinic=by.clinic, name="North")
        LaboratoryTestFactory.create(
            clinic=by.clinic, laboratory=laboratory, analyte="IONIZED_MG", interval_low=Decimal("0.53"),
            interval_high=Decimal("0.67"),
        )  # fmt: skip
        typed = SAMPLE | {"laboratory": "North", "IONIZED_MG_value": "0.50", "check": "1"}
        page = sent(signed_in, "reviews:record_results", patient.pk, status=200, **typed)
        assert verdict(page, "IONIZED_MG") == "Low, below 0.53–0.67, the laboratory’s own"

    def test_the_live_check_asks_for_every_place_that_it_answers(
        self, signed_in: Client, patient: Patient
    ) -> None:
        page = signed_in.get(reverse("reviews:record_results", args=[patient.pk])).content.decode()
        asked = re.findall(r"#(verdict-\w+):innerHTML", page)
        assert asked == re.findall(r'id="(verdict-\w+)"', page) and len(asked) == len(Analyte)
