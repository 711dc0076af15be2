"""The one queryset behind list, count, badge and API: every standing flag with its place in the queue."""

from datetime import timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, TruncDate

from patients.symptoms import Symptom, triaged_as
from reviews.models import Flag, Reevaluation, Severity
from reviews.moments import Moment
from reviews.queue.groups import OPEN_RANKS, RANK

# Rows with `rank` and the other annotations of `ranked`, which the types do not know.
Rows = QuerySet[Any]
HEARTBEAT = [symptom for symptom in Symptom if triaged_as(symptom) is Symptom.IRREGULAR_HEARTBEAT]
# Inside a group: what is late, irregular heartbeat, symptoms by grade, then the longest wait.
ORDER = ("-is_late", "-emergency", "-is_heartbeat", "-grade", "since_on", "pk")
# The day of each kind of cause, as it was frozen when the flag was raised; no join is needed for it.
_DAYS = ("visited_on", "collected_on", "due_on", "answered_on", "review_from")


def ranked(now: Moment) -> Rows:
    """Standing flags with `rank` (their group) and the keys of the order inside a group."""
    return with_rank(Flag.objects.of(now.clinic).standing().as_of(now.on, now.at), now)


def ranked_alone(now: Moment) -> Rows:
    """The same without who answers for it: enough to place a flag, and half the work to write down."""
    return with_rank(Flag.objects.of(now.clinic).standing().timed(now.on, now.at), now)


def with_rank(flags: Rows, now: Moment) -> Rows:
    """Adds `rank` and the keys of the order to flags with `timed`; it means something for standing ones.

    What a cause says is read from the inputs that were frozen, which spares the joins of six tables; only a
    window is read from its row, because what came back and what was booked is not frozen.
    """
    placed: Rows = flags.annotate(
        rank=_rank(now),
        is_heartbeat=_yes(_told(HEARTBEAT)),
        grade=Coalesce(Cast(KT("inputs__grade"), IntegerField()), 0),
        since_on=Coalesce(
            "reevaluation__closes_on",
            *(Cast(KT(f"inputs__{name}"), DateField()) for name in _DAYS),
            TruncDate("raised_at"),
        ),
    )
    return placed


def unbooked(now: Moment) -> Q:
    """The window closes within `unbooked_days` and no visit is booked from today on."""
    soon = now.on + timedelta(days=now.thresholds.unbooked_days)
    booked = Q(reevaluation__booked_on__gte=now.on)
    return Q(reevaluation__closes_on__lte=soon) & (Q(reevaluation__booked_on=None) | ~booked)


def badge(now: Moment) -> int:
    """How many patients have a flag that asks for a look: what the menu shows."""
    asking = ranked_alone(now).filter(rank__in=OPEN_RANKS)
    return int(asking.aggregate(n=Count("patient", distinct=True))["n"])


def next_window(now: Moment) -> Reevaluation | None:
    """The re-evaluation of the clinic whose window opens next."""
    ahead = Reevaluation.objects.of(now.clinic).owed(now.on).filter(opens_on__gt=now.on)
    first: Reevaluation | None = ahead.order_by("opens_on", "pk").first()
    return first


def _rank(now: Moment) -> Case:
    """Snoozed last; a result that came back waits with the open windows; what is past its time is late."""
    return Case(
        When(standing_state="SNOOZED", then=RANK["SNOOZED"]),
        When(severity=Severity.ACT_TODAY, then=RANK["ACT_TODAY"]),
        When(reevaluation__result__isnull=False, then=RANK["WINDOW_OPEN"]),
        When(Q(unbooked(now), urgency="WINDOW_OPEN"), then=RANK["CLOSING"]),
        When(urgency="WINDOW_OPEN", then=RANK["WINDOW_OPEN"]),
        When(urgency="OVERDUE", then=RANK["OVERDUE"]),
        When(is_late=True, then=RANK["LATE"]),
        default=RANK["THIS_WEEK"],
        output_field=IntegerField(),
    )


def _told(symptoms: list[Symptom]) -> Q:
    return Q(inputs__symptom__in=[str(symptom) for symptom in symptoms])


def _yes(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
