"""A threshold tried on the past, as a row of long work."""

from typing import Self

from django.db import models

from accounts.long_work import LongWork, LongWorkQuerySet
from accounts.models import Clinic, User
from protocols.models import Protocol


class BacktestQuerySet(LongWorkQuerySet):
    def of(self, clinic: Clinic) -> Self:
        """The backtests of one clinic."""
        return self.filter(clinic=clinic)


class Backtest(LongWork):
    """What the rules would have raised between two days with other numbers, beside what they raised."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="backtests")
    # The version in force when it was asked, and {threshold: value} of what is tried instead.
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="+")
    tried = models.JSONField()
    since = models.DateField()
    until = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    # Patients are taken in order of their keys; the last one that is done.
    reached = models.UUIDField(null=True)
    # Counts so far, per rule.
    found = models.JSONField(default=dict)

    objects = BacktestQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["clinic", "-asked_at"], name="backtest_of_clinic")]
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"Backtest {self.since} to {self.until}"
