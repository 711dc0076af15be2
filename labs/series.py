"""The results of one analyte as points in time, and where two of them were measured otherwise (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# What is told of how a value was measured, with what is said where it changes; the first that does is named.
HOW = {
    "analyzer": "another analyzer",
    "laboratory": "another laboratory",
    "method": "another method",
    "test": "another kind of test",
}


@dataclass(frozen=True)
class LabPoint:
    """One result in the canonical unit; `side` is in, high, low or none; the interval is that of this result.

    `state` is empty while the result stands, else superseded, withdrawn or preliminary. `how` says by what it
    was measured, by the names of HOW; what is not known is left out.
    """

    on: date
    value: Decimal
    side: str
    low: Decimal | None = None
    high: Decimal | None = None
    comparator: str = ""
    state: str = ""
    is_doubtful: bool = False
    how: Mapping[str, str] = field(default_factory=dict)

    @property
    def stands(self) -> bool:
        return not self.state

    @property
    def joins(self) -> bool:
        """Whether a line may lead to it: it stands, its sample is sound, and its value is a number."""
        return self.stands and not self.is_doubtful and not self.comparator


def changes(points: Sequence[LabPoint]) -> list[str]:
    """For each point, oldest first, what is new in how it was measured; empty where nothing is known to be.

    Compared with what was last told, so that a result of which nothing is known hides no change. What does
    not stand is passed over.
    """
    known: dict[str, str] = {}
    found = []
    for point in points:
        if not point.stands:
            found.append("")
            continue
        told = {name: " ".join(word.casefold().split()) for name, word in point.how.items() if word.strip()}
        new = (
            words
            for name, words in HOW.items()
            if name in known and told.get(name, known[name]) != known[name]
        )
        found.append(next(new, ""))
        known |= told
    return found


def runs(points: Sequence[LabPoint]) -> list[list[LabPoint]]:
    """Stretches that one line may join: broken where the way of measuring changes, and at comparators."""
    found: list[list[LabPoint]] = [[]]
    for point, change in zip(points, changes(points), strict=True):
        if change or (point.stands and point.comparator):
            found.append([])
        if point.joins:
            found[-1].append(point)
    return [run for run in found if len(run) > 1]
