"""Long work that a worker does in parts, as a row: where it stands, who holds it, and what it found."""

from django.db import models

from accounts.long_work import LongWork, LongWorkQuerySet
from accounts.models import Clinic, User
from protocols.models import Protocol


class RunKind(models.TextChoices):
    COUNT = "COUNT", "Count what would change"
    ADOPT = "ADOPT", "Bring live facts under the version"


class ProtocolRun(LongWork):
    """Long work of one version over the patients of a clinic; where a worker is killed, the next goes on."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="protocol_runs")
    protocol = models.ForeignKey(Protocol, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=8, choices=RunKind)
    # The values that were counted: a draft that changed since asks for a new count.
    values = models.JSONField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    # Patients are taken in order of their keys; the last one that is done.
    reached = models.UUIDField(null=True)
    raised = models.JSONField(default=dict)
    cleared = models.JSONField(default=dict)

    objects = LongWorkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["clinic", "-asked_at"], name="protocol_run_of_clinic")]
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.protocol}"
