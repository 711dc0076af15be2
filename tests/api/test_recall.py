"""Missed windows on the API: booking, attempts with what follows, and the list with its steps."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import Actor
from patients.models import Patient
from reviews.models import ContactAttempt, Reevaluation
from tests.api.calling import Caller, done, faults, made, results
from tests.factories import TODAY
from tests.reviews.recall.conftest import overdue, owed_of, stable
from tests.stories import a_clinic, a_clinician, an_assistant, standing

pytestmark = pytest.mark.django_db
SOON = f"{TODAY + timedelta(days=8)}"


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def owed(by: Actor) -> Reevaluation:
    return owed_of(overdue(by))


def attempt(row: Reevaluation, outcome: str, **told: Any) -> dict[str, Any]:
    about = {"patient": str(row.patient_id), "re_evaluation": str(row.pk)}
    return about | {"way": "PHONE", "outcome": outcome} | told


def test_a_visit_is_booked_and_cleared_at_its_version(by: Actor, owed: Reevaluation) -> None:
    caller, path = Caller(an_assistant(by.clinic)), f"re-evaluations/{owed.pk}/book/"
    booked = done(caller.post(path, version=owed.version, booked_on=SOON))
    assert (booked["booked_on"], booked["state"]) == (SOON, "OVERDUE")
    late = caller.post(path, version=owed.version, booked_on=None)
    assert (late.status_code, late.json()["current"]["booked_on"]) == (409, SOON)
    assert done(caller.post(path, version=booked["version"], booked_on=None))["booked_on"] is None
    assert set(faults(caller.post(path, version=1))) == {"booked_on"}
    assert set(faults(caller.post(path, booked_on=SOON))) == {"version"}
    past = caller.post(path, version=booked["version"] + 1, booked_on="2026-03-01")
    assert "in the past" in faults(past)["booked_on"][0]
    stranger = Caller(a_clinician(a_clinic("meadow")))
    assert stranger.post(path, version=1, booked_on=SOON).status_code == 404


def test_the_list_has_the_step_of_each(by: Actor, owed: Reevaluation) -> None:
    quiet = owed_of(stable(by))
    caller = Caller(by)
    for _ in range(3):
        made(caller.post("contact-attempts/", **attempt(owed, "NO_ANSWER")))
    rows = {row["id"]: row for row in results(caller.get("recall/"))}
    assert set(rows) == {str(owed.pk), str(quiet.pk)}
    called = rows[str(owed.pk)]
    assert (called["step"], called["due_on"]) == ("PROPOSE_LOST", "2026-03-19")
    assert (called["attempt"], called["attempts_without_answer"]) == (4, 3)
    assert rows[str(quiet.pk)]["book_alone_because"] == []
    assert [row["id"] for row in results(caller.get("recall/", patient=str(quiet.patient_id)))] == [
        str(quiet.pk)
    ]


def test_stable_ones_are_booked_together_row_by_row(by: Actor, owed: Reevaluation) -> None:
    quiet, theirs = owed_of(stable(by)), owed_of(overdue(a_clinician(a_clinic("meadow"))))
    rows = [{"id": str(row.pk), "version": row.version} for row in (quiet, owed, theirs)]
    told = Caller(by).post("recall/reschedule/", booked_on=SOON, rows=rows)
    assert told.status_code == 200
    said = {row["id"]: (row["booked"], row["refused"][:24]) for row in told.json()["rows"]}
    assert said[str(quiet.pk)] == (True, "")
    assert said[str(owed.pk)] == (False, "To be booked alone: also")
    assert said[str(theirs.pk)] == (False, "There is none with this ")
    assert set(faults(Caller(by).post("recall/reschedule/", booked_on=SOON, rows=[]))) == {"rows"}
    refused = faults(Caller(by).post("recall/reschedule/", booked_on="2026-03-01", rows=rows))
    assert set(refused) == {"booked_on"}


def test_an_attempt_books_when_the_patient_agreed(by: Actor, owed: Reevaluation) -> None:
    caller = Caller(by)
    body = attempt(owed, "AGREED", booked_on=SOON, version=owed.version)
    assert set(faults(caller.post("contact-attempts/", **(body | {"booked_on": None})))) == {"booked_on"}
    row = made(caller.post("contact-attempts/", **body))
    assert (row["re_evaluation"], row["booked_on"], row["reached_again"]) == (str(owed.pk), SOON, False)
    late = caller.post("contact-attempts/", **body)
    assert (late.status_code, late.json()["current"]["booked_on"]) == (409, SOON)
    (listed,) = results(caller.get("contact-attempts/", patient=str(owed.patient_id)))
    assert listed["id"] == row["id"]
    path = f"contact-attempts/{row['id']}/entered-in-error/"
    assert done(caller.post(path, version=1, reason="Another patient"))["error_reason"] == "Another patient"
    owed.refresh_from_db()
    assert owed.booked_on is None
    assert results(caller.get("contact-attempts/")) == []


def test_a_removal_is_a_clinicians_and_needs_the_version_of_the_patient(
    by: Actor, owed: Reevaluation
) -> None:
    patient = Patient.objects.get(pk=owed.patient_id)
    body = attempt(owed, "WRONG_NUMBER", afterwards="UNREACHABLE", reason="No other number")
    assert Caller(an_assistant(by.clinic)).post("contact-attempts/", **body).status_code == 403
    caller = Caller(by)
    assert set(faults(caller.post("contact-attempts/", **body))) == {"patient_version"}
    stale = caller.post("contact-attempts/", **body, patient_version=patient.version + 1)
    assert (stale.status_code, stale.json()["current"]["version"]) == (409, patient.version)
    made(caller.post("contact-attempts/", **body, patient_version=patient.version))
    shown = done(caller.get(f"patients/{patient.pk}/"))
    assert (shown["unreachable_since"], shown["unreachable_reason"]) == ("2026-03-12", "No other number")
    assert "RE_EVALUATION" not in standing(patient)
    assert results(caller.get("recall/")) == []


def test_an_attempt_on_another_clinics_re_evaluation_is_not_found(owed: Reevaluation) -> None:
    stranger = a_clinician(a_clinic("meadow"))
    mine = owed_of(overdue(stranger))
    body = attempt(mine, "NO_ANSWER", re_evaluation=str(owed.pk))
    assert Caller(stranger).post("contact-attempts/", **body).status_code == 404
    assert not ContactAttempt.objects.exists()


def test_not_contactable_and_back_again(by: Actor, owed: Reevaluation) -> None:
    caller, path = Caller(by), f"patients/{owed.patient_id}"
    version = done(caller.get(f"{path}/"))["version"]
    assert set(faults(caller.post(f"{path}/unreachable/", version=version))) == {"reason"}
    lost = done(caller.post(f"{path}/unreachable/", version=version, reason="Three attempts"))
    assert lost["unreachable_since"] == "2026-03-12"
    assert caller.post(f"{path}/reachable/", version=version).status_code == 409
    found = done(caller.post(f"{path}/reachable/", version=lost["version"]))
    assert found["unreachable_since"] is None
    assert Caller(an_assistant(by.clinic)).post(f"{path}/reachable/", version=1).status_code == 403
