"""What was measured: results as reported and as compared, and results that are owed."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.constraints import both_or_neither
from accounts.history import tracked
from accounts.models import User
from accounts.records import ClinicRecordQuerySet
from labs.analytes import ANALYTES, Analyte
from patients.models import OfPatient, Visit
from protocols.models import Protocol

ANALYTE_CHOICES = [(a.value, ANALYTES[a].label) for a in Analyte]


class ResultStatus(models.TextChoices):
    PRELIMINARY = "PRELIMINARY", "Preliminary"
    FINAL = "FINAL", "Final"
    CORRECTED = "CORRECTED", "Corrected"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR", "Entered in error"


class Interpreted(models.TextChoices):
    CRITICAL_LOW = "CRITICAL_LOW", "critical low"
    LOW = "LOW", "low"
    NORMAL = "NORMAL", "in range"
    HIGH = "HIGH", "high"
    CRITICAL_HIGH = "CRITICAL_HIGH", "critical high"
    NOT_INTERPRETED = "NOT_INTERPRETED", "not interpreted"


class IntervalSource(models.TextChoices):
    RESULT = "RESULT", "came with the result"
    PROTOCOL = "PROTOCOL", "protocol default"
    NONE = "NONE", "none"


class LabResultQuerySet(ClinicRecordQuerySet):
    def counting(self) -> Self:
        """Valid, final or corrected: what rules and charts may read."""
        return self.valid().filter(status__in=[ResultStatus.FINAL, ResultStatus.CORRECTED])

    def sound(self) -> Self:
        """Counting, and the sample is not in doubt."""
        return self.counting().filter(doubt="")


@tracked
class LabResult(OfPatient):
    """One measured value, kept as reported beside its canonical value."""

    analyte = models.CharField(max_length=16, choices=ANALYTE_CHOICES)
    loinc = models.CharField(max_length=10)
    value = models.DecimalField(max_digits=12, decimal_places=4)
    comparator = models.CharField(max_length=2, blank=True)
    unit = models.CharField(max_length=32)
    canonical_value = models.DecimalField(max_digits=12, decimal_places=4)
    # As the laboratory reported it, in the unit of `value`.
    reference_low = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    reference_high = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    # What the interpretation used, in the canonical unit.
    interval_low = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    interval_high = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    interval_source = models.CharField(max_length=8, choices=IntervalSource)
    interpretation = models.CharField(max_length=16, choices=Interpreted)
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="+")
    collected_at = models.DateTimeField()
    # The clinic's local day of `collected_at`, by which windows are judged.
    collected_on = models.DateField()
    received_at = models.DateTimeField()
    status = models.CharField(max_length=16, choices=ResultStatus, default=ResultStatus.FINAL)
    laboratory = models.CharField(max_length=120, blank=True)
    method = models.CharField(max_length=120, blank=True)
    specimen = models.CharField(max_length=60, blank=True)
    haemolysed = models.BooleanField(null=True, blank=True)
    anaerobic = models.BooleanField(null=True, blank=True)
    analysed_at = models.DateTimeField(null=True, blank=True)
    doubt = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=20)
    source_id = models.CharField(max_length=200, blank=True)
    visit = models.ForeignKey(Visit, null=True, blank=True, on_delete=models.PROTECT)
    derived_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="derived_results"
    )
    # Facts that rebuild keeps, because they depend on neighbouring results and on the first dose.
    concern = models.CharField(max_length=10, default="NONE")
    # Why this result asks for review: its concern or kidney band while it is live; else blank.
    review_reason = models.CharField(max_length=20, blank=True)

    objects = LabResultQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta(OfPatient.Meta):
        default_related_name = "lab_results"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="lab_result_id_clinic"),
            models.UniqueConstraint(
                fields=["patient", "analyte", "collected_at", "value", "unit"],
                condition=Q(error_at=None, source_id="", derived_from=None),
                name="lab_result_entered_once",
            ),
            models.UniqueConstraint(
                fields=["clinic", "source", "source_id"],
                condition=Q(error_at=None) & ~Q(source_id=""),
                name="lab_result_imported_once",
            ),
        ]
        indexes = [
            # The chart, rebuild and the queue's sparkline: one patient, one analyte, newest first.
            models.Index(fields=["patient", "analyte", "-collected_at"], name="lab_result_of_patient"),
            # Rules LAB_OUT_OF_RANGE and KIDNEY.
            models.Index(
                "clinic",
                "patient",
                name="lab_result_out_of_range",
                include=["id", "status", "concern"],
                condition=Q(concern__in=["OUT", "ALERT"]) & Q(error_at=None),
            ),
            models.Index(
                "clinic",
                "patient",
                name="lab_result_for_review",
                include=["id", "status", "review_reason"],
                condition=~Q(review_reason="") & Q(error_at=None),
            ),
        ]
        ordering = ["-collected_at", "-created_at"]

    def __str__(self) -> str:
        return f"{self.get_analyte_display()} {self.value} {self.unit}"


class ExpectedResultQuerySet(ClinicRecordQuerySet):
    def awaited(self) -> Self:
        """Owed, not come, not withdrawn."""
        return self.valid().filter(met_by=None, withdrawn_at=None)


class Owed(models.TextChoices):
    ORDERED = "ORDERED", "Ordered"
    KIDNEY_YEARLY = "KIDNEY_YEARLY", "Yearly kidney check"


@tracked
class ExpectedResult(OfPatient):
    """A result that is owed: ordered by a person, or by the yearly kidney check."""

    analyte = models.CharField(max_length=16, choices=ANALYTE_CHOICES)
    why = models.CharField(max_length=16, choices=Owed)
    owed_from = models.DateField()
    due_on = models.DateField()
    # From this day on its absence asks for review.
    alert_on = models.DateField()
    met_by = models.ForeignKey(LabResult, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ExpectedResultQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta(OfPatient.Meta):
        default_related_name = "expected_results"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="expected_result_id_clinic"),
            both_or_neither("expected_result", "withdrawn"),
            models.UniqueConstraint(
                fields=["patient", "owed_from"],
                condition=Q(error_at=None, why="KIDNEY_YEARLY"),
                name="kidney_check_owed_once",
            ),
            models.CheckConstraint(
                name="expected_alert_not_before_due", condition=Q(alert_on__gte=F("due_on"))
            ),
        ]
        indexes = [
            # Rules KIDNEY and LAB_NOT_BACK.
            models.Index(
                "clinic",
                "alert_on",
                name="expected_result_awaited",
                condition=Q(met_by=None, withdrawn_at=None, error_at=None),
            ),
            models.Index("patient", name="expected_result_of_patient"),
        ]
        ordering = ["due_on"]

    def __str__(self) -> str:
        return f"{self.get_analyte_display()} by {self.due_on}"
