"""Two exports must not tell by subtraction what neither tells alone (pure).

Of each release its people are kept, as keyed hashes, and the cells that it showed. Where the people of one
are within those of another, the difference of two counts is a count too, of the people between them: it
follows the same rule as every other cell. docs/adr/0021-releasing-an-export.md has reasons and limits.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from caseseries.deidentify import Cells, suppress

MEMBER_BYTES = 16


class CannotBeReleased(Exception):
    """The export would tell something together with an earlier one; the words say what to do."""


@dataclass(frozen=True)
class Told:
    """What one table shows: its cells, None where one is hidden, and the sum of the hidden ones, if told."""

    cells: Mapping[str, int | None]
    rest: int | None

    @classmethod
    def by(cls, cells: Cells) -> "Told":
        shown = {name: None if name in cells.hidden else n for name, n in cells.counts.items()}
        return cls(shown, cells.sum_of(*cells.hidden) if cells.hidden else 0)

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset(name for name, n in self.cells.items() if n is None)

    def sum_of(self, names: Collection[str]) -> int | None:
        """What a reader can know of these cells together; None for one that the table does not have."""
        hidden, asked = self.hidden, set(names)
        if not asked <= set(self.cells) or (hidden & asked and (self.rest is None or not hidden <= asked)):
            return None
        shown = sum(self.cells[name] or 0 for name in asked)
        return shown + (self.rest or 0) if hidden & asked else shown

    def to_json(self) -> dict[str, Any]:
        return {"cells": dict(self.cells), "rest": self.rest}


@dataclass(frozen=True)
class Release:
    """What is known of one export: its people, its tables by name, and the threshold they were shown at."""

    members: frozenset[bytes]
    tables: Mapping[str, Told]
    threshold: int

    @classmethod
    def from_stored(cls, members: bytes, tables: Mapping[str, Any], threshold: int) -> "Release":
        told = {name: Told(table["cells"], table["rest"]) for name, table in tables.items()}
        cut = range(0, len(members), MEMBER_BYTES)
        return cls(frozenset(members[n : n + MEMBER_BYTES] for n in cut), told, threshold)

    @property
    def is_silent(self) -> bool:
        """Whether no table shows anybody: a series below the threshold tells nothing to be subtracted."""
        return not any(told.rest or any(told.cells.values()) for told in self.tables.values())

    @property
    def packed_members(self) -> bytes:
        return b"".join(sorted(self.members))


def members_of(export_key: bytes, patient_ids: Iterable[UUID]) -> frozenset[bytes]:
    """People as the ledger knows them: the same in each export of a clinic, and nobody without its key."""
    return frozenset(
        hmac.digest(export_key, b"ledger" + patient_id.bytes, hashlib.sha256)[:MEMBER_BYTES]
        for patient_id in patient_ids
    )


def also_hidden(
    tables: Mapping[str, Cells], members: frozenset[bytes], threshold: int, past: Iterable[Release]
) -> dict[str, frozenset[str]]:
    """{table: cells that must be hidden too} beside what earlier releases told.

    Raises CannotBeReleased where hiding cells is not enough.
    """
    found: dict[str, Cells] = {}
    new = Release(members, {name: Told.by(cells) for name, cells in tables.items()}, threshold)
    for release in past:
        fewest = max(threshold, release.threshold)
        if not _comparable(new, release, fewest):
            continue
        for name in sorted(set(tables) & set(release.tables)):
            cells = found.get(name, tables[name])
            found[name] = _beside(cells, release.tables[name], fewest)
    changed = {name: cells.hidden - tables[name].hidden for name, cells in found.items()}
    return {name: hidden for name, hidden in changed.items() if hidden}


def check_beside(told: Release, past: Iterable[Release]) -> None:
    """Raises CannotBeReleased where an export that is made already would tell something beside another."""
    for release in past:
        fewest = max(told.threshold, release.threshold)
        if not _comparable(told, release, fewest):
            continue
        for name in set(told.tables) & set(release.tables):
            if _first_told(told.tables[name], release.tables[name], fewest) is not None:
                raise CannotBeReleased(
                    "Another export was released since this one was made, and the two could be subtracted. "
                    "Make it anew: it is then compared with the other."
                )


def _comparable(new: Release, old: Release, fewest: int) -> bool:
    """Whether one is within the other. Raises CannotBeReleased when too few people are between them."""
    if new.is_silent or old.is_silent:
        return False
    apart = len(new.members ^ old.members)
    if 0 < apart < fewest:
        raise CannotBeReleased(
            f"An earlier export has the same people but for fewer than {fewest}: they could be subtracted. "
            f"Export the same people again, or wait until {fewest} or more are different."
        )
    return new.members <= old.members or old.members <= new.members


def _beside(cells: Cells, old: Told, fewest: int) -> Cells:
    """The new cells with all hidden that a subtraction would tell."""
    while (told := _first_told(Told.by(cells), old, fewest)) is not None:
        shown = {name: n for name, n in cells.counts.items() if name not in cells.hidden and n}
        # A cell goes itself; of several that are known together only, a neighbour joins them.
        candidates = told & set(shown) or set(shown)
        if not candidates:
            raise CannotBeReleased(
                f"Together with an earlier export a group of fewer than {fewest} could be counted. "
                "Use the definition of the earlier export, or wait until more people are in it."
            )
        smallest = min(candidates, key=lambda name: (shown[name], name))
        cells = suppress(cells.counts, cells.threshold, also_hidden=cells.hidden | {smallest})
    return cells


def _first_told(new: Told, old: Told, fewest: int) -> frozenset[str] | None:
    """Cells whose people between the two releases would be counted, though they are fewer than allowed."""
    for block in _blocks(new, old):
        first, second = new.sum_of(block), old.sum_of(block)
        if first is not None and second is not None and 0 < abs(first - second) < fewest:
            return block
    return None


def _blocks(new: Told, old: Told) -> list[frozenset[str]]:
    """The smallest sets of cells whose sums can be known in both; every other sum is made of these."""
    singles = [frozenset([name]) for name in new.cells if name not in new.hidden | old.hidden]
    apart = [new.hidden, old.hidden]
    return singles + (apart if not new.hidden & old.hidden else [new.hidden | old.hidden])
