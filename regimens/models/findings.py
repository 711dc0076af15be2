"""What the checks of a dose found."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Func, Q

from accounts.models import Clinic
from patients.models import Medication, Patient
from protocols.models import Protocol
from regimens.models.doses import DoseStep


class FindingQuerySet(models.QuerySet["Finding"]):
    def holding(self, on: date) -> Self:
        """What is true on `on`: begun, and not ended."""
        return self.filter(Q(holds_until=None) | Q(holds_until__gt=on), holds_from__lte=on)

    def reviewable(self) -> Self:
        """Those that ask for review, on whichever day."""
        return self.filter(review_from__isnull=False)

    def asking(self, on: date) -> Self:
        """Holding, and due for review."""
        return self.holding(on).filter(review_from__lte=on)


class Finding(models.Model):
    """What `check_regimen` found of one dose step; derived, kept in step by rebuild."""

    id = models.UUIDField(primary_key=True, db_default=Func(function="uuidv7"), editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="findings")
    step = models.ForeignKey(DoseStep, on_delete=models.PROTECT, related_name="findings")
    check_code = models.CharField(max_length=40)
    subject = models.CharField(max_length=40, blank=True)
    medication = models.ForeignKey(Medication, null=True, on_delete=models.PROTECT, related_name="findings")
    hours_apart = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    severity = models.CharField(max_length=16)
    sentence = models.TextField()
    mark = models.CharField(max_length=8)
    source = models.TextField(blank=True)
    claim = models.CharField(max_length=4, blank=True)
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="+")
    holds_from = models.DateField()
    holds_until = models.DateField(null=True)
    # The day from which it asks for review, and whether that is for today; empty: it only informs.
    review_from = models.DateField(null=True)
    act_today = models.BooleanField(default=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="finding_id_clinic"),
            models.UniqueConstraint(
                fields=["step", "check_code", "subject", "medication"],
                nulls_distinct=False,
                name="finding_once_per_step",
            ),
        ]
        indexes = [
            # Rules DOSE_ABOVE_CAP and INTERACTION: the findings that ask for review, few among many.
            models.Index(
                "clinic",
                "check_code",
                "review_from",
                name="finding_for_review",
                include=["id", "patient", "holds_from", "holds_until", "act_today"],
                condition=Q(review_from__isnull=False),
            ),
            # Rebuild reads the findings of one patient.
            models.Index("patient", name="finding_of_patient"),
        ]
        ordering = ["holds_from", "check_code"]

    def __str__(self) -> str:
        return self.sentence
