"""The embedded server: started and stopped without a trace, shared by commands, never half made."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.local import BASE_DIR
from config.postgres import DatabaseError, Server, running, serving, wait_for_end

ORPHAN = """
import sys, time
from pathlib import Path
from config.postgres import Server
print(Server(Path(sys.argv[1]), durable=False).start(die_with_parent=True).pid, flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    server = Server(home, durable=False)
    yield server
    server.stop()


def version(server: Server) -> int:
    with psycopg.connect(server.url) as connection:
        return connection.info.server_version


def test_it_starts_in_an_empty_directory_and_stops(server: Server) -> None:
    with running(server):
        assert version(server) // 10_000 == 18
    assert not server.is_up()
    assert not (server.data / "postmaster.pid").exists()


def test_the_last_of_two_commands_stops_it(server: Server) -> None:
    with running(server):
        with running(server):
            assert server.is_up()
        assert server.is_up()
    assert not server.is_up()


def test_a_second_run_on_the_same_directory_is_told_who_uses_it(server: Server) -> None:
    with (
        running(server),
        pytest.raises(DatabaseError, match="Another command is using the database"),
        serving(server),
    ):
        pass
    assert not server.is_up()


def test_a_server_that_a_killed_command_left_is_replaced(server: Server) -> None:
    left = server.start()
    with serving(server) as process:
        assert process.pid != left.pid
        assert version(server) // 10_000 == 18
    left.wait(5)
    assert not server.is_up()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_it_ends_when_its_parent_is_killed(server: Server) -> None:
    words = [sys.executable, "-c", ORPHAN, str(server.home)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=BASE_DIR) as parent:
        assert parent.stdout is not None
        postgres = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    assert wait_for_end(postgres, 30)


def test_a_directory_of_another_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(DatabaseError, match=r"made by PostgreSQL 16.*Move that directory away"):
        Server(tmp_path).start()


def test_what_an_interrupted_start_left_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("half made")
    server = Server(tmp_path, durable=False)
    with running(server):
        assert version(server) // 10_000 == 18


def test_a_deep_directory_gets_a_short_socket(tmp_path: Path) -> None:
    assert Server(Path("/srv/var")).sockets == Path("/srv/var/run")
    deep = Server(tmp_path / ("deep" * 40))
    assert len(str(deep.sockets)) < 90
    assert deep.sockets == Server(deep.home).sockets


def test_waiting_for_a_process_that_goes_on_says_so() -> None:
    started = time.monotonic()
    assert not wait_for_end(os.getppid(), 0.1)
    assert time.monotonic() - started >= 0.1
