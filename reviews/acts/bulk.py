"""Many flags at once: acknowledged or snoozed, never resolved.

Each flag is an act and a transaction of its own, with its version: of two people one wins each flag, and
what was done stays done when a later one was overtaken. Emergencies are left for a person to look at one by
one, and so is what asks for an act today, when it would be snoozed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.records import StaleVersion
from reviews.acts.flags import NotUndoable, acknowledge, snooze, undo
from reviews.acts.ground import Refusals
from reviews.models import Flag, FlagAct, FlagEvent, Severity
from reviews.moments import Moment

# One request does so many; each locks and rebuilds its patient.
MOST = 100
# The same act sent twice, by a double press.
TWICE = timedelta(minutes=1)
Chosen = Sequence[tuple[Flag, int]]


@dataclass
class Outcome:
    """What became of each flag: `changed` were overtaken by another act, the others left out by rule."""

    done: list[Flag] = field(default_factory=list)
    changed: list[Flag] = field(default_factory=list)
    emergencies: list[Flag] = field(default_factory=list)
    act_today: list[Flag] = field(default_factory=list)


def bulk_acknowledge(*, chosen: Chosen, by: Actor, at: datetime) -> Outcome:
    """Acknowledge each flag at the version beside it; raises ValidationError for too many."""
    _check_number(chosen)

    def act(flag: Flag, version: int) -> Flag:
        return acknowledge(flag=flag, by=by, at=at, version=version)

    return _each(chosen, by, at, FlagAct.ACKNOWLEDGED, act)


def bulk_snooze(*, chosen: Chosen, by: Actor, at: datetime, until: datetime, reason: str = "") -> Outcome:
    """Put each flag aside until a moment; raises ValidationError for a moment that no flag may wait for."""
    _check_number(chosen)
    _check_until(Moment.of(by.clinic, at), until)

    def act(flag: Flag, version: int) -> Flag:
        return snooze(flag=flag, by=by, at=at, version=version, until=until, reason=reason)

    return _each(chosen, by, at, FlagAct.SNOOZED, act)


def bulk_undo(*, chosen: Chosen, by: Actor, at: datetime) -> Outcome:
    """Take back each act at the version that it made; what cannot be taken back is `changed`."""
    _check_number(chosen)
    outcome = Outcome()
    for flag, version in chosen:
        try:
            outcome.done.append(undo(flag=flag, by=by, at=at, version=version))
        except (NotUndoable, StaleVersion):
            outcome.changed.append(flag)
    return outcome


def _each(
    chosen: Chosen, by: Actor, at: datetime, kind: FlagAct, act: Callable[[Flag, int], Flag]
) -> Outcome:
    outcome = Outcome()
    for flag, version in chosen:
        if flag.emergency:
            outcome.emergencies.append(flag)
        elif kind == FlagAct.SNOOZED and flag.severity == Severity.ACT_TODAY:
            outcome.act_today.append(flag)
        else:
            try:
                outcome.done.append(act(flag, version))
            except StaleVersion as stale:
                again = _is_done(stale.current, by, at, kind)
                (outcome.done if again else outcome.changed).append(stale.current)
    return outcome


def _is_done(flag: Flag, by: Actor, at: datetime, kind: FlagAct) -> bool:
    """Whether this person has just done the same: then there is nothing to be told of."""
    last = FlagEvent.objects.filter(flag=flag).order_by("-id").first()
    return last is not None and last.act == kind and last.by_id == by.user.pk and at - last.at <= TWICE


def _check_number(chosen: Chosen) -> None:
    if not chosen:
        raise ValidationError({"flags": "Select at least one row."})
    if len(chosen) > MOST:
        raise ValidationError({"flags": f"At most {MOST} at once; {len(chosen)} are selected."})


def _check_until(now: Moment, until: datetime) -> None:
    refusals, longest = Refusals(), now.thresholds.snooze_days_maximum
    refusals.unless(until > now.at, "until", "Choose a later moment.")
    latest = now.at + timedelta(days=longest)
    refusals.unless(until <= latest, "until", f"A flag can be snoozed for at most {longest} days.")
    refusals.stop_if_any()
