"""What has to be done once before the web server of `make run` starts: tables, demo data, static files.

One process does all of it, as the owner of the tables, and does only what is missing.
"""

import hashlib
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def main() -> None:
    django.setup()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO and not apps.get_model("accounts", "Clinic").objects.exists():
        call_command("seed_demo")
    collect_static_files()


def collect_static_files() -> None:
    """Collect only when a file changed: hashing and compressing takes seconds."""
    mark = settings.STATIC_ROOT / "collected"
    state = fingerprint()
    if not mark.exists() or mark.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.write_text(state)


def fingerprint() -> str:
    """Changes when a static file does."""
    files = (Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    lines = sorted(f"{file} {file.stat().st_mtime_ns} {file.stat().st_size}" for file in files)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


if __name__ == "__main__":
    main()
