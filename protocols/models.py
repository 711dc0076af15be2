"""Versioned thresholds. An adopted version never changes."""

import hashlib
import json
from functools import cached_property
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.constraints import both_or_neither
from accounts.models import Clinic, User
from protocols.thresholds import Thresholds


class AdoptedVersion(Exception):
    """An adopted version never changes: facts and flags name it as what they were judged by."""


class ProtocolQuerySet(models.QuerySet["Protocol"]):
    def offered_to(self, clinic: Clinic) -> Self:
        """The default versions and the clinic's own, drafts among them."""
        return self.filter(Q(clinic=clinic) | Q(clinic=None))

    def in_force(self, clinic: Clinic) -> "Protocol":
        """The clinic's newest adopted version, else the newest default."""
        adopted = self.offered_to(clinic).filter(adopted_at__isnull=False)
        found = adopted.order_by(models.F("clinic").asc(nulls_last=True), "-version").first()
        if found is None:
            raise Protocol.DoesNotExist("No protocol is adopted.")
        return found


class Protocol(models.Model):
    """One version of the rulebook, of a clinic or the default (no clinic)."""

    clinic = models.ForeignKey(Clinic, null=True, on_delete=models.PROTECT, related_name="protocols")
    version = models.PositiveIntegerField()
    adopted_at = models.DateTimeField(null=True)
    adopted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    values = models.JSONField()
    # What changed, in the words of who drafted it.
    summary = models.CharField(max_length=200, blank=True)
    drafted_at = models.DateTimeField(null=True)
    drafted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ProtocolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "version"], nulls_distinct=False, name="protocol_version_once"
            ),
            both_or_neither("protocol", "adopted"),
            both_or_neither("protocol", "drafted"),
            models.UniqueConstraint(
                fields=["clinic"],
                condition=Q(adopted_at=None, clinic__isnull=False),
                name="protocol_one_draft_per_clinic",
            ),
        ]

    def __str__(self) -> str:
        return f"Protocol {self.version}"

    def save(self, *args: Any, **options: Any) -> None:
        """Raises AdoptedVersion for a version that is adopted already."""
        if self.pk and Protocol.objects.filter(pk=self.pk, adopted_at__isnull=False).exists():
            raise AdoptedVersion(str(self))
        super().save(*args, **options)

    @property
    def edition(self) -> str:
        """Changes with each change of a draft: who saves or adopts says which edition they saw."""
        content = json.dumps([self.values, self.summary], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @cached_property
    def thresholds(self) -> Thresholds:
        """The values, typed; raises ValueError for a stored value that is not valid."""
        return Thresholds.from_json(self.values)
