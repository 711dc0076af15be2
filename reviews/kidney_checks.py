"""When an eGFR is owed while magnesium is taken (pure). DESIGN rule KIDNEY; clinical facts 5.3 (S)."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from protocols.thresholds import Thresholds


@dataclass(frozen=True)
class Reading:
    """One eGFR: its id and the local day of the sample."""

    result_id: Hashable
    on: date


@dataclass(frozen=True)
class Owed:
    """An eGFR owed from `owed_from`, due by `due_on`; its absence asks for review from `alert_on`."""

    owed_from: date
    due_on: date
    alert_on: date
    met_by: Hashable | None


@dataclass(frozen=True)
class Course:
    """A stretch of days on which magnesium was taken; `until` is the start of the next, None for the last."""

    started_on: date
    until: date | None
    window_ends: Sequence[date]


def owed_checks(
    courses: Sequence[Course],
    readings: Sequence[Reading],
    *,
    at_risk_from: date | None,
    thresholds: Thresholds,
) -> list[Owed]:
    """The chain of kidney checks of each course, oldest first; `readings` oldest first.

    A start owes one at once when there is no eGFR of the last 12 months; each eGFR closes what is
    owed and owes the next a year later. At risk (from `at_risk_from` on, the day of birth for always):
    asked for at once. Otherwise it rides on the next re-evaluation and asks for review when that has
    passed without it. What a course left open ends with the start of the next, which owes by itself.
    """
    owed = [check for course in courses for check in _chain(course, readings, at_risk_from, thresholds)]
    # Two readings on one day owe the same next check: keep the last word on each date.
    return list({check.owed_from: check for check in owed}.values())


def _chain(
    course: Course, readings: Sequence[Reading], at_risk_from: date | None, thresholds: Thresholds
) -> list[Owed]:
    before = [r for r in readings if r.on <= course.started_on]
    since = course.started_on
    if before:
        since = max(since, _a_year_after(before[-1].on, thresholds))
    chain: list[Owed] = []
    for reading in readings:
        if course.started_on < reading.on and (course.until is None or reading.on <= course.until):
            chain.append(_owed(since, at_risk_from, course, thresholds, reading.result_id))
            since = _a_year_after(reading.on, thresholds)
    if course.until is None:
        chain.append(_owed(since, at_risk_from, course, thresholds, None))
    return chain


def _owed(
    since: date, at_risk_from: date | None, course: Course, thresholds: Thresholds, met_by: Hashable | None
) -> Owed:
    rides_until = min(
        (end for end in course.window_ends if end >= since),
        default=since + timedelta(days=thresholds.re_evaluation_closes_days),
    )
    if at_risk_from is not None and at_risk_from <= rides_until:
        asks_on = max(since, at_risk_from)
        return Owed(since, asks_on, asks_on, met_by)
    return Owed(since, rides_until, rides_until + timedelta(days=1), met_by)


def _a_year_after(day: date, thresholds: Thresholds) -> date:
    """The same day of the month, `egfr_valid_months` later; 29 February becomes 1 March."""
    years, month = divmod(day.month - 1 + thresholds.egfr_valid_months, 12)
    year, month = day.year + years, month + 1
    try:
        return day.replace(year=year, month=month)
    except ValueError:
        following = date(year + month // 12, month % 12 + 1, 1)
        return following
