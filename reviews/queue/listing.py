"""The review queue: one row per patient, the most urgent standing flag first.

Which flag speaks for its patient, in which group it stands and in which order is decided by one statement
(`reviews.queue.standing`). Only the rows shown are read with all that they say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reviews.models import Rule
from reviews.moments import Moment
from reviews.queue.groups import GROUPS, RANK, Group
from reviews.queue.holders import Holders
from reviews.queue.rows import Row, rows_of
from reviews.queue.standing import Standing, standing
from reviews.queue.wanted import Wanted

# So many rows a page shows at first, and so many of each open group at least; the rest is one press away.
ROWS = 20
LEAST = 3
# So many more at each press.
MORE = 50
# Of one group, when the page comes again for somebody who has opened more.
MOST = 300

CHIP_LABELS = {
    Rule.RE_EVALUATION: "Re‑evaluation",
    Rule.SYMPTOM: "Symptoms",
    Rule.LAB_OUT_OF_RANGE: "Results",
    Rule.KIDNEY: "Kidney",
    Rule.OUTCOME_WORSE: "GAD‑7",
    Rule.LAB_NOT_BACK: "Not back",
    Rule.DOSE_ABOVE_CAP: "Dose",
    Rule.INTERACTION: "Interaction",
}


@dataclass(frozen=True)
class Listed:
    """A group with the rows shown of it; `more_from` is the offset of the next ones, None at the end.

    A group that is not `is_open` shows none before somebody opens it.
    """

    group: Group
    count: int
    rows: list[Row]
    more_from: int | None
    next_snooze: datetime | None = None
    is_open: bool = True
    rule_words: str = ""


@dataclass(frozen=True)
class Chip:
    """One filter with how many patients it names."""

    rule: str
    label: str
    count: int


@dataclass
class Queue:
    """All that the page shows; counts name patients. `new` are those with a flag raised after `new_since`."""

    groups: list[Listed] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    everybody: int = 0
    patients: int = 0
    act_today: int = 0
    badge: int = 0
    no_owner: int = 0
    new: int = 0

    @property
    def listed(self) -> int:
        """Patients in all groups, the closed ones too."""
        return sum(listed.count for listed in self.groups)


def queue(
    now: Moment,
    wanted: Wanted,
    *,
    holders: Holders | None = None,
    new_since: datetime | None = None,
    shown: Mapping[str, int] | None = None,
) -> Queue:
    """The first rows of every open group, with counts of patients.

    `shown` says which groups somebody has open, and how many rows of each; else the groups say themselves,
    and a closed one opens when nothing else is left of what was asked for.
    """
    most = max(ROWS, *(shown or {"": 0}).values())
    holders = holders or Holders.of(now.clinic, now.at)
    found = standing(now, wanted, holders, new_since=new_since, most=min(most, MOST))
    numbers = _numbers(found, _open(found, wanted, shown), shown or {})
    rows = rows_of(now, found.first(numbers), holders, new_since)
    groups = [
        _listed(now, group, found, rows.get(group.rank, []), 0, group.rank in numbers)
        for group in GROUPS
        if found.of(group.rank).count or group.key == "ACT_TODAY"
    ]
    return Queue(
        groups=groups,
        chips=[Chip(rule, label, found.by_rule[rule]) for rule, label in CHIP_LABELS.items()],
        everybody=found.any_rule,
        patients=found.wanted,
        act_today=found.of(RANK["ACT_TODAY"]).count,
        badge=found.badge,
        no_owner=found.no_owner,
        new=found.new,
    )


def more(
    now: Moment,
    wanted: Wanted,
    key: str,
    offset: int,
    *,
    holders: Holders | None = None,
    new_since: datetime | None = None,
) -> Listed:
    """The rows of one group from `offset` on."""
    group = GROUPS[RANK[key]]
    holders = holders or Holders.of(now.clinic, now.at)
    found = standing(now, wanted, holders, first=offset, most=MORE)
    places = found.first({group.rank: MORE})
    rows = rows_of(now, places, holders, new_since).get(group.rank, [])
    return _listed(now, group, found, rows, offset, True)


def _open(found: Standing, wanted: Wanted, shown: Mapping[str, int] | None) -> list[Group]:
    if shown is not None:
        return [group for group in GROUPS if group.key in shown]
    return [group for group in GROUPS if not group.closed or (wanted.asks and not found.wanted)]


def _numbers(found: Standing, groups: list[Group], shown: Mapping[str, int]) -> dict[int, int]:
    """{rank: rows}: a few of each group, the rest of the page from the top on, and never less than shown."""
    counts = {group.rank: found.of(group.rank).count for group in groups}
    numbers = {rank: min(count, LEAST) for rank, count in counts.items()}
    left = ROWS - sum(numbers.values())
    for rank, count in counts.items():
        further = max(min(count - numbers[rank], left), 0)
        numbers[rank] += further
        left -= further
    kept = {RANK[key]: min(number, MOST) for key, number in shown.items() if key in RANK}
    return {rank: max(number, min(kept.get(rank, 0), counts[rank])) for rank, number in numbers.items()}


def _listed(
    now: Moment, group: Group, found: Standing, rows: list[Row], offset: int, is_open: bool
) -> Listed:
    tally, words = found.of(group.rank), group.rule_words(now.thresholds)
    end = offset + len(rows)
    snooze = tally.next_snooze if group.key == "SNOOZED" else None
    more_from = end if end < tally.count and (rows or not is_open) else None
    return Listed(group, tally.count, rows, more_from, snooze, is_open, words)
