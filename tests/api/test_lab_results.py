"""Laboratory results on the API: as reported, as compared, and what is never guessed."""

from datetime import date
from typing import Any

import pytest

from labs.models import LabResult
from reviews.acts.patients import change_status
from tests.api.calling import Caller, done, faults, made, results
from tests.factories import NOW
from tests.stories import (
    a_clinic,
    a_clinician,
    a_low_result,
    a_patient,
    a_researcher,
    an_assistant,
    standing,
    taking,
)

pytestmark = pytest.mark.django_db


def low(patient: Any, **change: Any) -> dict[str, Any]:
    return {
        "patient": str(patient.pk),
        "loinc": "73572-0",
        "value": 0.42,
        "unit": "mmol/L",
        "collected_at": "2026-03-12T08:00:00-04:00",
        "reference_low": 0.46,
        "reference_high": 0.60,
        "method": "ion-selective electrode",
    } | change


def test_a_result_is_compared_with_the_interval_that_came_with_it() -> None:
    by = a_clinician()
    patient = a_patient(by)
    taking(patient, by, since=date(2026, 3, 1))
    row = made(Caller(by).post("lab-results/", **low(patient)))
    assert (row["canonical_value"], row["canonical_unit"]) == (0.42, "mmol/L")
    assert (row["interpretation"], row["interval_source"], row["method"]) == (
        "LOW",
        "RESULT",
        "ion-selective electrode",
    )
    assert standing(patient) == ["LAB_OUT_OF_RANGE"]


def test_units_are_converted_exactly_with_two_charges_per_ion() -> None:
    by = a_clinician()
    interval = {"reference_low": None, "reference_high": None}
    row = made(Caller(by).post("lab-results/", **low(a_patient(by), value=1.0, unit="meq/L", **interval)))
    assert (row["value"], row["unit"], row["canonical_value"]) == (1.0, "meq/L", 0.5)


def test_a_creatinine_brings_its_egfr() -> None:
    by = a_clinician()
    patient = a_patient(by)
    caller = Caller(by)
    creatinine = low(
        patient, loinc="2160-0", value=0.94, unit="mg/dL", reference_low=None, reference_high=None
    )
    row = made(caller.post("lab-results/", **creatinine))
    (egfr,) = results(caller.get("lab-results/", patient=str(patient.pk), analyte="EGFR"))
    assert (egfr["derived_from"], egfr["canonical_unit"]) == (row["id"], "mL/min/{1.73_m2}")


def test_a_moment_without_an_offset_is_the_clinics_own_time() -> None:
    by = a_clinician()
    row = made(Caller(by).post("lab-results/", **low(a_patient(by), collected_at="2026-03-11T23:30:00")))
    assert (row["collected_at"], row["collected_on"]) == ("2026-03-11T23:30:00-04:00", "2026-03-11")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": ""}, "unit"),
        ({"unit": "mg"}, "unit"),
        ({"value": 42}, "value"),
        ({"value": -1}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "1e400"}, "value"),
        ({"value": None}, "value"),
        ({"loinc": ""}, "loinc"),
        ({"loinc": "19124-7"}, "loinc"),
        ({"loinc": "\x00"}, "loinc"),
        ({"collected_at": "2026-03-14T08:00:00Z"}, "collected_at"),
        ({"collected_at": "1979-03-14T08:00:00Z"}, "collected_at"),
        ({"collected_at": "0001-01-01T00:00:00+14:00"}, "collected_at"),
        ({"collected_at": "9999-12-31T23:59:59-12:00"}, "collected_at"),
        ({"collected_at": "noon"}, "collected_at"),
        ({"reference_low": 0.7}, "reference_low"),
        ({"status": "ENTERED_IN_ERROR"}, "status"),
        ({"method": "x" * 121}, "method"),
    ],
)
def test_a_bad_result_is_refused_with_the_field_and_nothing_is_stored(
    change: dict[str, Any], field: str
) -> None:
    by = a_clinician()
    assert field in faults(Caller(by).post("lab-results/", **low(a_patient(by), **change)))
    assert not LabResult.objects.exists()


def test_ionized_is_never_taken_for_total() -> None:
    by = a_clinician()
    row = made(Caller(by).post("lab-results/", **low(a_patient(by), loinc="2601-3", value=0.8)))
    assert row["analyte"] == "TOTAL_MG"


def test_a_result_collected_after_death_is_refused() -> None:
    by = a_clinician()
    patient = a_patient(by)
    change_status(
        patient=patient,
        by=by,
        at=NOW,
        version=1,
        status="DECEASED",
        reason="Died",
        deceased_on=date(2026, 3, 1),
    )
    assert "died" in faults(Caller(by).post("lab-results/", **low(patient)))["collected_at"][0]
    assert not LabResult.objects.exists()


def test_the_same_result_is_stored_once() -> None:
    by = a_clinician()
    patient = a_patient(by)
    made(Caller(by).post("lab-results/", **low(patient)))
    assert "stored already" in faults(Caller(by).post("lab-results/", **low(patient)))["value"][0]


def test_a_result_entered_in_error_takes_its_flag_back() -> None:
    by = a_clinician()
    patient = a_patient(by)
    result = a_low_result(patient, by)
    caller = Caller(by)
    row = done(caller.post(f"lab-results/{result.pk}/entered-in-error/", version=1, reason="Wrong tube"))
    assert (row["status"], row["error_reason"]) == ("ENTERED_IN_ERROR", "Wrong tube")
    assert standing(patient) == []
    assert results(caller.get("lab-results/", patient=str(patient.pk))) == []


def test_others_reach_no_result() -> None:
    by = a_clinician()
    patient = a_patient(by)
    result = a_low_result(patient, by)
    stranger = Caller(a_clinician(a_clinic("southbank")))
    assert stranger.get(f"lab-results/{result.pk}/").status_code == 404
    assert stranger.post("lab-results/", **low(patient)).status_code == 404
    error: dict[str, Any] = {"version": 1, "reason": "x"}
    assert stranger.post(f"lab-results/{result.pk}/entered-in-error/", **error).status_code == 404
    assert Caller(a_researcher(by.clinic)).get("lab-results/").status_code == 403
    helper = Caller(an_assistant(by.clinic))
    assert helper.post(f"lab-results/{result.pk}/entered-in-error/", **error).status_code == 403
    assert helper.get(f"lab-results/{result.pk}/").status_code == 200


def test_all_that_is_known_of_a_sample_is_kept_and_said() -> None:
    by = a_clinician()
    told: dict[str, Any] = {
        "abnormal_flag": "L", "reported_at": "2026-03-12T13:00:00Z", "analyzer": "Stat 8",
        "specimen": "venous whole blood", "anticoagulant": "EDTA", "storage": "room temperature", "ph": 7.2,
        "ph_adjusted": False, "fasting": True, "last_mg_dose_at": "2026-03-11T20:00:00Z",
    }  # fmt: skip
    row = made(Caller(by).post("lab-results/", **low(a_patient(by), **told)))
    assert {name: row[name] for name in ("abnormal_flag", "analyzer", "anticoagulant", "ph", "fasting")} == {
        "abnormal_flag": "L", "analyzer": "Stat 8", "anticoagulant": "EDTA", "ph": 7.2, "fasting": True,
    }  # fmt: skip
    assert row["doubt"] == "EDTA tube; pH 7.20, not adjusted"
    assert (row["superseded_by"], row["cancelled_by"], row["zone_assumed"]) == (None, None, False)


def test_a_correction_stands_in_the_place_of_the_value_before() -> None:
    by = a_clinician()
    patient = a_patient(by)
    wrong = made(Caller(by).post("lab-results/", **low(patient)))
    right = made(Caller(by).post("lab-results/", **low(patient, value=0.52, status="CORRECTED")))
    rows = {row["id"]: row["superseded_by"] for row in results(Caller(by).get("lab-results/"))}
    assert rows == {wrong["id"]: right["id"], right["id"]: None}


def test_a_pair_that_cannot_be_and_facts_that_cannot_be_are_refused_by_name() -> None:
    by = a_clinician()
    patient = a_patient(by)
    interval = {"reference_low": None, "reference_high": None}
    made(Caller(by).post("lab-results/", **low(patient)))
    total = low(patient, loinc="2601-3", value=0.42, **interval)
    assert "unit error" in str(faults(Caller(by).post("lab-results/", **total))["value"])
    assert set(faults(Caller(by).post("lab-results/", **low(patient, ph=74)))) == {"ph"}
