"""How the API writes devices, batches and readings; the operations are in `reviews/api/wearables.py`."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.shapes import FIRST_DAY, LAST_DAY, Amount, Day, MomentField, Whole
from patients.api import RECORD_FIELDS, OfPatientFilter
from wearables.kinds import KIND_CHOICES, KINDS, Kind
from wearables.models import Device, Reading, ReadingBatch, ReadingQuerySet, SourceOrder, WornAs

# Of one call; a body of so many readings is about 1 MB, and 2.5 MB are taken.
MOST_READINGS = 10_000
_NAMED = {
    "maker": {"type": "string", "maxLength": 60},
    "model": {"type": "string", "maxLength": 60},
    "serial": {"type": "string", "maxLength": 80},
}


class DeviceShape(serializers.ModelSerializer[Device]):
    class Meta:
        model = Device
        fields = [
            "id", "patient", "maker", "model", "serial", "worn_as", "measures", "since", "until",
            *RECORD_FIELDS,
        ]  # fmt: skip


class DeviceNameGiven(serializers.Serializer[Any]):
    """A device as a program knows it."""

    maker = serializers.CharField(max_length=60)
    model = serializers.CharField(max_length=60)
    serial = serializers.CharField(max_length=80)


class DeviceGiven(DeviceNameGiven):
    patient = serializers.UUIDField()
    serial = serializers.CharField(max_length=80, required=False, allow_blank=True)
    worn_as = serializers.ChoiceField(choices=WornAs.choices, required=False)
    measures = serializers.ListField(
        child=serializers.ChoiceField(choices=KIND_CHOICES),
        required=False,
        max_length=len(KINDS),
        help_text="When given, readings of other kinds are refused.",
    )
    since = Day(required=False, allow_null=True)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "format": "uuid"},
            {"type": "object", "properties": _NAMED, "required": list(_NAMED)},
        ],
        "description": "Its id, or what it is called; one that the patient does not have yet is added.",
    }
)
class DeviceField(serializers.Field[Any, Any, Any, Any]):
    """Gives a UUID, or the three names of DeviceNameGiven."""

    default_error_messages = {"invalid": "Give the id of a device, or its maker, model and serial."}

    def to_internal_value(self, data: Any) -> UUID | dict[str, str]:
        if isinstance(data, dict):
            named = DeviceNameGiven(data=data)
            named.is_valid(raise_exception=True)
            return dict(named.validated_data)
        try:
            return UUID(data)
        except (AttributeError, TypeError, ValueError):
            raise serializers.ValidationError(self.error_messages["invalid"]) from None


class ReadingGiven(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        choices=KIND_CHOICES,
        error_messages={"invalid_choice": f'"{{input}}" is no kind of reading. Known: {", ".join(Kind)}.'},
    )
    value = Amount(max_digits=20, decimal_places=10, help_text="Kept to four decimals.")
    unit = serializers.CharField(max_length=20, allow_blank=True, help_text="UCUM.")
    at = MomentField()


class ReadingsGiven(serializers.Serializer[Any]):
    patient = serializers.UUIDField()
    device = DeviceField()
    readings: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=ReadingGiven(), min_length=1, max_length=MOST_READINGS
    )


class ReadingsStored(serializers.Serializer[Any]):
    """Rows sent = `stored` + `already_stored`; `batch` is null when nothing was new."""

    batch = serializers.UUIDField(allow_null=True)
    device = serializers.UUIDField()
    stored = serializers.IntegerField()
    already_stored = serializers.IntegerField()


class ReadingShape(serializers.ModelSerializer[Reading]):
    value = Amount()
    canonical_value = Amount()
    canonical_unit = serializers.SerializerMethodField()

    class Meta:
        model = Reading
        fields = [
            "id", "patient", "device", "batch", "kind", "value", "unit", "canonical_value", "canonical_unit",
            "at", "received_at",
        ]  # fmt: skip

    def get_canonical_unit(self, reading: Reading) -> str:
        """UCUM."""
        return KINDS[Kind(reading.kind)].unit


class BatchShape(serializers.ModelSerializer[ReadingBatch]):
    class Meta:
        model = ReadingBatch
        fields = ["id", "patient", "source", "file_name", "stored", "already_stored", *RECORD_FIELDS]


class SourceOrderShape(serializers.ModelSerializer[SourceOrder]):
    class Meta:
        model = SourceOrder
        fields = ["id", "patient", "kind", "devices", "on_chart", *RECORD_FIELDS]


class SourceOrderGiven(serializers.Serializer[Any]):
    patient = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=KIND_CHOICES)
    devices = serializers.ListField(
        child=serializers.UUIDField(), max_length=50, help_text="The first to speak first."
    )
    on_chart = serializers.BooleanField(required=False)
    version = Whole(
        min_value=1,
        required=False,
        allow_null=True,
        help_text="Of the choice as you read it, if there is one.",
    )


class EndDeviceGiven(serializers.Serializer[Any]):
    version = Whole(min_value=1)
    until = Day()


class ReadingFilter(OfPatientFilter):
    """One patient's readings; `from` and `to` are days of the clinic, both included."""

    kind = filters.ChoiceFilter(choices=KIND_CHOICES)
    device = filters.UUIDFilter(field_name="device_id")

    class Meta:
        model = Reading
        fields = ["patient", "kind", "device"]

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """With the two whose names are words of Python."""
        found: dict[str, Any] = super().get_filters()
        return found | {
            "from": filters.DateFilter(method="begin", label="The first day."),
            "to": filters.DateFilter(method="end", label="The last day."),
        }

    def begin(self, readings: ReadingQuerySet, name: str, day: date) -> QuerySet[Reading]:
        return readings.filter(at__gte=self._midnight(day))

    def end(self, readings: ReadingQuerySet, name: str, day: date) -> QuerySet[Reading]:
        return readings.filter(at__lt=self._midnight(day) + timedelta(days=1))

    def _midnight(self, day: date) -> datetime:
        """At the clinic; a day that no record has is as good as the nearest that one can have."""
        zone = self.request.membership.clinic.zone
        return datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time.min, tzinfo=zone)
