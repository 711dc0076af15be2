"""Devices that patients wear, what they sent, and which of them speaks. Context only: no rule reads it."""

from typing import Any, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.history import tracked
from accounts.models import Clinic
from patients.models import OfPatient, Patient
from wearables.kinds import KIND_CHOICES


class WornAs(models.TextChoices):
    WATCH = "WATCH", "Watch or wristband"
    RING = "RING", "Ring"
    CHEST_STRAP = "CHEST_STRAP", "Chest strap"
    SKIN_PATCH = "SKIN_PATCH", "Skin patch"
    GLUCOSE_SENSOR = "GLUCOSE_SENSOR", "Glucose sensor"
    BED_SENSOR = "BED_SENSOR", "Bed sensor"
    OTHER = "OTHER", "Other"


def _kinds(**options: Any) -> ArrayField[Any, Any]:
    return ArrayField(models.CharField(max_length=24, choices=KIND_CHOICES), **options)


@tracked
class Device(OfPatient):
    """A thing that one patient wears, from one day until another; both may be unknown."""

    maker = models.CharField(max_length=60)
    model = models.CharField(max_length=60)
    serial = models.CharField("serial or other number", max_length=80, blank=True)
    worn_as = models.CharField(max_length=16, choices=WornAs, default=WornAs.OTHER)
    # Kinds that it measures; empty when nobody has said.
    measures = _kinds(default=list, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta(OfPatient.Meta):
        default_related_name = "devices"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="device_id_clinic"),
            models.UniqueConstraint(fields=["id", "patient"], name="device_id_patient"),
            # What one patient wears now, no other patient wears: else readings land on the wrong person.
            models.UniqueConstraint(
                "clinic",
                Lower("maker"),
                Lower("model"),
                Lower("serial"),
                condition=Q(error_at=None, until=None) & ~Q(serial=""),
                name="device_worn_by_one",
            ),
            models.CheckConstraint(
                name="device_ends_after_it_begins",
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
            ),
        ]
        indexes = [models.Index("patient", name="device_of_patient")]
        ordering = ["-since", "-created_at"]

    def __str__(self) -> str:
        return f"{self.maker} {self.model}"


class BatchSource(models.TextChoices):
    API = "API", "API"
    FILE = "FILE", "File"


@tracked
class ReadingBatch(OfPatient):
    """What came in one go: one call or one file. Withdrawing it withdraws its readings."""

    source = models.CharField(max_length=4, choices=BatchSource)
    file_name = models.CharField(max_length=200, blank=True)
    stored = models.PositiveIntegerField()
    already_stored = models.PositiveIntegerField()

    class Meta(OfPatient.Meta):
        default_related_name = "reading_batches"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="reading_batch_id_clinic"),
        ]
        indexes = [models.Index("patient", name="reading_batch_of_patient")]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name or f"{self.get_source_display()} call"


@tracked
class SourceOrder(OfPatient):
    """What a person chose for one kind: which device speaks first, and whether the chart shows it."""

    kind = models.CharField(max_length=24, choices=KIND_CHOICES)
    # Ids of devices of the patient, the first to speak first; those that are not named follow.
    devices = ArrayField(models.UUIDField(), default=list, blank=True)
    on_chart = models.BooleanField(default=True)

    class Meta(OfPatient.Meta):
        default_related_name = "source_orders"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="source_order_id_clinic"),
            models.UniqueConstraint(
                fields=["patient", "kind"], condition=Q(error_at=None), name="source_order_once"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ReadingQuerySet(models.QuerySet["Reading"]):
    def of(self, clinic: Clinic) -> Self:
        """The rows of one clinic: where every query of a page or the API begins."""
        return self.filter(clinic=clinic)

    def valid(self) -> Self:
        """The rows whose batch and device nobody marked entered in error."""
        return self.filter(is_withdrawn=False)


class Reading(models.Model):
    """One value of one device at one moment, as it came and in the canonical unit of its kind.

    Many and small, so it is no ClinicRecord: who, when and why are on its batch and its device. It is never
    changed and never deleted but for `is_withdrawn`, which a trigger of the database holds.
    """

    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    # The database checks these three together with the clinic (migration 0002), so not once more alone.
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    batch = models.ForeignKey(ReadingBatch, on_delete=models.PROTECT, db_constraint=False)
    kind = models.CharField(max_length=24, choices=KIND_CHOICES)
    value = models.DecimalField(max_digits=12, decimal_places=4)
    unit = models.CharField(max_length=12)
    canonical_value = models.DecimalField(max_digits=12, decimal_places=4)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    is_withdrawn = models.BooleanField(default=False)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        default_related_name = "readings"
        constraints = [
            # Sending a reading again changes nothing. The figures read by it too: one device, one kind, days
            # in order, and the value from the index alone.
            models.UniqueConstraint(
                fields=["device", "kind", "at"],
                include=["canonical_value"],
                condition=Q(is_withdrawn=False),
                name="reading_once",
            ),
        ]
        indexes = [
            # What came when, over all patients: rows arrive about in order of time.
            BrinIndex(fields=["at"], name="reading_by_time"),
            # The list of the API, newest first.
            models.Index(fields=["patient", "at"], name="reading_of_patient"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="reading_never_changed", exclude=["is_withdrawn"]),
            pgtrigger.Protect(name="reading_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value} {self.unit}"
