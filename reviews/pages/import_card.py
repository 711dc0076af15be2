"""A file of results as its page shows it: how far it is, where its rows are, what can be done with it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from accounts.long_work import WorkState
from accounts.wording import NO_BREAK, listed
from audit.models import AuditEvent
from labs.models import UNDO_WITHIN, Import, ImportRow, ImportStage, RowOutcome, Settled

# Rung at once, and each minute by the clock: who waits longer waits for a process that does not run.
PATIENCE = timedelta(minutes=2)
_ASKED = ("RECEIVE_FILE", "CHECK_IMPORT", "ASK_COMMIT_IMPORT", "ASK_UNDO_IMPORT")
_DOING = {
    ImportStage.READING: ("Reading the file", "Read"),
    ImportStage.COMMITTING: ("Storing the results", "Stored"),
    ImportStage.UNDOING: ("Taking the results back", "Taken back"),
}
STEPS = ("Drop file", "Check rows", "Commit")
# How many of the three steps are behind a file.
_BEHIND = {ImportStage.COMMITTED: 3, ImportStage.COMMITTING: 2, ImportStage.UNDOING: 2}
_KIND = {
    RowOutcome.READY: "ready", RowOutcome.CONVERTED: "converted", RowOutcome.ALREADY_STORED: "already_stored",
    RowOutcome.UNMATCHED: "unmatched", RowOutcome.ERROR: "errors",
}  # fmt: skip
# The bar is drawn this wide and stretched to the card.
BAR_WIDTH = 1000


@dataclass(frozen=True)
class Part:
    """Some rows of a file that share a fate; `x` and `width` are its place in the bar."""

    code: str
    label: str
    count: int
    x: float = 0
    width: float = 0


@dataclass(frozen=True)
class Step:
    number: int
    name: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class ImportCard:
    """`checked` counts by what the check found, `settled` by where the rows went (labs.models.imports)."""

    source: Import
    at: datetime
    checked: dict[str, int]
    settled: dict[str, int]

    @classmethod
    def of(cls, source: Import, at: datetime) -> "ImportCard":
        return cls.of_all([source], at)[0]

    @classmethod
    def of_all(cls, sources: Sequence[Import], at: datetime) -> "list[ImportCard]":
        """Many at once, counted by one query."""
        counted = ImportRow.objects.filter(source__in=[source.pk for source in sources]).order_by()
        found: dict[Any, Counter[str]] = {source.pk: Counter() for source in sources}
        for pk, outcome, settled, n in counted.values_list("source", "outcome", "settled").annotate(
            Count("pk")
        ):
            found[pk].update({_KIND[outcome]: n, "rows": n, f"settled {settled}": n})
        return [
            cls(
                source,
                at,
                found[source.pk],
                {s.lower(): found[source.pk][f"settled {s}"] for s in Settled},
            )
            for source in sources
        ]

    @property
    def rows(self) -> int:
        return self.checked["rows"]

    @property
    def ready(self) -> int:
        return self.checked["ready"] + self.checked["converted"]

    @property
    def left_out(self) -> int:
        """Rows that a person has to do something about."""
        return self.checked["unmatched"] + self.checked["errors"]

    @property
    def steps(self) -> list[Step]:
        behind = _BEHIND.get(ImportStage(self.source.stage), 1)
        return [Step(n + 1, name, n < behind, n == behind) for n, name in enumerate(STEPS)]

    @property
    def is_settled(self) -> bool:
        """Whether each row says where it went."""
        return self.source.stage in (ImportStage.COMMITTED, ImportStage.UNDOING)

    @property
    def parts(self) -> list[Part]:
        """All that the bar and the filters show, in order of the picture: what is well first."""
        if self.is_settled:
            named = [(s.value, str(s.label), self.settled[s.lower()]) for s in Settled]
        else:
            named = [(o.value, str(o.label), self.checked[_KIND[o]]) for o in RowOutcome]
        return _drawn([Part(*part) for part in named])

    @property
    def counts(self) -> str:
        """Such as "38 ready, 4 unit converted, 1 already stored"."""
        told = [f"{part.count:,} {part.label.lower()}" for part in self.parts if part.count]
        return ", ".join(told) or "no rows"

    # --- while somebody works on it

    @property
    def is_under_way(self) -> bool:
        waits = self.source.state in (WorkState.WAITING, WorkState.RUNNING)
        return waits and self.source.stage in _DOING

    @property
    def doing(self) -> str:
        return _DOING[ImportStage(self.source.stage)][0]

    @property
    def total(self) -> int:
        """Of what `done` is a part: bytes while the file is read, then rows."""
        if self.source.stage == ImportStage.COMMITTING:
            return self.ready
        return self.settled["stored"] if self.source.stage == ImportStage.UNDOING else self.source.size

    @property
    def done(self) -> int:
        return min(self.source.done, self.total)

    @property
    def progress(self) -> str:
        if self.source.state == WorkState.WAITING:
            return "Waiting for a worker."
        verb = _DOING[ImportStage(self.source.stage)][1]
        if self.source.stage == ImportStage.READING:
            percent = 100 * self.done // self.total if self.total else 0
            return f"{verb}: {percent}{NO_BREAK}% of the file, {self.rows:,} rows."
        return f"{verb}: row {self.done:,} of {self.total:,}."

    @property
    def waits_long(self) -> bool:
        """Nobody took it up though nobody asked for it just now: worker or clock do not run."""
        if self.source.state != WorkState.WAITING:
            return False
        events = AuditEvent.objects.filter(clinic=self.source.clinic, at__gt=self.at - PATIENCE)
        return not events.filter(act__in=_ASKED, object_id=str(self.source.pk)).exists()

    @property
    def was_interrupted(self) -> bool:
        lease = self.source.lease_until
        return self.source.state == WorkState.RUNNING and lease is not None and lease <= self.at

    # --- what can be done

    @property
    def will(self) -> str:
        """Such as "42 results will be stored. 5 rows stay out, 1 is already stored."."""
        rest = []
        if self.left_out:
            rest.append(
                f"{self.left_out:,} row{_s(self.left_out)} stay{'' if _s(self.left_out) else 's'} out"
            )
        if stored := self.checked["already_stored"]:
            rest.append(f"{stored:,} {'are' if _s(stored) else 'is'} already stored")
        head = f"{self.ready:,} result{_s(self.ready)} will be stored." if self.ready else _NOTHING_READY
        return f"{head} {', '.join(rest)}.".strip() if rest else head

    @property
    def went(self) -> str:
        """ "42 stored, 1 already stored and 5 parked", without what is none."""
        return listed([f"{part.count:,} {part.label.lower()}" for part in self.parts if part.count])

    @property
    def undo_until(self) -> datetime:
        """The end of the time for undoing; before the commit, if it were now."""
        return (self.source.committed_at or self.at) + UNDO_WITHIN

    @property
    def may_undo(self) -> bool:
        return self.source.stage == ImportStage.COMMITTED and self.at <= self.undo_until


_NOTHING_READY = "No result can be stored."


def _s(number: int) -> str:
    return "" if number == 1 else "s"


def _drawn(parts: list[Part]) -> list[Part]:
    """The same with their places in the bar; a hair of white lies between two of them."""
    total, x, drawn = sum(part.count for part in parts), 0.0, []
    for part in parts:
        width = BAR_WIDTH * part.count / total if total else 0.0
        drawn.append(Part(part.code, part.label, part.count, round(x, 2), round(max(width - 2, 0), 2)))
        x += width
    return drawn
