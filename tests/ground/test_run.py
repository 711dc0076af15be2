"""`make run` as a user sees it: pages, commands beside it, and nothing left afterwards."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.local import BASE_DIR
from config.postgres import Server

OWN = {"SECRET_KEY", "DATABASE_URL", "DOLOMITE_DB_ROLE", "DEBUG", "HTTPS", "ALLOWED_HOSTS", "LOG_JSON"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


@pytest.fixture(scope="module")
def environment(home: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OWN}
    return kept | {"DOLOMITE_VAR": str(home), "PORT": str(port), "DEMO": "0"}


@contextmanager
def whole_app(environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """`make run`, from the moment at which it says where the pages are."""
    process = subprocess.Popen(
        [sys.executable, "-m", "config.run"],
        env=environment,
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C stops it" not in said:
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            said += line
        yield process
    finally:
        process.kill()
        process.communicate()


def page(port: int, path: str) -> tuple[int, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.status, answer.read().decode()


def processes_of(home: Path) -> list[str]:
    """The command lines of all processes that were started for `home`."""
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            environment = (directory / "environ").read_bytes()
            command = (directory / "cmdline").read_bytes()
        except OSError:
            continue
        if f"DOLOMITE_VAR={home}\0".encode() in environment and command:
            found.append(command.replace(b"\0", b" ").decode())
    return found


def processes_after(home: Path, seconds: float) -> list[str]:
    """What is still there when it had `seconds` to go away."""
    deadline = time.monotonic() + seconds
    while (left := processes_of(home)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def test_it_serves_pages_beside_commands_and_leaves_nothing_on_ctrl_c(
    environment: dict[str, str], home: Path, port: int
) -> None:
    with whole_app(environment) as process:
        assert page(port, "/accounts/login/")[0] == 200
        assert '"database": "up"' in page(port, "/healthz")[1]
        kinds = " ".join(processes_of(home))
        assert all(kind in kinds for kind in ("gunicorn", "worker", "beat", "postgres"))
        words = [sys.executable, "manage.py", "migrate", "--check"]
        assert subprocess.run(words, env=environment, cwd=BASE_DIR).returncode == 0
        assert page(port, "/accounts/login/")[0] == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert processes_after(home, 5) == []
    assert not Server(home).is_up()


def test_when_one_process_dies_all_stop_and_the_log_is_named(environment: dict[str, str], home: Path) -> None:
    with whole_app(environment) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        beat = next(pid for pid in children if b"beat" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(int(beat), signal.SIGKILL)
        assert process.wait(60) == 1
        assert process.stderr is not None
        assert "beat.log says why" in process.stderr.read()
    assert processes_after(home, 5) == []


def test_when_it_is_killed_the_others_end_too(environment: dict[str, str], home: Path) -> None:
    with whole_app(environment) as process:
        process.kill()
    assert processes_after(home, 60) == []


def test_a_taken_port_is_said_before_anything_starts(
    environment: dict[str, str], home: Path, port: int
) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        words = [sys.executable, "-m", "config.run"]
        done = subprocess.run(words, env=environment, cwd=BASE_DIR, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"dolomite: Port {port} is taken. Choose another: make run PORT={port + 1}\n"
    assert processes_of(home) == []


def test_a_port_that_is_none_is_refused(environment: dict[str, str]) -> None:
    words = [sys.executable, "-m", "config.run"]
    wrong = environment | {"PORT": "eighty"}
    done = subprocess.run(words, env=wrong, cwd=BASE_DIR, capture_output=True, text=True)
    assert done.returncode == 1
    assert "PORT must be a number from 1 to 65535, not 'eighty'" in done.stderr


def test_a_command_starts_the_database_when_it_is_down(environment: dict[str, str], home: Path) -> None:
    words = [sys.executable, "manage.py", "showmigrations", "accounts"]
    done = subprocess.run(words, env=environment, cwd=BASE_DIR, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "[X] 0001_initial" in done.stdout
    assert not Server(home).is_up()
