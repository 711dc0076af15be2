"""A pytest plugin that takes one guard out of the house: `-p tests.prove.without`, `WITHOUT=scope`.

What a test is worth is seen when what it guards is gone: tests/prove/test_guards_are_needed.py.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from tests.database import as_owner


def no_unique_key() -> None:
    """The database allows a second flag of one cause."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'flag_once_per_%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')


def no_conditional_update() -> None:
    """The last writer wins: a condition on the version is no condition."""
    unguarded = QuerySet.filter

    def filter_without_version(self: Any, *args: Any, **kwargs: Any) -> Any:
        return unguarded(self, *args, **{name: kwargs[name] for name in kwargs if name != "version"})

    QuerySet.filter = filter_without_version  # type: ignore[method-assign]


def no_scope() -> None:
    """The rows of one clinic are the rows of all."""
    from accounts.records import ClinicRecordQuerySet  # noqa: PLC0415

    ClinicRecordQuerySet.of = lambda self, clinic: self.all()  # type: ignore[method-assign]


def no_audit() -> None:
    """Events are made and not kept."""
    from audit.models import AuditEvent  # noqa: PLC0415

    AuditEvent.save = lambda self, *args, **kwargs: None  # type: ignore[method-assign]


GUARDS: dict[str, Callable[[], None]] = {
    "unique key": no_unique_key,
    "conditional update": no_conditional_update,
    "scope": no_scope,
    "audit": no_audit,
    "nothing": lambda: None,
}


@pytest.fixture(scope="session", autouse=True)
def without(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        GUARDS[os.environ["WITHOUT"]]()
