"""Regimens: what a patient takes, from when, and until when."""

from datetime import date
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from accounts.history import tracked
from accounts.models import Membership
from accounts.records import ClinicRecordQuerySet
from patients.models import OfPatient, Visit
from regimens.models.products import Product


class RegimenQuerySet(ClinicRecordQuerySet):
    def active(self, on: date) -> Self:
        """Valid regimens that run on `on`."""
        return self.valid().filter(Q(stopped_on=None) | Q(stopped_on__gt=on), started_on__lte=on)


class StopReason(models.TextChoices):
    HARM = "HARM", "Harm"
    NO_BENEFIT = "NO_BENEFIT", "No benefit"
    PATIENT_CHOICE = "PATIENT_CHOICE", "Patient's choice"
    COURSE_FINISHED = "COURSE_FINISHED", "Course finished"
    PREGNANCY = "PREGNANCY", "Pregnancy"
    INTERACTION = "INTERACTION", "Interaction"
    KIDNEY = "KIDNEY", "Kidney function"
    DIED = "DIED", "Died"
    TRANSFERRED = "TRANSFERRED", "Transferred"
    SWITCHED = "SWITCHED", "Switched to another product"


class PriorMagnesium(models.TextChoices):
    YES = "YES", "Took magnesium before"
    NO = "NO", "Took none before"
    NOT_ASKED = "NOT_ASKED", "Not asked"


@tracked
class Regimen(OfPatient):
    """One product over one period."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="regimens")
    started_on = models.DateField()
    stopped_on = models.DateField(null=True, blank=True)
    stop_reason = models.CharField(max_length=16, choices=StopReason, blank=True)
    indication = models.CharField(max_length=120, blank=True)
    prior_magnesium = models.CharField(max_length=9, choices=PriorMagnesium, default=PriorMagnesium.NOT_ASKED)
    # {code of clinical-facts 5.4: YES, NO or NOT_ASKED}
    contraindications = models.JSONField(default=dict)
    kidney_reason = models.CharField(max_length=200, blank=True)
    supervision_note = models.CharField(max_length=200, blank=True)
    supervisor = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    check_again_on = models.DateField(null=True, blank=True)
    # Which specialist takes it upon herself: eGFR below 30, myasthenia, above the level in pregnancy.
    specialist_note = models.CharField(max_length=200, blank=True)
    # The visit at which it was told that it had been stopped.
    stop_visit = models.ForeignKey(Visit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The regimen that a switch of product ended.
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )

    objects = RegimenQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta(OfPatient.Meta):
        default_related_name = "regimens"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="regimen_id_clinic"),
            models.CheckConstraint(
                name="regimen_stop_not_before_start",
                condition=Q(stopped_on=None) | Q(stopped_on__gte=F("started_on")),
            ),
            models.CheckConstraint(
                name="regimen_stop_has_reason",
                condition=Q(stopped_on=None, stop_reason="")
                | Q(stopped_on__isnull=False) & ~Q(stop_reason=""),
            ),
        ]
        indexes = [
            # The regimens of one patient; rule KIDNEY asks whether one runs.
            models.Index("patient", "started_on", name="regimen_of_patient", condition=Q(error_at=None)),
            # The nightly check: what begins or ends on a day.
            models.Index(
                "clinic",
                "started_on",
                name="regimen_started_on",
                include=["patient"],
                condition=Q(error_at=None),
            ),
            models.Index(
                "clinic",
                "stopped_on",
                name="regimen_stopped_on",
                include=["patient"],
                condition=Q(error_at=None, stopped_on__isnull=False),
            ),
        ]
        ordering = ["-started_on", "-created_at"]

    def __str__(self) -> str:
        return f"{self.product} from {self.started_on}"


def patients_taking(on: date) -> models.QuerySet[Regimen, UUID]:
    """Ids of patients with an active regimen on `on`, for an IN or EXISTS of another query."""
    return Regimen.objects.active(on).values_list("patient_id", flat=True)
