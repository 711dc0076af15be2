"""Files of results on the API: sent, looked at, stored, undone."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from accounts.permissions import Act
from accounts.resources import NewestFirst
from accounts.shapes import AtVersion
from audit.record import record
from labs.models import Channel, Import, ImportRow
from patients.api import ChartResource
from reviews.acts.imports import check_again, commit_import, discard_import, receive_file, undo_import
from reviews.acts.laboratories import laboratory_named
from reviews.api.import_shapes import (
    RAW_FILES,
    FileGiven,
    ImportFilter,
    ImportRowFilter,
    ImportRowShape,
    ImportShape,
)
from reviews.at_once import take_step
from reviews.pages.import_card import ImportCard

Step = Callable[..., Import]
_IN_JSON: dict[str, Any] = {"detail": True, "methods": ["post"], "parser_classes": [JSONParser]}


class InFileOrder(NewestFirst):
    ordering = "number"


_ROWS: dict[str, Any] = {
    "detail": True,
    "methods": ["get"],
    "queryset": ImportRow.objects.all(),
    "pagination_class": InFileOrder,
    "filterset_class": ImportRowFilter,
}


class LabImportResource(ChartResource):
    """Files of results.

    What is short is done when the answer comes; else `state` is WAITING or RUNNING, and `done` of `total` is
    the progress.
    """

    queryset = Import.objects.all()
    serializer_class = ImportShape
    filterset_class = ImportFilter
    parser_classes: Sequence[Any] = [MultiPartParser, *RAW_FILES]
    acts = dict.fromkeys(
        ("list", "retrieve", "create", "rows", "commit", "undo", "discard", "check"), Act.IMPORT_RESULTS
    )
    inputs = {
        "create": FileGiven, "commit": AtVersion, "undo": AtVersion, "discard": AtVersion, "check": AtVersion,
    }  # fmt: skip
    outputs: ClassVar[Any] = {"rows": ImportRowShape(many=True)}
    _cards: dict[Any, ImportCard]

    def get_queryset(self) -> QuerySet[Any]:
        if self.action == "rows":
            return super().get_queryset().filter(source=self.kwargs["pk"], error_at=None)
        return super().get_queryset().select_related("clinic").defer("content")

    def paginate_queryset(self, queryset: Any) -> Any:
        """Counts of a whole page by one query."""
        page = super().paginate_queryset(queryset)
        if self.action == "list":
            self._cards = {card.source.pk: card for card in ImportCard.of_all(page or [], self.at)}
        return page

    def card_of(self, source: Import) -> ImportCard:
        found = getattr(self, "_cards", {}).get(source.pk)
        return found or ImportCard.of(source, self.at)

    def retrieve(self, request: Request, **address: Any) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        request={
            "multipart/form-data": FileGiven,
            **{parser.media_type: OpenApiTypes.BINARY for parser in RAW_FILES},
        },
        parameters=[
            OpenApiParameter(
                "laboratory",
                OpenApiTypes.STR,
                description="As in the form, where the body is the file itself.",
            )
        ],
    )
    def create(self, request: Request) -> Response:
        """Send a file: CSV, HL7 v2 or FHIR R4 (JSON), up to 32 MiB in a form and 2.5 MiB as the body itself.

        The same file again, while it is not stored, is the same import, read anew. One that cannot be read is
        kept with stage REFUSED. XML is not taken.
        """
        given = self.given()
        named = given.get("laboratory", "")
        laboratory = laboratory_named(named, by=self.actor, at=self.at) if named else None
        source = receive_file(
            by=self.actor, at=self.at, channel=Channel.API, file_name=given["file"].name or "",
            content=given["file"], laboratory=laboratory,
        )  # fmt: skip
        return self.shown(take_step(source), status=201)

    def given(self) -> dict[str, Any]:
        if self.action != "create":
            return super().given()
        body: Any = self.request.data
        sent = dict(body.items())
        files = self.request.FILES
        if sum(len(files.getlist(name)) for name in files) > 1:
            raise ValidationError({"file": ["Send one file in one request."]})
        if not files:
            sent.setdefault("laboratory", self.request.query_params.get("laboratory", ""))
        shape = FileGiven(data={name: sent[name] for name in ("file", "laboratory") if name in sent})
        shape.is_valid(raise_exception=True)
        return dict(shape.validated_data)

    def key_stands_for(self, request: Request) -> bytes:
        """A file may be larger than what is read as one body, so it is read piece by piece."""
        if self.action != "create" or not request.FILES:
            return super().key_stands_for(request)
        digest = hashlib.sha256(repr(sorted(request.POST.items())).encode())
        for name in sorted(request.FILES):
            for file in request.FILES.getlist(name):
                digest.update(f"{name} {file.name} {file.size} ".encode())
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
        return digest.digest()

    @action(**_ROWS)
    def rows(self, request: Request, **address: Any) -> Response:
        """The rows of a file, in order of the file, with what the check found and where each went."""
        source = Import.objects.of(self.clinic).valid().defer("content").filter(pk=self.kwargs["pk"]).first()
        if source is None:
            raise Http404
        with transaction.atomic():
            page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
            record("READ_LIST", by=self.actor, at=self.at, of=source, after={"list": "import"})
            return self.get_paginated_response(ImportRowShape(page, many=True).data)

    @action(**_IN_JSON)
    def commit(self, request: Request, **address: Any) -> Response:
        """Store all that is ready, or nothing. Rows without a patient are parked, errors refused."""
        return self._step(commit_import)

    @action(**_IN_JSON)
    def undo(self, request: Request, **address: Any) -> Response:
        """Take back all that the file stored, within 24 hours of the commit."""
        return self._step(undo_import)

    @action(**_IN_JSON)
    def discard(self, request: Request, **address: Any) -> Response:
        """Leave a file that is not stored aside."""
        return self._step(discard_import)

    @action(**_IN_JSON)
    def check(self, request: Request, **address: Any) -> Response:
        """Read a file that is not stored anew: tests were named, patients registered."""
        return self._step(check_again)

    def _step(self, act: Step) -> Response:
        given = self.given()
        source, by, at = self.row_at(given["version"]), self.actor, self.at
        return self.shown(take_step(_asked(act, source, by, at, given["version"])))


def _asked(act: Step, source: Import, by: Actor, at: datetime, version: int) -> Import:
    return act(source=source, by=by, at=at, version=version)
