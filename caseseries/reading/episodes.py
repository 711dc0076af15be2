"""The first new episode of a symptom: what was changed while it lasted, and what followed (pure).

Episodes, and the day of a change that belongs to the dose before it, mean what they mean on the chart
(reviews/episodes.py, reviews/challenges.py). Nothing here says that a change resolved a symptom.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from caseseries.persons import Changed, DoseSpan, Followed, NewEpisode
from patients.symptoms import Answer
from reviews.challenges import DoseChange, Span
from reviews.episodes import AnswerOn, Episode, episodes

NOTHING_TAKEN = Decimal(0)


@dataclass(frozen=True, slots=True)
class Moved:
    """On `on` the same dose was put at other times, or into more portions."""

    on: date

    @property
    def as_change(self) -> DoseChange:
        return DoseChange(self.on, NOTHING_TAKEN, NOTHING_TAKEN)


@dataclass(frozen=True, slots=True)
class Around:
    """What one person took and what else was changed.

    `changes` of dose and `moved` intakes, oldest first. `began`: days on which another product began;
    `beside`: days on which a medicine, a co-treatment or another source began or ended; `stopped`: days on
    which a product ended.
    """

    start: date
    spans: tuple[DoseSpan, ...]
    changes: Sequence[DoseChange]
    moved: Sequence[Moved]
    began: Sequence[date]
    stopped: Sequence[date]
    beside: Sequence[date]


def changes_of(spans: Sequence[DoseSpan], start: date) -> list[DoseChange]:
    """Every change of the dose after day 0, the day of `start`."""
    return [
        DoseChange(
            start + timedelta(days=now.from_day), before.elemental_mg_per_day, now.elemental_mg_per_day
        )
        for before, now in pairwise(spans)
    ]


def new_episode(answers: Sequence[AnswerOn], around: Around) -> NewEpisode:
    """The first episode of `answers`: of one symptom that was new, oldest first."""
    found = episodes(answers)
    first = found[0]
    change = _first_change(first, around)
    after = _after(change, answers, around)
    gone = next((a for a in after if a.answer is Answer.ABSENT), None)
    told_on = gone.on if gone else (after[-1].on if after else None)
    since = change.on if change else first.onset_on
    return NewEpisode(
        onset_day=_day(first.onset_on, around),
        grade=first.highest_grade,
        mg_at_onset=_dose_at_onset(first, around),
        changed=_changed(change),
        changed_day=_day(change.on, around) if change else None,
        mg_after_change=_mg_after(change, around),
        change_beside=told_on is not None and _is_beside(since, told_on, change, around),
        followed=_followed(gone, after, answers),
        gone_day=_day(gone.on, around) if gone else None,
        episodes=len(found),
    )


def _day(on: date, around: Around) -> int:
    return (on - around.start).days


def _span(episode: Episode) -> Span:
    return Span(episode.onset_on, episode.resolved_on, episode.onset_was_told)


def _dose_at_onset(episode: Episode, around: Around) -> Decimal:
    """The dose under which it began: a change on the day of the visit was decided after the questions."""
    span, dose = _span(episode), NOTHING_TAKEN
    if around.spans:
        dose = around.spans[0].elemental_mg_per_day
    for change in around.changes:
        if span.begins_under(change):
            dose = change.to_mg
    return dose


def _first_change(episode: Episode, around: Around) -> DoseChange | Moved | None:
    """Of dose or of intakes, whichever came first while the symptom lasted.

    What was changed on the day on which it was told to be gone was decided after that answer.
    """
    span, gone_on = _span(episode), episode.resolved_on or date.max
    changes: list[DoseChange | Moved] = [c for c in around.changes if span.lasts_through(c)]
    changes += [m for m in around.moved if span.lasts_through(m.as_change)]
    before = [change for change in changes if change.on < gone_on]
    return min(before, key=_on, default=None)


def _on(change: DoseChange | Moved) -> date:
    return change.on


def _changed(change: DoseChange | Moved | None) -> Changed:
    if change is None:
        return Changed.NOTHING
    if isinstance(change, Moved):
        return Changed.INTAKES_MOVED
    if not change.to_mg:
        return Changed.STOPPED
    return Changed.LOWERED if change.is_lower else Changed.RAISED


def _mg_after(change: DoseChange | Moved | None, around: Around) -> Decimal | None:
    if isinstance(change, DoseChange):
        return change.to_mg
    if change is None:
        return None
    day = _day(change.on, around)
    return next((s.elemental_mg_per_day for s in around.spans if s.from_day <= day < s.until_day), None)


def _after(change: DoseChange | Moved | None, answers: Sequence[AnswerOn], around: Around) -> list[AnswerOn]:
    """The answers that tell what followed: after the change and not after the next one, whose day belongs
    to the dose before it; of an unchanged dose, those after the one that opened the episode."""
    if change is None:
        opened = next(place for place, a in enumerate(answers) if a.answer is Answer.PRESENT)
        return list(answers[opened + 1 :])
    changes: list[DoseChange | Moved] = [*around.changes, *around.moved]
    later = [c.on for c in changes if c.on > change.on]
    end = min(later, default=None)
    return [a for a in answers if a.on > change.on and (end is None or a.on <= end)]


def _followed(gone: AnswerOn | None, after: Sequence[AnswerOn], answers: Sequence[AnswerOn]) -> Followed:
    """CAME_BACK: present again at any later answer, whatever was changed in between."""
    if not after:
        return Followed.NOT_ASKED
    if gone is None:
        return Followed.STILL_PRESENT
    back = any(a.answer is Answer.PRESENT and a.on > gone.on for a in answers)
    return Followed.CAME_BACK if back else Followed.GONE


def _is_beside(since: date, until: date, change: DoseChange | Moved | None, around: Around) -> bool:
    """Whether something else changed from the day of the change until the answer, both days included.

    Of the products, one that ended on the very day is the change itself; one that began is beside it.
    """
    later_stops = (on for on in around.stopped if change is None or on > since)
    days: Iterable[date] = (*around.beside, *around.began, *later_stops)
    return any(since <= on <= until for on in days)
