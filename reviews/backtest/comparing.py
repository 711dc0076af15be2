"""Comparing what was raised with what other numbers would have raised (pure: no Django, no clock).

`then` is what was raised, `live` what the replay under the live numbers asks, `tried` what it asks under the
others. Only what the live replay reproduces is compared; the rest is counted apart, each with its reason.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

# The line of re-evaluations whose window has closed; beside the rules, since it is no rule of its own.
OVERDUE, RE_EVALUATION = "OVERDUE", "RE_EVALUATION"
# What is found when somebody looks: these tell of a patient, the others of what is owed or prescribed.
CLINICAL = ("SYMPTOM", "LAB_OUT_OF_RANGE", "OUTCOME_WORSE")
Cause = tuple[Hashable, ...]
Question = tuple[str, Cause]
# Why a flag that was raised is not asked for again, or the other way round.
EARLIER_VERSION, CORRECTED, CHANGED, UNEXPLAINED = "EARLIER_VERSION", "CORRECTED", "CHANGED", "UNEXPLAINED"


@dataclass(frozen=True)
class Asked:
    """One question to a clinician: a rule (or OVERDUE) and its cause, with the local day of it.

    `fate` is what became of the flag: ACTED, ANSWERED, DISMISSED or STANDING; `closed_on` its day. `protocol`
    is the version that raised it; `corrected` says that the record was corrected under it.
    """

    line: str
    cause: Cause
    on: date
    fate: str
    closed_on: date | None
    protocol: int
    corrected: bool


@dataclass(frozen=True)
class Ways:
    """Three ways of one patient through the same days.

    `ahead`: {question that was not asked by the end: the day on which it will be, if nobody acts}, under the
    live and the tried numbers. `why_not` says for a question that is not reproduced why.
    """

    then: Iterable[Asked]
    live: Iterable[Asked]
    tried: Iterable[Asked]
    live_ahead: Mapping[Question, date]
    tried_ahead: Mapping[Question, date]
    holds: Callable[[date], bool]
    why_not: Callable[[Asked], str]


@dataclass
class Line:
    """Counts of one rule.

    `then`: flags that were raised. Each is not reproduced, the same, moved (`days`: {days later, or earlier
    below 0: flags}) or gone ({fate: flags}). `found` of those later or gone: on the day on which they were
    closed, something about the patient was found. `now`: flags that the tried numbers raise in the days;
    among them `new` ones, and `moved_in` from before or after the days. `not_raised`: what the live replay
    asks for although no flag was raised.
    """

    then: int = 0
    now: int = 0
    same: int = 0
    new: int = 0
    moved_in: int = 0
    gone: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    found: int = 0
    not_reproduced: Counter[str] = field(default_factory=Counter)
    not_raised: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in ("then", "now", "same", "new", "moved_in", "found")}
        counted = {name: getattr(self, name) for name in ("gone", "days", "not_reproduced", "not_raised")}
        return plain | {name: {str(key): n for key, n in sorted(c.items())} for name, c in counted.items()}


def compare(ways: Ways) -> dict[str, Line]:
    """{rule, or OVERDUE: its counts}."""
    then, live, tried = (_first(asked) for asked in (ways.then, ways.live, ways.tried))
    looked = {asked.on for asked in then.values() if asked.line in CLINICAL}
    lines: dict[str, Line] = {}
    for question in sorted({*then, *live, *tried}, key=str):
        line = lines.setdefault(question[0], Line())
        _count(line, then.get(question), live.get(question), tried.get(question), ways, looked)
    return lines


def added(found: Mapping[str, Any], more: Mapping[str, Line]) -> dict[str, Any]:
    """The counts of a run with those of one more patient; {} to begin with."""
    total = {name: dict(counts) for name, counts in found.items()}
    for name, line in more.items():
        total[name] = _sum(total.get(name, {}), line.to_json())
    return dict(sorted(total.items()))


def _sum(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _sum(one.get(key, {}), value) if isinstance(value, dict) else one.get(key, 0) + value
        for key, value in {**one, **other}.items()
        for value in [other.get(key, {} if isinstance(value, dict) else 0)]
    }


def _first(asked: Iterable[Asked]) -> dict[Question, Asked]:
    """Each question once, when it was first asked: one that cleared and stood again is the same."""
    found: dict[Question, Asked] = {}
    for one in asked:
        question = (one.line, one.cause)
        if question not in found or one.on < found[question].on:
            found[question] = one
    return found


def _count(
    line: Line, then: Asked | None, live: Asked | None, tried: Asked | None, ways: Ways, looked: set[date]
) -> None:
    raised = then is not None and ways.holds(then.on)
    line.then += raised
    if then is not None and (live is None or live.on != then.on):
        line.not_reproduced.update([ways.why_not(then)] if raised else [])
        return
    if then is None and live is not None:
        line.not_raised.update([ways.why_not(live)] if ways.holds(live.on) else [])
        return
    moved = _moved(live, tried, ways)
    comes = tried is not None and ways.holds(tried.on)
    line.now += comes
    if raised and then is not None:
        _count_moved(line, then, moved, looked)
    else:
        line.new += comes and moved is None
        line.moved_in += comes and moved is not None


def _count_moved(line: Line, then: Asked, moved: int | None, looked: set[date]) -> None:
    if moved is None:
        line.gone[then.fate] += 1
    elif moved:
        line.days[moved] += 1
    else:
        line.same += 1
    line.found += (moved is None or moved > 0) and then.closed_on in looked


def _moved(live: Asked | None, tried: Asked | None, ways: Ways) -> int | None:
    """Days by which the question comes later (above 0) or earlier; None where one of them never asks it."""
    before = live.on if live else _ahead(tried, ways.live_ahead)
    after = tried.on if tried else _ahead(live, ways.tried_ahead)
    return None if before is None or after is None else (after - before).days


def _ahead(asked: Asked | None, ahead: Mapping[Question, date]) -> date | None:
    """When the same question will be asked after the days that are tried."""
    return ahead.get((asked.line, asked.cause)) if asked is not None else None
