"""Which of several versions of one result stands (pure).

A laboratory says PRELIMINARY, then FINAL, then perhaps CORRECTED, and may take it back; messages come in any
order and more than once. So what stands follows from what was said, never from when it came: the higher
status, of equal ones what the laboratory dated later, of those what came last. Who sends an old version again
with a new date does not bring it back.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

RANK = {"PRELIMINARY": 0, "FINAL": 1, "CORRECTED": 2}
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    """One thing that was said of a result. `identity` is the laboratory's own name for it, empty without one;
    `sample` is what the result is of: analyte, code and time; `came` orders by arrival."""

    key: Hashable
    identity: str
    sample: tuple[Hashable, ...]
    status: str
    reported_at: datetime | None
    came: tuple[datetime, str]

    @property
    def rank(self) -> int:
        """Raises KeyError for a status that is no version: what was entered in error."""
        return RANK[self.status]

    @property
    def standing_order(self) -> tuple[int, datetime, tuple[datetime, str]]:
        return self.rank, self.reported_at or _NEVER, self.came


def superseded(versions: Iterable[Version]) -> dict[Hashable, Hashable]:
    """{key of a version that does not stand: key of the one that stands in its place}.

    Under one identity one version stands. Without an identity a sample tells versions apart only by status: a
    correction, or a final result, stands in the place of a lower one of the same sample; two of one status
    both stand, since they may be two measurements.
    """
    found: dict[Hashable, Hashable] = {}
    standing: dict[tuple[Hashable, ...], list[Version]] = defaultdict(list)
    for identity, group in _grouped(versions):
        same = list(group)
        if identity:
            newest = max(same, key=lambda version: version.standing_order)
            found |= {version.key: newest.key for version in same if version is not newest}
            same = [newest]
        for version in same:
            standing[version.sample].append(version)
    for same in standing.values():
        found |= _outranked(same)
    return {key: _end(found, winner) for key, winner in found.items()}


def cancelled(versions: Iterable[Version], identities: Set[str]) -> set[Hashable]:
    """Keys of the versions whose result the laboratory took back, whatever came before or after."""
    return {version.key for version in versions if version.identity in identities and version.identity}


def _grouped(versions: Iterable[Version]) -> Iterable[tuple[str, Iterable[Version]]]:
    ordered = sorted(versions, key=lambda version: version.identity)
    return groupby(ordered, key=lambda version: version.identity)


def _outranked(same: Sequence[Version]) -> dict[Hashable, Hashable]:
    """Of one sample: those without identity, or beside one without, that a higher status outranks."""
    if len(same) < 2 or all(version.identity for version in same):
        return {}
    newest = max(same, key=lambda version: version.standing_order)
    lower = (version for version in same if version.rank < newest.rank)
    return {v.key: newest.key for v in lower if not (v.identity and newest.identity)}


def _end(found: dict[Hashable, Hashable], key: Hashable) -> Hashable:
    """The version at the end of the chain."""
    while key in found:
        key = found[key]
    return key
