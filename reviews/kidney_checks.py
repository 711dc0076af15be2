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


def owed_checks(
    started_on: date | None,
    readings: Sequence[Reading],
    *,
    at_risk: bool,
    window_ends: Sequence[date],
    thresholds: Thresholds,
) -> list[Owed]:
    """The chain of kidney checks since the first dose; `readings` oldest first.

    A start owes one at once when there is no eGFR of the last 12 months; each eGFR closes what is
    owed and owes the next a year later. At risk: asked for at once. Otherwise it rides on the next
    re-evaluation and asks for review when that has passed without it.
    """
    if started_on is None:
        return []
    before = [r for r in readings if r.on <= started_on]
    since = max(started_on, _a_year_after(before[-1].on, thresholds)) if before else started_on
    chain: list[Owed] = []
    for reading in (r for r in readings if r.on > started_on):
        chain.append(_owed(since, at_risk, window_ends, thresholds, reading.result_id))
        since = _a_year_after(reading.on, thresholds)
    chain.append(_owed(since, at_risk, window_ends, thresholds, None))
    # Two readings on one day owe the same next check: keep the last word on each date.
    return list({check.owed_from: check for check in chain}.values())


def _owed(
    since: date, at_risk: bool, window_ends: Sequence[date], thresholds: Thresholds, met_by: Hashable | None
) -> Owed:
    if at_risk:
        return Owed(since, since, since, met_by)
    due_on = min(
        (end for end in window_ends if end >= since),
        default=since + timedelta(days=thresholds.re_evaluation_closes_days),
    )
    return Owed(since, due_on, due_on + timedelta(days=1), met_by)


def _a_year_after(day: date, thresholds: Thresholds) -> date:
    """The same day of the month, `egfr_valid_months` later; 29 February becomes 1 March."""
    years, month = divmod(day.month - 1 + thresholds.egfr_valid_months, 12)
    year, month = day.year + years, month + 1
    try:
        return day.replace(year=year, month=month)
    except ValueError:
        following = date(year + month // 12, month % 12 + 1, 1)
        return following
