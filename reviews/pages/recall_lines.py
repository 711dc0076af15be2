"""Missed windows as lines: where each stands on the ladder, and who may be booked together with others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Membership
from accounts.wording import listed, over
from reviews.models import Reevaluation
from reviews.moments import Moment
from reviews.recall_ladder import Rung, Step
from reviews.recalls import closing, missed, risks_of, rungs_of

SHOWN = {
    "": "All overdue",
    "due": "Due now",
    "waiting": "Waiting",
    "closing": "Window closing",
    "mine": "Mine",
}
SIZE = 50


@dataclass(frozen=True)
class RecallLine:
    """One re-evaluation that nobody came for; `risks` is empty for a stable patient."""

    row: Reevaluation
    rung: Rung
    words: str
    is_due: bool
    late: str
    risks: list[str]

    @property
    def alone(self) -> str:
        """Why it is booked alone, in words."""
        return listed(self.risks)

    @property
    def token(self) -> str:
        """The row with the version that was seen, as the page sends it."""
        return f"{self.row.pk}:{self.row.version}"

    @property
    def is_lost(self) -> bool:
        return self.rung.step is Step.PROPOSE_LOST and self.is_due


@dataclass(frozen=True)
class RecallPage:
    """So many lines of the list, sorted by what is due next; `after` is the offset of the next ones."""

    lines: list[RecallLine]
    count: int
    before: int | None
    after: int | None


def recall_page(now: Moment, mine: Membership, show: str, offset: int, size: int = SIZE) -> RecallPage:
    """The lines from `offset` on; nine queries, however long the list is."""
    found = ordered(now, mine, show)
    offset = offset if offset < len(found) else 0
    shown = found[offset : offset + size]
    return RecallPage(
        lines=lines_of(now, shown),
        count=len(found),
        before=max(offset - size, 0) if offset else None,
        after=offset + size if offset + size < len(found) else None,
    )


def ordered(now: Moment, mine: Membership, show: str) -> list[tuple[Reevaluation, Rung]]:
    """Each re-evaluation of the list with its step: what is due longest comes first."""
    rows: Any = closing(now) if show == "closing" else missed(now)
    if show == "mine":
        rows = rows.filter(patient__owner=mine)
    owed = list(rows.select_related("patient__owner__user"))
    rungs = rungs_of(owed, now)
    found = [(row, rungs[row.pk]) for row in owed]
    if show in ("due", "waiting"):
        found = [pair for pair in found if pair[1].is_due(now.on) == (show == "due")]
    return sorted(found, key=lambda pair: (pair[1].due_on, pair[0].closes_on, pair[0].pk))


def lines_of(now: Moment, found: Sequence[tuple[Reevaluation, Rung]]) -> list[RecallLine]:
    risks = risks_of([row for row, _ in found], now)
    return [
        RecallLine(
            row,
            rung,
            rung.words(now.on),
            rung.is_due(now.on),
            over(row.closes_on, now.on) if row.closes_on < now.on else "",
            risks[row.pk],
        )
        for row, rung in found
    ]
