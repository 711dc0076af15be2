"""`make run`: the whole app in the foreground, on one machine, and nothing left of it afterwards.

Embedded PostgreSQL, then tables and demo data, then gunicorn, the Celery worker and the Celery clock. Each is
a process in a session of its own, so Ctrl-C reaches only this one, which stops the others in reverse order.
When one of them ends, all are stopped; when this one is killed, Linux tells the others.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from types import FrameType

from environ import Env

from config.local import set_local_defaults, var_directory
from config.postgres import DatabaseError, Server, serving, stop_with_parent, wait_for_end

HOST = "127.0.0.1"
READY_SECONDS = 60
STOP_SECONDS = 10

Process = subprocess.Popen[bytes]

SIGN_INS = """
  clinician@northgate.test    assistant@northgate.test    researcher@northgate.test
  admin@northgate.test        clinician@southbank.test    password of all: dolomite-demo
"""


class Stopped(Exception):
    """Everything has to stop; `code` is what this process ends with."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message)
        self.code = code


class Processes:
    """The processes that were started, and the wish to stop them."""

    def __init__(self) -> None:
        self.wish = threading.Event()
        self.started: list[tuple[str, Process]] = []
        self.watched: list[tuple[str, Process]] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        stop_with_parent()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.wish.set()

    def start(self, name: str, *words: str, **variables: str) -> Process:
        """Start `python words`, with its output in var/log/<name>.log."""
        with (var_directory() / "log" / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *words],
                env=os.environ | variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=stop_with_parent,
            )
        self.started.append((name, process))
        self.watched.append((name, process))
        return process

    def watch(self, seconds: float) -> None:
        """Let `seconds` pass; raises when somebody wishes to stop, or a process has ended."""
        if self.wish.wait(seconds):
            raise Stopped(0)
        for name, process in self.watched:
            if process.poll() is not None:
                log = var_directory() / "log" / f"{name}.log"
                raise Stopped(1, f"{name} ended with code {process.returncode}; {log} says why.")

    def finish(self, name: str, *words: str, **variables: str) -> None:
        """Start a process and wait until it has done its work."""
        process = self.start(name, *words, **variables)
        while process.poll() is None:
            if self.wish.wait(0.05):
                raise Stopped(0)
        if process.returncode == 0:
            self.watched.pop()
        self.watch(0)

    def stop(self) -> None:
        """Ask in reverse order, wait, and end what does not listen, with all that it started."""
        for _, process in reversed(self.started):
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for _, process in reversed(self.started):
            wait_for_end(process.pid, max(0, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1)


def port_number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Stopped(1, f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Stopped(1, f"Port {port} is taken. Choose another: make run PORT={port + 1}") from error


def start_all(processes: Processes, port: int) -> None:
    print("Preparing the database ...", flush=True)
    processes.finish("prepare", "-m", "config.prepare", DOLOMITE_DB_ROLE="owner")
    gunicorn = ["-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}", "--worker-class", "gthread"]
    gunicorn += ["--workers", "2", "--threads", "4", "--graceful-timeout", "5", "--no-control-socket"]
    processes.start("web", *gunicorn)
    celery = ["-m", "celery", "-A", "config"]
    processes.start("worker", *celery, "worker", "--concurrency", "2", "--loglevel", "INFO")
    processes.start("beat", *celery, "beat", "--loglevel", "INFO", "--pidfile=")


def wait_for_first_page(processes: Processes, address: str) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        processes.watch(0.1)
        with contextlib.suppress(OSError), direct.open(address + "accounts/login/", timeout=10):
            return
    raise Stopped(1, f"No page after {READY_SECONDS} seconds; {var_directory() / 'log'} says why.")


@contextlib.contextmanager
def database(processes: Processes) -> Iterator[None]:
    """The embedded server, unless DATABASE_URL names another one."""
    server = Server(var_directory())
    if os.environ["DATABASE_URL"] != server.url:
        server.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield
        return
    with serving(server) as process:
        processes.watched.append(("postgres", process))
        yield


def run(port: int) -> None:
    address = f"http://{HOST}:{port}/"
    processes = Processes()
    check_port(port)
    os.environ.setdefault("PUBLIC_URL", address)
    with database(processes):
        try:
            start_all(processes, port)
            wait_for_first_page(processes, address)
            sign_ins = SIGN_INS if Env().bool("DEMO", default=False) else ""
            print(f"\nDolomite is at {address}\n{sign_ins}\nCtrl-C stops it.", flush=True)
            while True:
                processes.watch(0.5)
        finally:
            print("Stopping ...", flush=True)
            processes.stop()


def main() -> int:
    set_local_defaults(os.environ)
    try:
        run(port_number(os.environ.get("PORT", "8000")))
    except (Stopped, DatabaseError) as error:
        if str(error):
            print(f"dolomite: {error}", file=sys.stderr)
        return error.code if isinstance(error, Stopped) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
