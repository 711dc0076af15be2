"""The history of the demo, dated as its stories tell it: a chart as of a past day then shows that day.

Triggers date each version by the database's own clock, and the whole demo is written within one transaction.
While a story is told, a mark says how far each history had got at which moment; at the end every version gets
the moment of its mark, and the first one of a row the moment at which the row says that it was made. Only the
owner of the tables may do that, and only to a demo; for anybody else the history begins today.
"""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from psycopg import sql

END = sql.SQL("(SELECT coalesce(max(pgh_id), 0) FROM {})")
DATE = sql.SQL("""
UPDATE {} AS version
SET pgh_created_at = CASE WHEN version.pgh_label = 'insert' THEN version.created_at ELSE mark.at END
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS mark (after, until, at)
WHERE version.pgh_id > mark.after AND version.pgh_id <= mark.until
""")


class Marks:
    """How far each history had got when; `note` is told of every happening (see `demo.telling.tell`)."""

    def __init__(self) -> None:
        models: list[Any] = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
        self.tables = [model._meta.db_table for model in models]
        ends = [END.format(sql.Identifier(table)) for table in self.tables]
        self._ends = sql.SQL("SELECT {}").format(sql.SQL(", ").join(ends))
        self._moments: list[datetime] = []
        self._reached = [self._now()]

    def note(self, at: datetime, case: object = None) -> None:
        """All that was written since the last mark was written at `at`."""
        self._moments.append(at)
        self._reached.append(self._now())

    def date_history(self) -> int:
        """Date every version that was written between the first mark and the last; returns how many."""
        return sum(self._date(number, table) for number, table in enumerate(self.tables) if self._may(table))

    def _now(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(self._ends)
            return list(cursor.fetchone())

    def _date(self, number: int, table: str) -> int:
        ends = [reached[number] for reached in self._reached]
        grown = [
            (after, until, at)
            for after, until, at in zip(ends, ends[1:], self._moments, strict=False)
            if after < until
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                DATE.format(sql.Identifier(table)),
                [list(part) for part in zip(*grown, strict=True)] or [[]] * 3,
            )
            return int(cursor.rowcount)

    def _may(self, table: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT has_table_privilege(current_user, %s, 'UPDATE')", [table])
            return bool(cursor.fetchone()[0])
