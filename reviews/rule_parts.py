"""What rules are put together from: whom they watch, what a cause brings to its flag, why one is gone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, CharField, DateTimeField, Exists, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, JSONObject

from patients.models import Status
from patients.symptoms import Symptom
from reviews.models import ClearedBecause, Flag, FlagQuerySet, Rule, Severity
from reviews.moments import Moment
from reviews.triage import Urgency, due_by

Rows = QuerySet[Any]


@dataclass(frozen=True)
class RuleSpec:
    """One rule. `causes` gives what asks for review; `gone` the standing flags that lost their cause.

    `causes` rows carry `flag_severity`, `flag_emergency`, `flag_due_by` and `flag_inputs`;
    `gone` rows carry `because`.
    """

    rule: Rule
    cause: str
    mark: str
    source: str
    causes: Callable[[Moment], Rows]
    gone: Callable[[Moment], Rows]
    # The stored reasons that are this rule's, where rules share a table of causes; else all.
    reasons: tuple[str, ...] = ()
    # The claim of the founding article on which the rule rests, where it rests on one.
    claim: str = ""


def recalled(now: Moment) -> Q:
    """Active, or paused and due back, and within reach: all else ends the recall rules only."""
    back = Q(patient__status=Status.PAUSED, patient__returns_on__lte=now.on)
    return (Q(patient__status=Status.ACTIVE) | back) & Q(patient__unreachable_since=None)


def watched(now: Moment, urgent: Q) -> Q:
    """Recalled; or urgent, whatever the status short of death."""
    return recalled(now) | (urgent & ~Q(patient__status=Status.DECEASED))


def asking(
    rows: Rows, *, severity: Any, due_by: Any, inputs: dict[str, str], emergency: Q | None = None
) -> Rows:
    """The causes with what a flag needs: severity, emergency, due time and the inputs to freeze."""
    frozen = {
        name: Cast(F(field), CharField()) if field.endswith(("_on", "_from")) else F(field)
        for name, field in inputs.items()
    }
    annotated: Rows = rows.annotate(
        flag_severity=severity,
        flag_emergency=whether(emergency),
        flag_due_by=due_by,
        flag_inputs=JSONObject(**frozen),
    )
    return annotated


def gone_for(
    rule: Rule,
    *reasons: tuple[Any, str],
    rows: FlagQuerySet | None = None,
    unless: Rows | None = None,
    otherwise: str = ClearedBecause.CAUSE_CHANGED,
) -> Rows:
    """Standing flags of the rule for which one of the reasons holds, the first named.

    `unless` are the causes that still ask for review, where all others are gone, for `otherwise` if for none
    of the reasons. They are few and indexed, so the night does not read the causes of all flags one by one.
    """
    standing = (rows if rows is not None else Flag.objects.all()).standing().filter(rule=rule)
    whens = [When(condition, then=Value(str(word))) for condition, word in reasons]
    default = "" if unless is None else str(otherwise)
    named: Rows = standing.annotate(because=Case(*whens, default=Value(default), output_field=CharField()))
    return named.exclude(because="") if unless is None else named.exclude(Exists(unless))


def whether(condition: Q | None) -> Any:
    """True where the condition holds."""
    no = Value(False, output_field=BooleanField())
    return no if condition is None else Case(When(condition, then=Value(True)), default=no)


def severity_when(today: Q | None = None) -> Any:
    """Act today where `today` holds, else this week."""
    this_week = Value(str(Severity.THIS_WEEK))
    if today is None:
        return this_week
    return Case(When(today, then=Value(str(Severity.ACT_TODAY))), default=this_week, output_field=CharField())


def due_in(now: Moment, urgency: Urgency, symptom: Symptom | None = None) -> Value:
    """When a flag that is raised now is late."""
    return Value(
        due_by(urgency, symptom, now.at, now.end_of_day, now.thresholds), output_field=DateTimeField()
    )


def due_when(now: Moment, today: Q) -> Case:
    """The end of today where `today` holds, else the days of this week."""
    return Case(When(today, then=due_in(now, Urgency.TODAY)), default=due_in(now, Urgency.THIS_WEEK))
