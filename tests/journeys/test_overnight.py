"""What becomes due while nobody is there: the clock rings, the worker sweeps, the queue shows it."""

import shelve
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import celery
import pytest
from celery.beat import ScheduleEntry
from django.conf import settings
from django.utils import timezone

from accounts.models import Clinic
from config.celery import app
from config.local import BASE_DIR
from reviews.models import Draft, Sweep
from tests.factories_reviews import DraftFactory
from tests.ground.test_worker import worker
from tests.journeys.conftest import SitDown
from tests.stories import a_clinician, a_patient, standing, taking

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SWEEP = "sweep-due-clinics"
LONGEST_WAIT_SECONDS = 60


@contextmanager
def clock_that_last_rang(at: datetime, environment: dict[str, str], var: Path) -> Iterator[None]:
    """Celery's beat, with the memory of when it rang: it makes good what it missed, at once."""
    remember(at, var / "beat" / "schedule")
    words = [sys.executable, "-m", "celery", "-A", "config", "beat", "--pidfile="]
    with (var / "beat.log").open("wb") as log:
        process = subprocess.Popen(
            words, env=environment, cwd=BASE_DIR, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(LONGEST_WAIT_SECONDS)


def remember(at: datetime, path: Path) -> None:
    planned: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE[SWEEP]
    rang = ScheduleEntry(SWEEP, planned["task"], at, 1, planned["schedule"], app=app)
    with shelve.open(str(path)) as memory:  # noqa: S301 (beat's own file, written here)
        memory["entries"] = {SWEEP: rang}
        memory["__version__"] = celery.__version__
        memory["tz"], memory["utc_enabled"] = app.conf.timezone, app.conf.enable_utc


def wait_until(happened: Callable[[], bool], var: Path) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not happened():
        logs = "\n".join(log.read_text() for log in var.glob("*.log"))
        assert time.monotonic() < deadline, logs
        time.sleep(0.1)


def test_a_window_that_opened_overnight_is_on_the_queue_in_the_morning(
    sit_down: SitDown, process_environment: dict[str, str], tmp_path: Path
) -> None:
    # Given: yesterday the window of a start was a day away, and nothing was flagged.
    by, now = a_clinician(), timezone.now()
    yesterday, today = now - timedelta(days=1), by.clinic.local_date(now)
    patient = a_patient(by, at=yesterday)
    taking(patient, by, since=today - timedelta(days=28), at=yesterday)
    assert standing(patient) == []

    # Given: a worker that has looked around once, while the clinic's day was swept.
    Clinic.objects.update(swept_on=today)
    long_ago = now - timedelta(days=30)
    forgotten: Draft = DraftFactory.create(membership=by.membership, patient=patient, saved_at=long_ago)
    environment = process_environment | {"CELERY_BROKER_URL": "filesystem://", "DOLOMITE_VAR": str(tmp_path)}
    with worker(environment, tmp_path / "worker.log"):
        wait_until(lambda: not Draft.objects.filter(pk=forgotten.pk).exists(), tmp_path)
        assert standing(patient) == []

        # When midnight passes, and the clock rings.
        Clinic.objects.update(swept_on=today - timedelta(days=1))
        with clock_that_last_rang(yesterday, environment, tmp_path):
            wait_until(lambda: Sweep.objects.exclude(finished_at=None).exists(), tmp_path)

    # Then the queue says so, and how fresh it is.
    assert standing(patient) == ["RE_EVALUATION"]
    desk = sit_down(by)
    desk.open("reviews:queue")
    desk.sees("Window open", "Checked", "1 of 1 patient", "0 not evaluable")
