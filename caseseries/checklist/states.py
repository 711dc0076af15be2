"""The state of each part of the checklist: done, missing or open (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from caseseries.checklist.computed import computed
from caseseries.checklist.items import ITEMS, Item, Kind, Question
from caseseries.series import Series


class State(StrEnum):
    """MISSING: somebody has to answer. OPEN: the author may still write it."""

    DONE = "DONE"
    MISSING = "MISSING"
    OPEN = "OPEN"

    @property
    def label(self) -> str:
        return self.value.lower()


@dataclass(frozen=True)
class ItemState:
    """One part of one item, with its text; `question` is None where the records answer."""

    item: Item
    kind: Kind
    state: State
    text: str
    question: Question | None = None


def checklist_of(series: Series, statements: Mapping[str, str]) -> list[ItemState]:
    """All parts in the order of the items. `statements` has the newest text by the code of its question."""
    said = computed(series)
    return [part for item in ITEMS for part in _parts(item, said, statements)]


def _parts(item: Item, said: Mapping[int, str], statements: Mapping[str, str]) -> Iterator[ItemState]:
    if item.computed:
        yield ItemState(item, Kind.COMPUTED, State.DONE, said[item.number])
    for question in item.questions:
        text = statements.get(question.code, "").strip()
        without = State.MISSING if question.kind is Kind.ATTESTED else State.OPEN
        yield ItemState(item, question.kind, State.DONE if text else without, text, question)
