"""What every clinical row has: its clinic, who wrote it, a version, and a way to be withdrawn."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Func

from accounts.constraints import both_or_neither
from accounts.models import Clinic, User


class StaleVersion(Exception):
    """Somebody changed the row meanwhile; `current` is the row as it stands now."""

    def __init__(self, current: Any) -> None:
        super().__init__(f"{current._meta.verbose_name} is at version {current.version}.")
        self.current = current


class ClinicRecordQuerySet(models.QuerySet[Any]):
    def of(self, clinic: Clinic) -> Self:
        """The rows of one clinic: where every query of a page or the API begins."""
        return self.filter(clinic=clinic)

    def valid(self) -> Self:
        """The rows that nobody marked entered in error."""
        return self.filter(error_at=None)


class ClinicRecord(models.Model):
    """Abstract base of every clinical model."""

    id = models.UUIDField(primary_key=True, db_default=Func(function="uuidv7"), editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    error_at = models.DateTimeField(null=True, blank=True)
    error_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    error_reason = models.TextField(blank=True)

    objects = ClinicRecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [both_or_neither("%(class)s", "error")]

    def update_from(self, version: int, **changes: Any) -> None:
        """Write `changes` if the row is still at `version`, by one conditional UPDATE.

        Raises StaleVersion with the current row when it is not.
        """
        rows = type(self)._default_manager.filter(pk=self.pk, version=version)
        if not rows.update(version=F("version") + 1, **changes):
            raise StaleVersion(type(self)._default_manager.get(pk=self.pk))
        self.refresh_from_db()

    def withdraw(self, version: int, *, by: User, at: datetime, reason: str) -> None:
        """Mark the row entered in error; raises StaleVersion as `update_from` does."""
        self.update_from(version, error_at=at, error_by=by, error_reason=reason)


def withdrawn_rows(rows: models.QuerySet[Any], *, by: User, at: datetime, reason: str) -> int:
    """Mark many rows entered in error at once, such as what a withdrawn visit held."""
    return rows.filter(error_at=None).update(
        version=F("version") + 1, error_at=at, error_by=by, error_reason=reason
    )
