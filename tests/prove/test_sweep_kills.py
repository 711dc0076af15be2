"""Real sweeps, killed with SIGKILL at random moments, and a database that crashes under them.

In the end every cause has exactly one flag: those that plain Python computes again, and no others.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.utils import timezone

from tests.prove.house import House, house
from tests.recomputed import asking, flagged

# With four fifths of a flag a person, so many patients give more than 20,000 causes that are due.
PATIENTS = int(os.environ.get("PROVE_PATIENTS", "60000"))
KILLS = int(os.environ.get("PROVE_KILLS", "200"))
CRASHES = int(os.environ.get("PROVE_CRASHES", "5"))
BY_WORKER = 5  # one kill in so many is of a Celery worker: its child and itself in turn
pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("house"), PATIENTS) as found:
        yield found


def today() -> date:
    return timezone.now().astimezone(ZoneInfo("America/New_York")).date()


def whole_or_nothing(ours: House, clinic: int, wanted: set[Any]) -> bool:
    """Whether the sweep had ended; a half of it is never stored."""
    with ours.connect() as connection, connection.cursor() as cursor:
        stand = flagged(cursor, clinic)
        assert not stand or Counter(stand) == Counter(wanted)
        cursor.execute("SELECT count(*) FROM reviews_flagevent WHERE act = 'RAISED'")
        row = cursor.fetchone()
    assert row is not None and row[0] == len(stand)
    return bool(stand)


def child_of(parent: int) -> int | None:
    listed = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True).stdout.split()
    return int(listed[0]) if listed else None


def kill(process: "subprocess.Popen[bytes]", child: bool) -> None:
    victim = child_of(process.pid) if child else process.pid
    with suppress(ProcessLookupError):
        os.kill(victim or process.pid, signal.SIGKILL)


def ended(ours: House, process: "subprocess.Popen[bytes]") -> None:
    """The whole family is gone, and the database has noticed."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL) if os.getpgid(process.pid) == process.pid else process.kill()
    process.wait()
    while ours.sweeping():
        time.sleep(0.01)


def wait_in(ours: House, process: "subprocess.Popen[bytes]", longest: float) -> bool:
    """Wait for the transaction of the sweep to begin; whether it did."""
    until = time.monotonic() + longest
    while process.poll() is None and time.monotonic() < until:
        if ours.sweeping():
            return True
        time.sleep(0.002)
    return False


@dataclass(frozen=True)
class Typical:
    """Seconds of a whole command, and of its transaction."""

    command: float
    transaction: float


def a_whole_sweep(ours: House) -> Typical:
    begun = time.monotonic()
    process = ours.sweep()
    assert wait_in(ours, process, 60)
    entered = time.monotonic()
    while ours.sweeping():
        time.sleep(0.002)
    left = time.monotonic()
    assert process.wait() == 0
    return Typical(time.monotonic() - begun, left - entered)


def one_kill(ours: House, number: int, dice: random.Random, typical: Typical) -> str:
    """Start a sweep and kill it: every second one inside its transaction, the others anywhere."""
    of_worker, inside = number % BY_WORKER == 0, number % 2 == 0
    process = ours.worker() if of_worker else ours.sweep()
    if inside:
        wait_in(ours, process, 60)
    time.sleep(dice.uniform(0, typical.transaction if inside else typical.command))
    is_in = bool(ours.sweeping())
    kill(process, child=of_worker and number % (2 * BY_WORKER) == 0)
    ended(ours, process)
    who = "a worker" if of_worker else "a command"
    return f"{who} {'in its transaction' if is_in else 'before or after it'}"


def test_whoever_is_killed_and_whenever_each_cause_has_one_flag(
    ours: House, capsys: pytest.CaptureFixture[str]
) -> None:
    dice, told, through = random.Random(5), Counter[str](), 0
    clinic = ours.clinic()
    with ours.connect() as connection, connection.cursor() as cursor:
        wanted = asking(cursor, clinic, today())
    assert len(wanted) >= PATIENTS // 4
    typical = a_whole_sweep(ours)
    assert whole_or_nothing(ours, clinic, wanted)
    ours.forget()
    for number in range(KILLS):
        told[one_kill(ours, number, dice, typical)] += 1
        if whole_or_nothing(ours, clinic, wanted):
            through += 1
            ours.forget()
    crashed = sum(one_crash(ours, clinic, wanted) for _ in range(CRASHES))
    assert ours.sweep().wait() == 0
    assert whole_or_nothing(ours, clinic, wanted)
    if KILLS >= 20:
        assert any("in its" in words for words in told)
    with capsys.disabled():
        kinds = ", ".join(f"{count} {words}" for words, count in sorted(told.items()))
        sys.stdout.write(
            f"\n{len(wanted):,} causes due. Killed: {KILLS} ({kinds}); {through} had ended. Crashes of"
            f" PostgreSQL: {CRASHES}, {crashed} inside a sweep. Flags lost 0, doubled 0, half a sweep 0:"
            f" at most {3 / (KILLS + CRASHES):.1%} (95 %)\n"
        )


def one_crash(ours: House, clinic: int, wanted: set[Any]) -> bool:
    """Kill a backend in its sweep: PostgreSQL ends all sessions, and recovers from its log."""
    process = ours.sweep()
    inside = wait_in(ours, process, 60)
    for backend in ours.sweeping()[:1]:
        with suppress(ProcessLookupError):
            os.kill(backend, signal.SIGKILL)
    process.wait()
    while True:
        with suppress(psycopg.OperationalError):
            if not ours.sweeping():
                break
        time.sleep(0.05)
    if whole_or_nothing(ours, clinic, wanted):
        ours.forget()
    return inside


def test_two_workers_and_an_emptied_broker_check_once(
    ours: House, capsys: pytest.CaptureFixture[str]
) -> None:
    ours.forget()
    clinic = ours.clinic()
    workers = [ours.worker(), ours.worker()]
    try:
        wait_until_swept(ours)
    finally:
        for process in workers:
            ended(ours, process)
    ours.forget()
    # Nobody works, the clock rings twice, and the broker loses what it was told.
    for _ in range(2):
        words = [sys.executable, "-m", "celery", "-A", "config", "call", "reviews.tasks.sweep_due_clinics"]
        subprocess.run(words, env=ours.environment, check=True, capture_output=True)
    lost = list(ours.broker.iterdir())
    for message in lost:
        message.unlink()
    process = ours.worker()
    try:
        wait_until_swept(ours)
    finally:
        ended(ours, process)
    with ours.connect() as connection, connection.cursor() as cursor:
        stand, wanted = flagged(cursor, clinic), asking(cursor, clinic, today())
    assert lost and Counter(stand) == Counter(wanted)
    with capsys.disabled():
        sys.stdout.write(
            f"\ntwo workers at once, then {len(lost)} messages lost: {len(stand):,} flags, each once\n"
        )


def wait_until_swept(ours: House) -> None:
    until = time.monotonic() + 120
    while True:
        with ours.connect() as connection:
            row = connection.execute("SELECT count(*) FROM reviews_sweep WHERE error = ''").fetchone()
        if row and row[0]:
            return
        assert time.monotonic() < until
        time.sleep(0.1)
