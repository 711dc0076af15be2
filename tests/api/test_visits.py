"""Visits on the API: all that belongs to one is stored together, or nothing."""

from typing import Any

import pytest

from audit.models import AuditEvent
from labs.models import LabResult
from patients.models import Outcome, Patient, SymptomAnswer, Visit
from regimens.models import DoseStep, Regimen
from reviews.models import Flag
from tests.api.calling import Caller, done, faults, made, results
from tests.factories import NOW
from tests.stories import (
    a_clinic,
    a_clinician,
    a_patient,
    a_researcher,
    a_visit,
    an_assistant,
    present,
    standing,
    taking,
)

pytestmark = pytest.mark.django_db
TODAY = "2026-03-12"
LOW = {
    "loinc": "73572-0",
    "value": 0.42,
    "unit": "mmol/L",
    "collected_at": "2026-03-12T08:00:00-04:00",
    "reference_low": 0.46,
    "reference_high": 0.60,
}


def twitching(**details: Any) -> dict[str, Any]:
    return {"symptom": "MUSCLE_TWITCHING", "answer": "PRESENT", "grade": 2, **details}


def stored() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (Visit, SymptomAnswer, Outcome, LabResult, DoseStep, Flag)
    )


def everything(patient: Patient, regimen: Regimen) -> dict[str, Any]:
    """A visit at which all was asked, measured and changed that can be."""
    evening = {"at": "21:00", "units": 1, "minutes_before_meal": 30}
    return {
        "patient": str(patient.pk),
        "visited_on": TODAY,
        "kind": "PHONE",
        "adherence_percent": 85,
        "dose_told_elemental_mg": 200,
        "note": "Sleeps better.",
        "symptoms": [
            twitching(nocturnal=True, onset_on="2026-03-05"),
            {"symptom": "IRREGULAR_HEARTBEAT", "answer": "ABSENT"},
            {"symptom": "FATIGUE", "answer": "NOT_ASKED"},
        ],
        "gad7": [1, 2, 0, 1, 0, 0, 1],
        "lab_results": [LOW],
        "dose_step": {
            "regimen": str(regimen.pk),
            "effective_on": TODAY,
            "intakes": [{"at": "08:00", "units": 1}, evening],
            "reason": "Loose stools",
        },
    }


def test_a_visit_with_everything_is_one_answer_with_the_flags_it_raised() -> None:
    by = a_clinician()
    patient = a_patient(by)
    logged = made(Caller(by).post("visits/", **everything(patient, taking(patient, by))))
    assert (logged["kind"], logged["adherence_percent"], logged["dose_told_elemental_mg"]) == (
        "PHONE",
        85,
        200,
    )
    assert (logged["gad7"], logged["gad7_total"]) == ([1, 2, 0, 1, 0, 0, 1], 5)
    told = [symptom["symptom"] for symptom in logged["symptoms"] if symptom["answer"] == "PRESENT"]
    assert told == ["MUSCLE_TWITCHING"]
    assert [(r["canonical_value"], r["interpretation"]) for r in logged["lab_results"]] == [(0.42, "LOW")]
    assert [step["elemental_mg_per_day"] for step in logged["dose_steps"]] == [199.8]
    rules = {flag["rule"] for flag in logged["flags"]}
    assert {"LAB_OUT_OF_RANGE", "SYMPTOM"} <= rules == {flag["why"]["rule"] for flag in logged["flags"]}
    # The change of dose closed the window of the start.
    assert standing(patient) == sorted(rules)


@pytest.mark.parametrize("symptom", ["TINGLING", "MUSCLE_TWITCHING", "IRREGULAR_HEARTBEAT"])
@pytest.mark.parametrize(("answer", "raised"), [("PRESENT", ["SYMPTOM"]), ("ABSENT", []), ("NOT_ASKED", [])])
def test_only_a_present_symptom_flags(symptom: str, answer: str, raised: list[str]) -> None:
    by = a_clinician()
    told = [{"symptom": symptom, "answer": answer}]
    logged = made(Caller(by).post("visits/", patient=str(a_patient(by).pk), visited_on=TODAY, symptoms=told))
    assert [flag["rule"] for flag in logged["flags"]] == raised


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"visited_on": "2026-03-13"}, "visited_on"),
        ({"visited_on": "1979-01-01"}, "visited_on"),
        ({"visited_on": "2026-02-30"}, "visited_on"),
        ({"visited_on": "0001-01-01"}, "visited_on"),
        ({"kind": "LETTER"}, "kind"),
        ({"adherence_percent": 120}, "adherence_percent"),
        ({"adherence_percent": -1}, "adherence_percent"),
        ({"adherence_percent": 10**30}, "adherence_percent"),
        ({"gad7_total": 22}, "gad7_total"),
        ({"gad7": [4, 0, 0, 0, 0, 0, 0]}, "gad7"),
        ({"gad7": [1, 1, 1]}, "gad7"),
        ({"gad7": [1, 1, 1, 1, 1, 1, 1], "gad7_total": 3}, "gad7_total"),
        ({"note": "x" * 10_001}, "note"),
        ({"note": "before\x00after"}, "note"),
        ({"symptoms": [twitching(grade=5)]}, "symptoms"),
        ({"symptoms": [twitching(), twitching()]}, "symptoms"),
        ({"symptoms": [{"symptom": "HICCUPS", "answer": "PRESENT"}]}, "symptoms"),
        ({"symptoms": [{"symptom": "TINGLING", "answer": "ABSENT", "grade": 1}]}, "symptoms"),
        ({"symptoms": [twitching(onset_on="2026-03-13")]}, "symptoms"),
        ({"symptoms": "none"}, "symptoms"),
        ({"lab_results": [LOW | {"unit": ""}]}, "lab_results"),
        ({"lab_results": [LOW | {"value": "NaN"}]}, "lab_results"),
        ({"patient": None}, "patient"),
        ({"patient": "12"}, "patient"),
    ],
)
def test_a_bad_visit_is_refused_with_the_field_and_nothing_is_stored(
    change: dict[str, Any], field: str
) -> None:
    by = a_clinician()
    body: dict[str, Any] = {"patient": str(a_patient(by).pk), "visited_on": TODAY}
    events = AuditEvent.objects.count()
    assert field in faults(Caller(by).post("visits/", **(body | change)))
    assert stored() == (0, 0, 0, 0, 0, 0)
    assert AuditEvent.objects.count() == events


def test_a_refusal_is_nested_as_the_body_is() -> None:
    by = a_clinician()
    second = LOW | {"loinc": "2601-3", "unit": "mg"}
    named = faults(
        Caller(by).post(
            "visits/",
            patient=str(a_patient(by).pk),
            visited_on=TODAY,
            lab_results=[LOW, second],
        )
    )
    assert named["lab_results"][0] == {}
    assert "mmol/L" in named["lab_results"][1]["unit"][0]


def test_when_the_last_part_fails_nothing_of_the_visit_is_stored() -> None:
    by = a_clinician()
    patient = a_patient(by)
    regimen = taking(patient, by)
    before = stored()
    answer = Caller(by).post(
        "visits/",
        patient=str(patient.pk),
        visited_on=TODAY,
        symptoms=[twitching()],
        gad7_total=8,
        lab_results=[LOW],
        dose_step={
            "regimen": str(regimen.pk),
            "effective_on": "2026-01-01",
            "intakes": [{"at": "08:00", "units": 1}],
        },
    )
    assert "cannot come before" in faults(answer)["dose_step"]["effective_on"][0]
    assert stored() == before


def test_when_the_audit_write_fails_the_visit_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    by = a_clinician()
    patient = a_patient(by)
    caller = Caller(by)

    def broken(**event: Any) -> None:
        raise OSError("The disk is full.")

    monkeypatch.setattr(AuditEvent.objects, "create", broken)
    answer = caller.post("visits/", patient=str(patient.pk), visited_on=TODAY, symptoms=[twitching()])
    assert answer.status_code == 500
    assert stored() == (0, 0, 0, 0, 0, 0)


def test_an_assistant_logs_a_visit_but_not_with_a_change_of_dose() -> None:
    clinician = a_clinician()
    patient = a_patient(clinician)
    regimen = taking(patient, clinician)
    caller = Caller(an_assistant(clinician.clinic))
    step = {"regimen": str(regimen.pk), "effective_on": TODAY, "intakes": [{"at": "08:00", "units": 1}]}
    assert (
        caller.post("visits/", patient=str(patient.pk), visited_on=TODAY, dose_step=step).status_code == 403
    )
    made(caller.post("visits/", patient=str(patient.pk), visited_on=TODAY))
    assert Visit.objects.count() == 1


def test_a_visit_cannot_change_the_regimen_of_another_patient_or_clinic() -> None:
    by, stranger = a_clinician(), a_clinician(a_clinic("southbank"))
    patient, other = a_patient(by), a_patient(by)
    step = {"effective_on": TODAY, "intakes": [{"at": "08:00", "units": 1}]}
    body = {"patient": str(patient.pk), "visited_on": TODAY}
    foreign = taking(a_patient(stranger), stranger)
    answer = Caller(by).post("visits/", **body, dose_step=step | {"regimen": str(foreign.pk)})
    assert answer.status_code == 404
    neighbour = taking(other, by)
    answer = Caller(by).post("visits/", **body, dose_step=step | {"regimen": str(neighbour.pk)})
    assert "another patient" in faults(answer)["dose_step"]["regimen"][0]


def test_a_visit_entered_in_error_takes_its_flags_back_and_leaves_the_list() -> None:
    by = a_clinician()
    patient = a_patient(by)
    visit = a_visit(patient, by, present("TINGLING")).visit
    caller = Caller(by)
    path = f"visits/{visit.pk}/entered-in-error/"
    assert set(faults(caller.post(path))) == {"version", "reason"}
    assert list(faults(caller.post(path, version=1, reason=" "))) == ["reason"]
    assert caller.post(path, version=7, reason="Wrong patient").status_code == 409
    row = done(caller.post(path, version=1, reason="Wrong patient"))
    assert (row["error_reason"], row["version"], row["error_at"]) == (
        "Wrong patient",
        2,
        "2026-03-12T11:00:00-04:00",
    )
    assert standing(patient) == []
    assert results(caller.get("visits/", patient=str(patient.pk))) == []
    assert done(caller.get(f"visits/{visit.pk}/"))["error_reason"] == "Wrong patient"
    assert caller.post(path, version=1, reason="Again").status_code == 409


def test_others_reach_no_visit() -> None:
    by = a_clinician()
    patient = a_patient(by)
    visit = a_visit(patient, by).visit
    stranger = Caller(a_clinician(a_clinic("southbank")))
    assert stranger.get(f"visits/{visit.pk}/").status_code == 404
    assert results(stranger.get("visits/", patient=str(patient.pk))) == []
    assert stranger.post("visits/", patient=str(patient.pk), visited_on=TODAY).status_code == 404
    assert stranger.post(f"visits/{visit.pk}/entered-in-error/", version=1, reason="x").status_code == 404
    assert Caller(a_researcher(by.clinic)).get("visits/").status_code == 403
    helper = Caller(an_assistant(by.clinic))
    assert helper.post(f"visits/{visit.pk}/entered-in-error/", version=1, reason="x").status_code == 403


def test_a_list_of_visits_takes_a_fixed_number_of_queries(django_assert_max_num_queries: Any) -> None:
    by = a_clinician()
    patient = a_patient(by)
    for hour in range(6):
        a_visit(
            patient, by, present("FATIGUE"), at=NOW.replace(hour=hour), on=NOW.date().replace(day=hour + 1)
        )
    caller = Caller(by)
    with django_assert_max_num_queries(14):
        assert len(results(caller.get("visits/", patient=str(patient.pk)))) == 6
