"""Files of results: the file as it came, every row of it, and where each row went."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.constraints import both_or_neither
from accounts.long_work import LongWork, LongWorkQuerySet
from accounts.models import User
from accounts.records import ClinicRecord, ClinicRecordQuerySet
from labs.models.laboratories import Laboratory
from labs.models.results import ANALYTE_CHOICES, Interpreted, LabResult, ResultCancellation
from patients.models import Patient

UNDO_WITHIN = timedelta(hours=24)


class FileFormat(models.TextChoices):
    CSV = "CSV", "CSV"
    HL7_V2 = "HL7_V2", "HL7 v2"
    FHIR_R4 = "FHIR_R4", "FHIR R4"


class Channel(models.TextChoices):
    PAGE = "PAGE", "Import page"
    API = "API", "API"
    COMMAND = "COMMAND", "Command"
    MLLP = "MLLP", "MLLP"


class ImportStage(models.TextChoices):
    """How far a file is. `state` says whether a worker has done the step that the stage names."""

    READING = "READING", "Being read"
    CHECKED = "CHECKED", "Checked, nothing stored"
    COMMITTING = "COMMITTING", "Being stored"
    COMMITTED = "COMMITTED", "Stored"
    UNDOING = "UNDOING", "Being undone"
    UNDONE = "UNDONE", "Undone"
    DISCARDED = "DISCARDED", "Discarded"
    REFUSED = "REFUSED", "Refused as a whole"


class ImportQuerySet(ClinicRecordQuerySet, LongWorkQuerySet):  # type: ignore[override]  # both make managers
    """Rows of a clinic that are long work."""


class Import(ClinicRecord, LongWork):
    """One file (or one MLLP message). Long work: each of its three steps is done by whoever holds the row."""

    stage = models.CharField(max_length=10, choices=ImportStage, default=ImportStage.READING)
    channel = models.CharField(max_length=8, choices=Channel)
    file_name = models.CharField(max_length=255)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    # The file as it came, compressed by gzip.
    content = models.BinaryField()
    format = models.CharField(max_length=8, choices=FileFormat, blank=True)
    laboratory = models.ForeignKey(
        Laboratory, null=True, blank=True, on_delete=models.PROTECT, related_name="imports"
    )
    # How the reader took the file, in words: separator, encoding, order of dates, zone.
    dialect = models.JSONField(default=list)
    # {kind of content that is no result: how often}.
    passed_over = models.JSONField(default=dict)
    # Why nothing of the file was taken; with REFUSED only.
    refusal = models.TextField(blank=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    committed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ImportQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta(ClinicRecord.Meta):
        constraints = [
            *ClinicRecord.Meta.constraints,
            both_or_neither("import", "committed"),
            both_or_neither("import", "undone"),
            models.UniqueConstraint(fields=["id", "clinic"], name="import_id_clinic"),
        ]
        indexes = [models.Index(fields=["clinic", "-created_at"], name="import_of_clinic")]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name


class RowOutcome(models.TextChoices):
    """What the check found of a row; rows = the sum over these five."""

    READY = "READY", "Ready"
    CONVERTED = "CONVERTED", "Unit converted"
    ALREADY_STORED = "ALREADY_STORED", "Already stored"
    UNMATCHED = "UNMATCHED", "Patient not matched"
    ERROR = "ERROR", "Error"


class Settled(models.TextChoices):
    """Where a row of a committed file went; rows = the sum over these four."""

    STORED = "STORED", "Stored"
    ALREADY_STORED = "ALREADY_STORED", "Already stored"
    PARKED = "PARKED", "Parked"
    REFUSED = "REFUSED", "Refused"


class ImportRowQuerySet(ClinicRecordQuerySet):
    def parked(self) -> Self:
        """Rows that wait for a person to say whose they are."""
        return self.valid().filter(settled=Settled.PARKED)


class ImportRow(ClinicRecord):
    """One row of a file, as it came and as it was read."""

    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    # Where a person finds it: "line 17", "message 2, OBX 3", "entry 40".
    place = models.CharField(max_length=60)
    raw = models.TextField()
    # labs.reading.reported.Reported as JSON.
    reported = models.JSONField()
    outcome = models.CharField(max_length=16, choices=RowOutcome)
    reason = models.TextField(blank=True)
    patient = models.ForeignKey(
        Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="import_rows"
    )
    # What it would be, or was, stored as; empty where that is not known.
    analyte = models.CharField(max_length=16, choices=ANALYTE_CHOICES, blank=True)
    canonical_value = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    interpretation = models.CharField(max_length=16, choices=Interpreted, blank=True)
    settled = models.CharField(max_length=16, choices=Settled, blank=True)
    # What was stored of it, or what was there already.
    result = models.ForeignKey(
        LabResult, null=True, blank=True, on_delete=models.PROTECT, related_name="import_rows"
    )
    cancellation = models.ForeignKey(
        ResultCancellation, null=True, blank=True, on_delete=models.PROTECT, related_name="import_rows"
    )
    # A person matched the parked row to `patient`, or refused it for `reason`.
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ImportRowQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta(ClinicRecord.Meta):
        constraints = [
            *ClinicRecord.Meta.constraints,
            both_or_neither("import_row", "decided"),
            models.UniqueConstraint(fields=["source", "number"], name="import_row_once"),
            models.CheckConstraint(
                name="import_row_problem_has_reason",
                condition=~Q(outcome__in=["UNMATCHED", "ERROR"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="import_row_stored_has_patient",
                condition=~Q(settled="STORED") | Q(patient__isnull=False),
            ),
        ]
        indexes = [
            models.Index("source", "outcome", name="import_row_by_outcome"),
            models.Index("clinic", "created_at", name="import_row_parked", condition=Q(settled="PARKED")),
        ]
        ordering = ["source", "number"]

    def __str__(self) -> str:
        return f"{self.place} of {self.source}"
