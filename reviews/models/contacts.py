"""Attempts to reach a patient whose window was missed."""

from django.db import models
from django.db.models import Q

from accounts.history import tracked
from patients.models import OfPatient
from reviews.models.reevaluations import Reevaluation


class ContactWay(models.TextChoices):
    PHONE = "PHONE", "Phone"
    MESSAGE = "MESSAGE", "Text message"
    EMAIL = "EMAIL", "E-mail"
    LETTER = "LETTER", "Letter"
    IN_PERSON = "IN_PERSON", "In person"


class ContactOutcome(models.TextChoices):
    AGREED = "AGREED", "Agreed to come"
    CALL_LATER = "CALL_LATER", "Call later"
    NO_ANSWER = "NO_ANSWER", "No answer"
    REFUSED = "REFUSED", "Refused"
    WRONG_NUMBER = "WRONG_NUMBER", "Wrong number"
    MOVED = "MOVED", "Moved away"


@tracked
class ContactAttempt(OfPatient):
    """One attempt, and how it ended."""

    reevaluation = models.ForeignKey(Reevaluation, null=True, on_delete=models.PROTECT)
    attempted_at = models.DateTimeField()
    way = models.CharField(max_length=10, choices=ContactWay)
    outcome = models.CharField(max_length=12, choices=ContactOutcome)
    # When to try again, of CALL_LATER; when the visit is, of AGREED.
    call_again_on = models.DateField(null=True, blank=True)
    booked_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True, max_length=1000)

    class Meta(OfPatient.Meta):
        default_related_name = "contact_attempts"
        constraints = [
            *OfPatient.Meta.constraints,
            models.CheckConstraint(
                name="contact_agreed_has_a_day", condition=~Q(outcome="AGREED") | Q(booked_on__isnull=False)
            ),
            models.CheckConstraint(
                name="contact_later_has_a_day",
                condition=~Q(outcome="CALL_LATER") | Q(call_again_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["patient", "-attempted_at"], name="contact_of_patient")]
        ordering = ["-attempted_at"]

    def __str__(self) -> str:
        return f"{self.get_way_display()}: {self.get_outcome_display()}"
