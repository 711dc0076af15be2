"""A PostgreSQL of its own for proofs that crash it, filled by COPY, and the processes that sweep it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from config.local import BASE_DIR
from config.postgres import Server

SLUG = "prove"
# A sweep holds the row of its clinic from its first statement to its end.
SWEEPING = """
    SELECT l.pid FROM pg_locks l
    WHERE l.relation = 'accounts_clinic'::regclass AND l.mode = 'RowShareLock' AND l.pid <> pg_backend_pid()
"""
EMPTY = "TRUNCATE reviews_flag, reviews_flagevent, reviews_sweep"


@dataclass(frozen=True)
class House:
    """`environment` is that of a process which works in it."""

    server: Server
    environment: dict[str, str]

    @property
    def broker(self) -> Path:
        """Where its messages wait."""
        return Path(self.environment["DOLOMITE_VAR"]) / "broker" / "queue"

    def connect(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self.server.url, autocommit=True)

    def manage(self, *words: str) -> "subprocess.Popen[bytes]":
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(
            [sys.executable, "manage.py", *words], env=self.environment, cwd=BASE_DIR, **quiet
        )

    def done(self, *words: str) -> None:
        """Run a command to its end; raises AssertionError when it fails."""
        assert self.manage(*words).wait() == 0, words

    def worker(self) -> "subprocess.Popen[bytes]":
        """A worker with one child; when it is ready it rings the sweep itself."""
        words = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1"]
        return subprocess.Popen(
            words, env=self.environment, cwd=BASE_DIR, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def sweeping(self) -> list[int]:
        """The backends that are in the transaction of a sweep."""
        with self.connect() as connection:
            return [pid for (pid,) in connection.execute(SWEEPING).fetchall()]

    def clinic(self) -> int:
        with self.connect() as connection:
            query = "SELECT id FROM accounts_clinic WHERE slug = %s"
            found = connection.execute(query, [SLUG]).fetchone()
        assert found is not None
        key: int = found[0]
        return key

    def forget(self) -> None:
        """As if no sweep had ever been."""
        with self.connect() as connection:
            connection.execute(EMPTY)
            connection.execute("UPDATE accounts_clinic SET swept_on = NULL")

    def sweep(self, on: date | None = None) -> "subprocess.Popen[bytes]":
        day = ["--on", str(on)] if on else []
        return self.manage("sweep_flags", "--clinic", SLUG, *day, "--json")


@contextmanager
def house(home: Path, patients: int) -> Iterator[House]:
    """Start it, migrate, and write a synthetic population."""
    # Not in the directory of the commands: they would take it for theirs, and stop it when they end.
    server = Server(home / "server", durable=False)
    process = server.start(die_with_parent=True)
    environment = os.environ | {
        "DATABASE_URL": server.url,
        "DOLOMITE_DB_ROLE": "owner",
        "DOLOMITE_VAR": str(home / "var"),
        "CELERY_BROKER_URL": "filesystem://",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    try:
        ours = House(server, environment)
        ours.done("migrate", "--verbosity", "0")
        ours.done("seed_population", "--patients", str(patients), "--clinic", SLUG, "--json")
        yield ours
    finally:
        server.stop()
        process.wait()
