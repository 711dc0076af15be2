"""Dose steps and their intakes."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q, Sum

from accounts.history import tracked
from accounts.records import ClinicRecord, ClinicRecordQuerySet
from patients.models import OfPatient, Visit
from regimens.dosing import Dose, dose_of
from regimens.models.beside import Interruption
from regimens.models.regimens import Regimen


class DoseStepQuerySet(ClinicRecordQuerySet):
    def with_dose(self) -> Self:
        """Adds `units_per_day`, `elemental_mg_per_day` and `compound_mg_per_day`, always derived."""
        units = Sum("intakes__units", filter=Q(intakes__error_at=None), default=0)
        return self.annotate(
            units_per_day=units,
            elemental_mg_per_day=units * F("regimen__product__elemental_mg_per_unit"),
            compound_mg_per_day=units * F("regimen__product__compound_mg_per_unit"),
        )

    def in_force(self, on: date) -> Self:
        """The newest valid step of each regimen that is active, and not interrupted, on `on`."""
        missed = Interruption.objects.valid().filter(Q(until_on=None) | Q(until_on__gte=on), from_on__lte=on)
        later = DoseStep.objects.valid().filter(
            regimen=models.OuterRef("regimen"),
            effective_on__gt=models.OuterRef("effective_on"),
            effective_on__lte=on,
        )
        return self.valid().filter(
            ~models.Exists(later),
            ~models.Exists(missed.filter(regimen=models.OuterRef("regimen"))),
            regimen__in=Regimen.objects.active(on),
            effective_on__lte=on,
        )


@tracked
class DoseStep(OfPatient):
    """The dose of a regimen from one day on."""

    regimen = models.ForeignKey(Regimen, on_delete=models.PROTECT, related_name="dose_steps")
    effective_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    # Why the day's dose is above the upper level of the jurisdiction.
    above_level_reason = models.CharField(max_length=200, blank=True)
    visit = models.ForeignKey(Visit, null=True, blank=True, on_delete=models.PROTECT)

    objects = DoseStepQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta(OfPatient.Meta):
        default_related_name = "dose_steps"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="dose_step_id_clinic"),
            models.UniqueConstraint(
                fields=["regimen", "effective_on"], condition=Q(error_at=None), name="dose_step_once_per_day"
            ),
        ]
        indexes = [models.Index("patient", "effective_on", name="dose_step_of_patient")]
        ordering = ["effective_on", "created_at"]

    def __str__(self) -> str:
        return f"Dose from {self.effective_on}"

    def dose(self) -> Dose:
        """Elemental and compound mg per day of the intakes (prefetched or not)."""
        product = self.regimen.product
        return dose_of(
            (intake.units, product.elemental_mg_per_unit, product.compound_mg_per_unit)
            for intake in self.intakes.all()
            if intake.error_at is None
        )


class Timing(models.TextChoices):
    WITH_FOOD = "WITH_FOOD", "With food"
    BEDTIME = "BEDTIME", "At bedtime"
    BEFORE_MEAL = "BEFORE_MEAL", "Before a meal"


@tracked
class Intake(ClinicRecord):
    """So many units at one clock time."""

    step = models.ForeignKey(DoseStep, on_delete=models.PROTECT, related_name="intakes")
    at = models.TimeField()
    units = models.DecimalField(max_digits=5, decimal_places=2)
    timing = models.CharField(max_length=12, choices=Timing, default=Timing.WITH_FOOD)
    minutes_before_meal = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(ClinicRecord.Meta):
        constraints = [
            *ClinicRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["step", "at"], condition=Q(error_at=None), name="intake_once_per_minute"
            ),
            models.CheckConstraint(name="intake_units_positive", condition=Q(units__gt=0)),
            models.CheckConstraint(
                name="intake_minutes_only_before_a_meal",
                condition=Q(timing="BEFORE_MEAL", minutes_before_meal__isnull=False)
                | ~Q(timing="BEFORE_MEAL") & Q(minutes_before_meal=None),
            ),
        ]
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.units} at {self.at:%H:%M}"
