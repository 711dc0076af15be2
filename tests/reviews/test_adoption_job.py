"""The job of an adoption: in batches, killed in the middle, by two workers at once, by one that is late."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from accounts.actors import Actor
from accounts.long_work import LEASE, Hold
from patients.models import Patient
from protocols.drafts import discard_draft, save_draft
from protocols.models import Protocol
from reviews import adopting
from reviews.acts.adoption import adopt_protocol, count_draft
from reviews.adopting import left_out, work_batch
from reviews.models import Flag, ProtocolRun, Reevaluation, RunKind
from reviews.moments import Moment
from reviews.rebuild import rebuild
from reviews.tasks import ring, ring_protocol_runs, work_on_protocol_run
from tests.factories import NOW, TODAY
from tests.stories import (
    Clock,
    a_clinic,
    a_clinician,
    a_patient,
    an_admin,
    at_the_clock,
    standing,
    taking,
)

pytestmark = pytest.mark.django_db
OPENS_EARLIER: dict[str, Any] = {"re_evaluation_opens_days": 21}


class Killed(BaseException):
    """What ends a worker: no handler of errors sees it."""


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adopting, "BATCH", 2)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs of which a worker was told."""
    told: list[int] = []
    monkeypatch.setattr(work_on_protocol_run, "delay", told.append)
    return told


@pytest.fixture
def by(rung: list[int]) -> Actor:
    return a_clinician(a_clinic())


def people(by: Actor, number: int = 5) -> list[Patient]:
    """Each owes a re-evaluation that has not opened, and would have if it opened after three weeks."""
    found = [a_patient(by) for _ in range(number)]
    for patient in found:
        taking(patient, by, since=TODAY - timedelta(days=25))
        assert standing(patient) == []
    return sorted(found, key=lambda patient: patient.pk)


def a_draft(by: Actor) -> Protocol:
    return save_draft(by=an_admin(by.clinic), at=NOW, values=OPENS_EARLIER, summary="Earlier")


def a_count(by: Actor) -> ProtocolRun:
    return count_draft(draft=a_draft(by), by=by, at=NOW)


def an_adoption(by: Actor) -> ProtocolRun:
    """Adopted, and waiting for a worker."""
    count = a_count(by)
    work_on_protocol_run(count.pk)
    draft = count.protocol
    adopt_protocol(draft=draft, by=by, at=NOW, edition=draft.edition)
    return ProtocolRun.objects.get(kind=RunKind.ADOPT)


def fresh(run: ProtocolRun) -> ProtocolRun:
    run.refresh_from_db()
    return run


def each_once(patients: list[Patient]) -> bool:
    """Every patient has exactly one flag, of the new version."""
    flags = Flag.objects.filter(patient__in=patients).values_list("patient", "protocol__version")
    return sorted(flags) == [(patient.pk, 2) for patient in patients]


def killed_at(patient: Patient) -> Callable[[Patient, Moment], None]:
    """A rebuild in which the worker ends when it comes to `patient`."""

    def rebuilt(one: Patient, now: Moment) -> None:
        if one.pk == patient.pk:
            raise Killed
        rebuild(one, now)

    return rebuilt


def test_a_batch_moves_what_is_reached_and_holds_the_lease_anew(by: Actor, clock: Clock) -> None:
    patients = people(by)
    run = an_adoption(by)
    hold = ProtocolRun.objects.take_hold(run.pk, NOW)
    assert hold is not None
    later = clock.forward(minutes=4)
    assert work_batch(hold, later) is True
    run = fresh(run)
    assert (run.state, run.done, run.total, run.reached) == ("RUNNING", 2, 5, patients[1].pk)
    assert (run.lease_until, run.raised) == (later + LEASE, {"RE_EVALUATION": 2})
    assert [standing(patient) for patient in patients] == [["RE_EVALUATION"]] * 2 + [[]] * 3
    assert (work_batch(hold, later), work_batch(hold, later)) == (True, False)
    assert (fresh(run).state, run.done, run.finished_at, run.lease_until) == ("DONE", 5, later, None)
    assert work_batch(hold, later) is False


@pytest.mark.parametrize("place", [0, 1, 2, 3, 4])
def test_a_worker_killed_anywhere_leaves_a_run_that_goes_on_and_each_flag_is_raised_once(
    by: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    patients = people(by)
    run = an_adoption(by)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(adopting, "rebuild", killed_at(patients[place]))
        work_on_protocol_run(run.pk)
    run = fresh(run)
    done = place - place % 2
    assert (run.state, run.done, run.attempt) == ("RUNNING", done, 1)
    assert [bool(standing(patient)) for patient in patients] == [n < done for n in range(5)]

    work_on_protocol_run(run.pk)  # the lease is another's still
    assert fresh(run).attempt == 1
    clock.forward(minutes=6)
    work_on_protocol_run(run.pk)
    assert (fresh(run).state, run.done, run.attempt) == ("DONE", 5, 2)
    assert run.raised == {"RE_EVALUATION": 5}
    assert each_once(patients)


def test_the_clock_rings_for_runs_that_wait_and_for_those_whose_worker_has_gone(
    by: Actor, clock: Clock, rung: list[int]
) -> None:
    run = a_count(by)
    rung.clear()
    assert (ring_protocol_runs(), rung) == (1, [run.pk])
    hold = ProtocolRun.objects.take_hold(run.pk, clock.now())
    assert hold is not None
    clock.forward(minutes=4, seconds=59)
    assert ring_protocol_runs() == 0
    clock.forward(seconds=1)
    assert (ring_protocol_runs(), rung) == (1, [run.pk, run.pk])
    work_on_protocol_run(run.pk)
    assert (fresh(run).state, ring_protocol_runs()) == ("DONE", 0)


def test_a_worker_that_wakes_late_writes_nothing(by: Actor) -> None:
    patients = people(by)
    run = an_adoption(by)
    late = ProtocolRun.objects.take_hold(run.pk, NOW)
    assert late is not None
    assert work_batch(late, NOW + LEASE) is False
    assert (fresh(run).done, Flag.objects.count()) == (0, 0)
    second = ProtocolRun.objects.take_hold(run.pk, NOW + LEASE)
    assert second == Hold(run.pk, 2)
    assert work_batch(late, NOW + LEASE) is False
    ProtocolRun.objects.let_go(late)
    assert (fresh(run).state, run.done, run.lease_until) == ("RUNNING", 0, NOW + LEASE + LEASE)
    assert second and work_batch(second, NOW + LEASE) is True
    assert [bool(standing(patient)) for patient in patients] == [True, True, False, False, False]


def test_at_the_end_of_a_shift_the_rest_is_rung_anew(
    by: Actor, clock: Clock, rung: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    patients = people(by)
    run = an_adoption(by)
    rung.clear()

    def slow(patient: Patient, now: Moment) -> None:
        clock.forward(minutes=2)
        rebuild(patient, now)

    with monkeypatch.context() as patched:
        patched.setattr(adopting, "rebuild", slow)
        patched.setattr("accounts.long_work.LEASE", timedelta(hours=1))
        patched.setattr(adopting, "LEASE", timedelta(hours=1))
        patched.setattr("reviews.tasks.LONGEST_SHIFT", timedelta(minutes=7))
        work_on_protocol_run(run.pk)
    assert (fresh(run).state, run.done, run.lease_until, rung) == ("WAITING", 4, None, [run.pk])
    work_on_protocol_run(run.pk)
    assert (fresh(run).state, run.done) == ("DONE", 5)
    assert each_once(patients)


def test_a_broker_that_is_down_fails_nobody_and_the_run_waits(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_count(by)

    def refused(run_id: int) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(work_on_protocol_run, "delay", refused)
    ring(run.pk)
    assert list(ProtocolRun.objects.free(NOW)) == [run]


def test_a_patient_who_cannot_be_recomputed_is_named_and_holds_up_nobody(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    patients = people(by)
    run = an_adoption(by)

    def broken(patient: Patient, now: Moment) -> None:
        rebuild(patient, now)
        if patient.pk == patients[1].pk:
            raise ValueError("a stored value that nobody can read")

    monkeypatch.setattr(adopting, "rebuild", broken)
    work_on_protocol_run(run.pk)
    assert (fresh(run).state, run.done, left_out(run)) == ("DONE", 5, [str(patients[1].pk)])
    assert run.raised == {"RE_EVALUATION": 4}
    assert [bool(standing(patient)) for patient in patients] == [True, False, True, True, True]


def test_a_server_in_trouble_is_no_fault_of_a_patient(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    people(by, 1)
    run = an_adoption(by)

    def down(patient: Patient, now: Moment) -> None:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setattr(adopting, "rebuild", down)
        work_on_protocol_run(run.pk)
    assert (fresh(run).state, run.done, run.error) == ("RUNNING", 0, "")


def test_a_draft_changed_while_it_is_counted_ends_the_count(by: Actor) -> None:
    people(by, 3)
    run = a_count(by)
    hold = ProtocolRun.objects.take_hold(run.pk, NOW)
    assert hold and work_batch(hold, NOW)
    other = {"re_evaluation_opens_days": 20}
    save_draft(by=an_admin(by.clinic), at=NOW, values=other, summary="Other", edition=run.protocol.edition)
    assert work_batch(hold, NOW) is False
    assert (fresh(run).state, run.error, left_out(run)) == ("FAILED", adopting.CHANGED, [])


def test_a_draft_discarded_while_it_is_counted_takes_the_count_with_it(by: Actor) -> None:
    people(by, 3)
    run = a_count(by)
    hold = ProtocolRun.objects.take_hold(run.pk, NOW)
    assert hold and work_batch(hold, NOW)
    discard_draft(by=by, at=NOW, edition=run.protocol.edition)
    assert work_batch(hold, NOW) is False
    assert not ProtocolRun.objects.exists()
    work_on_protocol_run(run.pk)


def test_a_version_overtaken_by_another_leaves_the_rest_to_the_other(by: Actor) -> None:
    patients = people(by)
    first = an_adoption(by)
    hold = ProtocolRun.objects.take_hold(first.pk, NOW)
    assert hold and work_batch(hold, NOW)
    values = {"re_evaluation_opens_days": 22}
    draft = save_draft(by=an_admin(by.clinic), at=NOW, values=values, summary="Later")
    work_on_protocol_run(count_draft(draft=draft, by=by, at=NOW).pk)
    adopt_protocol(draft=draft, by=by, at=NOW, edition=draft.edition)
    assert work_batch(hold, NOW) is False
    assert (fresh(first).state, first.error) == ("FAILED", adopting.OVERTAKEN)
    work_on_protocol_run(ProtocolRun.objects.get(protocol=draft, kind=RunKind.ADOPT).pk)
    rows = Reevaluation.objects.filter(patient__in=patients).order_by("patient")
    # The two with a standing flag keep the version that raised it.
    assert [row.protocol.version for row in rows] == [2, 2, 3, 3, 3]


def test_who_has_no_live_facts_is_not_looked_at(by: Actor) -> None:
    a_patient(by)
    people(by, 2)
    run = an_adoption(by)
    work_on_protocol_run(run.pk)
    assert (fresh(run).done, run.total) == (2, 2)


def test_a_clinic_without_patients_is_done_at_once(by: Actor) -> None:
    run = an_adoption(by)
    work_on_protocol_run(run.pk)
    assert (fresh(run).state, run.done, run.total, run.raised) == ("DONE", 0, 0, {})


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_are_one(by: Actor, rung: list[int]) -> None:
    patients = people(by)
    run = an_adoption(by)
    assert rung == [ProtocolRun.objects.get(kind=RunKind.COUNT).pk, run.pk]
    start = threading.Barrier(2)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            start.wait()
            work_on_protocol_run(run.pk)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert (fresh(run).state, run.done, run.attempt) == ("DONE", 5, 1)
    assert each_once(patients)


@pytest.mark.django_db(transaction=True)
def test_a_run_that_another_worker_has_in_hand_is_left_to_it(by: Actor) -> None:
    run = a_count(by)
    found: list[Hold | None] = []

    def look() -> None:
        try:
            found.append(ProtocolRun.objects.take_hold(run.pk, NOW))
        finally:
            connection.close()

    with transaction.atomic():
        assert ProtocolRun.objects.select_for_update().get(pk=run.pk)
        other = threading.Thread(target=look)
        other.start()
        other.join()
    assert found == [None]
