"""The job of a backtest: in batches, killed in the middle, cancelled, late, with a patient it cannot read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError

from accounts.actors import Actor
from accounts.long_work import LEASE
from patients.models import Patient
from protocols.drafts import save_draft
from protocols.models import Protocol
from reviews.acts.adoption import adopt_protocol, count_draft
from reviews.acts.backtests import cancel_backtest
from reviews.acts.errors import mark_in_error
from reviews.acts.patients import edit_patient
from reviews.backtest import working
from reviews.backtest.comparing import CHANGED, EARLIER_VERSION, RE_EVALUATION, UNEXPLAINED
from reviews.backtest.replaying import replay
from reviews.backtest.working import left_out, work_batch
from reviews.models import Backtest, Flag
from reviews.tasks import ring_backtest, ring_backtests, work_on_backtest, work_on_protocol_run
from tests.factories import NOW, TODAY
from tests.factories_reviews import BacktestFactory
from tests.stories import (
    Clock,
    a_clinic,
    a_clinician,
    a_patient,
    a_visit,
    an_admin,
    at_the_clock,
    present,
    taking,
)

pytestmark = pytest.mark.django_db
# Told on the day on which it has been open for a week.
SINCE = TODAY - timedelta(days=35)


class Killed(BaseException):
    """What ends a worker: no handler of errors sees it."""


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "BATCH", 2)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The backtests of which a worker was told."""
    told: list[int] = []
    monkeypatch.setattr(work_on_backtest, "delay", told.append)
    return told


@pytest.fixture
def by(rung: list[int]) -> Actor:
    return a_clinician(a_clinic())


def people(by: Actor, number: int = 5) -> list[Patient]:
    """Each has a flag of today, because the window is open."""
    found = [a_patient(by) for _ in range(number)]
    for patient in found:
        taking(patient, by, since=SINCE)
    return sorted(found, key=lambda patient: patient.pk)


def asked(by: Actor, **tried: Any) -> Backtest:
    tried = tried or {"re_evaluation_opens_days": 36}
    row: Backtest = BacktestFactory.create(
        clinic=by.clinic, asked_by=by.user, tried=tried, asked_at=NOW + timedelta(hours=1)
    )
    return row


def fresh(row: Backtest) -> Backtest:
    row.refresh_from_db()
    return row


def line(row: Backtest, rule: str = RE_EVALUATION) -> dict[str, Any]:
    counts: dict[str, Any] = fresh(row).found["rules"][rule]
    return counts


def killed_at(patient: Patient) -> Callable[..., Any]:
    """A replay in which the worker ends when it comes to `patient`."""

    def lived(one: Patient, *others: Any) -> Any:
        if one.pk == patient.pk:
            raise Killed
        return replay(one, *others)

    return lived


def test_a_batch_moves_what_is_reached_and_holds_the_lease_anew(by: Actor, clock: Clock) -> None:
    patients = people(by)
    row = asked(by)
    hold = Backtest.objects.take_hold(row.pk, NOW)
    assert hold is not None
    later = clock.forward(minutes=4)
    assert work_batch(hold, later) is True
    row = fresh(row)
    assert (row.state, row.done, row.total, row.reached) == ("RUNNING", 2, 5, patients[1].pk)
    assert (row.lease_until, line(row)["then"]) == (later + LEASE, 2)
    assert (work_batch(hold, later), work_batch(hold, later)) == (True, False)
    assert (fresh(row).state, row.done, row.finished_at, row.lease_until) == ("DONE", 5, later, None)
    # The window opens tomorrow instead of a week ago, when it was told today: one day later.
    assert (line(row)["then"], line(row)["days"], line(row)["now"]) == (5, {"1": 5}, 0)
    assert work_batch(hold, later) is False
    assert Flag.objects.count() == 5


@pytest.mark.parametrize("place", [0, 3, 4])
def test_a_worker_killed_anywhere_leaves_what_goes_on_and_nobody_is_counted_twice(
    by: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    patients = people(by)
    row = asked(by)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(working, "replay", killed_at(patients[place]))
        work_on_backtest(row.pk)
    row = fresh(row)
    assert (row.state, row.done, row.attempt) == ("RUNNING", place - place % 2, 1)
    work_on_backtest(row.pk)  # the lease is another's still
    assert fresh(row).attempt == 1
    clock.forward(minutes=6)
    work_on_backtest(row.pk)
    assert (fresh(row).state, row.done, row.attempt) == ("DONE", 5, 2)
    assert (line(row)["then"], line(row)["days"]) == (5, {"1": 5})


def test_a_worker_that_wakes_late_writes_nothing(by: Actor) -> None:
    people(by, 3)
    row = asked(by)
    late = Backtest.objects.take_hold(row.pk, NOW)
    assert late is not None
    assert work_batch(late, NOW + LEASE) is False
    second = Backtest.objects.take_hold(row.pk, NOW + LEASE)
    assert second is not None and work_batch(late, NOW + LEASE) is False
    assert fresh(row).found == {}
    assert work_batch(second, NOW + LEASE) is True
    assert line(row)["then"] == 2


def test_a_backtest_that_is_cancelled_takes_no_more_counts(by: Actor) -> None:
    people(by, 3)
    row = asked(by)
    hold = Backtest.objects.take_hold(row.pk, NOW)
    assert hold and work_batch(hold, NOW)
    cancel_backtest(backtest=row, by=by, at=NOW)
    assert work_batch(hold, NOW) is False
    row = fresh(row)
    assert (row.state, row.done, row.lease_until) == ("FAILED", 2, None)
    assert row.error == f"Cancelled by {by.user}."
    assert list(Backtest.objects.free(NOW + 2 * LEASE)) == []


def test_the_clock_rings_for_what_waits_and_for_what_was_left(
    by: Actor, clock: Clock, rung: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(by)
    assert (ring_backtests(), rung) == (1, [row.pk])
    assert Backtest.objects.take_hold(row.pk, clock.now())
    clock.forward(minutes=4, seconds=59)
    assert ring_backtests() == 0
    clock.forward(seconds=1)
    assert ring_backtests() == 1

    def refused(backtest_id: int) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(work_on_backtest, "delay", refused)
    ring_backtest(row.pk)
    assert list(Backtest.objects.free(clock.now())) == [row]


def test_at_the_end_of_a_shift_the_rest_is_rung_anew(
    by: Actor, clock: Clock, rung: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    people(by)
    row = asked(by)

    def slow(*told: Any) -> Any:
        clock.forward(minutes=2)
        return replay(*told)

    with monkeypatch.context() as patched:
        patched.setattr(working, "replay", slow)
        patched.setattr("accounts.long_work.LEASE", timedelta(hours=1))
        patched.setattr(working, "LEASE", timedelta(hours=1))
        patched.setattr("reviews.tasks.LONGEST_SHIFT", timedelta(minutes=7))
        work_on_backtest(row.pk)
    assert (fresh(row).state, row.done, rung) == ("WAITING", 2, [row.pk])
    work_on_backtest(row.pk)
    assert (fresh(row).state, row.done, line(row)["then"]) == ("DONE", 5, 5)


def test_a_patient_who_cannot_be_lived_through_is_named_and_holds_up_nobody(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    patients = people(by)
    row = asked(by)

    def broken(one: Patient, *others: Any) -> Any:
        if one.pk == patients[1].pk:
            raise ValueError("a stored value that nobody can read")
        return replay(one, *others)

    monkeypatch.setattr(working, "replay", broken)
    work_on_backtest(row.pk)
    assert (fresh(row).state, row.done, left_out(row)) == ("DONE", 5, [str(patients[1].pk)])
    assert line(row)["then"] == 4


def test_a_server_in_trouble_is_no_fault_of_a_patient(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    people(by, 1)
    row = asked(by)

    def down(*told: Any) -> Any:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setattr(working, "replay", down)
        work_on_backtest(row.pk)
    assert (fresh(row).state, row.done, row.error) == ("RUNNING", 0, "")


def test_a_clinic_without_patients_is_done_at_once(by: Actor) -> None:
    row = asked(by)
    work_on_backtest(row.pk)
    assert (fresh(row).state, row.done, row.total) == ("DONE", 0, 0)


def test_a_visit_marked_in_error_since_is_still_lived_through_as_it_was_told(by: Actor) -> None:
    patient = people(by, 1)[0]
    visit = a_visit(patient, by, present("TINGLING")).visit
    mark_in_error(row=visit, by=by, at=NOW + timedelta(minutes=5), version=1, reason="Another patient")
    row = asked(by, gad7_rise=5)
    work_on_backtest(row.pk)
    counts = line(row, "SYMPTOM")
    assert (counts["then"], counts["same"], counts["not_reproduced"]) == (1, 1, {})


def test_what_another_version_raised_is_counted_apart_and_says_why(by: Actor, clock: Clock) -> None:
    people(by, 1)
    admin = an_admin(by.clinic)
    values: dict[str, Any] = {"re_evaluation_opens_days": 40}
    draft = save_draft(by=admin, at=NOW, values=values, summary="Later")
    work_on_protocol_run(count_draft(draft=draft, by=by, at=NOW).pk)
    adopt_protocol(draft=draft, by=by, at=NOW + timedelta(minutes=1), edition=draft.edition)
    row = asked(by, re_evaluation_opens_days=40)
    assert row.protocol == Protocol.objects.in_force(by.clinic)
    work_on_backtest(row.pk)
    assert (line(row)["then"], line(row)["now"]) == (1, 0)
    assert line(row)["not_reproduced"] == {EARLIER_VERSION: 1}


@pytest.mark.parametrize("edited", [True, False])
def test_what_cannot_be_taken_back_is_said_and_else_no_reason_is_made_up(by: Actor, edited: bool) -> None:
    patient = people(by, 1)[0]
    if edited:
        patient.refresh_from_db()
        told: dict[str, Any] = {"at": NOW + timedelta(minutes=1), "version": patient.version}
        edit_patient(patient=patient, by=by, contact="555", **told)
    # A flag of which nothing in the record tells.
    Flag.objects.update(raised_at=NOW - timedelta(days=3))
    row = asked(by, gad7_rise=5)
    work_on_backtest(row.pk)
    assert line(row)["not_reproduced"] == {CHANGED if edited else UNEXPLAINED: 1}
