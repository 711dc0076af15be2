"""What was asked for, and what left: definitions and exports are written once and never changed."""

from typing import Self

from django.db import models
from django.db.models import Func

from accounts.models import Clinic, Membership, User
from accounts.permissions import Act
from caseseries.criteria import SeriesDefinition
from protocols.models import Protocol


class OfClinicQuerySet(models.QuerySet["Definition"]):
    def of(self, clinic: Clinic) -> Self:
        """The rows of one clinic."""
        return self.filter(clinic=clinic)


class Definition(models.Model):
    """Cohort, outcomes and windows: locked and hashed when somebody keeps or exports a series."""

    append_only = True

    id = models.UUIDField(primary_key=True, db_default=Func(function="uuidv7"), editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    # For people only: not part of the hash, and in no file.
    name = models.CharField(max_length=120, blank=True)
    # {"cohort": {...}, "outcome": {...}}, as `SeriesDefinition.to_json` writes it.
    values = models.JSONField()
    sha256 = models.CharField(max_length=64)
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="+")
    locked_at = models.DateTimeField()
    locked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = OfClinicQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="definition_id_clinic"),
            models.UniqueConstraint(fields=["clinic", "sha256"], name="definition_once_per_clinic"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name or f"Definition {self.sha256[:8]}"

    @property
    def series(self) -> SeriesDefinition:
        return SeriesDefinition.from_stored(self.values)


class ExportQuerySet(models.QuerySet["Export"]):
    def of(self, clinic: Clinic) -> Self:
        """The rows of one clinic."""
        return self.filter(clinic=clinic)

    def seen_by(self, membership: Membership) -> Self:
        """A clinician's own; a researcher's work is the series, so a researcher sees all of the clinic."""
        rows = self.of(membership.clinic)
        return rows.filter(exported_by=membership.user) if membership.may(Act.SEE_PATIENTS) else rows


class Export(models.Model):
    """Files that were made for somebody to take away."""

    append_only = True

    id = models.UUIDField(primary_key=True, db_default=Func(function="uuidv7"), editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="exports")
    data_cut_on = models.DateField()
    threshold = models.PositiveSmallIntegerField()
    # {"people": n or null, "rows": n, "suppressed_cells": n}
    counts = models.JSONField()
    # [{"name", "sha256", "bytes"}], the manifest last.
    files = models.JSONField()
    manifest_sha256 = models.CharField(max_length=64)
    exported_at = models.DateTimeField()
    exported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ExportQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["id", "clinic"], name="export_id_clinic")]
        indexes = [models.Index(fields=["clinic", "-id"], name="export_of_clinic")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Export of {self.definition} at {self.data_cut_on}"
