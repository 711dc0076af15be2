"""Counting what a draft of the protocol would change, and adopting it; reading and drafting are below."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from protocols.api_protocols import ProtocolReading, ProtocolShape
from protocols.models import Protocol
from reviews.acts.adoption import adopt_protocol, count_draft
from reviews.adopting import left_out
from reviews.models import ProtocolRun, RunKind


class RunShape(serializers.ModelSerializer[ProtocolRun]):
    """Long work of a version: read it again until it is DONE or FAILED; `done` of `total` patients."""

    not_recomputed = serializers.SerializerMethodField(help_text="How many patients could not be.")
    raised = serializers.DictField(
        child=serializers.IntegerField(), help_text="{rule: flags} that newly stand, or would."
    )
    cleared = serializers.DictField(
        child=serializers.IntegerField(), help_text="{rule: flags} that cleared, or would."
    )

    class Meta:
        model = ProtocolRun
        fields = ["id", "kind", "state", "asked_at", "finished_at", "total", "done", "raised", "cleared"]
        fields += ["not_recomputed"]

    def get_not_recomputed(self, run: ProtocolRun) -> int:
        return len(left_out(run))


class VersionShape(ProtocolShape):
    """`run` is the newest count of a draft, or the work after an adoption."""

    run = serializers.SerializerMethodField()

    class Meta(ProtocolShape.Meta):
        fields = [*ProtocolShape.Meta.fields, "run"]

    @extend_schema_field(RunShape(allow_null=True))
    def get_run(self, protocol: Protocol) -> Any:
        kind = RunKind.COUNT if protocol.adopted_at is None else RunKind.ADOPT
        newest = next((run for run in protocol.runs.all() if run.kind == kind), None)
        return RunShape(newest).data if newest else None


class EditionGiven(serializers.Serializer[Any]):
    edition = serializers.CharField(
        max_length=16, help_text="Of the draft as you read it; if it changed since, the answer is 409."
    )


class ProtocolResource(ListModelMixin, RetrieveModelMixin, ProtocolReading):
    """The versions of the protocol: read by all, drafted by an admin, adopted by a second clinician."""

    serializer_class = VersionShape
    acts = {**ProtocolReading.acts, "count": Act.COUNT_PROTOCOL, "adopt": Act.ADOPT_PROTOCOL}
    inputs = {**ProtocolReading.inputs, "adopt": EditionGiven}

    def get_queryset(self) -> QuerySet[Protocol]:
        newest_first = ProtocolRun.objects.order_by("-asked_at", "-pk")
        return super().get_queryset().prefetch_related(Prefetch("runs", newest_first))

    @action(detail=True, methods=["post"])
    def count(self, request: Request, **address: Any) -> Response:
        """Have a worker count which flags would newly stand or clear; `run` says how far it is."""
        draft = self.get_object()
        count_draft(draft=draft, by=self.actor, at=self.at)
        return self.shown(draft)

    @action(detail=True, methods=["post"])
    def adopt(self, request: Request, **address: Any) -> Response:
        """Put the clinic under the draft from now on; a worker then brings live facts under it."""
        given = self.given()
        adopted = adopt_protocol(draft=self.get_object(), by=self.actor, at=self.at, **given)
        del self.adopted  # there is one more now
        return self.shown(adopted)
