"""What is due next about a re-evaluation that was missed, or is about to be (pure).

The ladder: nothing tried, then attempts some days apart, until somebody answers; a patient who agreed is
waited for; after so many attempts without an answer, lost to follow-up is proposed. A person decides it,
never this module. The three numbers are the protocol's (own assumptions, S).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from accounts.wording import ago, day
from protocols.thresholds import Thresholds

NO_ANSWER, CALL_LATER, AGREED = "NO_ANSWER", "CALL_LATER", "AGREED"
# Nobody who knows the patient was reached; every other outcome is an answer.
UNANSWERED = (NO_ANSWER, "WRONG_NUMBER")


class Step(StrEnum):
    """What is due next."""

    CLOSING = "CLOSING"
    OVERDUE = "OVERDUE"
    ATTEMPT = "ATTEMPT"
    CALL_LATER = "CALL_LATER"
    BOOKED = "BOOKED"
    NOT_COME = "NOT_COME"
    PROPOSE_LOST = "PROPOSE_LOST"


@dataclass(frozen=True)
class Tried:
    """One attempt to reach the patient: the clinic's day of it, its outcome, and when to call again."""

    on: date
    outcome: str
    call_again_on: date | None = None


@dataclass(frozen=True)
class Rung:
    """Where a re-evaluation stands on the ladder.

    `due_on` is the day from which `step` is due, `number` the number of the attempt that comes next, and
    `unanswered` how many were made in vain since somebody last answered.
    """

    step: Step
    due_on: date
    number: int
    unanswered: int

    def is_due(self, on: date) -> bool:
        return self.due_on <= on

    def words(self, on: date) -> str:
        """The step in a few words, as of the clinic's day `on`."""
        when = f"on {day(self.due_on)}" if self.due_on > on else f"due {ago(self.due_on, on)}"
        return {
            Step.CLOSING: "Nothing booked, window closes soon" if self.is_due(on) else "Nothing booked yet",
            Step.OVERDUE: "Not called yet",
            Step.ATTEMPT: f"Attempt {self.number} {when}",
            Step.CALL_LATER: f"Call again {when}",
            Step.BOOKED: f"Visit booked for {day(self.due_on - timedelta(days=1))}",
            Step.NOT_COME: f"Did not come on {day(self.due_on - timedelta(days=1))}: call",
            Step.PROPOSE_LOST: f"No answer to {self.unanswered} attempts: lost to follow-up {when}",
        }[self.step]


def rung(
    closes_on: date, booked_on: date | None, tried: Sequence[Tried], on: date, thresholds: Thresholds
) -> Rung:
    """The step of a re-evaluation that is owed, as of the clinic's day `on`; `tried` oldest first.

    A booking waits until the day after it. Who did not come on a booked day is called anew, and attempts
    from before that day count no more.
    """
    if booked_on is not None and booked_on >= on:
        return Rung(Step.BOOKED, booked_on + timedelta(days=1), 1, 0)
    counting = [one for one in tried if booked_on is None or one.on >= booked_on]
    last = counting[-1] if counting else None
    if booked_on is not None and (last is None or last.outcome == AGREED):
        return Rung(Step.NOT_COME, booked_on + timedelta(days=1), 1, 0)
    if last is None:
        return _nothing_tried(closes_on, on, thresholds)
    if last.outcome == CALL_LATER and last.call_again_on is not None:
        return Rung(Step.CALL_LATER, last.call_again_on, 1, 0)
    unanswered = _in_vain(counting)
    again_on = last.on + timedelta(days=thresholds.contact_again_days)
    step = Step.PROPOSE_LOST if unanswered >= thresholds.contact_attempts else Step.ATTEMPT
    return Rung(step, again_on, unanswered + 1, unanswered)


def closing_from(closes_on: date, thresholds: Thresholds) -> date:
    """The first day on which a window with nothing booked asks for a call."""
    return closes_on - timedelta(days=thresholds.unbooked_days)


def _nothing_tried(closes_on: date, on: date, thresholds: Thresholds) -> Rung:
    if closes_on < on:
        return Rung(Step.OVERDUE, closes_on + timedelta(days=1), 1, 0)
    return Rung(Step.CLOSING, closing_from(closes_on, thresholds), 1, 0)


def _in_vain(tried: Sequence[Tried]) -> int:
    """How many attempts in a row, up to the last one, reached nobody."""
    number = 0
    for one in reversed(tried):
        if one.outcome not in UNANSWERED:
            break
        number += 1
    return number
