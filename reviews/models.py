"""The work: re-evaluations that are owed, flags and their history, sweeps, and drafts."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Case, CharField, F, Func, Q, Value, When
from django.db.models.lookups import Exact

from accounts.constraints import both_or_neither
from accounts.history import tracked
from accounts.models import Clinic, Membership, User
from accounts.records import ClinicRecordQuerySet
from labs.models import ExpectedResult, LabResult
from patients.models import OfPatient, Outcome, Patient, SymptomAnswer, Visit
from protocols.models import Protocol
from regimens.models import DoseStep, Finding
from reviews.runs import ProtocolRun as ProtocolRun
from reviews.runs import RunKind as RunKind
from reviews.windows import Grounds, grounds_of


class ReevaluationQuerySet(ClinicRecordQuerySet):
    def owed(self, on: date) -> Self:
        """Neither met, nor superseded, nor stopped as of `on`."""
        return (
            self.valid()
            .filter(met_on=None)
            .filter(Q(superseded_on=None) | Q(superseded_on__gt=on))
            .filter(Q(stopped_on=None) | Q(stopped_on__gt=on))
        )

    def open(self, on: date) -> Self:
        """Owed, and the window has opened: open or overdue."""
        return self.owed(on).filter(opens_on__lte=on)

    def in_state(self, on: date) -> Self:
        """Adds `state`; the SQL twin of `reviews.windows.state`."""
        return self.annotate(
            state=Case(
                When(met_on__isnull=False, then=Value("MET")),
                When(superseded_on__lte=on, then=Value("SUPERSEDED")),
                When(stopped_on__lte=on, then=Value("STOPPED")),
                When(opens_on__gt=on, then=Value("UPCOMING")),
                When(result__isnull=False, then=Value("RESULT_BACK")),
                When(closes_on__lt=on, then=Value("OVERDUE")),
                default=Value("OPEN"),
                output_field=CharField(),
            )
        )


class ReevaluationCause(models.TextChoices):
    START = "START", "start"
    DOSE_CHANGE = "DOSE_CHANGE", "change of dose"
    FORM_CHANGE = "FORM_CHANGE", "change of form"
    INTERRUPTION = "INTERRUPTION", "interruption"
    MAINTENANCE = "MAINTENANCE", "maintenance"
    ABNORMAL_RESULT = "ABNORMAL_RESULT", "abnormal result"
    MISSED_WINDOW = "MISSED_WINDOW", "missed window"
    SAFETY = "SAFETY", "stop for harm"


@tracked
class Reevaluation(OfPatient):
    """The re-check owed after a dose starts or changes, and what follows it; kept in step by rebuild."""

    step = models.ForeignKey(DoseStep, on_delete=models.PROTECT)
    cause = models.CharField(max_length=16, choices=ReevaluationCause)
    anchored_on = models.DateField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    trail = models.TextField()
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="+")
    superseded_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    booked_on = models.DateField(null=True, blank=True)
    # The newest result that counts and came in or after the window.
    result = models.ForeignKey(LabResult, null=True, on_delete=models.PROTECT, related_name="+")
    # A clinician's act: "I have reviewed this result".
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_result = models.ForeignKey(LabResult, null=True, on_delete=models.PROTECT, related_name="+")
    met_on = models.DateField(null=True)
    met_by_result = models.ForeignKey(LabResult, null=True, on_delete=models.PROTECT, related_name="+")
    met_by_visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ReevaluationQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta(OfPatient.Meta):
        default_related_name = "reevaluations"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="reevaluation_id_clinic"),
            both_or_neither("reevaluation", "reviewed"),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(met_on=None, superseded_on=None, stopped_on=None, error_at=None)
                & ~Q(cause="SAFETY"),
                name="reevaluation_one_owed_per_patient",
            ),
            models.UniqueConstraint(
                fields=["step", "cause", "anchored_on"],
                condition=Q(error_at=None),
                name="reevaluation_once_per_anchor",
            ),
            models.CheckConstraint(
                name="reevaluation_opens_before_closes", condition=Q(opens_on__lte=F("closes_on"))
            ),
        ]
        indexes = [
            # Rule RE_EVALUATION: what is owed and has opened.
            models.Index(
                "clinic",
                "opens_on",
                name="reevaluation_owed",
                include=["id", "patient", "superseded_on", "stopped_on"],
                condition=Q(met_on=None, error_at=None),
            ),
        ]
        ordering = ["anchored_on"]

    def __str__(self) -> str:
        return f"Re-evaluation {self.opens_on} to {self.closes_on}"

    @property
    def grounds(self) -> Grounds:
        return grounds_of(self.cause)


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
    NOT_RECALLED = "NOT_RECALLED", "the patient is paused, left or deceased"
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
        """Adds `urgency` and `standing_state`: due and overdue are never stored, a snooze ends by itself."""
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


class Flag(models.Model):
    """Asks for a clinician's attention, and points at exactly one cause."""

    id = models.UUIDField(primary_key=True, db_default=Func(function="uuidv7"), editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
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
    owner = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
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
            models.CheckConstraint(
                name="flag_snoozed_until", condition=~Q(state="SNOOZED") | Q(snoozed_until__isnull=False)
            ),
        ]
        indexes = [
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


class FlagAct(models.TextChoices):
    RAISED = "RAISED", "Raised"
    ACKNOWLEDGED = "ACKNOWLEDGED", "Acknowledged"
    SNOOZED = "SNOOZED", "Snoozed"
    RESOLVED = "RESOLVED", "Resolved"
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


class Sweep(models.Model):
    """One pass over one clinic: how fresh the queue is, and what could not be evaluated."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="sweeps")
    on = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    assessed = models.PositiveIntegerField(default=0)
    raised = models.JSONField(default=dict)
    cleared = models.JSONField(default=dict)
    # {rule: [patient ids]}
    not_evaluable = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["clinic", "-started_at"], name="sweep_of_clinic")]
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"Sweep of {self.clinic} for {self.on}"


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
