"""Sweeps: how fresh the queue of a clinic is."""

from typing import Self

from django.db import models

from accounts.models import Clinic


class SweepQuerySet(models.QuerySet["Sweep"]):
    def of(self, clinic: Clinic) -> Self:
        """The checks of one clinic."""
        return self.filter(clinic=clinic)

    def complete(self) -> Self:
        """Those that ended, and not with an error."""
        return self.filter(finished_at__isnull=False, error="")


class Sweep(models.Model):
    """One pass over one clinic: how fresh the queue is, and what could not be evaluated."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="sweeps")
    on = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # Whether everybody was looked at, or only those whom time or an act concerned: see reviews/due.py.
    is_thorough = models.BooleanField(default=True)
    # Of so many patients of the clinic, so many were assessed by every rule.
    patients = models.PositiveIntegerField(default=0)
    assessed = models.PositiveIntegerField(default=0)
    # {group of the panel: patients}, and what does not add up, in words.
    panel = models.JSONField(default=dict)
    mismatch = models.TextField(blank=True)
    raised = models.JSONField(default=dict)
    cleared = models.JSONField(default=dict)
    # {rule: [patient ids]}
    not_evaluable = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    objects = SweepQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["clinic", "-id"], name="sweep_of_clinic")]
        # By their keys: a clock that was set back gives a later check an earlier time.
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Sweep of {self.clinic} for {self.on}"
