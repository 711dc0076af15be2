"""Results that are owed: ordered ones, and the yearly kidney check."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.constraints import both_or_neither
from accounts.history import tracked
from accounts.models import User
from accounts.records import ClinicRecordQuerySet
from labs.models.results import ANALYTE_CHOICES, LabResult
from patients.models import OfPatient


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
    withdrawn_reason = models.CharField(max_length=200, blank=True)

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
