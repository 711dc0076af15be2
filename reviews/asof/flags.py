"""The flags of one patient as they stood at the end of a day, from the history of flags.

An act by a person keeps, in its event, what the flag said before it. So what a flag said at a moment is what
the first later act found; where none followed, it is what the row says. What the rule itself did (raise,
clear) changes the state alone, which its event names.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from accounts.models import Membership
from labs.models import ExpectedResult, LabResult
from patients.models import Outcome, Patient, SymptomAnswer
from reviews.acts.flag_changes import restored
from reviews.models import STANDING, Flag, FlagAct, FlagEvent, FlagState, Reevaluation
from reviews.moments import Moment

# The state after each act; the others leave it as it was.
AFTER = {
    FlagAct.RAISED: FlagState.OPEN,
    FlagAct.ACKNOWLEDGED: FlagState.ACKNOWLEDGED,
    FlagAct.SNOOZED: FlagState.SNOOZED,
    FlagAct.RESOLVED: FlagState.RESOLVED,
    FlagAct.CLEARED: FlagState.CLEARED,
}
CLOSED_FIELDS = ("action", "note", "cleared_because")


class Rows(Protocol):
    """The causes as they stood then."""

    @property
    def patient(self) -> Patient: ...
    @property
    def now(self) -> Moment: ...
    @property
    def every_result(self) -> Sequence[LabResult]: ...
    @property
    def answers(self) -> Sequence[SymptomAnswer]: ...
    @property
    def outcomes(self) -> Sequence[Outcome]: ...
    @property
    def expected(self) -> Sequence[ExpectedResult]: ...
    @property
    def reevaluations(self) -> Sequence[Reevaluation]: ...


def flags_then(rows: Rows) -> list[Flag]:
    """Every flag that had been raised, newest first, with what `FlagQuerySet.as_of` adds, as of then."""
    before = rows.now.end_of_day
    found = Flag.objects.of(rows.now.clinic).filter(patient=rows.patient, raised_at__lt=before)
    flags = list(found.select_related("protocol", "finding").order_by("-raised_at", "rule"))
    events: dict[UUID, list[FlagEvent]] = {flag.pk: [] for flag in flags}
    for event in FlagEvent.objects.filter(flag__in=flags).select_related("by").order_by("id"):
        events[event.flag_id].append(event)
    for flag in flags:
        _turn_back(flag, events[flag.pk], before)
    _name_owners(flags)
    causes = _causes(rows)
    for flag in flags:
        _bind(flag, causes)
        _annotate(flag, rows.now)
    return flags


def _turn_back(flag: Flag, events: Sequence[FlagEvent], before: datetime) -> None:
    """Let the flag say what it said before the moment."""
    past = [event for event in events if event.at < before]
    later = [event for event in events if event.at >= before]
    found = next((restored(event.detail["before"]) for event in later if "before" in event.detail), {})
    for name, value in found.items():
        setattr(flag, name, value)
    # The rule's own clearing keeps nothing of before: where it came first, the acts before it say.
    if later and "before" not in later[0].detail:
        _stand(flag, past)


def _stand(flag: Flag, past: Sequence[FlagEvent]) -> None:
    """The flag stood, and only its clearing came later: its state is what the acts before had made it."""
    state, until = FlagState.OPEN, None
    for number, event in enumerate(past):
        if event.act == FlagAct.UNDONE:
            # Only the last act can be undone: the one just before.
            back = restored(past[number - 1].detail["before"])
            state, until = FlagState(back["state"]), back["snoozed_until"]
        elif event.act in AFTER:
            state, until = AFTER[FlagAct(event.act)], _until(event)
    flag.state, flag.snoozed_until = state, until
    flag.closed_at = flag.closed_by = None
    for name in CLOSED_FIELDS:
        setattr(flag, name, "")


def _until(event: FlagEvent) -> datetime | None:
    """Until when a snooze lasts; None for other acts."""
    told = event.detail.get("until")
    return datetime.fromisoformat(told) if told else None


def _name_owners(flags: Sequence[Flag]) -> None:
    """Owners as members of today: a name is not kept by day."""
    members = Membership.objects.select_related("user").in_bulk({flag.owner_id for flag in flags} - {None})
    for flag in flags:
        flag.owner = members.get(flag.owner_id)


def _causes(rows: Rows) -> Mapping[str, Mapping[UUID, Any]]:
    return {
        "reevaluation": {row.pk: row for row in rows.reevaluations},
        "symptom_answer": {row.pk: row for row in rows.answers},
        "lab_result": {row.pk: row for row in rows.every_result},
        "expected_result": {row.pk: row for row in rows.expected},
        "outcome": {row.pk: row for row in rows.outcomes},
    }


def _bind(flag: Flag, causes: Mapping[str, Mapping[UUID, Any]]) -> None:
    """Point at the cause as it stood then."""
    for name, rows in causes.items():
        key = getattr(flag, f"{name}_id")
        if key in rows:
            setattr(flag, name, rows[key])


def _annotate(flag: Any, now: Moment) -> None:
    """The twin of `FlagQuerySet.as_of`, for a flag that a person reads alone."""
    owed = flag.reevaluation
    is_over = owed is not None and owed.closes_on < now.on
    flag.urgency = flag.severity or ("OVERDUE" if is_over else "WINDOW_OPEN")
    is_awake = flag.state == FlagState.SNOOZED and flag.snoozed_until and flag.snoozed_until <= now.at
    flag.standing_state = FlagState.OPEN if is_awake else flag.state
    flag.is_late = flag.state in STANDING and flag.due_by is not None and flag.due_by < now.at
