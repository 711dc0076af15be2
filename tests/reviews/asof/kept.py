"""The clock of the history, in a test: what is written is dated as if the database had lived through it.

The history goes by the database's own time, and a test runs in one transaction, so all that it writes has one
time. After each act, whatever was written under that time gets the moment of the act. Only the owner of the
tables may do that, and only a test does.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection

from tests.database import as_owner

Done = TypeVar("Done")


def at_the_time(at: datetime, act: Callable[[], Done]) -> Done:
    """Do `act`, and let the history say that it was written at `at`."""
    done = act()
    date_history(at)
    return done


def date_history(at: datetime) -> None:
    with as_owner(), connection.cursor() as cursor:
        for table in _histories():
            cursor.execute(f"UPDATE {table} SET pgh_created_at = %s WHERE pgh_created_at = now()", [at])


def _histories() -> list[str]:
    models: list[Any] = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
    return [model._meta.db_table for model in models]
