"""Re-evaluations on the API: what is owed, how it stands, and marking one reviewed."""

import pytest

from tests.api.calling import Caller, done, faults, results
from tests.stories import (
    Clock,
    a_clinic,
    a_clinician,
    a_patient,
    a_result,
    an_assistant,
    standing,
    taking,
)

pytestmark = pytest.mark.django_db


def test_the_window_is_day_28_to_42_and_its_state_follows_the_day(clock: Clock) -> None:
    by = a_clinician()
    patient = a_patient(by)
    taking(patient, by, since=clock.at.date())
    told = []
    for days in (27, 1, 14, 1):
        clock.forward(days=days)
        (row,) = results(Caller(by).get("re-evaluations/", patient=str(patient.pk)))
        told.append(row["state"])
    assert (row["anchored_on"], row["opens_on"], row["closes_on"]) == (
        "2026-03-12",
        "2026-04-09",
        "2026-04-23",
    )
    assert told == ["UPCOMING", "OPEN", "OPEN", "OVERDUE"]


def test_a_result_that_came_back_is_reviewed_and_that_meets_it() -> None:
    by = a_clinician()
    patient = a_patient(by)
    taking(patient, by)
    caller = Caller(by)
    (row,) = results(caller.get("re-evaluations/", state="OPEN"))
    path = f"re-evaluations/{row['id']}/review/"
    assert "No result" in faults(caller.post(path, version=row["version"]))["id"][0]
    back = a_result(patient, by, "0.50")
    (row,) = results(caller.get("re-evaluations/", state="RESULT_BACK"))
    assert row["result"] == str(back.pk)
    assert list(faults(caller.post(path))) == ["version"]
    met = done(caller.post(path, version=row["version"]))
    assert (met["state"], met["met_by_result"], met["met_on"]) == ("MET", str(back.pk), "2026-03-12")
    assert "RE_EVALUATION" not in standing(patient)
    late = caller.post(path, version=row["version"])
    assert (late.status_code, late.json()["current"]["state"]) == (409, "MET")


def test_a_clinician_reviews_an_assistant_reads_and_a_stranger_finds_none() -> None:
    by = a_clinician()
    taking(a_patient(by), by)
    helper = Caller(an_assistant(by.clinic))
    (row,) = results(helper.get("re-evaluations/"))
    path = f"re-evaluations/{row['id']}/review/"
    assert helper.post(path, version=row["version"]).status_code == 403
    stranger = Caller(a_clinician(a_clinic("southbank")))
    assert stranger.post(path, version=row["version"]).status_code == 404
    assert stranger.get(f"re-evaluations/{row['id']}/").status_code == 404
    assert list(faults(helper.get("re-evaluations/", state="LATE"))) == ["state"]
