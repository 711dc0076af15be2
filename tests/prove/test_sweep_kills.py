"""Real sweeps, killed with SIGKILL at random moments: what was due has exactly one flag in the end."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actors import Actor
from reviews.models import Flag, FlagEvent, Reevaluation
from tests.stories import a_clinic, a_clinician, a_patient, taking

MANAGE = Path(__file__).parents[2] / "manage.py"
PATIENTS, KILLS = 240, 20
# A sweep holds the row of its clinic from its first statement to its end.
SWEEPING = """
    SELECT count(*) FROM pg_locks
    WHERE relation = 'accounts_clinic'::regclass AND mode = 'RowShareLock' AND pid <> pg_backend_pid()
"""


@pytest.fixture
def by(transactional_db: None) -> Actor:
    """A clinic where every day some re-evaluation windows open, 12 a day from tomorrow on."""
    by, now = a_clinician(a_clinic()), timezone.now()
    today = by.clinic.local_date(now)
    for number in range(PATIENTS):
        since = today - timedelta(days=27 - number % KILLS)
        patient = a_patient(by, at=now, mrn=f"K{number:04}")
        taking(patient, by, since=since, at=now)
    return by


def command(by: Actor, on: date) -> list[str]:
    return [sys.executable, str(MANAGE), "sweep_flags", "--clinic", by.clinic.slug, "--on", str(on), "--json"]


def is_sweeping() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(SWEEPING)
        return bool(cursor.fetchone()[0])


def killed(arguments: list[str], environment: dict[str, str], after: float) -> str:
    """Kill a sweep `after` seconds in its transaction; says whether it was in it, or through."""
    with subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and not is_sweeping():
            time.sleep(0.001)
        time.sleep(after)
        inside = is_sweeping()
        process.send_signal(signal.SIGKILL)
    return "in its transaction" if inside else "after its transaction"


def swept(arguments: list[str], environment: dict[str, str]) -> dict[str, object]:
    done = subprocess.run(arguments, env=environment, capture_output=True, check=True)
    answer: dict[str, object] = json.loads(done.stdout)["clinics"][0]
    return answer


def days_from_tomorrow(by: Actor) -> Iterator[date]:
    today = by.clinic.local_date(timezone.now())
    return (today + timedelta(days=1 + number) for number in range(KILLS))


@pytest.mark.prove
def test_a_sweep_that_is_killed_loses_no_flag_and_doubles_none(
    by: Actor, process_environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    chance, moments = random.Random(20), Counter[str]()
    last = None
    for last in days_from_tomorrow(by):
        moments[killed(command(by, last), process_environment, chance.uniform(0, 0.15))] += 1
    assert last is not None
    swept(command(by, last), process_environment)

    due = set(Reevaluation.objects.open(last).values_list("pk", flat=True))
    flags = Flag.objects.filter(rule="RE_EVALUATION").values_list("reevaluation", flat=True)
    per_cause = Counter(flags)
    assert len(due) == PATIENTS
    assert per_cause.keys() == due and set(per_cause.values()) == {1}
    assert FlagEvent.objects.filter(act="RAISED").count() == Flag.objects.count()
    again = swept(command(by, last), process_environment)
    assert not any(again["raised"].values()) and not any(again["cleared"].values())  # type: ignore[attr-defined]
    assert moments["in its transaction"] > 0
    with capsys.disabled():
        told = ", ".join(f"{count} {moment}" for moment, count in sorted(moments.items()))
        sys.stdout.write(
            f"\nsweeps killed: {KILLS} ({told}); due {len(due)}, lost 0, doubled 0: "
            f"at most {3 / KILLS:.0%} of kills lose one (95 %)\n"
        )
