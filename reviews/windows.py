"""When a re-evaluation is owed, and how it stands on a day (pure). Protocol: day 28 to 42 (C21)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from protocols.thresholds import Thresholds

_BECAUSE = {
    "START": "the regimen started",
    "DOSE_CHANGE": "the dose changed",
    "FORM_CHANGE": "the form changed",
}


@dataclass(frozen=True)
class Anchor:
    """A dose step from which a window is counted; `cause` START, DOSE_CHANGE or FORM_CHANGE."""

    step_id: UUID
    on: date
    cause: str


@dataclass(frozen=True)
class Window:
    """The days in which the re-evaluation of one step is due, both ends included."""

    step_id: UUID
    cause: str
    anchored_on: date
    opens_on: date
    closes_on: date
    superseded_on: date | None
    stopped_on: date | None
    trail: str


def windows(
    anchors: Sequence[Anchor], stopped_on: date | None, thresholds: Thresholds
) -> list[Window]:
    """One window per anchor, oldest first; each later anchor supersedes the one before on its own day,
    and a stop closes the last. Either may lie ahead.
    """
    ordered = sorted(anchors, key=lambda anchor: anchor.on)
    found = [_window(anchor, thresholds) for anchor in ordered]
    for n, later in enumerate(ordered[1:]):
        found[n] = replace(found[n], superseded_on=later.on)
    if found:
        found[-1] = replace(found[-1], stopped_on=stopped_on)
    return found


def _window(anchor: Anchor, thresholds: Thresholds) -> Window:
    closes_on = anchor.on + timedelta(days=thresholds.re_evaluation_closes_days)
    return Window(
        step_id=anchor.step_id,
        cause=anchor.cause,
        anchored_on=anchor.on,
        opens_on=anchor.on + timedelta(days=thresholds.re_evaluation_opens_days),
        closes_on=closes_on,
        superseded_on=None,
        stopped_on=None,
        trail=f"Due by {closes_on:%d %b %Y}, because {_BECAUSE[anchor.cause]} on {anchor.on:%d %b %Y}.",
    )


def state(
    opens_on: date,
    closes_on: date,
    met_on: date | None,
    superseded_on: date | None,
    stopped_on: date | None,
    result_back: bool,
    on: date,
) -> str:
    """UPCOMING, OPEN, RESULT_BACK, OVERDUE, MET, SUPERSEDED or STOPPED, as of `on`."""
    if met_on is not None:
        return "MET"
    if superseded_on is not None and superseded_on <= on:
        return "SUPERSEDED"
    if stopped_on is not None and stopped_on <= on:
        return "STOPPED"
    if on < opens_on:
        return "UPCOMING"
    if result_back:
        return "RESULT_BACK"
    return "OVERDUE" if closes_on < on else "OPEN"
