"""Who did or saw what. Rows are only ever added: the database role of the app may not change them."""

from django.db import models

from accounts.models import Clinic, User


class AuditEvent(models.Model):
    """One act, or one reading of a chart or export."""

    append_only = True

    # Ids and words rather than foreign keys: the log must outlive what it speaks of.
    clinic = models.ForeignKey(Clinic, null=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=40)
    model = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    patient_id = models.UUIDField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    at = models.DateTimeField()
    origin = models.CharField(max_length=120)

    class Meta:
        indexes = [
            # The audit page: one clinic, newest first.
            models.Index(fields=["clinic", "-at", "-id"], name="audit_of_clinic"),
            # Everything about one patient.
            models.Index(fields=["patient_id", "-at"], name="audit_of_patient"),
        ]
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.act} {self.model} {self.object_id}"
