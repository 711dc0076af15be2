"""Imports of 1,000 rows, killed with SIGKILL at random moments: the file is wholly in or wholly out, once."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.actors import Actor
from labs.models import Channel, Import, ImportRow, ImportStage, LabResult
from patients.models import Patient
from reviews.acts.imports import commit_import, receive_file
from reviews.importing.steps import work_on
from tests.reviews.importing.files import Line, csv_of
from tests.stories import a_clinic, a_clinician, a_patient

BASE = Path(__file__).parents[2]
PATIENTS, ROWS, KILLS = 20, 1000, 50
# The process of a worker without its broker: one step of one file, by the clock of the machine.
WORK = """
import sys, django
django.setup()
from django.utils import timezone
from reviews.importing.steps import work_on
from uuid import UUID
print("ready", flush=True)
work_on(UUID(sys.argv[1]), timezone.now)
"""


@pytest.fixture
def by(transactional_db: None) -> Actor:
    return a_clinician(a_clinic())


def a_file(patients: list[Patient], n: int) -> bytes:
    """1,000 results of 20 people; each file has other sample times."""
    newest = timezone.now().replace(microsecond=0) - timedelta(days=n + 1)
    lines = [
        Line(patients[row % PATIENTS], f"0.5{row % 10}", at=newest - timedelta(seconds=row))
        for row in range(ROWS)
    ]
    return csv_of(*lines).encode()


def killed(source: Import, environment: dict[str, str], after: float) -> str:
    """Kill the worker `after` seconds; in which step it was."""
    words = [sys.executable, "-c", WORK, str(source.pk)]
    environment = environment | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    with subprocess.Popen(
        words, env=environment, cwd=BASE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
    source.refresh_from_db()
    return f"{source.stage} {source.state}"


@pytest.mark.prove
def test_a_killed_import_is_wholly_in_or_wholly_out(
    by: Actor, process_environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    chance, moments = random.Random(50), Counter[str]()
    patients = [a_patient(by, at=timezone.now(), mrn=f"K{n:04}") for n in range(PATIENTS)]
    for n in range(KILLS):
        content, now = a_file(patients, n), timezone.now()
        source = receive_file(
            by=by, at=now, channel=Channel.PAGE, file_name=f"{n}.csv", content=BytesIO(content)
        )
        if n % 2:  # half of them in the step that stores
            work_on(source.pk, timezone.now)
            source.refresh_from_db()
            commit_import(source=source, by=by, at=now, version=source.version)
        moments[killed(source, process_environment, chance.uniform(0, 4))] += 1
        stored = LabResult.objects.filter(import_rows__source=source).count()
        assert stored in (0, ROWS)
        assert (stored == ROWS) == (source.stage == ImportStage.COMMITTED)
        finish(source, by)
        assert LabResult.objects.filter(import_rows__source=source).count() == ROWS
    assert LabResult.objects.count() == KILLS * ROWS
    assert ImportRow.objects.filter(settled="STORED").count() == KILLS * ROWS
    with capsys.disabled():
        told = ", ".join(f"{count} {moment}" for moment, count in sorted(moments.items()))
        sys.stdout.write(
            f"\nimports killed: {KILLS} ({told}); half in: 0, twice in: 0:"
            f" at most {3 / KILLS:.0%} of kills leave half a file (95 %)\n"
        )


def finish(source: Import, by: Actor) -> None:
    """What the clock of the next minutes does: the lease is over, another worker goes on."""

    def later() -> datetime:
        return timezone.now() + timedelta(minutes=6)

    work_on(source.pk, later)
    source.refresh_from_db()
    if source.stage == ImportStage.CHECKED:
        commit_import(source=source, by=by, at=timezone.now(), version=source.version)
        work_on(source.pk, later)
