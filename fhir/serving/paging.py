"""Pages of one list made of several tables: each begins where the last one stopped.

Rows are in order of a key that does not change, with the id behind it, so what is added or taken away
meanwhile neither repeats nor hides another row. The order by the last change is the exception: what changes
while somebody pages by it comes again, in its new form.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q

from fhir.serving.asking import CURSOR, Question, Refusal
from fhir.serving.source import Here, Source

SALT = "fhir.cursor"
# What is sorted by; ids need no key beside themselves.
_KEYS = {"date": "dated_at", "_lastUpdated": "changed_at", "_id": "", "": ""}


@dataclass(frozen=True)
class Stop:
    """Where a page ended: key and id of its last row, and how many there were in all at the first page."""

    sort: str
    key: str
    row: str
    total: int


@dataclass(frozen=True)
class Found:
    """One page: rows with their sources, how many there are in all, and the cursor of the next page or ""."""

    rows: list[tuple[Source, Any]]
    total: int
    next: str


def page(sources: Sequence[Source], question: Question, here: Here) -> Found:
    """The rows that a question asks for. Raises Refusal for a cursor that this server did not make."""
    stop = _stop(question) if question.cursor else None
    lists = [(source, _asked_of(source, question, here)) for source in sources]
    total = stop.total if stop else sum(rows.count() for _, rows in lists)
    if question.count == 0:
        return Found([], total, "")
    key, down = _order(question)
    order = [f"-{name}" if down else name for name in (key, "pk") if name]
    taken: list[tuple[Any, UUID, Source, Any]] = []
    for source, rows in lists:
        beyond = _beyond(stop, key, down) if stop else Q()
        for row in rows.filter(beyond).order_by(*order)[: question.count + 1]:
            taken.append((getattr(row, key) if key else None, row.pk, source, row))
    taken.sort(key=lambda one: (one[0], one[1]) if key else (one[1],), reverse=down)
    more, taken = len(taken) > question.count, taken[: question.count]
    follows = _cursor(question, taken[-1][0], taken[-1][1], total) if more else ""
    return Found([(source, row) for _, _, source, row in taken], total, follows)


def _asked_of(source: Source, question: Question, here: Here) -> Any:
    rows = source.rows(here)
    if not question.asks_by("by_id", "by_change"):
        rows = rows.filter(source.current if question.asks_by("by_status") else source.stands)
    for criterion in question.criteria:
        rows = source.narrowed(rows, criterion.parameter.way, criterion.values, here)
    return rows


def _order(question: Question) -> tuple[str, bool]:
    """The key and whether it descends; ids are made in order of time, and newest first is the rule."""
    sort = question.sort
    return _KEYS[sort.removeprefix("-")], sort.startswith("-") or not sort


def _beyond(stop: Stop, key: str, down: bool) -> Q:
    side = "lt" if down else "gt"
    after = Q(**{f"pk__{side}": UUID(stop.row)})
    if not key:
        return after
    value = datetime.fromisoformat(stop.key)
    return Q(**{f"{key}__{side}": value}) | Q(**{key: value}) & after


def _cursor(question: Question, key: datetime | None, row: UUID, total: int) -> str:
    stop = [question.sort, key.isoformat() if key else "", row.hex, total]
    return signing.dumps(stop, salt=SALT, compress=True)


def _stop(question: Question) -> Stop:
    """What a cursor says; it is signed, so what it holds is what this server wrote."""
    try:
        stop = Stop(*signing.loads(question.cursor, salt=SALT))
    except signing.BadSignature:
        raise Refusal(
            [(CURSOR, "This is no cursor of this server. Begin again at the first page.")]
        ) from None
    if stop.sort != question.sort:
        raise Refusal([(CURSOR, "The cursor belongs to another order. Begin again at the first page.")])
    return stop
