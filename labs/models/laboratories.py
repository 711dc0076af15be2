"""Who measures: laboratories, what they call their tests, and what about them a person should look at."""

from django.db import models
from django.db.models import Q

from accounts.constraints import both_or_neither
from accounts.history import tracked
from accounts.models import User
from accounts.records import ClinicRecord
from labs.models.results import ANALYTE_CHOICES


@tracked
class Laboratory(ClinicRecord):
    """A laboratory as a clinic knows it; `known_as` is the folded name by which files find it."""

    name = models.CharField(max_length=120)
    known_as = models.CharField(max_length=120)
    # Header row of its CSV files, folded: the next file with the same columns is known to be its.
    columns = models.TextField(blank=True)

    class Meta(ClinicRecord.Meta):
        constraints = [
            *ClinicRecord.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="laboratory_id_clinic"),
            models.UniqueConstraint(
                fields=["clinic", "known_as"], condition=Q(error_at=None), name="laboratory_once"
            ),
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@tracked
class LaboratoryTest(ClinicRecord):
    """A test under the laboratory's own name, what it is here, and in which unit and interval it comes.

    `unit`, `reference_low` and `reference_high` are what the laboratory last sent; `interval_low` and
    `interval_high`, in the canonical unit, are what a person entered for results that come without one.
    """

    laboratory = models.ForeignKey(Laboratory, on_delete=models.PROTECT, related_name="tests")
    # Folded local name or code, or the LOINC code that the laboratory itself sends.
    local_name = models.CharField(max_length=200)
    # Empty while nobody has said what this test is; `is_ignored` when it does not concern this clinic.
    analyte = models.CharField(max_length=16, choices=ANALYTE_CHOICES, blank=True)
    loinc = models.CharField(max_length=10, blank=True)
    is_ignored = models.BooleanField(default=False)
    unit = models.CharField(max_length=32, blank=True)
    reference_low = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    reference_high = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    interval_low = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    interval_high = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)

    class Meta(ClinicRecord.Meta):
        constraints = [
            *ClinicRecord.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="laboratory_test_id_clinic"),
            models.UniqueConstraint(
                fields=["laboratory", "local_name"],
                condition=Q(error_at=None),
                name="laboratory_test_once",
            ),
        ]
        ordering = ["local_name"]

    def __str__(self) -> str:
        return f"{self.local_name} ({self.laboratory})"


class LabNoticeKind(models.TextChoices):
    UNIT_CHANGED = "UNIT_CHANGED", "Unit changed"
    INTERVAL_CHANGED = "INTERVAL_CHANGED", "Interval changed"
    INTERVAL_UNFIT = "INTERVAL_UNFIT", "Interval does not fit its unit"
    MANY_OUTSIDE = "MANY_OUTSIDE", "Many results outside the interval"


@tracked
class LabNotice(ClinicRecord):
    """Something about a laboratory's test that a person should look at; stands until somebody has."""

    test = models.ForeignKey(LaboratoryTest, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=16, choices=LabNoticeKind)
    sentence = models.CharField(max_length=300)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(ClinicRecord.Meta):
        constraints = [
            *ClinicRecord.Meta.constraints,
            both_or_neither("lab_notice", "seen"),
            models.UniqueConstraint(
                fields=["test", "kind", "sentence"],
                condition=Q(error_at=None, seen_at=None),
                name="lab_notice_once",
            ),
        ]
        indexes = [models.Index("clinic", name="lab_notice_unseen", condition=Q(seen_at=None))]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.sentence
