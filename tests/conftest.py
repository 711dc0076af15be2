"""Fixtures of every test: the database as the application sees it, and a browser where there is one."""

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from audit.grants import APPLICATION_ROLE
from tests import plugin
from tests.database import as_owner, assume, empty_tables, end_other_sessions, keep_what_migrations_wrote

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    plugin.start_database()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The owner makes the test database and its tables; the tests live in it as the application."""
    with django_db_blocker.unblock():
        keep_what_migrations_wrote()
        assume(APPLICATION_ROLE)
    yield
    with django_db_blocker.unblock():
        assume(None)
        end_other_sessions()


def _empty_tables(self: TransactionTestCase) -> None:
    empty_tables()


TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[attr-defined]


@pytest.fixture
def owner(db: None) -> Iterator[None]:
    """For the rare test that needs the owner's rights."""
    with as_owner():
        yield


@pytest.fixture
def process_environment(transactional_db: None) -> dict[str, str]:
    """The environment of a process (worker, command) that shares the database of this test."""
    name = connection.settings_dict["NAME"]
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}")
    only_here = {"DOLOMITE_DB_ROLE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    kept = {key: value for key, value in os.environ.items() if key not in only_here}
    return kept | {"DATABASE_URL": urlunsplit(address)}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses root
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*QUIET, *sandbox]}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.keywords and CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium found: install Debian's package chromium"))
        if "redis" in item.keywords and "REDIS_URL" not in os.environ:
            item.add_marker(pytest.mark.skip(reason="REDIS_URL names no Redis: .ci/run starts one"))
