"""Attempts to reach a patient: what each outcome needs, what follows from it, and who is heard from again."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.models import AuditEvent
from patients.models import Patient
from reviews.acts.contacts import Contact, Logged, log_contact
from reviews.acts.errors import mark_in_error
from reviews.acts.reach import mark_reachable, mark_unreachable
from reviews.models import ClearedBecause, ContactAttempt, Flag, Reevaluation
from reviews.sweep import sweep
from tests.factories import NOW, TODAY
from tests.reviews.recall.conftest import overdue, owed_of
from tests.stories import a_clinic, a_clinician, a_visit, present, standing

pytestmark = pytest.mark.django_db
SOON = TODAY + timedelta(days=8)


def log(row: Reevaluation, by: Actor, outcome: str, **told: Any) -> Logged:
    at = told.pop("at", NOW)
    whole: dict[str, Any] = {"way": "PHONE", "reevaluation": row, "version": row.version} | told
    return log_contact(patient=row.patient, by=by, at=at, contact=Contact(outcome=outcome, **whole))


def faults(row: Reevaluation, by: Actor, outcome: str, **told: Any) -> set[str]:
    with pytest.raises(ValidationError) as refused:
        log(row, by, outcome, **told)
    assert not ContactAttempt.objects.exists()
    return set(refused.value.message_dict)


def lost(patient: Patient, by: Actor) -> Patient:
    return mark_unreachable(
        patient=patient, by=by, at=NOW, version=patient.version, reason="Three attempts, no answer"
    )


def test_an_attempt_in_vain_is_kept_and_changes_nothing(
    by: Actor, patient: Patient, owed: Reevaluation
) -> None:
    before = standing(patient)
    logged = log(owed, by, "NO_ANSWER", note=" Rang twice ")
    assert (logged.attempt.note, logged.attempt.attempted_at, logged.reached_again) == (
        "Rang twice",
        NOW,
        False,
    )
    assert standing(patient) == before
    event = AuditEvent.objects.get(act="LOG_CONTACT")
    assert event.after == {"way": "PHONE", "outcome": "NO_ANSWER", "afterwards": ""}


def test_who_agreed_is_booked_in_the_same_act(by: Actor, owed: Reevaluation) -> None:
    log(owed, by, "AGREED", booked_on=SOON)
    owed.refresh_from_db()
    assert owed.booked_on == SOON
    with pytest.raises(StaleVersion):
        log(owed, by, "AGREED", booked_on=SOON, version=1)
    assert ContactAttempt.objects.count() == 1


@pytest.mark.parametrize(
    ("outcome", "told", "fields"),
    [
        ("AGREED", {}, {"booked_on"}),
        ("AGREED", {"booked_on": SOON, "version": None}, {"version"}),
        ("AGREED", {"booked_on": SOON, "reevaluation": None}, {"re_evaluation"}),
        ("AGREED", {"booked_on": TODAY - timedelta(days=1)}, {"booked_on"}),
        ("NO_ANSWER", {"booked_on": SOON}, {"booked_on"}),
        ("CALL_LATER", {}, {"call_again_on"}),
        ("CALL_LATER", {"call_again_on": TODAY - timedelta(days=1)}, {"call_again_on"}),
        ("CALL_LATER", {"call_again_on": TODAY + timedelta(days=367)}, {"call_again_on"}),
        ("NO_ANSWER", {"call_again_on": SOON}, {"call_again_on"}),
        ("NO_ANSWER", {"afterwards": "KEEP"}, {"afterwards"}),
        ("REFUSED", {}, {"afterwards"}),
        ("REFUSED", {"afterwards": "LATER"}, {"afterwards"}),
        ("MOVED", {"afterwards": "LEFT", "patient_version": 1}, {"reason"}),
        ("MOVED", {"afterwards": "LEFT", "patient_version": 1, "reason": "x" * 201}, {"reason"}),
        ("WRONG_NUMBER", {"afterwards": "UNREACHABLE", "reason": "No number"}, {"patient_version"}),
        ("SHRUG", {}, {"outcome"}),
        ("NO_ANSWER", {"way": "PIGEON"}, {"way"}),
        ("NO_ANSWER", {"attempted_at": NOW + timedelta(minutes=1)}, {"attempted_at"}),
        ("NO_ANSWER", {"note": "x" * 1001}, {"note"}),
    ],
)
def test_what_an_outcome_needs_and_what_it_does_not_take(
    by: Actor, owed: Reevaluation, outcome: str, told: dict[str, Any], fields: set[str]
) -> None:
    assert faults(owed, by, outcome, **told) == fields


def test_the_re_evaluation_of_another_patient_is_refused(by: Actor, owed: Reevaluation) -> None:
    other = owed_of(overdue(by))
    with pytest.raises(ValidationError, match="another patient"):
        log_contact(
            patient=owed.patient,
            by=by,
            at=NOW,
            contact=Contact(way="PHONE", outcome="NO_ANSWER", reevaluation=other),
        )


def test_after_a_refusal_the_patient_may_stay_on_the_list(
    by: Actor, patient: Patient, owed: Reevaluation
) -> None:
    log(owed, by, "REFUSED", afterwards="KEEP")
    patient.refresh_from_db()
    assert (patient.status, patient.unreachable_since) == ("ACTIVE", None)
    assert "RE_EVALUATION" in standing(patient)


def test_who_moved_leaves_by_the_same_code_as_a_change_of_status(
    by: Actor, patient: Patient, owed: Reevaluation
) -> None:
    log(owed, by, "MOVED", afterwards="LEFT", reason="Moved to Utrecht", patient_version=patient.version)
    patient.refresh_from_db()
    assert (patient.status, patient.status_reason) == ("LEFT", "Moved to Utrecht")
    assert "RE_EVALUATION" not in standing(patient)
    assert AuditEvent.objects.filter(act="CHANGE_STATUS").count() == 1


def test_a_wrong_number_may_make_a_patient_not_contactable(
    by: Actor, patient: Patient, owed: Reevaluation
) -> None:
    told = {"afterwards": "UNREACHABLE", "reason": "No other number", "patient_version": patient.version}
    log(owed, by, "WRONG_NUMBER", **told)
    patient.refresh_from_db()
    assert (patient.unreachable_since, patient.unreachable_reason) == (TODAY, "No other number")
    flag = Flag.objects.get(rule="RE_EVALUATION")
    assert (flag.state, flag.cleared_because) == ("CLEARED", ClearedBecause.NOT_RECALLED)


def test_a_removal_of_a_patient_who_was_changed_meanwhile_is_not_done(
    by: Actor, patient: Patient, owed: Reevaluation
) -> None:
    with pytest.raises(StaleVersion) as stale:
        log(owed, by, "MOVED", afterwards="LEFT", reason="Moved", patient_version=patient.version + 1)
    assert isinstance(stale.value.current, Patient)
    assert not ContactAttempt.objects.exists()


def test_lost_to_follow_up_needs_a_reason_and_ends_recall_but_not_urgent_news(
    by: Actor, patient: Patient
) -> None:
    for reason in ("", "  ", "x" * 201):
        with pytest.raises(ValidationError) as refused:
            mark_unreachable(patient=patient, by=by, at=NOW, version=patient.version, reason=reason)
        assert set(refused.value.message_dict) == {"reason"}
    lost(patient, by)
    sweep(by.clinic, at=NOW + timedelta(days=1))
    assert "RE_EVALUATION" not in standing(patient)
    with pytest.raises(ValidationError, match="not contactable already"):
        lost(patient, by)
    with pytest.raises(StaleVersion):
        mark_reachable(patient=patient, by=by, at=NOW, version=patient.version - 1)
    mark_reachable(patient=patient, by=by, at=NOW, version=patient.version)
    assert "RE_EVALUATION" in standing(patient)
    with pytest.raises(ValidationError, match="contactable already"):
        mark_reachable(patient=patient, by=by, at=NOW, version=patient.version)


def test_who_is_no_longer_under_care_cannot_be_lost(by: Actor, patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(status="LEFT")
    patient.refresh_from_db()
    with pytest.raises(ValidationError, match="no longer under care"):
        lost(patient, by)


def test_who_agrees_is_contactable_again_and_recalled(
    by: Actor, patient: Patient, owed: Reevaluation
) -> None:
    lost(patient, by)
    assert log(owed, by, "AGREED", booked_on=SOON).reached_again
    patient.refresh_from_db()
    assert (patient.unreachable_since, patient.unreachable_reason) == (None, "")
    assert "RE_EVALUATION" in standing(patient)
    event = AuditEvent.objects.get(act="REACHED_AGAIN")
    assert event.after == {"because": "agreed to come"}


def test_no_answer_makes_nobody_contactable(by: Actor, patient: Patient, owed: Reevaluation) -> None:
    lost(patient, by)
    assert not log(owed, by, "NO_ANSWER").reached_again
    patient.refresh_from_db()
    assert patient.unreachable_since == TODAY


def test_a_visit_from_that_day_on_makes_a_patient_contactable_again(by: Actor, patient: Patient) -> None:
    lost(patient, by)
    assert not a_visit(patient, by, on=TODAY - timedelta(days=1)).reached_again
    assert a_visit(patient, by, present("FATIGUE")).reached_again
    patient.refresh_from_db()
    assert patient.unreachable_since is None
    assert "RE_EVALUATION" in standing(patient)
    assert not a_visit(patient, by).reached_again


def test_an_attempt_entered_in_error_takes_its_booking_with_it(by: Actor, owed: Reevaluation) -> None:
    logged = log(owed, by, "AGREED", booked_on=SOON)
    mark_in_error(row=logged.attempt, by=by, at=NOW, version=1, reason="Another patient")
    owed.refresh_from_db()
    assert owed.booked_on is None
    assert ContactAttempt.objects.valid().count() == 0


def test_a_day_that_was_booked_since_stays_when_the_attempt_is_withdrawn(
    by: Actor, owed: Reevaluation
) -> None:
    logged = log(owed, by, "AGREED", booked_on=SOON)
    owed.refresh_from_db()
    log(owed, by, "AGREED", booked_on=SOON + timedelta(days=1), at=NOW + timedelta(hours=1))
    mark_in_error(row=logged.attempt, by=by, at=NOW, version=1, reason="Another patient")
    owed.refresh_from_db()
    assert owed.booked_on == SOON + timedelta(days=1)


def test_an_event_that_cannot_be_written_takes_the_attempt_back(
    by: Actor, owed: Reevaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **told: Any) -> None:
        raise RuntimeError("no event")

    monkeypatch.setattr("reviews.acts.contacts.record", fails)
    with pytest.raises(RuntimeError):
        log(owed, by, "AGREED", booked_on=SOON)
    owed.refresh_from_db()
    assert (ContactAttempt.objects.count(), owed.booked_on) == (0, None)


def test_a_patient_of_another_clinic_is_not_found(owed: Reevaluation) -> None:
    stranger = a_clinician(a_clinic("meadow"))
    with pytest.raises(Patient.DoesNotExist):
        log(owed, stranger, "NO_ANSWER")
