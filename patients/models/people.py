"""Who the patient is."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from accounts.history import tracked
from accounts.models import Membership
from accounts.records import ClinicRecord, ClinicRecordQuerySet
from patients.names import search_text, search_words
from patients.search import SearchLexemes


class Sex(models.TextChoices):
    FEMALE = "FEMALE", "female"
    MALE = "MALE", "male"
    OTHER = "OTHER", "other"
    UNKNOWN = "UNKNOWN", "unknown"


class Status(models.TextChoices):
    ACTIVE = "ACTIVE", "Active"
    PAUSED = "PAUSED", "Paused"
    LEFT = "LEFT", "Left the clinic"
    DECEASED = "DECEASED", "Deceased"


class DeathRelation(models.TextChoices):
    """Whether a death may have to do with the supplement."""

    UNRELATED = "UNRELATED", "not related"
    POSSIBLY_RELATED = "POSSIBLY_RELATED", "possibly related"
    UNKNOWN = "UNKNOWN", "not known"


class CareParty(models.TextChoices):
    THIS_CLINIC = "THIS_CLINIC", "this clinic"
    ELSEWHERE = "ELSEWHERE", "elsewhere"


class PatientQuerySet(ClinicRecordQuerySet):
    def found_by(self, text: str) -> Self:
        """Each typed word begins a part of the name or the MRN, in any order, without accents."""
        words = search_words(text)
        return self.filter(search__prefixes=words) if words else self

    def recalled(self, on: date) -> Self:
        """Those whom the recall rules watch: active, or paused and due back, and within reach."""
        watched = Q(status=Status.ACTIVE) | Q(status=Status.PAUSED, returns_on__lte=on)
        return self.filter(watched, unreachable_since=None)


@tracked
class Patient(ClinicRecord):
    """A person under care."""

    mrn = models.CharField("MRN", max_length=64)
    family_name = models.CharField(max_length=120)
    given_name = models.CharField(max_length=120)
    birth_date = models.DateField()
    sex = models.CharField(max_length=8, choices=Sex)
    contact = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    status_reason = models.CharField(max_length=200, blank=True)
    returns_on = models.DateField(null=True, blank=True)
    deceased_on = models.DateField(null=True, blank=True)
    research_consent = models.BooleanField(default=False)
    research_consent_on = models.DateField(null=True, blank=True)
    # The person's own consent to be published as a single case, such as a line of a figure.
    publication_consent_on = models.DateField(null=True, blank=True)
    death_relation = models.CharField(max_length=16, choices=DeathRelation, blank=True)
    transferred_to = models.CharField(max_length=200, blank=True)
    # Nobody can be reached since then: recall ends, urgent news still flags.
    unreachable_since = models.DateField(null=True, blank=True)
    unreachable_reason = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Shared care: who prescribes, who monitors, and with whom it is shared.
    prescribed_by = models.CharField(max_length=12, choices=CareParty, default=CareParty.THIS_CLINIC)
    monitored_by = models.CharField(max_length=12, choices=CareParty, default=CareParty.THIS_CLINIC)
    shared_with = models.CharField(max_length=200, blank=True)
    is_synthetic = models.BooleanField(default=False)
    # Folded words of name and MRN, from `search_text`; read through `patients.search`.
    search = models.TextField(editable=False)

    objects = PatientQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta(ClinicRecord.Meta):
        constraints = [
            *ClinicRecord.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="patient_id_clinic"),
            models.UniqueConstraint(
                fields=["clinic", "mrn"], condition=Q(error_at=None), name="patient_mrn_once_per_clinic"
            ),
            models.CheckConstraint(
                name="patient_paused_has_return_date",
                condition=~Q(status="PAUSED") | Q(returns_on__isnull=False),
            ),
            models.CheckConstraint(
                name="patient_unreachable_has_reason",
                condition=Q(unreachable_since=None) | ~Q(unreachable_reason=""),
            ),
            models.CheckConstraint(
                name="patient_deceased_has_date",
                condition=~Q(status="DECEASED") | Q(deceased_on__isnull=False),
            ),
        ]
        indexes = [
            # The patients list, in order of name.
            models.Index("clinic", "family_name", "given_name", "id", name="patient_by_name"),
            # The nightly check: who is due back on a day.
            models.Index(
                "clinic",
                "returns_on",
                name="patient_due_back",
                condition=Q(error_at=None, returns_on__isnull=False),
            ),
            # The search field: words as lexemes, no dictionary, so a prefix is a prefix.
            GinIndex(SearchLexemes("search"), name="patient_by_search_word"),
        ]
        ordering = ["family_name", "given_name", "id"]

    def __str__(self) -> str:
        return f"{self.family_name.upper()}, {self.given_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = search_text(self.family_name, self.given_name, self.mrn)
        super().save(*args, **kwargs)

    def age_on(self, day: date) -> int:
        """Completed years on `day`."""
        return (
            day.year
            - self.birth_date.year
            - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))
        )

    def birthday(self, age: int) -> date:
        """The day on which `age` is completed; born on 29 February it is 1 March in common years."""
        try:
            return self.birth_date.replace(year=self.birth_date.year + age)
        except ValueError:
            return date(self.birth_date.year + age, 3, 1)

    def is_recalled(self, on: date) -> bool:
        """Whether the recall rules watch this patient; the twin of `PatientQuerySet.recalled`."""
        if self.unreachable_since is not None:
            return False
        if self.status == Status.PAUSED:
            return self.returns_on is not None and self.returns_on <= on
        return self.status == Status.ACTIVE


class OfPatient(ClinicRecord):
    """Abstract: a clinical row about one patient."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)

    class Meta(ClinicRecord.Meta):
        abstract = True
