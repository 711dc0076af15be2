"""Bringing derived rows in step with what is wanted, without deleting any."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from accounts.records import withdrawn_rows
from patients.models import OfPatient
from reviews.facts.record import Record

WITHDRAWN = "The record that it followed from changed."


def reconcile(
    record: Record,
    model: type[OfPatient],
    existing: Iterable[Any],
    wanted: Mapping[Any, dict[str, Any]],
    key: Callable[[Any], Hashable],
    closed: Callable[[dict[str, Any]], bool],
) -> None:
    """Make the valid rows of `model` match `wanted`, {key: field values}.

    1. Rows that nothing wants are withdrawn (entered in error), never deleted: flags point at them.
    2. Rows that close come before rows that open, because at most one may be open.
    3. What is missing is added last.
    """
    rows = {key(row): row for row in existing}
    by = record.now.service
    stale = [row.pk for found, row in rows.items() if found not in wanted]
    if stale:
        withdrawn_rows(model._default_manager.filter(pk__in=stale), by=by, at=record.now.at, reason=WITHDRAWN)
    kept = [(rows[name], values) for name, values in wanted.items() if name in rows]
    for row, values in sorted(kept, key=lambda pair: not closed(pair[1])):
        changes = {name: value for name, value in values.items() if getattr(row, name) != value}
        if changes:
            row.update_from(row.version, **changes)
    missing = [values for name, values in wanted.items() if name not in rows]
    for values in sorted(missing, key=lambda values: not closed(values)):
        model._default_manager.create(
            clinic_id=record.patient.clinic_id,
            patient=record.patient,
            created_at=record.now.at,
            created_by=by,
            **values,
        )
