"""The reporting checklist as its page shows it: one row an item, with the fields of its questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.forms import BoundField

from caseseries.checklist import Item, ItemState, State, causal_words
from caseseries.forms_checklist import ChecklistForm


@dataclass(frozen=True)
class PartRow:
    """One part; `field` is None where the records answer. `causal`: words that claim a cause."""

    state: State
    kind: str
    text: str
    field: BoundField | None
    causal: str

    @property
    def says_article(self) -> bool:
        """Whether it speaks of the dose that people were lowered to, which only the article names (C33)."""
        return self.field is None and "founding article" in self.text


@dataclass(frozen=True)
class ItemRow:
    """One of the 30 items."""

    item: Item
    parts: list[PartRow]


def rows_of(states: Sequence[ItemState], form: ChecklistForm) -> list[ItemRow]:
    """The items in their order."""
    return [
        ItemRow(item, [_part(state, form) for state in parts])
        for item, parts in groupby(states, key=lambda state: state.item)
    ]


def _part(state: ItemState, form: ChecklistForm) -> PartRow:
    field = None if state.question is None else form[state.question.code]
    causal = causal_words(state.text) if state.question is not None else []
    return PartRow(state.state, state.kind.label, state.text, field, ", ".join(causal))
