"""Recording results on the page: several at once or none, with their own units."""

from typing import Any

import pytest
from django.test import Client

from accounts.actors import Actor
from labs.models import LabResult
from patients.models import Patient
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

    def test_an_assistant_records_results(self, client: Client, by: Actor, patient: Patient) -> None:
        client.force_login(an_assistant(by.clinic).user)
        sent(client, "reviews:record_results", patient.pk, **SAMPLE)
