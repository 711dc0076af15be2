"""Fields that the API writes the same way everywhere. They judge a value's form; the acts judge its sense."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from rest_framework import serializers

FIRST_DAY, LAST_DAY = date(1880, 1, 1), date(2200, 1, 1)
LARGEST_INTEGER = 2**31 - 1


class Amount(serializers.DecimalField):
    """A decimal that is kept exactly and written as a JSON number."""

    def __init__(self, max_digits: int = 12, decimal_places: int = 4, **options: Any) -> None:
        options.setdefault("coerce_to_string", False)
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, **options)

    def to_representation(self, value: Decimal) -> float:  # type: ignore[override]
        return float(value)


class Day(serializers.DateField):
    """A calendar day as YYYY-MM-DD; a year outside 1880 to 2200 is a slip of the hand."""

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if not FIRST_DAY <= day < LAST_DAY:
            raise serializers.ValidationError(f"{day} is not a day that a record can have.")
        return day


class MomentField(serializers.DateTimeField):
    """A moment in ISO 8601; without an offset it is the clinic's local time."""

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if not FIRST_DAY <= moment.date() < LAST_DAY:
            raise serializers.ValidationError(f"{moment.date()} is not a day that a record can have.")
        return moment.astimezone(UTC)


class Whole(serializers.IntegerField):
    """An integer that the database can hold."""

    def __init__(self, **options: Any) -> None:
        options = {"min_value": -LARGEST_INTEGER, "max_value": LARGEST_INTEGER, **options}
        super().__init__(**options)


class AtVersion(serializers.Serializer[Any]):
    """An act on a row as the caller read it."""

    version = Whole(
        min_value=1, help_text="Of the row as you read it; if it changed since, the answer is 409."
    )
