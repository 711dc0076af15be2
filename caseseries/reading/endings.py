"""What ended the time of one person under the form, and from when nothing counts any more (pure).

Days since the start.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from caseseries.persons import Ending
from patients.models import Status
from regimens.models import StopReason
from regimens.salts import Family


@dataclass(frozen=True, slots=True)
class Taken:
    """One regimen. `stopped_day` is None while it runs on the day of the data cut."""

    product_id: str
    family: Family
    day: int
    stopped_day: int | None
    stop_reason: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What the chart says of the person. `has_left`: by the data cut, as far as the record tells."""

    has_left: bool
    is_transferred: bool
    unreachable_day: int | None
    died_day: int | None


@dataclass(frozen=True, slots=True)
class Ended:
    """The ending with its day, and the day from which on nothing is counted: that of another form."""

    ending: Ending
    day: int | None
    censored_day: int | None = None


_BY_REASON = {
    StopReason.HARM: Ending.STOPPED_FOR_HARM,
    StopReason.DIED: Ending.DIED,
    StopReason.TRANSFERRED: Ending.TRANSFERRED,
}
# What counts when two fall on one day.
_ORDER = (
    Ending.DIED,
    Ending.STOPPED_FOR_HARM,
    Ending.SWITCHED,
    Ending.TRANSFERRED,
    Ending.STOPPED_OTHERWISE,
    Ending.LOST,
)


def ended(family: Family, taken: Sequence[Taken], fate: Fate, heard_day: int) -> Ended:
    """The first of what ended it. `taken` are in the order of their days; `heard_day`: the last heard of.

    Who stopped before, and took another form later, keeps the ending; what came from that day on is not
    counted.
    """
    last = _last_of_the_form(family, taken)
    other_day = _other_form_from(family, taken, last)
    found: list[tuple[int, Ending]] = []
    if last is not None and last.stopped_day is not None:
        switched = other_day is not None and other_day <= last.stopped_day + 1
        found.append((last.stopped_day, _why_stopped(last.stop_reason, switched=switched)))
    if fate.died_day is not None:
        found.append((fate.died_day, Ending.DIED))
    elif fate.has_left:
        found.append((heard_day, Ending.TRANSFERRED if fate.is_transferred else Ending.LOST))
    elif fate.unreachable_day is not None:
        found.append((heard_day, Ending.LOST))
    if not found:
        return Ended(Ending.FOLLOWED, None)
    day, ending = min(found, key=lambda one: (one[0], _ORDER.index(one[1])))
    return Ended(ending, day, other_day)


def _last_of_the_form(family: Family, taken: Sequence[Taken]) -> Taken | None:
    """The regimen with which the form ended: another product of the same form goes on where one ends.

    After a stop for harm it goes on only if the other ran already: a new one would be a second start.
    """
    last: Taken | None = None
    for regimen in taken:
        if regimen.family is not family:
            continue
        if last is not None and not _goes_on(last, regimen):
            break
        if last is None or _ends_later(regimen, last):
            last = regimen
    return last


def _goes_on(last: Taken, regimen: Taken) -> bool:
    if last.stopped_day is None:
        return True
    harm = last.stop_reason == StopReason.HARM
    return regimen.day < last.stopped_day if harm else regimen.day <= last.stopped_day


def _ends_later(regimen: Taken, last: Taken) -> bool:
    if last.stopped_day is None:
        return False
    return regimen.stopped_day is None or regimen.stopped_day >= last.stopped_day


def _other_form_from(family: Family, taken: Sequence[Taken], last: Taken | None) -> int | None:
    """The first day of another form after the one of the series had ended."""
    if last is None or last.stopped_day is None:
        return None
    later = (t.day for t in taken if t.family is not family and t.day >= last.stopped_day)
    return min(later, default=None)


def _why_stopped(reason: str, *, switched: bool) -> Ending:
    if reason in _BY_REASON:
        return _BY_REASON[StopReason(reason)]
    return Ending.SWITCHED if switched else Ending.STOPPED_OTHERWISE


def has_left(status: str, *, heard_after_cut: bool) -> bool:
    """Whether a person who has left had left by the data cut: who came later had not."""
    return status == Status.LEFT and not heard_after_cut
