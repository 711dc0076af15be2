"""What was said at visits: answers about symptoms, questionnaires, and the episodes that follow."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.constraints import both_or_neither
from accounts.history import tracked
from accounts.models import Membership, User
from patients.models.people import OfPatient, Patient
from patients.symptoms import SYMPTOMS, Answer, Symptom
from protocols.models import Protocol


class VisitKind(models.TextChoices):
    CLINIC = "CLINIC", "Clinic"
    PHONE = "PHONE", "Phone"
    VIDEO = "VIDEO", "Video"
    MESSAGE = "MESSAGE", "Message"


class ToldBy(models.TextChoices):
    """Who told what a message says."""

    PATIENT = "PATIENT", "patient"
    FAMILY = "FAMILY", "family"
    PHARMACIST = "PHARMACIST", "pharmacist"
    CLINICIAN = "CLINICIAN", "other clinician"


class DoseTaken(models.TextChoices):
    """What was taken after all, where plan and patient differed."""

    AS_PLANNED = "AS_PLANNED", "as planned"
    AS_TOLD = "AS_TOLD", "as told"


@tracked
class Visit(OfPatient):
    """One dated contact."""

    visited_on = models.DateField()
    kind = models.CharField(max_length=8, choices=VisitKind, default=VisitKind.CLINIC)
    clinician = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    is_re_evaluation = models.BooleanField(default=False)
    adherence_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    dose_told_elemental_mg = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    # A dose that was told and is not the plan's, settled by a person.
    dose_settled_at = models.DateTimeField(null=True, blank=True)
    dose_settled_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    dose_settled_as = models.CharField(max_length=10, choices=DoseTaken, blank=True)
    # Of a message between visits.
    received_at = models.DateTimeField(null=True, blank=True)
    told_by = models.CharField(max_length=10, choices=ToldBy, blank=True)
    note = models.TextField(blank=True, max_length=10_000)

    class Meta(OfPatient.Meta):
        default_related_name = "visits"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="visit_id_clinic"),
            both_or_neither("visit", "dose_settled"),
            models.CheckConstraint(
                name="visit_message_says_when_and_who",
                condition=~Q(kind="MESSAGE") | Q(received_at__isnull=False) & ~Q(told_by=""),
            ),
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
