"""Sweeps: how fresh the queue of a clinic is."""

from django.db import models

from accounts.models import Clinic


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

    class Meta:
        indexes = [models.Index(fields=["clinic", "-started_at"], name="sweep_of_clinic")]
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"Sweep of {self.clinic} for {self.on}"
