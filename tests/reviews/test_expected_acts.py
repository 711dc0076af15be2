"""What was ordered: noted, met by what comes, withdrawn with a reason; and what a person cannot withdraw."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.models import AuditEvent
from labs.models import ExpectedResult, Owed
from patients.models import Patient
from reviews.acts.expected import order_result, withdraw_expected
from reviews.acts.flags import UNDONE, resolve, undo
from reviews.acts.patients import change_status
from reviews.models import ClearedBecause, Flag, Rule
from reviews.sweep import sweep
from tests.factories import NOW, TODAY
from tests.stories import a_clinician, a_flag, a_patient, a_result, standing, taking

pytestmark = pytest.mark.django_db
IN_A_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


def ordered(patient: Patient, by: Actor, **told: Any) -> ExpectedResult:
    whole: dict[str, Any] = {"analyte": "IONIZED_MG", "due_on": IN_A_WEEK, "at": NOW} | told
    return order_result(patient=patient, by=by, **whole)


def withdrawn(row: ExpectedResult, by: Actor, reason: str = "Sample lost", **told: Any) -> ExpectedResult:
    whole: dict[str, Any] = {"version": row.version, "at": NOW} | told
    return withdraw_expected(expected=row, reason=reason, by=by, **whole)


def test_an_order_is_owed_from_today_and_asks_for_review_a_week_after_its_day(
    by: Actor, patient: Patient
) -> None:
    row = ordered(patient, by)
    assert (row.why, row.owed_from, row.alert_on) == (Owed.ORDERED, TODAY, IN_A_WEEK + timedelta(days=7))
    assert AuditEvent.objects.get(act="ORDER_RESULT").patient_id == patient.pk


def test_the_first_result_that_comes_after_meets_it(by: Actor, patient: Patient) -> None:
    a_result(patient, by, "0.50")
    row = ordered(patient, by, at=NOW + timedelta(minutes=1))
    row.refresh_from_db()
    assert row.met_by is None
    came = a_result(patient, by, "0.55", at=NOW + timedelta(hours=1))
    row.refresh_from_db()
    assert row.met_by == came


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"analyte": "GOLD"}, "analyte"),
        ({"due_on": TODAY - timedelta(days=1)}, "due_on"),
        ({"due_on": TODAY + timedelta(days=367)}, "due_on"),
        ({"due_on": date(9999, 1, 1)}, "due_on"),
    ],
)
def test_an_order_that_cannot_be_is_refused(
    by: Actor, patient: Patient, told: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        ordered(patient, by, **told)
    assert set(refused.value.message_dict) == {field}
    assert not ExpectedResult.objects.exists()


def test_the_same_order_is_noted_once(by: Actor, patient: Patient) -> None:
    first = ordered(patient, by)
    with pytest.raises(ValidationError, match="noted already"):
        ordered(patient, by)
    ordered(patient, by, analyte="CREATININE")
    withdrawn(first, by)
    ordered(patient, by)
    assert ExpectedResult.objects.awaited().count() == 2


def test_nothing_is_ordered_for_who_has_died(by: Actor, patient: Patient) -> None:
    died: dict[str, Any] = {"status": "DECEASED", "reason": "Illness", "deceased_on": TODAY}
    change_status(patient=patient, by=by, at=NOW, version=patient.version, **died)
    with pytest.raises(ValidationError, match="died"):
        ordered(patient, by)


def test_to_withdraw_clears_the_flag_with_its_reason(by: Actor, patient: Patient) -> None:
    row = ordered(patient, by)
    late = NOW + timedelta(days=14)
    sweep(by.clinic, at=late)
    assert standing(patient) == [Rule.LAB_NOT_BACK]
    gone = withdrawn(row, by, " Sample lost ", at=late)
    assert (gone.withdrawn_reason, gone.withdrawn_by, gone.withdrawn_at) == ("Sample lost", by.user, late)
    assert standing(patient) == []
    assert Flag.objects.get().cleared_because == ClearedBecause.WITHDRAWN
    event = AuditEvent.objects.get(act="WITHDRAW_EXPECTED")
    assert event.after == {"analyte": "IONIZED_MG", "reason": "Sample lost"}


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_to_withdraw_needs_a_reason(by: Actor, patient: Patient, reason: str) -> None:
    with pytest.raises(ValidationError) as refused:
        withdrawn(ordered(patient, by), by, reason)
    assert set(refused.value.message_dict) == {"reason"}


def test_the_yearly_kidney_check_follows_from_the_record(by: Actor, patient: Patient) -> None:
    taking(patient, by)
    check = ExpectedResult.objects.get(why=Owed.KIDNEY_YEARLY)
    with pytest.raises(ValidationError, match="follows from the record"):
        withdrawn(check, by)


def test_what_came_or_was_withdrawn_cannot_be_withdrawn(by: Actor, patient: Patient) -> None:
    row = ordered(patient, by)
    with pytest.raises(StaleVersion):
        withdrawn(row, by, version=row.version + 1)
    withdrawn(row, by)
    with pytest.raises(ValidationError, match="withdrawn already"):
        withdrawn(row, by)
    met = ordered(patient, by)
    a_result(patient, by, "0.55", at=NOW + timedelta(hours=1))
    met.refresh_from_db()
    with pytest.raises(ValidationError, match="has come"):
        withdrawn(met, by)


def test_to_undo_a_resolve_withdraws_its_orders_and_says_why(by: Actor, patient: Patient) -> None:
    """What a person withdrew meanwhile keeps that person's reason."""
    flag = a_flag(by, patient)
    analytes = ["IONIZED_MG", "POTASSIUM"]
    resolve(flag=flag, by=by, at=NOW, version=1, action="LAB_ORDERED", analytes=analytes)
    withdrawn(ExpectedResult.objects.get(analyte="POTASSIUM"), by)
    undo(flag=flag, by=by, at=NOW + timedelta(minutes=1), version=2)
    told = dict(ExpectedResult.objects.values_list("analyte", "withdrawn_reason"))
    assert told == {"IONIZED_MG": UNDONE, "POTASSIUM": "Sample lost"}


def test_an_event_that_cannot_be_written_takes_the_order_back(
    by: Actor, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **told: Any) -> None:
        raise RuntimeError("no event")

    row = ordered(patient, by)
    monkeypatch.setattr("reviews.acts.expected.record", fails)
    with pytest.raises(RuntimeError):
        ordered(patient, by, analyte="CREATININE")
    with pytest.raises(RuntimeError):
        withdrawn(row, by)
    assert list(ExpectedResult.objects.values_list("analyte", "withdrawn_at")) == [("IONIZED_MG", None)]
