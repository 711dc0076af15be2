"""How the API reads the versions of the protocol, and saves the draft. What acts on patients is above."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as Refused
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.answers import renamed
from accounts.permissions import Act
from accounts.resources import Resource
from accounts.shapes import Amount
from protocols.drafts import LONGEST_SUMMARY, save_draft
from protocols.models import Protocol
from protocols.versions import adopted_versions, draft_of, lines_of

STATES = ["DRAFT", "IN_FORCE", "EARLIER"]


class ThresholdShape(serializers.Serializer[Any]):
    """One number, with all that a reader needs to judge it."""

    name = serializers.CharField(source="threshold.name")
    label = serializers.CharField(  # type: ignore[assignment]
        source="threshold.label", help_text="What it does."
    )
    group = serializers.CharField(source="threshold.group")
    value = Amount()
    unit = serializers.CharField(source="threshold.unit")
    source = serializers.CharField(source="threshold.source")  # type: ignore[assignment]
    mark = serializers.CharField(source="threshold.mark")
    claim = serializers.CharField(
        source="threshold.claim", help_text="Of the founding article; empty if it rests on none."
    )
    since = serializers.IntegerField(help_text="The version from which this value stands unbroken.")


class ProtocolShape(serializers.ModelSerializer[Protocol]):
    """`edition` changes with each change of a draft; who saves or adopts it says which they read."""

    state = serializers.SerializerMethodField()
    adopted_by = serializers.CharField(source="adopted_by.name", allow_null=True, default=None)
    drafted_by = serializers.CharField(source="drafted_by.name", allow_null=True, default=None)
    edition = serializers.CharField()
    thresholds = serializers.SerializerMethodField()

    class Meta:
        model = Protocol
        fields = [
            "id",
            "version",
            "state",
            "summary",
            "edition",
            "drafted_at",
            "drafted_by",
            "adopted_at",
            "adopted_by",
            "thresholds",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, protocol: Protocol) -> str:
        if protocol.adopted_at is None:
            return "DRAFT"
        return "IN_FORCE" if protocol.pk == self._adopted[-1].pk else "EARLIER"

    @extend_schema_field(ThresholdShape(many=True))
    def get_thresholds(self, protocol: Protocol) -> Any:
        before = [version for version in self._adopted if version.version < protocol.version]
        return ThresholdShape(lines_of([*before, protocol]), many=True).data

    @property
    def _adopted(self) -> list[Protocol]:
        adopted: list[Protocol] = self.context["view"].adopted
        return adopted


class DraftGiven(serializers.Serializer[Any]):
    values = serializers.DictField(
        child=serializers.DecimalField(max_digits=9, decimal_places=4),
        help_text="{name: value} of the numbers that change; the others stay as the draft has them, or the "
        "version in force where there is no draft.",
    )
    summary = serializers.CharField(max_length=LONGEST_SUMMARY, help_text="What changes and why.")
    edition = serializers.CharField(
        max_length=16,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of the draft as you read it, empty where there was none; 409 if it changed since.",
    )


class ProtocolReading(Resource):
    """The versions that the clinic followed, newest first, and its draft."""

    queryset = Protocol.objects.all()
    serializer_class = ProtocolShape
    lookup_value_converter = "int"
    acts: ClassVar[Mapping[str, Act]] = {
        "list": Act.SEE_PROTOCOL,
        "retrieve": Act.SEE_PROTOCOL,
        "draft": Act.DRAFT_PROTOCOL,
    }
    inputs: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {"draft": DraftGiven}
    made = {"draft"}

    @cached_property
    def adopted(self) -> list[Protocol]:
        """Oldest first; the last is in force."""
        return adopted_versions(self.clinic)

    def get_queryset(self) -> QuerySet[Protocol]:
        draft = draft_of(self.clinic)
        keys = [version.pk for version in self.adopted] + ([draft.pk] if draft else [])
        return Protocol.objects.filter(pk__in=keys).select_related("adopted_by", "drafted_by")

    @action(detail=False, methods=["post"])
    def draft(self, request: Request) -> Response:
        """Save the clinic's draft, or start it. It changes nothing until a second clinician adopts it."""
        given = self.given()
        try:
            saved = save_draft(by=self.actor, at=self.at, **given)
        except Refused as refused:
            raise _at_the_values(refused) from refused
        return self.shown(saved, status=201)


def _at_the_values(refused: Refused) -> Refused:
    """The refusals of a number stand in the body under `values`."""
    if not hasattr(refused, "error_dict"):
        return refused
    return renamed(refused, lambda name: name if name in ("summary", "__all__") else f"values.{name}")
