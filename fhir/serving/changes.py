"""When a row last changed: read from the history that triggers write, so that no way of writing escapes it.

The time of a change is the begin of the transaction that made it. `version` does not serve: what `rebuild`
keeps in step (which result is superseded, what it is interpreted as) changes without it.
"""

from typing import Any

from django.db.models import DateTimeField, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from fhir.serving.dates import Asked


def history(model: type[Model]) -> QuerySet[Any]:
    """The versions of the rows of a tracked model."""
    rows: QuerySet[Any] = model.pgh_event_model._default_manager.all()  # type: ignore[attr-defined]
    return rows


def newest(versions: QuerySet[Any], field: str = "pgh_created_at") -> Subquery:
    """The time of the newest of these versions; empty without any."""
    return Subquery(versions.order_by(f"-{field}").values(field)[:1], output_field=DateTimeField())


def last_change(model: type[Model], key: str = "pk") -> Any:
    """The last change of the row of `model` whose id is in the field `key`."""
    own = newest(history(model).filter(pgh_obj_id=OuterRef(key)))
    return Coalesce(own, F("created_at"), output_field=DateTimeField())


def latest(*times: Any) -> Any:
    """The latest of several times; one that is empty does not count."""
    return Greatest(*times, output_field=DateTimeField())


def changed(value: Asked, since: Q) -> Q:
    """Rows with `changed_at` as asked. `since` finds the same rows for a lower bound by an index."""
    return {
        "eq": since & Q(changed_at__gte=value.start, changed_at__lt=value.end),
        "ge": since & Q(changed_at__gte=value.start),
        "gt": since & Q(changed_at__gte=value.end),
        "le": Q(changed_at__lt=value.end),
        "lt": Q(changed_at__lt=value.start),
    }[value.prefix]


def touched_since(model: type[Model], value: Asked, key: str = "pgh_obj_id") -> QuerySet[Any]:
    """The `key` of every version written at or after the begin of what was asked for."""
    return history(model).filter(pgh_created_at__gte=value.start).values(key)


def made_since(value: Asked, field: str = "created_at") -> Q:
    """Rows made then: in the history too, unless they came by a bulk load that goes past triggers."""
    return Q(**{f"{field}__gte": value.start})
