"""Expressions by which a chunk of people is read as one row a person, whatever was told of them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates.mixins import OrderableAggMixin
from django.db.models import (
    Aggregate,
    BooleanField,
    F,
    Field,
    Func,
    IntegerField,
    JSONField,
    Q,
    TextField,
    Value,
)
from django.db.models.functions import Cast


class Ordinal(Func):
    """A day as a whole number, as `date.toordinal` counts: cheaper than a date, thousands of times."""

    template = "(%(expressions)s - DATE '0001-01-01' + 1)"
    output_field = IntegerField()


class Rows(OrderableAggMixin, Aggregate):
    """The rows of a group as one list of lists, in the order of `order_by`."""

    function = "JSON_AGG"
    template = "%(function)s(JSON_BUILD_ARRAY(%(expressions)s) %(order_by)s)::text"
    output_field: Field[Any, Any] = JSONField()


class UnreadRows(Rows):
    """The same as text: most of them are never looked at."""

    output_field = TextField()


class OneOf(Func):
    """`column = ANY(array)`: one literal for thousands of ids, where IN would need a parameter for each."""

    template = "%(expressions)s::uuid[])"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def of_these(ids: Iterable[UUID], path: str = "patient") -> Q:
    """Rows of these people."""
    return Q(OneOf(F(f"{path}_id"), Value("{" + ",".join(map(str, ids)) + "}")))


def exactly(name: str) -> Any:
    """A decimal as text: as a number, JSON would make a float of it."""
    return Cast(name, TextField())
