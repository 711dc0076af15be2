"""What else bears on magnesium: modifiers, diagnoses, medicines and other treatments, each with its days."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.history import tracked
from patients.models.people import OfPatient
from patients.vocabulary import CO_TREATMENTS, CONDITIONS, MEDICATIONS, MODIFIERS


class DatedEntry(OfPatient):
    """Abstract: something about the patient that begins on one day and may end on another."""

    value = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True)

    class Meta(OfPatient.Meta):
        abstract = True
        constraints = [
            *OfPatient.Meta.constraints,
            models.CheckConstraint(
                name="%(class)s_until_not_before_since",
                condition=Q(since=None) | Q(until=None) | Q(until__gte=models.F("since")),
            ),
        ]
        ordering = ["-since", "-created_at"]

    code: "models.CharField[str, str]"

    def __str__(self) -> str:
        return f"{self.get_code_display()}"  # type: ignore[attr-defined]

    def holds_on(self, day: date) -> bool:
        """Whether the entry is in force on `day`; an unknown end is no end."""
        return (self.since is None or self.since <= day) and (self.until is None or self.until >= day)


@tracked
class Modifier(DatedEntry):
    """What may change how magnesium acts: genotype, diet, pregnancy; unknown is not normal."""

    code = models.CharField(max_length=40, choices=[(m.code, m.label) for m in MODIFIERS])

    class Meta(DatedEntry.Meta):
        default_related_name = "modifiers"


@tracked
class Condition(DatedEntry):
    """A diagnosis or an allergy."""

    code = models.CharField(max_length=40, choices=[(c.code, c.label) for c in CONDITIONS])

    class Meta(DatedEntry.Meta):
        default_related_name = "conditions"


@tracked
class Medication(DatedEntry):
    """A medicine taken beside magnesium, with its clock times where they are known."""

    code = models.CharField(max_length=40, choices=[(m.code, m.label) for m in MEDICATIONS])
    taken_at = ArrayField(models.TimeField(), default=list, blank=True)

    class Meta(DatedEntry.Meta):
        default_related_name = "medications"
        constraints = [
            *DatedEntry.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="medication_id_clinic"),
        ]


@tracked
class CoTreatment(DatedEntry):
    """Another treatment that could explain a change: psychotherapy, a psychotropic, a co-supplement."""

    code = models.CharField(max_length=40, choices=[(c.code, c.label) for c in CO_TREATMENTS])
    taken_at = ArrayField(models.TimeField(), default=list, blank=True)

    class Meta(DatedEntry.Meta):
        default_related_name = "co_treatments"
