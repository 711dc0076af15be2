"""Other sources, interruptions and advice on the API: added, ended, withdrawn, and refused with the field."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import Actor
from regimens.models import DietAdvice, Interruption, OtherSource
from tests.api.calling import Caller, done, faults, made, results
from tests.factories import TODAY
from tests.stories import (
    a_clinic,
    a_clinician,
    a_patient,
    a_researcher,
    an_assistant,
    product,
    standing,
    taking,
)

pytestmark = pytest.mark.django_db
A_DAY = "2026-03-01"


@pytest.fixture
def by() -> Actor:
    return a_clinician()


def a_source(patient: Any, **change: Any) -> dict[str, Any]:
    about = {"patient": str(patient.pk), "product": str(product("X1").pk), "units_per_day": 2}
    return about | {"since": A_DAY, "source": "Patient"} | change


class TestOtherSources:
    def test_one_is_added_read_ended_and_withdrawn(self, by: Actor) -> None:
        patient, caller = a_patient(by), Caller(by)
        row = made(caller.post("other-sources/", **a_source(patient)))
        assert (row["elemental_mg_per_day"], row["compound_mg_per_day"]) == (333.4, 800.0)
        assert row["product_name"].startswith("Magnesium hydroxide")
        assert [r["id"] for r in results(caller.get("other-sources/", patient=str(patient.pk)))] == [
            row["id"]
        ]
        path = f"other-sources/{row['id']}/"
        assert done(caller.post(f"{path}end/", version=1, until="2026-03-10"))["until"] == "2026-03-10"
        assert (
            done(caller.post(f"{path}entered-in-error/", version=2, reason="Typo"))["error_reason"] == "Typo"
        )
        assert results(caller.get("other-sources/", patient=str(patient.pk))) == []

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"units_per_day": 0}, "units_per_day"),
            ({"units_per_day": -1}, "units_per_day"),
            ({"units_per_day": 101}, "units_per_day"),
            ({"units_per_day": "much"}, "units_per_day"),
            ({"units_per_day": "Infinity"}, "units_per_day"),
            ({"product": "no-id"}, "product"),
            ({"since": "2026-03-13"}, "since"),
            ({"until": "2026-02-28"}, "until"),
            ({"source": "a\x00b"}, "source"),
        ],
    )
    def test_what_cannot_be_is_refused_with_the_field(
        self, by: Actor, change: dict[str, Any], field: str
    ) -> None:
        answer = Caller(by).post("other-sources/", **a_source(a_patient(by), **change))
        assert list(faults(answer)) == [field]
        assert not OtherSource.objects.exists()

    def test_an_end_needs_the_version_that_was_read(self, by: Actor) -> None:
        caller = Caller(by)
        path = f"other-sources/{made(caller.post('other-sources/', **a_source(a_patient(by))))['id']}/end/"
        assert set(faults(caller.post(path))) == {"version", "until"}
        assert list(faults(caller.post(path, version=1, until="2026-02-01"))) == ["until"]
        done(caller.post(path, version=1, until="2026-03-10"))
        late = caller.post(path, version=1, until="2026-03-11")
        assert (late.status_code, late.json()["current"]["until"]) == (409, "2026-03-10")

    def test_an_assistant_adds_and_ends_but_does_not_withdraw(self, by: Actor) -> None:
        patient, caller = a_patient(by), Caller(an_assistant(by.clinic))
        row = made(caller.post("other-sources/", **a_source(patient)))
        done(caller.post(f"other-sources/{row['id']}/end/", version=1, until="2026-03-10"))
        withdrawn = caller.post(f"other-sources/{row['id']}/entered-in-error/", version=2, reason="x")
        assert withdrawn.status_code == 403


class TestInterruptions:
    @pytest.fixture
    def regimen_id(self, by: Actor) -> str:
        return str(taking(a_patient(by), by, since=TODAY - timedelta(days=60)).pk)

    def test_one_is_begun_ended_and_withdrawn(self, by: Actor, regimen_id: str) -> None:
        caller = Caller(by)
        row = made(caller.post("interruptions/", regimen=regimen_id, from_on=A_DAY, reason="Travel"))
        assert (row["from_on"], row["until_on"], row["reason"]) == (A_DAY, None, "Travel")
        assert [r["id"] for r in results(caller.get("interruptions/", regimen=regimen_id))] == [row["id"]]
        path = f"interruptions/{row['id']}/"
        taken = done(caller.post(f"{path}resume/", version=1, until_on="2026-03-05"))
        assert taken["until_on"] == "2026-03-05"
        done(caller.post(f"{path}entered-in-error/", version=2, reason="Other patient"))
        assert results(caller.get("interruptions/", regimen=regimen_id)) == []

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"from_on": "2026-03-13"}, "from_on"),
            ({"from_on": "2025-01-01"}, "from_on"),
            ({"until_on": "2026-02-28"}, "until_on"),
            ({"until_on": "2026-03-13"}, "until_on"),
            ({"regimen": "no-id"}, "regimen"),
            ({"reason": "x" * 201}, "reason"),
        ],
    )
    def test_what_cannot_be_is_refused_with_the_field(
        self, by: Actor, regimen_id: str, change: dict[str, Any], field: str
    ) -> None:
        answer = Caller(by).post("interruptions/", **{"regimen": regimen_id, "from_on": A_DAY} | change)
        assert list(faults(answer)) == [field]
        assert not Interruption.objects.exists()

    def test_days_are_interrupted_once(self, by: Actor, regimen_id: str) -> None:
        caller = Caller(by)
        made(caller.post("interruptions/", regimen=regimen_id, from_on=A_DAY))
        assert list(faults(caller.post("interruptions/", regimen=regimen_id, from_on="2026-03-04"))) == [
            "from_on"
        ]

    def test_of_two_who_resume_the_second_is_told(self, by: Actor, regimen_id: str) -> None:
        caller = Caller(by)
        row = made(caller.post("interruptions/", regimen=regimen_id, from_on=A_DAY))
        path = f"interruptions/{row['id']}/resume/"
        done(caller.post(path, version=1, until_on="2026-03-05"))
        late = caller.post(path, version=1, until_on="2026-03-06")
        assert (late.status_code, late.json()["current"]["until_on"]) == (409, "2026-03-05")

    def test_who_may_not_change_a_dose_interrupts_none(self, by: Actor, regimen_id: str) -> None:
        caller = Caller(an_assistant(by.clinic))
        assert caller.post("interruptions/", regimen=regimen_id, from_on=A_DAY).status_code == 403
        assert results(caller.get("interruptions/")) == []

    def test_a_regimen_of_another_clinic_is_not_found(self, regimen_id: str) -> None:
        stranger = Caller(a_clinician(a_clinic("southbank")))
        assert stranger.post("interruptions/", regimen=regimen_id, from_on=A_DAY).status_code == 404


class TestDietAdvice:
    def test_it_is_given_and_withdrawn(self, by: Actor) -> None:
        patient, caller = a_patient(by), Caller(an_assistant(by.clinic))
        row = made(caller.post("diet-advice/", patient=str(patient.pk), given_on=A_DAY))
        assert (row["advice"], row["given_on"]) == ("LOW_PHYTATE", A_DAY)
        path = f"diet-advice/{row['id']}/entered-in-error/"
        assert caller.post(path, version=1, reason="x").status_code == 403
        done(Caller(by).post(path, version=1, reason="Not said"))
        assert results(caller.get("diet-advice/", patient=str(patient.pk))) == []

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"given_on": "2026-03-13"}, "given_on"),
            ({"given_on": None}, "given_on"),
            ({"advice": "X"}, "advice"),
        ],
    )
    def test_what_cannot_be_is_refused(self, by: Actor, change: dict[str, Any], field: str) -> None:
        body = {"patient": str(a_patient(by).pk), "given_on": A_DAY} | change
        assert list(faults(Caller(by).post("diet-advice/", **body))) == [field]
        assert not DietAdvice.objects.exists()


@pytest.mark.parametrize("kind", ["other-sources", "interruptions", "diet-advice"])
def test_researchers_read_none_of_it(kind: str, by: Actor) -> None:
    assert Caller(a_researcher(by.clinic)).get(f"{kind}/").status_code == 403


class TestCoSupplements:
    def test_an_amount_keeps_its_unit_and_its_clock_times(self, by: Actor) -> None:
        about = {"patient": str(a_patient(by).pk), "code": "VITAMIN_B6", "value": "10"}
        row = made(Caller(by).post("co-treatments/", **about, taken_at=["08:00"]))
        assert (row["value"], row["unit"], row["taken_at"]) == ("10", "mg/d", ["08:00:00"])

    def test_another_unit_is_refused_not_read_as_its_own(self, by: Actor) -> None:
        body = {"patient": str(a_patient(by).pk), "code": "VITAMIN_D", "value": "1000", "unit": "IU"}
        assert "ug/d" in faults(Caller(by).post("co-treatments/", **body))["unit"][0]

    def test_too_much_b6_stands_among_the_findings_and_flags_nothing(self, by: Actor) -> None:
        patient = a_patient(by)
        taking(patient, by)
        before = standing(patient)
        body = {"patient": str(patient.pk), "code": "VITAMIN_B6", "value": "101"}
        made(Caller(by).post("co-treatments/", **body))
        assert patient.findings.get(check_code="VITAMIN_B6").severity == "ATTENTION"
        assert standing(patient) == before
