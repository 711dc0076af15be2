"""When a re-evaluation is owed after a dose, and how it stands on a day (pure).

The window of day 28 to 42 is claim C21 of the founding article (C); the protocol in force gives the days.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from accounts import wording
from protocols.thresholds import Thresholds

_BECAUSE = {
    "START": "the regimen started",
    "DOSE_CHANGE": "the dose changed",
    "FORM_CHANGE": "the form changed",
}


class State(StrEnum):
    """How a re-evaluation stands on a day; never stored."""

    UPCOMING = "UPCOMING"
    OPEN = "OPEN"
    RESULT_BACK = "RESULT_BACK"
    OVERDUE = "OVERDUE"
    MET = "MET"
    SUPERSEDED = "SUPERSEDED"
    STOPPED = "STOPPED"


@dataclass(frozen=True)
class Anchor:
    """A dose step from which a window is counted; `cause` START, DOSE_CHANGE or FORM_CHANGE."""

    step_id: UUID
    on: date
    cause: str


@dataclass(frozen=True)
class Window:
    """The days in which the re-evaluation of one step is due, both ends included.

    `superseded_on` and `stopped_on` may lie ahead: a planned step does not end a window before its day.
    """

    step_id: UUID
    cause: str
    anchored_on: date
    opens_on: date
    closes_on: date
    superseded_on: date | None
    stopped_on: date | None
    trail: str


def windows(anchors: Sequence[Anchor], stopped_on: date | None, thresholds: Thresholds) -> list[Window]:
    """One window per anchor of a course, oldest first.

    Each later anchor supersedes the one before on its own day; a stop closes the last. At most one is left.
    """
    found = [_window(anchor, thresholds) for anchor in sorted(anchors, key=lambda anchor: anchor.on)]
    closed = [replace(window, superseded_on=later.anchored_on) for window, later in pairwise(found)]
    return closed + [replace(last, stopped_on=stopped_on) for last in found[-1:]]


def state(
    opens_on: date,
    closes_on: date,
    met_on: date | None,
    superseded_on: date | None,
    stopped_on: date | None,
    result_back: bool,
    on: date,
) -> State:
    """How a re-evaluation stands on `on`; `result_back` says that a counting result awaits its review."""
    if met_on is not None:
        return State.MET
    if superseded_on is not None and superseded_on <= on:
        return State.SUPERSEDED
    if stopped_on is not None and stopped_on <= on:
        return State.STOPPED
    if on < opens_on:
        return State.UPCOMING
    if result_back:
        return State.RESULT_BACK
    return State.OVERDUE if closes_on < on else State.OPEN


def _window(anchor: Anchor, thresholds: Thresholds) -> Window:
    opens_on = anchor.on + timedelta(days=thresholds.re_evaluation_opens_days)
    closes_on = anchor.on + timedelta(days=thresholds.re_evaluation_closes_days)
    return Window(
        step_id=anchor.step_id,
        cause=anchor.cause,
        anchored_on=anchor.on,
        opens_on=opens_on,
        closes_on=closes_on,
        superseded_on=None,
        stopped_on=None,
        trail=_trail(anchor, closes_on, thresholds),
    )


def _trail(anchor: Anchor, closes_on: date, thresholds: Thresholds) -> str:
    """How the date came about: what is due, what happened, and which days the protocol counts."""
    days = f"day {thresholds.re_evaluation_opens_days} to {thresholds.re_evaluation_closes_days}"
    because = f"because {_BECAUSE[anchor.cause]} on {wording.day(anchor.on)}"
    return f"Due by {wording.day(closes_on)}, {because} ({days})."
