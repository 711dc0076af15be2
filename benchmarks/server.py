"""A PostgreSQL of the benchmarks' own, with the settings of `make run`, and gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.postgres import Server


@contextmanager
def database(home: Path | None = None) -> Iterator[dict[str, str]]:
    """Start a server; yields the variables with which Django reaches it as the owner of the tables.

    It never touches the database of `make run`. A `home` that is given is kept, to be used again.
    """
    place = home or Path(tempfile.mkdtemp(prefix="dolomite-bench-"))
    server = Server(place)
    process = server.start(die_with_parent=True)
    try:
        yield {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": server.url,
            "DOLOMITE_DB_ROLE": "owner",
            "DOLOMITE_VAR": str(place),
            "SECRET_KEY": "only-for-benchmarks-and-therefore-not-secret",
            "DEBUG": "1",  # static files as they are; a client of our own measures no difference else
            "DEMO": "1",
            "HTTPS": "0",
            "LOG_JSON": "0",
            "ALLOWED_HOSTS": "testserver",
        }
    finally:
        server.stop()
        process.wait()
        if home is None:
            shutil.rmtree(place, ignore_errors=True)
            shutil.rmtree(server.sockets, ignore_errors=True)
