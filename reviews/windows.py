"""When a re-evaluation is owed, what it follows from, and how it stands on a day (pure).

The window of day 28 to 42 is claim C21 of the founding article (C); the maintenance interval of 3 to 6 months
is the label's (A). The protocol in force gives the days. A modifier brings a window forward; nothing here
reads or changes a dose.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from accounts import wording
from protocols.thresholds import Thresholds

_BECAUSE = {
    "START": "the regimen started on",
    "DOSE_CHANGE": "the dose changed on",
    "FORM_CHANGE": "the form changed on",
    "INTERRUPTION": "it was taken again, after an interruption, from",
    "MAINTENANCE": "the last re-evaluation was met on",
    "ABNORMAL_RESULT": "the last re-evaluation was met by a result out of range on",
    "MISSED_WINDOW": "the last re-evaluation was met after its window, on",
    "SAFETY": "the regimen was stopped for harm on",
}
# What a change of dose owes can be brought forward; what follows a met re-evaluation is not a new dose.
_BY_DOSE = ("START", "DOSE_CHANGE", "FORM_CHANGE", "INTERRUPTION")


@dataclass(frozen=True)
class Grounds:
    """On whose word a window stands."""

    mark: str
    source: str
    claim: str = ""


ARTICLE = Grounds("C", "Founding article, claim C21: re-check within 4 to 6 weeks", "C21")
_GROUNDS = {
    "MAINTENANCE": Grounds("A", "SmPC magnesium aspartate: monitor every 3 to 6 months"),
    "SAFETY": Grounds("S", "Own assumption: a stop for harm is looked at again"),
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
    """A day from which a window is counted, the dose step of that day, and why (a key of `_BECAUSE`)."""

    step_id: UUID
    on: date
    cause: str


@dataclass(frozen=True)
class Modifiers:
    """What may bring a window forward: the newest eGFR, in mL/min/1.73 m²."""

    egfr: Decimal | None = None


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


def reevaluation_window(anchor: Anchor, thresholds: Thresholds, modifiers: Modifiers | None = None) -> Window:
    """The window of one anchor. Without modifiers it is the protocol's own."""
    opens, closes = _days(anchor.cause, thresholds)
    forward = _forward(anchor, thresholds, modifiers) if modifiers else 0
    opens_on, closes_on = (anchor.on + timedelta(days=days - forward) for days in (opens, closes))
    sentence = (
        f"Due by {wording.day(closes_on)}, because {_BECAUSE[anchor.cause]} {wording.day(anchor.on)} "
        f"(day {opens - forward} to {closes - forward})"
    )
    if forward and modifiers and modifiers.egfr is not None:
        earlier = wording.count(forward, "day") if forward % 7 else wording.count(forward // 7, "week")
        sentence = f"{sentence}; {earlier} earlier because eGFR is {modifiers.egfr.normalize():f}"
    return Window(anchor.step_id, anchor.cause, anchor.on, opens_on, closes_on, None, None, f"{sentence}.")


def grounds_of(cause: str) -> Grounds:
    """On whose word the window of this cause stands; what a dose owes is the article's."""
    return _GROUNDS.get(cause, ARTICLE)


def ended(windows: Sequence[Window], stopped_on: date | None) -> list[Window]:
    """The windows of a course, oldest first: each later anchor supersedes the one before on its own day.

    A stop closes the last. At most one is left.
    """
    found = sorted(windows, key=lambda window: window.anchored_on)
    closed = [replace(window, superseded_on=later.anchored_on) for window, later in pairwise(found)]
    return closed + [replace(last, stopped_on=stopped_on) for last in found[-1:]]


def following(window: Window, met_on: date, was_abnormal: bool) -> Anchor:
    """What is owed after a met re-evaluation without a change of dose.

    Soon again after an abnormal result or a missed window, else after the maintenance interval.
    """
    if was_abnormal:
        cause = "ABNORMAL_RESULT"
    else:
        cause = "MISSED_WINDOW" if met_on > window.closes_on else "MAINTENANCE"
    return Anchor(window.step_id, met_on, cause)


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


def _days(cause: str, thresholds: Thresholds) -> tuple[int, int]:
    if cause == "MAINTENANCE":
        return thresholds.maintenance_opens_days, thresholds.maintenance_closes_days
    if cause == "SAFETY":
        return thresholds.safety_opens_days, thresholds.safety_closes_days
    return thresholds.re_evaluation_opens_days, thresholds.re_evaluation_closes_days


def _forward(anchor: Anchor, thresholds: Thresholds, modifiers: Modifiers) -> int:
    """Days by which an eGFR below 60 brings the window of a dose forward (clinical facts 5.3, S)."""
    low = modifiers.egfr is not None and modifiers.egfr < thresholds.egfr_caution
    return thresholds.kidney_forward_days if low and anchor.cause in _BY_DOSE else 0
