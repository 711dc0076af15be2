"""The worker on both brokers: it sweeps when it starts, answers, and is told of nothing but ids."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db.models import QuerySet

from accounts.models import Clinic, Jurisdiction
from config.local import BASE_DIR
from reviews.models import Sweep

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FILES = pytest.param("filesystem://", id="files")
NAME = "tested@localhost"
REDIS = pytest.param(os.environ.get("REDIS_URL", ""), id="redis", marks=pytest.mark.redis)


@contextmanager
def worker(environment: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    words = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1"]
    words += ["--hostname", NAME]
    with log.open("wb") as output:
        process = subprocess.Popen(
            words, env=environment, cwd=BASE_DIR, stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


def wait_for(rows: QuerySet[Sweep], process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while not rows.exists():
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


@pytest.mark.parametrize("broker", [FILES, REDIS])
def test_a_worker_sweeps_when_it_comes_back_and_answers_to_its_name(
    broker: str, process_environment: dict[str, str], tmp_path: Path
) -> None:
    clinic = Clinic.objects.create(name="Northgate", slug="northgate", jurisdiction=Jurisdiction.US)
    environment = process_environment | {"CELERY_BROKER_URL": broker, "DOLOMITE_VAR": str(tmp_path)}
    log = tmp_path / "worker.log"
    with worker(environment, log) as process:
        wait_for(Sweep.objects.filter(clinic=clinic).exclude(finished_at=None), process, log)
        ping = [sys.executable, "-m", "celery", "-A", "config", "inspect", "ping", "--destination", NAME]
        answer = subprocess.run(ping, env=environment, cwd=BASE_DIR, capture_output=True, text=True)
    assert "pong" in answer.stdout, answer.stderr
    assert "ERROR" not in log.read_text()


def test_the_folders_of_the_broker_are_closed_to_others(
    process_environment: dict[str, str], tmp_path: Path
) -> None:
    environment = process_environment | {"CELERY_BROKER_URL": "filesystem://", "DOLOMITE_VAR": str(tmp_path)}
    words = [sys.executable, "manage.py", "check"]
    assert subprocess.run(words, env=environment, cwd=BASE_DIR).returncode == 0
    assert (tmp_path / "broker").is_dir()
    for folder in ("queue", "processed", "control"):
        assert (tmp_path / "broker" / folder).stat().st_mode & 0o077 == 0


def test_ringing_a_broker_that_is_down_fails_at_once(process_environment: dict[str, str]) -> None:
    environment = process_environment | {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}
    words = [sys.executable, "-m", "celery", "-A", "config", "call", "reviews.tasks.sweep_due_clinics"]
    done = subprocess.run(words, env=environment, cwd=BASE_DIR, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Connection refused" in done.stderr
