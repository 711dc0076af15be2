"""Exports over the API: asked for, polled, cancelled, retried, released and taken away."""

from typing import Any

from django.core.exceptions import ValidationError as Refusal
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiToken
from accounts.permissions import Act
from accounts.resources import Resource
from accounts.step_up import SIGN_IN_AGAIN, is_fresh
from caseseries.acts import asked, lock_definition
from caseseries.acts_exports import (
    ALL_FORMATS,
    ask_for_export,
    cancel_export,
    release_export,
    retry_export,
    take_file,
)
from caseseries.answers import attached
from caseseries.api import body_of
from caseseries.api_shapes import DefinitionGiven
from caseseries.models import Definition, Export, Format, Profile


class ExportGiven(DefinitionGiven):
    """The keys of a definition; or `definition`: an object with them, or the id of one that is locked."""

    definition = serializers.JSONField(required=False)
    profile = serializers.ChoiceField(choices=Profile.choices, required=False)
    formats = serializers.ListField(
        child=serializers.ChoiceField(choices=Format.choices),
        required=False,
        help_text="All unless given. The archive comes with each export.",
    )


class HowAsked(serializers.Serializer[Any]):
    profile = serializers.ChoiceField(choices=Profile.choices, default=Profile.STANDARD)
    formats = serializers.ListField(
        child=serializers.ChoiceField(choices=Format.choices), default=list(ALL_FORMATS), allow_empty=False
    )


class DefinitionId(serializers.Serializer[Any]):
    definition = serializers.UUIDField()


class Nothing(serializers.Serializer[Any]):
    """No body is needed."""


class FileShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    sha256 = serializers.CharField()
    bytes = serializers.IntegerField()


class ExportShape(serializers.ModelSerializer[Export]):
    """`state` is DONE when the files are there; they can be taken away once `released_at` is set."""

    counts = serializers.DictField()
    files = FileShape(many=True)
    definition_sha256 = serializers.CharField(source="definition.sha256")

    class Meta:
        model = Export
        fields = [
            "id",
            "definition",
            "definition_sha256",
            "data_cut_on",
            "data_cut_sha256",
            "profile",
            "formats",
            "threshold",
            "state",
            "step",
            "done",
            "total",
            "error",
            "counts",
            "files",
            "manifest_sha256",
            "exported_at",
            "exported_by",
            "finished_at",
            "needs_second_releaser",
            "released_at",
            "released_by",
        ]


class ExportResource(ListModelMixin, RetrieveModelMixin, Resource):
    """Files that a worker makes, de-identified and with small cells suppressed whoever asks.

    Asking, releasing and taking away need a token of the last minutes, or a fresh sign-in.
    """

    queryset = Export.objects.select_related("definition")
    serializer_class = ExportShape
    acts = {
        "list": Act.SEE_SERIES,
        "retrieve": Act.SEE_SERIES,
        "create": Act.EXPORT_SERIES,
        "cancel": Act.EXPORT_SERIES,
        "retry": Act.EXPORT_SERIES,
        "release": Act.EXPORT_SERIES,
        "file": Act.EXPORT_SERIES,
    }
    inputs = {"create": ExportGiven, "cancel": Nothing, "retry": Nothing, "release": Nothing}

    def get_queryset(self) -> QuerySet[Export]:
        rows: Any = super().get_queryset()
        return rows.seen_by(self.request.membership)  # type: ignore[attr-defined, no-any-return]

    def create(self, request: Request) -> Response:
        """The row with its state: read it again until it is DONE or FAILED."""
        given, data_cut_on = body_of(request)
        how = HowAsked(data={key: given.pop(key) for key in ("profile", "formats") if key in given})
        how.is_valid(raise_exception=True)
        self._need_a_fresh_sign_in()
        definition = self._definition(given)
        export = ask_for_export(
            definition=definition, by=self.actor, at=self.at, data_cut_on=data_cut_on, **how.validated_data
        )
        return self.shown(export, status=201)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **address: Any) -> Response:
        """Stop one that is under way; 400 when it is finished."""
        return self._after(cancel_export)

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, **address: Any) -> Response:
        """Have one that failed made anew; 400 for any other."""
        return self._after(retry_export)

    @action(detail=True, methods=["post"])
    def release(self, request: Request, **address: Any) -> Response:
        """Let the files leave, as a second person; 400 says why that cannot be."""
        export = self.get_object()
        self._need_a_fresh_sign_in()
        return self._after(release_export, export)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, 404: OpenApiTypes.OBJECT}
    )
    @action(detail=True, url_path="files/<str:name>")
    def file(self, request: Request, name: str, **address: Any) -> StreamingHttpResponse:
        """One file, byte for byte as the manifest names it. Taking it leaves an audit event."""
        export = self.get_object()
        self._need_a_fresh_sign_in()
        path = take_file(export=export, name=name, by=self.actor, at=self.at)
        if path is None:
            raise NotFound("This export has no such file, is not released yet, or the file was removed.")
        return attached(path)

    def _after(self, act: Any, export: Export | None = None) -> Response:
        row = export or self.get_object()
        try:
            act(export=row, by=self.actor, at=self.at)
        except Refusal as refused:
            raise ValidationError({"non_field_errors": refused.messages}) from refused
        return self.shown(row)

    def _need_a_fresh_sign_in(self) -> None:
        token = self.request.auth
        made_at = token.created_at if isinstance(token, ApiToken) else None
        if not is_fresh(self.request._request, self.at, token_made_at=made_at):
            raise PermissionDenied(SIGN_IN_AGAIN)

    def _definition(self, given: dict[str, Any]) -> Definition:
        named = given.pop("definition", None)
        if named is not None and given:
            raise ValidationError({key: ["The definition is given already."] for key in sorted(given)})
        if named is None or isinstance(named, dict):
            told = asked(given if named is None else named, self.actor)
            return lock_definition(definition=told.definition, by=self.actor, at=self.at)
        shape = DefinitionId(data={"definition": named})
        shape.is_valid(raise_exception=True)
        return get_object_or_404(Definition.objects.of(self.clinic), pk=shape.validated_data["definition"])
