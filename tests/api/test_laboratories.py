"""Laboratories, their tests, notices and expected results on the API."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.actors import Actor
from labs.models import ExpectedResult, Laboratory
from patients.models import Patient
from reviews.acts.laboratories import laboratory_named
from tests.api.calling import Caller, done, faults, made, results
from tests.factories import NOW, TODAY
from tests.factories_labs import LabNoticeFactory
from tests.stories import a_clinic, a_clinician, a_patient, a_result, an_assistant, taking

pytestmark = pytest.mark.django_db
IN_A_WEEK = str(TODAY + timedelta(days=7))


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def caller(by: Actor) -> Caller:
    return Caller(by)


@pytest.fixture
def laboratory(by: Actor) -> Laboratory:
    return laboratory_named("Northfield Lab", by=by, at=NOW)


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


def a_test(laboratory: Laboratory, **told: Any) -> dict[str, Any]:
    return {"laboratory": str(laboratory.pk), "local_name": "Mg ion"} | told


class TestTests:
    def test_a_test_is_named_read_and_given_an_interval(self, by: Actor, laboratory: Laboratory) -> None:
        caller = Caller(an_assistant(by.clinic))
        assert [row["name"] for row in results(caller.get("laboratories/"))] == ["Northfield Lab"]
        row = made(caller.post("laboratory-tests/", **a_test(laboratory, analyte="TOTAL_MG")))
        assert (row["local_name"], row["loinc"], row["canonical_unit"]) == ("mg ion", "2601-3", "mmol/L")
        path = f"laboratory-tests/{row['id']}/"
        change = {"interval_low": 1.7, "interval_high": 2.4, "unit": "mg/dL"}
        changed = done(caller.patch(path, version=row["version"], **change))
        assert (changed["interval_low"], changed["interval_high"]) == (0.6994, 0.9875)
        other = {"analyte": "IONIZED_MG", "interval_low": 0.46, "unit": "mmol/L"}
        both = done(caller.patch(path, version=changed["version"], **other))
        assert (both["analyte"], both["interval_low"], both["interval_high"]) == ("IONIZED_MG", 0.46, None)
        taken = done(caller.patch(path, version=both["version"], interval_low=None))
        assert taken["interval_low"] is None
        assert [row["id"] for row in results(caller.get("laboratory-tests/", analyte="IONIZED_MG"))] == [
            row["id"]
        ]

    @pytest.mark.parametrize(
        ("told", "field"),
        [
            ({}, "analyte"),
            ({"loinc": "2951-2"}, "loinc"),
            ({"analyte": "GOLD"}, "analyte"),
            ({"analyte": "TOTAL_MG", "ignored": True}, "analyte"),
            ({"analyte": "TOTAL_MG", "local_name": ""}, "local_name"),
            ({"analyte": "TOTAL_MG", "local_name": "x" * 201}, "local_name"),
        ],
    )
    def test_what_says_nothing_is_refused(
        self, caller: Caller, laboratory: Laboratory, told: dict[str, Any], field: str
    ) -> None:
        assert field in faults(caller.post("laboratory-tests/", **a_test(laboratory, **told)))

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"interval_low": 2, "interval_high": 1, "unit": "mmol/L"}, "interval_low"),
            ({"interval_low": 17, "unit": "mmol/L"}, "interval_low"),
            ({"interval_high": 170, "unit": "mmol/L"}, "interval_high"),
            ({"interval_low": 1, "unit": "ng/mL"}, "unit"),
            ({"interval_low": 1}, "unit"),
            ({"loinc": "1-8"}, "loinc"),
        ],
    )
    def test_a_change_that_cannot_be_is_refused_and_changes_nothing(
        self, caller: Caller, laboratory: Laboratory, change: dict[str, Any], field: str
    ) -> None:
        row = made(caller.post("laboratory-tests/", **a_test(laboratory, analyte="TOTAL_MG")))
        path = f"laboratory-tests/{row['id']}/"
        assert field in faults(caller.patch(path, version=row["version"], **change))
        assert done(caller.get(path)) == row

    def test_what_somebody_said_needs_its_version(self, caller: Caller, laboratory: Laboratory) -> None:
        row = made(caller.post("laboratory-tests/", **a_test(laboratory, analyte="TOTAL_MG")))
        again = caller.post("laboratory-tests/", **a_test(laboratory, analyte="IONIZED_MG"))
        assert (again.status_code, again.json()["current"]["analyte"]) == (409, "TOTAL_MG")
        path = f"laboratory-tests/{row['id']}/"
        assert caller.patch(path, version=row["version"] - 1, ignored=True).status_code == 409
        assert "version" in faults(caller.patch(path, ignored=True))
        assert done(caller.patch(path, version=row["version"], ignored=True))["is_ignored"]

    def test_another_clinics_laboratory_is_not_here(self, caller: Caller) -> None:
        stranger = a_clinician(a_clinic("meadow"))
        theirs = laboratory_named("Northfield Lab", by=stranger, at=NOW)
        for laboratory in (theirs.pk, uuid4()):
            told = {"laboratory": str(laboratory), "local_name": "Mg", "analyte": "TOTAL_MG"}
            assert caller.post("laboratory-tests/", **told).status_code == 404


class TestNotices:
    def test_a_notice_is_read_and_seen_once(self, by: Actor, caller: Caller) -> None:
        notice = LabNoticeFactory.create(test__laboratory__clinic=by.clinic)
        (row,) = results(caller.get("lab-notices/", seen="false"))
        assert (row["id"], row["local_name"], row["kind"]) == (str(notice.pk), "mg ion", "UNIT_CHANGED")
        path = f"lab-notices/{notice.pk}/seen/"
        assert caller.post(path, version=7).status_code == 409
        assert done(caller.post(path, version=1))["seen_at"]
        assert "id" in faults(caller.post(path, version=2))
        assert results(caller.get("lab-notices/", seen="false")) == []
        assert len(results(caller.get("lab-notices/", seen="true"))) == 1


class TestExpectedResults:
    def told(self, patient: Patient, **change: Any) -> dict[str, Any]:
        return {"patient": str(patient.pk), "analyte": "IONIZED_MG", "due_on": IN_A_WEEK} | change

    def test_an_order_is_noted_met_and_found_by_state(
        self, by: Actor, caller: Caller, patient: Patient
    ) -> None:
        row = made(caller.post("expected-results/", **self.told(patient)))
        assert (row["why"], row["state"], row["overdue"]) == ("ORDERED", "AWAITED", False)
        a_result(patient, by, "0.55", at=NOW + timedelta(hours=1))
        after = done(caller.get(f"expected-results/{row['id']}/"))
        assert (after["state"], after["met_by"] is not None) == ("MET", True)
        for state, n in (("MET", 1), ("AWAITED", 0), ("WITHDRAWN", 0)):
            assert len(results(caller.get("expected-results/", state=state))) == n

    def test_what_is_late_is_found(self, caller: Caller, patient: Patient) -> None:
        row = made(caller.post("expected-results/", **self.told(patient)))
        ExpectedResult.objects.update(owed_from="2026-02-01", due_on="2026-03-01")
        (late,) = results(caller.get("expected-results/", overdue="true", why="ORDERED"))
        assert (late["id"], late["overdue"]) == (row["id"], True)
        assert results(caller.get("expected-results/", overdue="false")) == []

    def test_one_is_withdrawn_with_a_reason(self, caller: Caller, patient: Patient) -> None:
        row = made(caller.post("expected-results/", **self.told(patient)))
        path = f"expected-results/{row['id']}/withdraw/"
        assert "reason" in faults(caller.post(path, version=row["version"]))
        assert caller.post(path, version=9, reason="Lost").status_code == 409
        gone = done(caller.post(path, version=row["version"], reason="Lost"))
        assert (gone["state"], gone["withdrawn_reason"]) == ("WITHDRAWN", "Lost")
        assert "id" in faults(caller.post(path, version=gone["version"], reason="Lost"))

    def test_the_kidney_check_is_listed_and_stays(self, by: Actor, caller: Caller, patient: Patient) -> None:
        taking(patient, by)
        (row,) = results(caller.get("expected-results/", why="KIDNEY_YEARLY", patient=str(patient.pk)))
        refused = faults(
            caller.post(f"expected-results/{row['id']}/withdraw/", version=row["version"], reason="No")
        )
        assert "follows from the record" in refused["id"][0]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"analyte": "GOLD"}, "analyte"),
            ({"due_on": "2026-03-01"}, "due_on"),
            ({"due_on": "soon"}, "due_on"),
            ({"due_on": "2199-01-01"}, "due_on"),
        ],
    )
    def test_an_order_that_cannot_be_names_its_field(
        self, caller: Caller, patient: Patient, change: dict[str, Any], field: str
    ) -> None:
        assert field in faults(caller.post("expected-results/", **self.told(patient, **change)))

    def test_an_assistant_orders_and_does_not_withdraw(self, by: Actor, patient: Patient) -> None:
        caller = Caller(an_assistant(by.clinic))
        row = made(caller.post("expected-results/", **self.told(patient)))
        path = f"expected-results/{row['id']}/withdraw/"
        assert caller.post(path, version=row["version"], reason="Lost").status_code == 403
