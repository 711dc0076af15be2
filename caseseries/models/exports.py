"""What left: exports, as rows of long work, and the ledger of what each told."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q

from accounts.constraints import both_or_neither
from accounts.long_work import LongWork, LongWorkQuerySet, WorkState
from accounts.models import Clinic, Membership, User
from accounts.permissions import Act
from caseseries.models.definitions import Definition

UNDER_WAY = (WorkState.WAITING, WorkState.RUNNING)


class Profile(models.TextChoices):
    """For whom an export is made, which decides what it may show."""

    STANDARD = "STANDARD", "Standard"
    PUBLICATION_WITH_CONSENT = "PUBLICATION_WITH_CONSENT", "Publication with individual consent"


class Format(models.TextChoices):
    """What can be asked for; the archive of all comes with each export."""

    PDF = "pdf", "PDF report"
    XLSX = "xlsx", "Excel workbook"
    CSV = "csv", "CSV"
    JSON = "json", "JSON"


class ExportQuerySet(LongWorkQuerySet):
    def of(self, clinic: Clinic) -> Self:
        """The rows of one clinic."""
        return self.filter(clinic=clinic)

    def seen_by(self, membership: Membership) -> Self:
        """A clinician's own, and those that wait for a second person; a researcher's work is the series, so
        a researcher sees all of the clinic.
        """
        rows = self.of(membership.clinic)
        if not membership.may(Act.SEE_PATIENTS):
            return rows
        return rows.filter(Q(exported_by=membership.user) | Q(needs_second_releaser=True))

    def released(self) -> Self:
        return self.filter(state=WorkState.DONE, released_at__isnull=False)


class Export(LongWork):
    """Files that are made for somebody to take away. What was asked for never changes (`audit.grants`)."""

    append_only = True
    # What the worker, who cancels and who releases write.
    work_columns = (
        *("state", "total", "done", "lease_until", "attempt", "error", "step", "finished_at"),
        *("data_cut_sha256", "counts", "files", "manifest_sha256", "released_at", "released_by_id"),
    )

    id = models.UUIDField(primary_key=True, db_default=Func(function="uuidv7"), editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="exports")
    data_cut_on = models.DateField()
    profile = models.CharField(max_length=24, choices=Profile, default=Profile.STANDARD)
    formats = ArrayField(models.CharField(max_length=4, choices=Format))
    threshold = models.PositiveSmallIntegerField()
    needs_second_releaser = models.BooleanField(default=False)
    exported_at = models.DateTimeField()
    exported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # What the worker does now, in words.
    step = models.CharField(max_length=60, blank=True)
    finished_at = models.DateTimeField(null=True)
    # Keyed: over the day of the cut and the content of all rows.
    data_cut_sha256 = models.CharField(max_length=64, blank=True)
    # {"people": n or null, "rows": n, "suppressed_cells": n}
    counts = models.JSONField(default=dict)
    # [{"name", "sha256", "bytes"}], the archive last.
    files = models.JSONField(default=list)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="export_id_clinic"),
            both_or_neither("export", "released"),
            models.CheckConstraint(
                name="export_released_is_done", condition=Q(released_at=None) | Q(state=WorkState.DONE)
            ),
            models.CheckConstraint(
                name="export_second_releaser_is_another",
                condition=Q(needs_second_releaser=False) | ~Q(released_by=models.F("exported_by")),
            ),
        ]
        indexes = [models.Index(fields=["clinic", "-id"], name="export_of_clinic")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Export of {self.definition} at {self.data_cut_on}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_released(self) -> bool:
        return self.state == WorkState.DONE and self.released_at is not None

    @property
    def waits_for_release(self) -> bool:
        return self.state == WorkState.DONE and self.released_at is None

    @property
    def archive(self) -> dict[str, object] | None:
        """The entry of the archive, when the files are there."""
        return self.files[-1] if self.files else None


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def of(self, clinic: Clinic) -> Self:
        """The rows of one clinic."""
        return self.filter(clinic=clinic)

    def released(self) -> Self:
        return self.filter(export__released_at__isnull=False)


class Disclosure(models.Model):
    """What one export tells: its people, as keyed hashes, and its cells. The next is compared with it."""

    append_only = True

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    export = models.OneToOneField(Export, on_delete=models.PROTECT, related_name="disclosure")
    # Of 16 bytes each, sorted; the clinic's export key makes them.
    members = models.BinaryField()
    # {table: {cell: count or null where it is hidden}}
    tables = models.JSONField()

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"What {self.export} tells"
