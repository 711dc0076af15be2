"""Flags: what asks for a clinician's attention."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Case, CharField, F, Func, Q, Value, When
from django.db.models.lookups import Exact

from accounts.absences import holder_of, may_answer
from accounts.constraints import both_or_neither
from accounts.models import Clinic, Membership, User
from accounts.permissions import Act
from labs.models import ExpectedResult, LabResult
from patients.models import Outcome, Patient, SymptomAnswer
from protocols.models import Protocol
from regimens.models import Finding
from reviews.models.reevaluations import Reevaluation


class Rule(models.TextChoices):
    RE_EVALUATION = "RE_EVALUATION", "Re-evaluation"
    SYMPTOM = "SYMPTOM", "Symptom"
    LAB_OUT_OF_RANGE = "LAB_OUT_OF_RANGE", "Result out of range"
    KIDNEY = "KIDNEY", "Kidney"
    OUTCOME_WORSE = "OUTCOME_WORSE", "Outcome worse"
    LAB_NOT_BACK = "LAB_NOT_BACK", "Result not back"
    DOSE_ABOVE_CAP = "DOSE_ABOVE_CAP", "Dose above the limit"
    INTERACTION = "INTERACTION", "Interaction"


class Severity(models.TextChoices):
    ACT_TODAY = "ACT_TODAY", "Act today"
    THIS_WEEK = "THIS_WEEK", "Review this week"


class FlagState(models.TextChoices):
    OPEN = "OPEN", "Open"
    ACKNOWLEDGED = "ACKNOWLEDGED", "Acknowledged"
    SNOOZED = "SNOOZED", "Snoozed"
    RESOLVED = "RESOLVED", "Resolved"
    CLEARED = "CLEARED", "Cleared"


class Action(models.TextChoices):
    DOSE_CHANGED = "DOSE_CHANGED", "Dose changed"
    LAB_ORDERED = "LAB_ORDERED", "Lab ordered"
    ADVISED = "ADVISED", "Advised"
    REFERRED = "REFERRED", "Referred"
    NO_ACTION = "NO_ACTION", "No action"


class ClearedBecause(models.TextChoices):
    MET_BY_RESULT = "MET_BY_RESULT", "the re-evaluation was met by a reviewed result"
    MET_BY_VISIT = "MET_BY_VISIT", "the re-evaluation was met by a visit"
    SUPERSEDED = "SUPERSEDED", "a later change of dose opened a new window"
    STOPPED = "STOPPED", "the regimen stopped"
    NOT_RECALLED = "NOT_RECALLED", "the patient is paused, out of reach, left or deceased"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR", "its cause was entered in error"
    CORRECTED = "CORRECTED", "the laboratory corrected the result or took it back"
    CAUSE_CHANGED = "CAUSE_CHANGED", "a correction of the record took the cause away"
    NO_LONGER_HOLDS = "NO_LONGER_HOLDS", "what was found no longer holds"
    MILDER_BAND = "MILDER_BAND", "a newer eGFR is in a milder band"
    ARRIVED = "ARRIVED", "the result arrived"
    WITHDRAWN = "WITHDRAWN", "the order was withdrawn"


STANDING = [FlagState.OPEN, FlagState.ACKNOWLEDGED, FlagState.SNOOZED]
CAUSES = ("reevaluation", "symptom_answer", "lab_result", "finding", "expected_result", "outcome")


class FlagQuerySet(models.QuerySet["Flag"]):
    def of(self, clinic: Clinic) -> Self:
        """The flags of one clinic."""
        return self.filter(clinic=clinic)

    def standing(self) -> Self:
        """Those that a person has not resolved and whose cause has not gone."""
        return self.filter(state__in=STANDING)

    def as_of(self, on: date, at: datetime) -> Self:
        """Adds what follows from the day and the moment, and is never stored: see `timed` and `held`."""
        return self.timed(on, at).held(on, at)

    def timed(self, on: date, at: datetime) -> Self:
        """Adds `urgency` and `is_late`, and `standing_state`, for a snooze ends by itself."""
        return self.annotate(
            urgency=Case(
                When(severity__isnull=False, then=F("severity")),
                When(reevaluation__closes_on__lt=on, then=Value("OVERDUE")),
                default=Value("WINDOW_OPEN"),
                output_field=CharField(),
            ),
            standing_state=Case(
                When(state=FlagState.SNOOZED, snoozed_until__lte=at, then=Value(FlagState.OPEN)),
                default=F("state"),
                output_field=CharField(),
            ),
            is_late=Case(When(due_by__lt=at, then=Value(True)), default=Value(False)),
        )

    def held(self, on: date, at: datetime) -> Self:
        """Adds `holder`, the id of the membership that answers now (see `accounts.absences.holder_of`; empty
        is the pool), and `is_offered`, for an offer ends by itself too.
        """
        return self.annotate(
            holder=holder_of("owner", on),
            is_offered=Case(
                When(may_answer("offered_to"), state__in=STANDING, offer_ends_at__gt=at, then=Value(True)),
                default=Value(False),
            ),
        )

    def held_by(self, membership: Membership, on: date, at: datetime) -> Self:
        """What a member looks after now: see `in_hands_of`."""
        return self.as_of(on, at).filter(in_hands_of(membership))


def in_hands_of(membership: Membership) -> Q:
    """For flags with `as_of`: those the member answers for, or is offered, and for who may resolve also
    those that ask for an act today and that nobody answers for.
    """
    mine = Q(holder=membership.pk) | Q(is_offered=True, offered_to=membership)
    if membership.may(Act.RESOLVE):
        mine |= Q(holder=None, severity=Severity.ACT_TODAY)
    return mine


class Flag(models.Model):
    """Asks for a clinician's attention, and points at exactly one cause."""

    id = models.UUIDField(primary_key=True, db_default=Func(function="uuidv7"), editable=False)
    # Its index has the key as well (`flag_of_clinic`).
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="flags")
    rule = models.CharField(max_length=16, choices=Rule)
    reevaluation = models.ForeignKey(Reevaluation, null=True, on_delete=models.PROTECT, related_name="flags")
    symptom_answer = models.ForeignKey(
        SymptomAnswer, null=True, on_delete=models.PROTECT, related_name="flags"
    )
    lab_result = models.ForeignKey(LabResult, null=True, on_delete=models.PROTECT, related_name="flags")
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="flags")
    expected_result = models.ForeignKey(
        ExpectedResult, null=True, on_delete=models.PROTECT, related_name="flags"
    )
    outcome = models.ForeignKey(Outcome, null=True, on_delete=models.PROTECT, related_name="flags")
    # Empty for re-evaluations, whose urgency follows from the day: see `as_of`.
    severity = models.CharField(max_length=9, choices=Severity, null=True)  # noqa: DJ001
    emergency = models.BooleanField(default=False)
    raised_at = models.DateTimeField()
    due_by = models.DateTimeField(null=True)
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="+")
    inputs = models.JSONField()
    # Who answers for it; empty is the pool. Offered, it stays the owner's until the other accepts.
    owner = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    offered_to = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(null=True)
    offered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # Past this moment the offer is over by itself.
    offer_ends_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=12, choices=FlagState, db_default=FlagState.OPEN, default=FlagState.OPEN
    )
    snoozed_until = models.DateTimeField(null=True)
    action = models.CharField(max_length=12, choices=Action, blank=True, db_default="")
    note = models.TextField(blank=True, db_default="")
    cleared_because = models.CharField(max_length=20, choices=ClearedBecause, blank=True, db_default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # The cleared flag of the same cause that this one follows.
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followers")
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="flag_id_clinic"),
            models.CheckConstraint(
                name="flag_has_one_cause",
                condition=Exact(
                    Func(*CAUSES, function="num_nonnulls", output_field=models.IntegerField()), 1
                ),
            ),
            *(
                models.UniqueConstraint(
                    fields=["rule", cause],
                    condition=Q(**{f"{cause}__isnull": False}) & ~Q(state="CLEARED"),
                    name=f"flag_once_per_{cause}",
                )
                for cause in CAUSES
            ),
            models.CheckConstraint(
                name="flag_closed_when_resolved_or_cleared",
                condition=Q(state__in=["RESOLVED", "CLEARED"], closed_at__isnull=False)
                | Q(state__in=["OPEN", "ACKNOWLEDGED", "SNOOZED"], closed_at=None, closed_by=None),
            ),
            models.CheckConstraint(
                name="flag_resolved_by_a_person",
                condition=~Q(state="RESOLVED") | Q(closed_by__isnull=False) & ~Q(action=""),
            ),
            both_or_neither("flag", "offered"),
            models.CheckConstraint(
                name="flag_offer_is_whole",
                condition=Q(offered_to=None, offered_at=None, offer_ends_at=None)
                | Q(offered_to__isnull=False, offered_at__isnull=False, offer_ends_at__isnull=False),
            ),
            models.CheckConstraint(
                name="flag_snoozed_until", condition=~Q(state="SNOOZED") | Q(snoozed_until__isnull=False)
            ),
        ]
        indexes = [
            # Never the clinic alone: docs/adr/0022-an-index-of-a-clinic-has-the-key.md.
            models.Index(fields=["clinic", "id"], name="flag_of_clinic"),
            # The queue, its badge and its counts.
            models.Index(
                "clinic",
                "patient",
                name="flag_standing",
                condition=Q(state__in=["OPEN", "ACKNOWLEDGED", "SNOOZED"]),
            ),
            # The nightly check of what a rule raised: keys and what is compared, without the wide rows.
            models.Index(
                "clinic",
                "rule",
                name="flag_standing_of_rule",
                include=["id", "patient", *CAUSES, "severity", "emergency"],
                condition=Q(state__in=["OPEN", "ACKNOWLEDGED", "SNOOZED"]),
            ),
            # The chart: flags of one patient.
            models.Index(fields=["patient", "-raised_at"], name="flag_of_patient"),
        ]
        ordering = ["-raised_at"]

    def __str__(self) -> str:
        return f"{self.rule} {self.state}"
