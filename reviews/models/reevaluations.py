"""Re-evaluations: the re-check owed after a dose starts or changes."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When

from accounts.constraints import both_or_neither
from accounts.history import tracked
from accounts.models import User
from accounts.records import ClinicRecordQuerySet
from labs.models import LabResult
from patients.models import OfPatient, Visit
from protocols.models import Protocol
from regimens.models import DoseStep
from reviews.windows import Grounds, grounds_of


class ReevaluationQuerySet(ClinicRecordQuerySet):
    def owing(self) -> Self:
        """Not met: what a day may still open, supersede or stop."""
        return self.valid().filter(met_on=None)

    def owed(self, on: date) -> Self:
        """Neither met, nor superseded, nor stopped as of `on`."""
        return (
            self.owing()
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
            # The nightly check: what ends on a day.
            *(
                models.Index(
                    "clinic",
                    name_of_day,
                    name=f"reevaluation_{name_of_day}",
                    include=["patient"],
                    condition=Q(met_on=None, error_at=None, **{f"{name_of_day}__isnull": False}),
                )
                for name_of_day in ("superseded_on", "stopped_on")
            ),
        ]
        ordering = ["anchored_on"]

    def __str__(self) -> str:
        return f"Re-evaluation {self.opens_on} to {self.closes_on}"

    @property
    def grounds(self) -> Grounds:
        return grounds_of(self.cause)
