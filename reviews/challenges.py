"""What was changed while a symptom lasted, and what followed (pure).

The words are those of drug safety (ICH E2B): dechallenge is taking less or none, rechallenge is taking as
much again. Nothing here says that a change resolved a symptom: symptoms come and go, and only what followed
is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True)
class DoseChange:
    """On `on` the elemental mg per day went from one amount to another; 0 is none."""

    on: date
    from_mg: Decimal
    to_mg: Decimal

    @property
    def is_lower(self) -> bool:
        return self.to_mg < self.from_mg


@dataclass(frozen=True)
class Told:
    """The symptom was asked about on `on`, and was present or not."""

    on: date
    present: bool


class Followed(StrEnum):
    """What was heard after a change, before the dose changed again."""

    GONE = "GONE"
    STILL_PRESENT = "STILL_PRESENT"
    CAME_BACK = "CAME_BACK"
    STAYED_AWAY = "STAYED_AWAY"
    NOT_ASKED = "NOT_ASKED"


@dataclass(frozen=True)
class Challenge:
    """A change of dose with what followed; `told_on` is the day of the answer, None when nobody asked."""

    change: DoseChange
    followed: Followed
    told_on: date | None

    @property
    def days(self) -> int | None:
        """Days from the change to the answer."""
        return (self.told_on - self.change.on).days if self.told_on else None


@dataclass(frozen=True)
class EpisodeStory:
    """One episode beside the doses. `days_from_change`: from the last change of dose to the onset."""

    mg_at_onset: Decimal
    last_change: DoseChange | None
    days_from_change: int | None
    dechallenge: Challenge | None
    rechallenge: Challenge | None


@dataclass(frozen=True)
class Span:
    """An episode. Where the onset was not told, it is the day of the visit, and what was changed on that day
    was decided after the questions.
    """

    onset_on: date
    resolved_on: date | None
    onset_was_told: bool = True

    def begins_under(self, change: DoseChange) -> bool:
        """Whether the change was made before the symptom began."""
        return change.on < self.onset_on or (self.onset_was_told and change.on == self.onset_on)

    def lasts_through(self, change: DoseChange) -> bool:
        """Whether the change was made while the symptom lasted."""
        return not self.begins_under(change) and (self.resolved_on is None or change.on <= self.resolved_on)


def story_of(span: Span, changes: Sequence[DoseChange], told: Sequence[Told]) -> EpisodeStory:
    """The story of one episode; `changes` and `told` (of this symptom) are of one patient, oldest first."""
    before = [change for change in changes if span.begins_under(change)]
    last = before[-1] if before else None
    dechallenge = _dechallenge(span, changes, told)
    return EpisodeStory(
        mg_at_onset=last.to_mg if last else Decimal(0),
        last_change=last,
        days_from_change=(span.onset_on - last.on).days if last else None,
        dechallenge=dechallenge,
        rechallenge=_rechallenge(dechallenge, changes, told) if dechallenge else None,
    )


def _dechallenge(span: Span, changes: Sequence[DoseChange], told: Sequence[Told]) -> Challenge | None:
    """The first step down while the symptom lasted."""
    change = next((c for c in changes if c.is_lower and span.lasts_through(c)), None)
    if change is None:
        return None
    answers = _until_next(change, changes, told)
    gone = next((answer for answer in answers if not answer.present), None)
    if gone:
        return Challenge(change, Followed.GONE, gone.on)
    if answers:
        return Challenge(change, Followed.STILL_PRESENT, answers[-1].on)
    return Challenge(change, Followed.NOT_ASKED, None)


def _rechallenge(
    dechallenge: Challenge, changes: Sequence[DoseChange], told: Sequence[Told]
) -> Challenge | None:
    """The first time that as much as before was taken again, after the symptom had gone."""
    if dechallenge.followed is not Followed.GONE or dechallenge.told_on is None:
        return None
    gone_on, enough = dechallenge.told_on, dechallenge.change.from_mg
    again = (c for c in changes if c.on >= gone_on and not c.is_lower and c.to_mg >= enough)
    change = next(again, None)
    if change is None:
        return None
    answers = [answer for answer in _until_next(change, changes, told) if answer.on > gone_on]
    back = next((answer for answer in answers if answer.present), None)
    if back:
        return Challenge(change, Followed.CAME_BACK, back.on)
    if answers:
        return Challenge(change, Followed.STAYED_AWAY, answers[-1].on)
    return Challenge(change, Followed.NOT_ASKED, None)


def _until_next(change: DoseChange, changes: Sequence[DoseChange], told: Sequence[Told]) -> list[Told]:
    """The answers after a change that belong to it: none from after the next change.

    The day of a change belongs to the dose before it: it is decided at a visit, after the questions.
    """
    end = next((later.on for later in changes if later.on > change.on), None)
    return [answer for answer in told if change.on < answer.on and (end is None or answer.on <= end)]
