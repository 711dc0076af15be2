"""An act and the sweep on one patient: whoever comes second sees what the first one did."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from reviews.acts.errors import mark_in_error
from reviews.acts.flags import acknowledge, resolve
from reviews.acts.patients import change_status
from reviews.sweep import sweep
from tests.reviews.conftest import NOW, TODAY, Story, absent, present

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=3)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@contextmanager
def beside(run: Callable[[], object]) -> Iterator[Callable[[], None]]:
    """Run `run` in another connection while the body holds its locks; a failure of it fails the test.

    It begins at the end of the body, or where the body calls what it is given.
    """
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            run()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=guarded)

    def begin() -> None:
        thread.start()
        _until_blocked(thread)

    with transaction.atomic():
        yield begin
        if thread.ident is None:
            begin()
    thread.join()
    assert failures == []


def _until_blocked(thread: threading.Thread) -> None:
    """Until the other one waits for a lock of ours, or is through without."""
    while thread.is_alive():
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)


def test_the_sweep_does_not_raise_what_an_act_is_just_meeting(story: Story) -> None:
    story.starts(26)
    story.now = LATER
    with beside(lambda: sweep(story.by.clinic, at=LATER)):
        story.visit(0, absent("TINGLING"), is_re_evaluation=True, adherence_percent=90)
    assert story.rules() == []


def test_the_sweep_does_not_clear_what_an_act_is_just_restoring(story: Story) -> None:
    step = story.changes(story.starts(35), -3)
    assert story.rules() == ["RE_EVALUATION"]
    with beside(lambda: sweep(story.by.clinic, at=LATER)):
        mark_in_error(row=step, by=story.by, at=LATER, version=step.version, reason="not agreed")
    assert story.rules() == ["RE_EVALUATION"]


def test_the_sweep_does_not_clear_what_a_person_is_just_resolving(story: Story) -> None:
    story.changes(story.starts(35), -3)
    flag = story.flag("RE_EVALUATION")
    with (
        pytest.MonkeyPatch.context() as patched,
        beside(lambda: sweep(story.by.clinic, at=LATER)),
    ):
        # The act of a moment before midnight: for it the step has not begun.
        patched.setattr("reviews.acts.ground.rebuild", lambda patient, now: None)
        resolve(flag=flag, by=story.by, at=NOW, version=flag.version, action="ADVISED")
    flag.refresh_from_db()
    assert (flag.state, flag.closed_by) == ("RESOLVED", story.by.user)


def test_an_act_and_the_sweep_never_wait_for_each_other(story: Story) -> None:
    """The sweep has something to clear and something to raise about a patient whom an act holds."""
    regimen = story.starts(35)
    story.visit(0, present("IRREGULAR_HEARTBEAT"))
    urgent = story.flag("SYMPTOM")
    resolve(flag=urgent, by=story.by, at=NOW, version=urgent.version, action="LAB_ORDERED", expected_by=TODAY)
    story.changes(regimen, -3)
    flag = story.flag("RE_EVALUATION")
    with beside(lambda: sweep(story.by.clinic, at=LATER)) as begin:
        story.visit(0, absent("TINGLING"))
        begin()
        acknowledge(flag=flag, by=story.by, at=NOW, version=flag.version)
    flag.refresh_from_db()
    assert (flag.state, flag.cleared_because) == ("CLEARED", "SUPERSEDED")
    assert story.rules() == ["LAB_NOT_BACK"]


def test_an_act_judges_by_the_patient_as_locked(story: Story) -> None:
    story.starts(20)
    story.patient.refresh_from_db()
    opened_before = type(story.patient).objects.get(pk=story.patient.pk)
    change_status(
        patient=opened_before, by=story.by, at=NOW, version=opened_before.version, status="DECEASED",
        reason="told by the family", deceased_on=story.days_ago(2),
    )  # fmt: skip
    with pytest.raises(Exception, match="after the death"):
        story.visit(1, present("TINGLING"))
    with pytest.raises(Exception, match="died on"):
        story.result("POTASSIUM", "4.1", 1)
    assert story.rules() == []
