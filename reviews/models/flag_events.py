"""The history of flags."""

from django.db import models
from django.db.models import Value

from accounts.models import Clinic, User
from reviews.models.flags import Flag


class FlagAct(models.TextChoices):
    RAISED = "RAISED", "Raised"
    ACKNOWLEDGED = "ACKNOWLEDGED", "Acknowledged"
    SNOOZED = "SNOOZED", "Snoozed"
    RESOLVED = "RESOLVED", "Resolved"
    ASSIGNED = "ASSIGNED", "Assigned"
    OFFERED = "OFFERED", "Offered"
    ACCEPTED = "ACCEPTED", "Accepted"
    DECLINED = "DECLINED", "Declined"
    UNDONE = "UNDONE", "Undone"
    CLEARED = "CLEARED", "Cleared"


class FlagEvent(models.Model):
    """The history of a flag, one row an act; only ever added."""

    append_only = True

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="events")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=12, choices=FlagAct)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # The version that the act made, and what an undo needs to restore the state before it.
    version = models.PositiveIntegerField()
    detail = models.JSONField(db_default=Value({}, output_field=models.JSONField()), default=dict)

    class Meta:
        indexes = [models.Index(fields=["flag", "-id"], name="event_of_flag")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.act} {self.at}"
