"""What was measured: results as reported and as compared, and what the laboratory took back."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.history import tracked
from accounts.models import Clinic
from accounts.records import ClinicRecordQuerySet
from labs.analytes import ANALYTES, Analyte
from patients.models import OfPatient, Visit
from protocols.models import Protocol

# Not entered in error, and the laboratory's last word.
_STANDS: dict[str, None] = {"error_at": None, "superseded_by": None, "cancelled_by": None}
AWAITS_DOSE = "not interpretable until the dose taken is settled"
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
    LABORATORY = "LABORATORY", "laboratory's own"
    PROTOCOL = "PROTOCOL", "protocol default"
    NONE = "NONE", "none"


class LabResultQuerySet(ClinicRecordQuerySet):
    def counting(self) -> Self:
        """Valid, final or corrected, and the laboratory's last word: what rules and charts may read."""
        return self.filter(**_STANDS, status__in=[ResultStatus.FINAL, ResultStatus.CORRECTED])

    def sound(self) -> Self:
        """Counting, and the sample is not in doubt."""
        return self.counting().filter(doubt="")


@tracked
class LabResult(OfPatient):
    """One measured value, kept as reported beside its canonical value."""

    # Its index has the key as well (`lab_result_of_clinic`).
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
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
    interval_source = models.CharField(max_length=10, choices=IntervalSource)
    interpretation = models.CharField(max_length=16, choices=Interpreted)
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="+")
    collected_at = models.DateTimeField()
    # The clinic's local day of `collected_at`, by which windows are judged.
    collected_on = models.DateField()
    # The laboratory told no zone: the clinic's was taken.
    zone_assumed = models.BooleanField(default=False)
    # When the laboratory issued this version of the result.
    reported_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    status = models.CharField(max_length=16, choices=ResultStatus, default=ResultStatus.FINAL)
    laboratory = models.CharField(max_length=120, blank=True)
    # H, L, A and their like, as the laboratory sent them: kept, never computed with.
    abnormal_flag = models.CharField(max_length=20, blank=True)
    method = models.CharField(max_length=120, blank=True)
    analyzer = models.CharField(max_length=120, blank=True)
    specimen = models.CharField(max_length=60, blank=True)
    anticoagulant = models.CharField(max_length=60, blank=True)
    storage = models.CharField(max_length=60, blank=True)
    ph = models.DecimalField("pH", max_digits=4, decimal_places=2, null=True, blank=True)
    ph_adjusted = models.BooleanField("adjusted to pH 7.4", null=True, blank=True)
    fasting = models.BooleanField(null=True, blank=True)
    last_mg_dose_at = models.DateTimeField("last magnesium dose at", null=True, blank=True)
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
    # Which version of a result stands: `rebuild` keeps both, by labs/versions.py.
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    cancelled_by = models.ForeignKey(
        "ResultCancellation", null=True, blank=True, on_delete=models.PROTECT, related_name="cancels"
    )
    # Facts that rebuild keeps, because they depend on neighbouring results and on the first dose.
    concern = models.CharField(max_length=10, default="NONE")
    # On its day another dose was told than planned, and nobody has settled which was taken: the value is not
    # interpretable until then. Beyond alert limits it counts all the same.
    awaits_dose = models.BooleanField(default=False)
    # Why this result asks for review: its concern or kidney band while it is live; else blank.
    review_reason = models.CharField(max_length=20, blank=True)

    objects = LabResultQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta(OfPatient.Meta):
        default_related_name = "lab_results"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="lab_result_id_clinic"),
            models.UniqueConstraint(
                fields=[
                    "patient",
                    "analyte",
                    "loinc",
                    "collected_at",
                    "value",
                    "comparator",
                    "unit",
                    "status",
                ],
                condition=Q(error_at=None, source_id="", derived_from=None),
                name="lab_result_entered_once",
            ),
            # A laboratory may say several things of one result; it says each of them once.
            models.UniqueConstraint(
                fields=[
                    "clinic",
                    "source",
                    "source_id",
                    "status",
                    "value",
                    "unit",
                    "comparator",
                    "reported_at",
                ],
                condition=Q(error_at=None) & ~Q(source_id=""),
                nulls_distinct=False,
                name="lab_result_reported_once",
            ),
        ]
        indexes = [
            # Never the clinic alone: docs/adr/0022-an-index-of-a-clinic-has-the-key.md.
            models.Index(fields=["clinic", "id"], name="lab_result_of_clinic"),
            # The chart, rebuild and the queue's sparkline: one patient, one analyte, newest first.
            models.Index(fields=["patient", "analyte", "-collected_at"], name="lab_result_of_patient"),
            # Rules LAB_OUT_OF_RANGE and KIDNEY.
            models.Index(
                "clinic",
                "patient",
                name="lab_result_out_of_range",
                include=["id", "status", "concern"],
                condition=Q(concern__in=["OUT", "ALERT"]) & Q(**_STANDS),
            ),
            models.Index(
                "clinic",
                "patient",
                name="lab_result_for_review",
                include=["id", "status", "review_reason"],
                condition=~Q(review_reason="") & Q(**_STANDS),
            ),
        ]
        ordering = ["-collected_at", "-created_at"]

    def __str__(self) -> str:
        return f"{self.get_analyte_display()} {self.value} {self.unit}"

    @property
    def caveat(self) -> str:
        """Why the value may not be taken at its word, to stand beside it; empty where nothing speaks so."""
        doubt = f"doubtful: {self.doubt}" if self.doubt else ""
        return "; ".join(word for word in (doubt, AWAITS_DOSE if self.awaits_dose else "") if word)


class WithdrawnAs(models.TextChoices):
    """How a laboratory takes a result back: HL7 OBX-11 X, D and W; FHIR cancelled and entered-in-error."""

    CANCELLED = "CANCELLED", "could not be obtained"
    DELETED = "DELETED", "deleted by the laboratory"
    WRONG = "WRONG", "posted as wrong by the laboratory"


@tracked
class ResultCancellation(OfPatient):
    """The laboratory's word that a result does not stand, kept also when it comes before the result."""

    source = models.CharField(max_length=20)
    source_id = models.CharField(max_length=200)
    how = models.CharField(max_length=10, choices=WithdrawnAs)
    laboratory = models.CharField(max_length=120, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()

    class Meta(OfPatient.Meta):
        default_related_name = "result_cancellations"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="result_cancellation_id_clinic"),
            models.UniqueConstraint(
                fields=["clinic", "source", "source_id", "how"],
                condition=Q(error_at=None),
                name="result_cancelled_once",
            ),
        ]
        indexes = [models.Index("patient", name="cancellation_of_patient")]
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.get_how_display()}"
