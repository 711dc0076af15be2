"""Which device speaks on which day, where devices change, and where nobody spoke (pure).

Several devices may send one kind. They are never summed and never averaged together: on each day one speaks,
the first in the order that a person gave (without one: the newest device first), and the others stand beside
it. A day without a reading is missing, never zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from uuid import UUID

# From so many days without a reading on the silence is a gap and is shown (S: charging, travel and a late
# synchronisation are shorter).
GAP_DAYS = 3


@dataclass(frozen=True)
class SourceDay:
    """The middle reading of one device on one day, in the canonical unit; `count` readings it stands for."""

    device: UUID
    on: date
    value: Decimal
    count: int


@dataclass(frozen=True)
class ShownDay:
    """The device that speaks on a day, and what the others say."""

    spoken: SourceDay
    beside: tuple[SourceDay, ...] = ()

    @property
    def on(self) -> date:
        return self.spoken.on


@dataclass(frozen=True)
class Gap:
    """Days without a reading, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Daily:
    """One kind over time. `runs` are broken where the device changes and at gaps: no line joins them."""

    days: tuple[ShownDay, ...] = ()
    runs: tuple[tuple[ShownDay, ...], ...] = ()
    # (the first day of another device, that device), without the first of all.
    changes: tuple[tuple[date, UUID], ...] = ()
    gaps: tuple[Gap, ...] = ()


def in_order(given: Sequence[UUID], newest_first: Sequence[UUID]) -> list[UUID]:
    """All devices: those that a person put in order, then the others, the newest first."""
    known = [device for device in dict.fromkeys(given) if device in newest_first]
    return known + [device for device in newest_first if device not in known]


def daily(rows: Iterable[SourceDay], order: Sequence[UUID], until: date) -> Daily:
    """The days of one kind up to `until`, the day to which silence is counted."""
    place = {device: n for n, device in enumerate(order)}
    by_day = groupby(sorted(rows, key=lambda row: (row.on, place[row.device])), key=lambda row: row.on)
    days = tuple(ShownDay(first, tuple(beside)) for _, (first, *beside) in by_day)
    gaps = tuple(_gaps([day.on for day in days], until))
    changes = tuple(
        (day.on, day.spoken.device)
        for before, day in pairwise(days)
        if day.spoken.device != before.spoken.device
    )
    broken_on = {on for on, _ in changes} | {gap.last + timedelta(days=1) for gap in gaps}
    return Daily(days, tuple(_runs(days, broken_on)), changes, gaps)


def _gaps(days: Sequence[date], until: date) -> Iterable[Gap]:
    """Silences of GAP_DAYS and more; the last one ends with `until`."""
    one = timedelta(days=1)
    for before, after in pairwise([*days, until + one] if days else []):
        gap = Gap(before + one, after - one)
        if gap.days >= GAP_DAYS:
            yield gap


def _runs(days: Sequence[ShownDay], broken_on: set[date]) -> Iterable[tuple[ShownDay, ...]]:
    run: list[ShownDay] = []
    for day in days:
        if run and day.on in broken_on:
            yield tuple(run)
            run = []
        run.append(day)
    if run:
        yield tuple(run)
