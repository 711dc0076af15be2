"""The record: who the patient is, what was said at visits, and what else bears on magnesium."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from accounts.history import tracked
from accounts.models import Membership
from accounts.records import ClinicRecord, ClinicRecordQuerySet
from patients.names import search_text, search_words
from patients.search import SearchLexemes
from patients.symptoms import SYMPTOMS, Answer, Symptom
from patients.vocabulary import CO_TREATMENTS, CONDITIONS, MEDICATIONS, MODIFIERS
from protocols.models import Protocol


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


class PatientQuerySet(ClinicRecordQuerySet):
    def found_by(self, text: str) -> Self:
        """Each typed word begins a part of the name or the MRN, in any order, without accents."""
        words = search_words(text)
        return self.filter(search__prefixes=words) if words else self

    def recalled(self, on: date) -> Self:
        """Those whom the recall rules watch: active, or paused and due back."""
        return self.filter(Q(status=Status.ACTIVE) | Q(status=Status.PAUSED, returns_on__lte=on))


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
    owner = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
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
                name="patient_deceased_has_date",
                condition=~Q(status="DECEASED") | Q(deceased_on__isnull=False),
            ),
        ]
        indexes = [
            # The patients list, in order of name.
            models.Index("clinic", "family_name", "given_name", "id", name="patient_by_name"),
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
        if self.status == Status.PAUSED:
            return self.returns_on is not None and self.returns_on <= on
        return self.status == Status.ACTIVE


class OfPatient(ClinicRecord):
    """Abstract: a clinical row about one patient."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)

    class Meta(ClinicRecord.Meta):
        abstract = True


class VisitKind(models.TextChoices):
    CLINIC = "CLINIC", "Clinic"
    PHONE = "PHONE", "Phone"
    VIDEO = "VIDEO", "Video"


@tracked
class Visit(OfPatient):
    """One dated contact."""

    visited_on = models.DateField()
    kind = models.CharField(max_length=8, choices=VisitKind, default=VisitKind.CLINIC)
    clinician = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    is_re_evaluation = models.BooleanField(default=False)
    adherence_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    dose_told_elemental_mg = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    note = models.TextField(blank=True, max_length=10_000)

    class Meta(OfPatient.Meta):
        default_related_name = "visits"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="visit_id_clinic"),
            models.CheckConstraint(
                name="visit_adherence_0_to_100",
                condition=Q(adherence_percent=None) | Q(adherence_percent__range=(0, 100)),
            ),
        ]
        indexes = [
            # The chart and rebuild read one patient's visits, newest first.
            models.Index(fields=["patient", "-visited_on"], name="visit_of_patient"),
        ]
        ordering = ["-visited_on", "-created_at"]

    def __str__(self) -> str:
        return f"Visit of {self.visited_on}"


@tracked
class SymptomAnswer(OfPatient):
    """What one visit heard of one symptom: present, absent, or not asked."""

    class Severity(models.TextChoices):
        EMERGENCY = "EMERGENCY", "Emergency"
        TODAY = "TODAY", "Act today"
        THIS_WEEK = "THIS_WEEK", "This week"
        NONE = "NONE", "None"

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT)
    symptom = models.CharField(max_length=24, choices=[(s.value, SYMPTOMS[s].label) for s in Symptom])
    answer = models.CharField(
        max_length=9, choices=[(a.value, a.value.replace("_", " ").lower()) for a in Answer]
    )
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    nocturnal = models.BooleanField(null=True, blank=True)
    onset_on = models.DateField(null=True, blank=True)
    other_text = models.CharField(max_length=200, blank=True)
    # Facts that rebuild keeps: urgency of the whole visit, and whether this answer asks for review.
    urgency = models.CharField(max_length=9, choices=Severity, default=Severity.NONE)
    review_reason = models.CharField(max_length=20, blank=True)
    # The version by which these facts were judged.
    protocol = models.ForeignKey(Protocol, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(OfPatient.Meta):
        default_related_name = "symptom_answers"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="symptom_answer_id_clinic"),
            models.UniqueConstraint(
                fields=["visit", "symptom"], condition=Q(error_at=None), name="answer_once_per_visit"
            ),
            models.CheckConstraint(
                name="answer_details_only_when_present",
                condition=Q(answer="PRESENT") | Q(grade=None, nocturnal=None, onset_on=None),
            ),
            models.CheckConstraint(
                name="answer_grade_1_to_4", condition=Q(grade=None) | Q(grade__range=(1, 4))
            ),
        ]
        indexes = [
            # Rule SYMPTOM: the answers that ask for review, few among many.
            models.Index(
                "clinic",
                "patient",
                name="answer_for_review",
                include=["id", "urgency"],
                condition=~Q(review_reason="") & Q(error_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.symptom} {self.answer}"

    @property
    def label(self) -> str:
        return SYMPTOMS[Symptom(self.symptom)].label


class SymptomEpisode(models.Model):
    """From the first present to the first absent; derived, and rebuilt from the answers."""

    clinic = models.ForeignKey("accounts.Clinic", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="symptom_episodes")
    symptom = models.CharField(max_length=24, choices=[(s.value, SYMPTOMS[s].label) for s in Symptom])
    opened_by = models.ForeignKey(SymptomAnswer, on_delete=models.PROTECT, related_name="+")
    onset_on = models.DateField()
    resolved_on = models.DateField(null=True)
    highest_grade = models.PositiveSmallIntegerField(null=True)
    elemental_mg_per_day_at_onset = models.DecimalField(max_digits=7, decimal_places=1)

    class Meta:
        ordering = ["onset_on", "symptom"]

    def __str__(self) -> str:
        return f"{self.symptom} from {self.onset_on}"

    @property
    def label(self) -> str:
        return SYMPTOMS[Symptom(self.symptom)].label


class Instrument(models.TextChoices):
    GAD7 = "GAD7", "GAD-7"


@tracked
class Outcome(OfPatient):
    """One questionnaire total, with its items when they were answered one by one."""

    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT)
    instrument = models.CharField(max_length=8, choices=Instrument, default=Instrument.GAD7)
    answered_on = models.DateField()
    items = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)
    total = models.PositiveSmallIntegerField()
    # Why this total asks for review, and by which version; kept by rebuild.
    review_reason = models.CharField(max_length=20, blank=True)
    protocol = models.ForeignKey(Protocol, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(OfPatient.Meta):
        default_related_name = "outcomes"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="outcome_id_clinic"),
            models.CheckConstraint(name="outcome_gad7_0_to_21", condition=Q(total__range=(0, 21))),
        ]
        indexes = [
            # The chart and rebuild read one patient's outcomes.
            models.Index("patient", "answered_on", name="outcome_of_patient"),
            # Rule OUTCOME_WORSE.
            models.Index(
                "clinic",
                "patient",
                name="outcome_for_review",
                include=["id"],
                condition=~Q(review_reason="") & Q(error_at=None),
            ),
        ]
        ordering = ["-answered_on"]

    def __str__(self) -> str:
        return f"{self.instrument} {self.total}"


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
