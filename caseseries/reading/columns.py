"""Expressions by which a chunk of people is read as one row a person, whatever was told of them."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.postgres.aggregates.mixins import OrderableAggMixin
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    BooleanField,
    F,
    Field,
    Func,
    Q,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast


class Ordinal(Func):
    """A day as a whole number, as `date.toordinal` counts: cheaper than a date, thousands of times."""

    template = "(%(expressions)s - DATE '0001-01-01' + 1)"
    # Of no kind that Django would convert once more: the driver gives whole numbers.
    output_field: Field[Any, Any] = Field()


class Rows(OrderableAggMixin, Aggregate):
    """The rows of a group as one list of lists in JSON, in the order of `order_by`."""

    function = "JSON_AGG"
    template = "%(function)s(JSON_BUILD_ARRAY(%(expressions)s) %(order_by)s)::text"
    output_field = TextField()


class OneOf(Func):
    """`column = ANY(array)`: one literal for thousands of ids, where IN would need a parameter for each."""

    template = "%(expressions)s::uuid[])"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def array_of(values: Iterable[object]) -> str:
    """The literal of an array of ids or codes, in which nothing need be quoted."""
    return "{" + ",".join(map(str, values)) + "}"


def of_these(ids: str, path: str = "patient") -> Q:
    """Rows of these people; `ids`: the literal of their array."""
    return Q(OneOf(F(f"{path}_id"), Value(ids)))


def of_these_pairs(pairs: Collection[tuple[str, str]], *columns: str) -> Q:
    """Rows whose two columns, an id and a code, are one of `pairs`."""
    ids, codes = zip(*pairs, strict=True) if pairs else ((), ())
    own = Func(*map(F, columns), template="(%(expressions)s)", output_field=BooleanField())
    others = Func(
        Cast(Value(array_of(ids)), ArrayField(UUIDField())),
        Cast(Value(array_of(codes)), ArrayField(TextField())),
        function="UNNEST",
        output_field=BooleanField(),
    )
    return Q(OneOfPairs(own, others))


class OneOfPairs(Func):
    """`(one, other)` is among the rows of two arrays side by side."""

    template = "%(expressions)s)"
    arg_joiner = " IN (SELECT * FROM "
    output_field = BooleanField()


def exactly(name: str) -> Any:
    """A decimal, or a key, as text: a number would be a float in JSON, and a key is looked up faster."""
    return Cast(name, TextField())
