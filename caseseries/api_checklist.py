"""The reporting checklist of a locked definition: what is done, missing and open; and what people state."""

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from accounts.resources import Resource
from caseseries.acts import look_at_definition
from caseseries.acts_checklist import LONGEST_TEXT, state_for_report
from caseseries.checklist import QUESTIONS, ItemState, Kind, State, causal_words, checklist_of
from caseseries.models import Definition, Statement


class StatementsGiven(serializers.Serializer[Any]):
    """Texts by the code of their question; an empty text takes back what was stated before."""

    texts = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=LONGEST_TEXT),
        help_text=f"Keys: {', '.join(QUESTIONS)}.",
    )


class PartShape(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    states = serializers.CharField()
    sources = serializers.CharField(help_text="Guidelines that ask for it.")
    kind = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in Kind])
    state = serializers.ChoiceField(choices=[(state.value, state.label) for state in State])
    question = serializers.CharField(allow_null=True, help_text="Its code; null where the records answer.")
    text = serializers.CharField()
    causal_words = serializers.ListField(
        child=serializers.CharField(), help_text="Words that claim a cause, which no series shows."
    )


class ChecklistShape(serializers.Serializer[Any]):
    definition = serializers.UUIDField()
    missing = serializers.IntegerField(help_text="Questions that nobody has answered yet.")
    parts = PartShape(many=True)


class ChecklistResource(Resource):
    """By the id of a definition. Counts are suppressed for whom they are elsewhere."""

    queryset = Definition.objects.select_related("protocol")
    serializer_class = ChecklistShape
    acts = {"retrieve": Act.EXPORT_SERIES, "statements": Act.EXPORT_SERIES}
    inputs = {"statements": StatementsGiven}

    def retrieve(self, request: Request, **address: Any) -> Response:
        return Response(self._checklist(self.get_object()))

    @action(detail=True, methods=["post"])
    def statements(self, request: Request, **address: Any) -> Response:
        """State texts for the report; the newest of each question counts."""
        texts = self.given()["texts"]
        definition = self.get_object()
        state_for_report(definition=definition, texts=texts, by=self.actor, at=self.at)
        return Response(self._checklist(definition))

    def _checklist(self, definition: Definition) -> dict[str, Any]:
        series = look_at_definition(definition=definition, by=self.actor, at=self.at)
        states = checklist_of(series, Statement.objects.newest(definition))
        return {
            "definition": str(definition.pk),
            "missing": sum(state.state is State.MISSING for state in states),
            "parts": [_part(state) for state in states],
        }


def _part(state: ItemState) -> dict[str, Any]:
    return {
        "number": state.item.number,
        "states": state.item.states,
        "sources": state.item.source,
        "kind": state.kind,
        "state": state.state,
        "question": state.question.code if state.question else None,
        "text": state.text,
        "causal_words": causal_words(state.text) if state.question else [],
    }
