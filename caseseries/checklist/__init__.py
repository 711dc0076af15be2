"""The reporting checklist of a series: what a published case series must state, and what is still missing."""

from caseseries.checklist.causal import causal_words
from caseseries.checklist.items import ITEMS, QUESTIONS, Item, Kind, Question
from caseseries.checklist.states import ItemState, State, checklist_of

__all__ = [
    "ITEMS",
    "QUESTIONS",
    "Item",
    "ItemState",
    "Kind",
    "Question",
    "State",
    "causal_words",
    "checklist_of",
]
