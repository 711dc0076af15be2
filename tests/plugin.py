"""Before Django reads its settings: where the test's PostgreSQL is, and what else the tests assume.

Without `DATABASE_URL` an embedded server is started when the first test asks for the database, in a directory
of its own, and removed at the end. Pure tests start none. With `DATABASE_URL`, which must be able to create
databases and roles, that server is used.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from config.postgres import Server

HOME = Path(tempfile.mkdtemp(prefix="dolomite-test-"))
server = Server(HOME, durable=False)
started: "list[subprocess.Popen[bytes]]" = []

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DOLOMITE_VAR": str(HOME),
    "DOLOMITE_DB_ROLE": "owner",  # to create the test database; tests/conftest.py drops it afterwards
    "SECRET_KEY": "only-for-tests-and-therefore-not-secret",
    "DEBUG": "1",  # static files as they are, without collecting them
    "DEMO": "1",
    "HTTPS": "0",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright keeps an event loop in the thread of the tests
    "LOG_JSON": "0",
}
# A worker of pytest-xdist inherits the environment of its controller, and has a server of its own.
EMBEDDED = "DOLOMITE_TEST_EMBEDDED"
if "DATABASE_URL" not in os.environ or EMBEDDED in os.environ:
    os.environ |= {EMBEDDED: "1", "DATABASE_URL": server.url}


def start_database() -> None:
    """Start the embedded server, unless `DATABASE_URL` names another one; it dies with this process."""
    if os.environ["DATABASE_URL"] == server.url and not server.is_up():
        started.append(server.start(die_with_parent=True))


@atexit.register
def remove_database() -> None:
    """At the very end, even when the tests could not be collected."""
    server.stop()
    for process in started:
        process.wait()
    shutil.rmtree(HOME, ignore_errors=True)
    shutil.rmtree(server.sockets, ignore_errors=True)
