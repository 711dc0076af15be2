"""Regimens and dose steps on the API: start, change, stop, and what is refused."""

from datetime import date
from typing import Any

import pytest

from regimens.models import DoseStep, Regimen
from tests.api.calling import Caller, done, faults, made, results
from tests.stories import (
    a_clinic,
    a_clinician,
    a_dose_change,
    a_patient,
    a_researcher,
    a_result,
    an_assistant,
    product,
    standing,
    taking,
)

pytestmark = pytest.mark.django_db
THRICE = [{"at": at, "units": 1} for at in ("08:00", "13:00", "21:00")]
ONCE = [{"at": "08:00", "units": 1}]


def start(patient: Any, **change: Any) -> dict[str, Any]:
    return {
        "patient": str(patient.pk),
        "product": str(product("P02").pk),
        "started_on": "2026-03-12",
        "intakes": THRICE,
        "kidney_reason": "Creatinine ordered",
    } | change


def test_a_start_answers_with_the_derived_dose_and_the_findings() -> None:
    by = a_clinician()
    patient = a_patient(by)
    a_result(patient, by, "0.8", analyte="CREATININE", unit="mg/dL", days_ago=30)
    asked = {"AV_BLOCK": "NO", "MYASTHENIA_GRAVIS": "NO"}
    row = made(Caller(by).post("regimens/", **start(patient, kidney_reason="", contraindications=asked)))
    assert (row["elemental_mg_per_day"], row["compound_mg_per_day"]) == (299.7, 2127.0)
    assert [intake["at"] for intake in row["intakes"]] == ["08:00", "13:00", "21:00"]
    assert (row["contraindications"]["AV_BLOCK"], row["contraindications"]["DEHYDRATION"]) == (
        "NO",
        "NOT_ASKED",
    )
    assert any("asked" in finding["sentence"] for finding in row["findings"])
    assert all(finding["mark"] and finding["source"] for finding in row["findings"])
    owed = results(Caller(by).get("re-evaluations/", patient=str(patient.pk)))
    assert [(o["opens_on"], o["closes_on"], o["state"]) for o in owed] == [
        ("2026-04-09", "2026-04-23", "UPCOMING")
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"started_on": "2026-03-13"}, "started_on"),
        ({"started_on": "1979-03-13"}, "started_on"),
        ({"intakes": []}, "intakes"),
        ({"intakes": [{"at": "08:00", "units": 0}]}, "intakes"),
        ({"intakes": [{"at": "08:00", "units": 101}]}, "intakes"),
        ({"intakes": [{"at": "25:00", "units": 1}]}, "intakes"),
        ({"intakes": ONCE + ONCE}, "intakes"),
        ({"kidney_reason": ""}, "kidney_reason"),
        ({"contraindications": {"AV_BLOCK": "YES"}}, "contraindications"),
        ({"contraindications": {"AV_BLOCK": "MAYBE"}}, "contraindications"),
        ({"contraindications": {"HICCUPS": "NO"}}, "contraindications"),
        ({"contraindications": {"\x00": "NO"}}, "contraindications"),
        ({"prior_magnesium": "SOME"}, "prior_magnesium"),
    ],
)
def test_an_impossible_start_is_refused_with_the_field(change: dict[str, Any], field: str) -> None:
    by = a_clinician()
    answer = Caller(by).post("regimens/", **start(a_patient(by), **change))
    assert field in faults(answer)
    assert not Regimen.objects.exists()


def test_a_start_under_18_is_refused() -> None:
    by = a_clinician()
    almost = a_patient(by, birth_date=date(2008, 3, 13))
    assert "17 years" in str(faults(Caller(by).post("regimens/", **start(almost))))
    made(Caller(by).post("regimens/", **start(a_patient(by, birth_date=date(2008, 3, 12)))))


def test_a_new_dose_is_a_step_and_none_comes_before_the_start() -> None:
    by = a_clinician()
    regimen = taking(a_patient(by), by)
    caller = Caller(by)
    path = f"regimens/{regimen.pk}/dose-steps/"
    step = made(caller.post(path, effective_on="2026-03-12", intakes=ONCE, reason="Loose stools", version=1))
    assert (step["elemental_mg_per_day"], step["reason"], step["regimen"]) == (
        99.9,
        "Loose stools",
        str(regimen.pk),
    )
    assert done(caller.get(f"regimens/{regimen.pk}/"))["elemental_mg_per_day"] == 99.9
    assert list(faults(caller.post(path, effective_on="2026-02-01", intakes=ONCE))) == ["effective_on"]
    assert list(faults(caller.post(path, effective_on="9999-12-31", intakes=ONCE))) == ["effective_on"]
    assert list(faults(caller.post(path, intakes=ONCE))) == ["effective_on"]
    planned = made(caller.post(path, effective_on="2026-03-20", intakes=THRICE))
    assert done(caller.get(f"regimens/{regimen.pk}/"))["elemental_mg_per_day"] == 99.9
    assert planned["elemental_mg_per_day"] == 299.7


def test_a_stop_carries_version_day_and_reason() -> None:
    by = a_clinician()
    patient = a_patient(by)
    regimen = taking(patient, by)
    caller = Caller(by)
    path = f"regimens/{regimen.pk}/stop/"
    assert set(faults(caller.post(path))) == {"version", "stopped_on", "reason"}
    assert list(faults(caller.post(path, version=1, stopped_on="2026-03-13", reason="HARM"))) == [
        "stopped_on"
    ]
    assert list(faults(caller.post(path, version=1, stopped_on="2026-03-12", reason="TIRED"))) == ["reason"]
    row = done(caller.post(path, version=1, stopped_on="2026-03-12", reason="HARM"))
    assert (row["stopped_on"], row["stop_reason"], row["version"]) == ("2026-03-12", "HARM", 2)
    assert standing(patient) == []
    late = caller.post(path, version=1, stopped_on="2026-03-12", reason="HARM")
    assert (late.status_code, late.json()["current"]["stopped_on"]) == (409, "2026-03-12")
    stale = caller.post(
        f"regimens/{regimen.pk}/dose-steps/", version=1, effective_on="2026-03-12", intakes=ONCE
    )
    assert stale.status_code == 409


def test_a_dose_step_entered_in_error_brings_the_dose_before_back() -> None:
    by = a_clinician()
    regimen = taking(a_patient(by), by)
    step = a_dose_change(regimen, by)
    caller = Caller(by)
    assert done(caller.get(f"regimens/{regimen.pk}/"))["elemental_mg_per_day"] == 199.8
    row = done(caller.post(f"dose-steps/{step.pk}/entered-in-error/", version=1, reason="Other patient"))
    assert row["error_reason"] == "Other patient"
    assert done(caller.get(f"regimens/{regimen.pk}/"))["elemental_mg_per_day"] == 299.7
    first = DoseStep.objects.get(regimen=regimen, effective_on=regimen.started_on)
    refused = caller.post(f"dose-steps/{first.pk}/entered-in-error/", version=1, reason="x")
    assert "first step" in faults(refused)["id"][0]


def test_a_regimen_entered_in_error_leaves_the_list_and_its_flags_go() -> None:
    by = a_clinician()
    patient = a_patient(by)
    regimen = taking(patient, by)
    caller = Caller(by)
    done(caller.post(f"regimens/{regimen.pk}/entered-in-error/", version=1, reason="Other patient"))
    assert results(caller.get("regimens/", patient=str(patient.pk))) == []
    assert results(caller.get("dose-steps/", patient=str(patient.pk))) == []
    assert standing(patient) == []


def test_who_may_not_change_a_dose_reads_it() -> None:
    by = a_clinician()
    patient = a_patient(by)
    regimen = taking(patient, by)
    helper = Caller(an_assistant(by.clinic))
    assert [row["id"] for row in results(helper.get("regimens/"))] == [str(regimen.pk)]
    assert helper.post("regimens/", **start(patient)).status_code == 403
    assert (
        helper.post(f"regimens/{regimen.pk}/dose-steps/", effective_on="2026-03-12", intakes=ONCE).status_code
        == 403
    )
    stop: dict[str, Any] = {"version": 1, "stopped_on": "2026-03-12", "reason": "HARM"}
    assert helper.post(f"regimens/{regimen.pk}/stop/", **stop).status_code == 403
    assert Caller(a_researcher(by.clinic)).get("regimens/").status_code == 403


def test_another_clinic_has_neither_the_regimen_nor_the_patient_nor_the_product() -> None:
    by, stranger = a_clinician(), a_clinician(a_clinic("southbank"))
    patient = a_patient(by)
    regimen = taking(patient, by)
    caller = Caller(stranger)
    assert caller.get(f"regimens/{regimen.pk}/").status_code == 404
    assert (
        caller.post(f"regimens/{regimen.pk}/dose-steps/", effective_on="2026-03-12", intakes=ONCE).status_code
        == 404
    )
    assert caller.post("regimens/", **start(patient)).status_code == 404
    own = made(
        Caller(by).post(
            "products/",
            name="House glycinate",
            form="BISGLYCINATE",
            compound_mg_per_unit=709,
            elemental_mg_per_unit=100,
        )
    )
    answer = caller.post("regimens/", **start(a_patient(stranger), product=own["id"]))
    assert (answer.status_code, list(answer.json())) == (404, ["product"])


def test_a_start_is_checked_without_being_stored() -> None:
    by = a_clinician()
    patient = a_patient(by)
    taking(patient, by)
    before = Regimen.objects.count()
    checked = done(Caller(by).post("regimens/check/", **start(patient)))
    assert (checked["elemental_mg_per_day"], checked["ledger_elemental_mg_per_day"]) == (299.7, 599.4)
    level = next(line for line in checked["findings"] if line["check_code"] == "LEVEL")
    assert (level["severity"], level["review_from"]) == ("NEEDS_REASON", "2026-03-12")
    assert checked["summary"].endswith("not checked")
    assert Regimen.objects.count() == before


def test_what_would_be_refused_is_a_line_of_the_check() -> None:
    by = a_clinician()
    patient = a_patient(by)
    checked = done(
        Caller(by).post("regimens/check/", **start(patient, contraindications={"AV_BLOCK": "YES"}))
    )
    assert checked["findings"][0]["severity"] == "STOP"


def test_above_350_mg_is_stored_and_flagged_until_it_is_supervised() -> None:
    by = a_clinician()
    patient = a_patient(by)
    a_result(patient, by, "0.8", analyte="CREATININE", unit="mg/dL", days_ago=3)
    caller = Caller(by)
    row = made(caller.post("regimens/", **start(patient, intakes=[{"at": "08:00", "units": 4}])))
    assert standing(patient) == ["DOSE_ABOVE_CAP"]
    why = results(caller.get("flags/", rule="DOSE_ABOVE_CAP"))[0]["why"]
    assert (why["evidence"], why["sentence"][:23]) == ("A", "399.6 mg/day elemental ")
    told: dict[str, Any] = {"note": "weekly", "supervisor": by.membership.pk, "check_again_on": "2026-03-26"}
    path = f"regimens/{row['id']}/supervise/"
    assert "version" in faults(caller.post(path, **told))
    assert caller.post(path, version=9, **told).status_code == 409
    assert done(caller.post(path, version=1, **told))["check_again_on"] == "2026-03-26"
    assert standing(patient) == []


def test_a_dose_step_brings_its_reason_and_supervision() -> None:
    by = a_clinician()
    patient = a_patient(by)
    regimen = taking(patient, by)
    told: dict[str, Any] = {
        "note": "ECG normal",
        "supervisor": by.membership.pk,
        "check_again_on": "2026-03-01",
    }
    step: dict[str, Any] = {
        "effective_on": "2026-03-12",
        "intakes": THRICE,
        "above_level_reason": "low at 200",
    }
    path = f"regimens/{regimen.pk}/dose-steps/"
    assert "check_again_on" in faults(Caller(by).post(path, **step, supervision=told))
    made(Caller(by).post(path, **step, supervision=told | {"check_again_on": "2026-03-20"}))
    regimen.refresh_from_db()
    assert (regimen.supervision_note, regimen.supervisor) == ("ECG normal", by.membership)
    assert DoseStep.objects.get(effective_on="2026-03-12").above_level_reason == "low at 200"


def test_a_switch_answers_with_the_new_regimen() -> None:
    by = a_clinician()
    patient = a_patient(by)
    old = taking(patient, by)
    told: dict[str, Any] = {
        "version": 1,
        "product": str(product("P05").pk),
        "on": "2026-03-12",
        "intakes": THRICE,
    }
    row = made(Caller(by).post(f"regimens/{old.pk}/switch/", **told))
    assert (row["form"], row["replaces"], row["elemental_mg_per_day"]) == ("CITRATE", str(old.pk), 303.0)
    old.refresh_from_db()
    assert (old.stop_reason, str(old.stopped_on)) == ("SWITCHED", "2026-03-12")
    assert Caller(by).post(f"regimens/{old.pk}/switch/", **told).status_code == 409


def test_an_intake_says_how_it_is_taken() -> None:
    by = a_clinician()
    told = [
        {"at": "07:00", "units": 1, "minutes_before_meal": 30},
        {"at": "12:00", "units": 1},
        {"at": "22:00", "units": 1},
    ]
    row = made(Caller(by).post("regimens/", **start(a_patient(by), intakes=told)))
    assert [intake["timing"] for intake in row["intakes"]] == ["BEFORE_MEAL", "WITH_FOOD", "BEDTIME"]
    unlike = [{"at": "07:00", "units": 1, "timing": "BEFORE_MEAL"}]
    assert "intakes" in faults(Caller(by).post("regimens/", **start(a_patient(by), intakes=unlike)))


def test_a_stop_that_is_told_at_a_visit_stops_the_regimen_and_an_assistant_may_not() -> None:
    by = a_clinician()
    patient = a_patient(by)
    regimen = taking(patient, by)
    told = {"regimen": str(regimen.pk), "stopped_on": "2026-03-10", "reason": "PATIENT_CHOICE"}
    visit: dict[str, Any] = {"patient": str(patient.pk), "visited_on": "2026-03-12", "stop": told}
    assert Caller(an_assistant(by.clinic)).post("visits/", **visit).status_code == 403
    early: dict[str, Any] = visit | {"stop": told | {"stopped_on": "2026-01-01"}}
    assert "stopped_on" in faults(Caller(by).post("visits/", **early))["stop"]
    made(Caller(by).post("visits/", **visit))
    regimen.refresh_from_db()
    assert str(regimen.stopped_on) == "2026-03-10"
