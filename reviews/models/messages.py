"""What is sent by e-mail to the people of a clinic, one row a message."""

from django.db import models

from accounts.models import Clinic, Membership


class MessageKind(models.TextChoices):
    DIGEST = "DIGEST", "Daily digest"


class MessageState(models.TextChoices):
    PENDING = "PENDING", "Pending"
    SENT = "SENT", "Sent"
    FAILED = "FAILED", "Failed"
    # At the moment of sending there was nothing to say, or it was no longer wanted.
    DROPPED = "DROPPED", "Not needed"


class Message(models.Model):
    """One e-mail of one day; it holds counts, never a name or a value."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=8, choices=MessageKind)
    on = models.DateField()
    state = models.CharField(max_length=8, choices=MessageState, default=MessageState.PENDING)
    counts = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    # Who sends holds it until then: two workers do not send one message.
    held_until = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "kind", "on"], name="message_once_a_day")
        ]
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.on}: {self.get_state_display()}"
