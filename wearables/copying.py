"""Writing many readings at once by COPY: a model instance per reading would cost three times as much."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from psycopg import sql

from wearables.models import Reading, ReadingBatch

_COLUMNS = (
    "clinic_id", "patient_id", "batch_id", "received_at", "is_withdrawn",
    "device_id", "kind", "value", "unit", "canonical_value", "at",
)  # fmt: skip


class NewReading(NamedTuple):
    """What one reading has of its own, in the order of the columns."""

    device: UUID
    kind: str
    value: Decimal
    unit: str
    canonical_value: Decimal
    at: datetime


def copy_readings(batch: ReadingBatch, rows: Iterable[NewReading]) -> None:
    """Store the rows of a batch; the database refuses the whole where a device, kind and moment is there."""
    of_batch = (batch.clinic_id, batch.patient_id, batch.pk, batch.created_at, False)
    columns: list[sql.Composable] = [sql.Identifier(name) for name in _COLUMNS]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(Reading._meta.db_table), sql.SQL(", ").join(columns)
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*of_batch, *row))
