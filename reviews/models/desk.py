"""A person's own desk: drafts, saved views, the morning's list, and when the queue was last looked at."""

from django.db import models

from accounts.models import Clinic, Membership
from patients.models import Patient


class Draft(models.Model):
    """What a person has typed about a patient and not saved; gone on save and after 7 days."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="drafts")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=20)
    payload = models.JSONField()
    base_version = models.PositiveIntegerField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "patient", "form"], name="draft_once_per_form")
        ]

    def __str__(self) -> str:
        return f"Draft of {self.form}"


class SavedView(models.Model):
    """Filters of the queue that a person keeps under a name."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    # The filters as they stand in an address, such as `rule=SYMPTOM&mine=1`.
    query = models.CharField(max_length=400)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "name"], name="saved_view_once_per_name")
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class QueueLook(models.Model):
    """When a person looked at the queue: what was raised since is new to them."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="queue_look")
    looked_at = models.DateTimeField()
    # The end of the sitting before this one: flags raised after it are marked new.
    new_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.membership} looked {self.looked_at}"


class MorningPlace(models.Model):
    """One patient's place on a person's list of one morning."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="morning_places")
    on = models.DateField()
    place = models.PositiveSmallIntegerField()
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "on", "place"],
                name="morning_place_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["membership", "on", "patient"], name="morning_patient_once"),
        ]
        ordering = ["place"]

    def __str__(self) -> str:
        return f"{self.on} {self.place}"
