"""The results of a visit: with comparators and the facts of their sample, judged as on their own page."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from labs.models import LabResult
from patients.models import Patient, Visit
from tests.reviews.visit.form import blank_form, save, visit_url, words_of

pytestmark = pytest.mark.django_db


def test_a_result_keeps_its_comparator_and_the_facts_of_its_sample(client: Client, patient: Patient) -> None:
    answer = save(
        client, patient, IONIZED_MG__value="<0.35", RBC_MG__value="5.1", RBC_MG__unit="mg/dL",
        sample__analyzer="Stat 8", sample__anticoagulant="EDTA", sample__fasting="NO", sample__ph="7.4",
        sample__laboratory="North",
    )  # fmt: skip
    assert answer.status_code == 302, words_of(answer)
    found = {row.analyte: row for row in LabResult.objects.all()}
    assert (found["IONIZED_MG"].comparator, found["IONIZED_MG"].value) == ("<", Decimal("0.35"))
    assert (found["IONIZED_MG"].doubt, found["RBC_MG"].doubt) == ("EDTA tube", "")
    assert {row.analyzer for row in found.values()} == {"Stat 8"}
    assert {row.fasting for row in found.values()} == {False}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"IONIZED_MG__value": "0,55"}, "with a point"),
        ({"IONIZED_MG__value": "0.9", "TOTAL_MG__value": "0.8"}, "unit error"),
        ({"IONIZED_MG__value": "0.5", "sample__ph": "74"}, "No blood has a pH of 74"),
        ({"IONIZED_MG__value": "0.5", "PTH__value": "0.01"}, "not plausible for parathyroid hormone"),
    ],
)
def test_results_that_cannot_be_are_refused_and_the_visit_with_them(
    client: Client, patient: Patient, typed: dict[str, str], sentence: str
) -> None:
    answer = save(client, patient, adherence="90", **typed)
    assert answer.status_code == 400 and sentence in words_of(answer)
    assert re.search(r'value="90"[^>]*checked', words_of(answer))
    assert not Visit.objects.exists()


def test_what_a_value_reads_as_comes_with_the_rail_to_its_field(client: Client, patient: Patient) -> None:
    typed = {"IONIZED_MG-value": "<0.30", "POTASSIUM-value": "42", "sample-haemolysed": "YES"}
    sent = blank_form(client, patient) | typed
    answer = words_of(client.post(visit_url(patient, "visit_checks"), sent, headers={"HX-Request": "true"}))
    verdicts = dict(re.findall(r'<div id="verdict-(\w+)" hx-swap-oob="innerHTML">(.*?)</div>', answer, re.S))
    assert "Below the alert limit; range 0.40–0.68" in verdicts["IONIZED_MG"]
    assert "Doubtful: haemolysed" in verdicts["IONIZED_MG"]
    assert "Is the unit right?" in verdicts["POTASSIUM"]
    assert verdicts["TOTAL_MG"].strip() == ""
    form = client.get(visit_url(patient)).content.decode()
    assert set(verdicts) == set(re.findall(r'id="verdict-(\w+)"', form))
