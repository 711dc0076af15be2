"""What was asked for: definitions and saved series are written once and never changed."""

from typing import Self

from django.db import models
from django.db.models import Func

from accounts.models import Clinic, User
from caseseries.definition import SeriesDefinition
from protocols.models import Protocol


class DefinitionQuerySet(models.QuerySet["Definition"]):
    def of(self, clinic: Clinic) -> Self:
        """The rows of one clinic."""
        return self.filter(clinic=clinic)


class Definition(models.Model):
    """Cohort, outcomes and windows: locked and hashed before their outcomes are first shown."""

    append_only = True

    id = models.UUIDField(primary_key=True, db_default=Func(function="uuidv7"), editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    # {"cohort": {...}, "outcome": {...}}, as `SeriesDefinition.to_json` writes it.
    values = models.JSONField()
    sha256 = models.CharField(max_length=64)
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="+")
    locked_at = models.DateTimeField()
    locked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="definition_id_clinic"),
            models.UniqueConstraint(fields=["clinic", "sha256"], name="definition_once_per_clinic"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Definition {self.sha256[:8]}"

    @property
    def series(self) -> SeriesDefinition:
        return SeriesDefinition.from_stored(self.values)


class SavedSeriesQuerySet(models.QuerySet["SavedSeries"]):
    def of(self, clinic: Clinic) -> Self:
        """The rows of one clinic."""
        return self.filter(clinic=clinic)


class SavedSeries(models.Model):
    """A definition under a name of the clinic's. Other criteria under the same name are its next version."""

    append_only = True

    id = models.UUIDField(primary_key=True, db_default=Func(function="uuidv7"), editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    # For people of the clinic only: not part of the hash, and in no file.
    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="saved")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = SavedSeriesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="saved_series_id_clinic"),
            models.UniqueConstraint(fields=["clinic", "name", "version"], name="saved_series_version_once"),
            models.CheckConstraint(name="saved_series_has_a_name", condition=~models.Q(name="")),
            models.CheckConstraint(name="saved_series_version_from_1", condition=models.Q(version__gte=1)),
        ]
        ordering = ["-id"]
        verbose_name_plural = "saved series"

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"
