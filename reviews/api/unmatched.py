"""Parked rows on the API: a person says whose they are, refuses them, or takes either back."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from accounts.resources import NewestFirst
from accounts.shapes import AtVersion
from audit.record import record
from labs.models import ImportRow, RowOutcome, Settled
from patients.api import ChartResource
from reviews.acts.parked import match_row, park_again, refuse_row
from reviews.api.import_shapes import ImportRowShape, MatchGiven, RefuseGiven


class OldestFirst(NewestFirst):
    ordering = "id"


class UnmatchedRowResource(ChartResource):
    """Rows of stored files whose patient could not be told for sure. Nobody is matched automatically."""

    queryset = ImportRow.objects.all()
    serializer_class = ImportRowShape
    pagination_class = OldestFirst
    acts = dict.fromkeys(("list", "retrieve", "match", "refuse", "take_back"), Act.IMPORT_RESULTS)
    inputs = {"match": MatchGiven, "refuse": RefuseGiven, "take_back": AtVersion}

    def get_queryset(self) -> QuerySet[Any]:
        """Those that wait; the address of one shows it after the decision too."""
        rows: Any = super().get_queryset()
        found: QuerySet[Any] = rows.valid().filter(outcome=RowOutcome.UNMATCHED)
        return found.filter(settled=Settled.PARKED) if self.action == "list" else found

    def retrieve(self, request: Request, **address: Any) -> Response:
        with transaction.atomic():
            row = self.get_object()
            after = {"list": "unmatched row"}
            record("READ_LIST", by=self.actor, at=self.at, of=row, patient_id=row.patient_id, after=after)
            return Response(self.get_serializer(row).data)

    @action(detail=True, methods=["post"])
    def match(self, request: Request, **address: Any) -> Response:
        """Store the row for a patient, by the word of a person who has compared both."""
        given = self.given()
        row = self.row_at(given["version"])
        patient = self.patient_of(given)
        return self.shown(match_row(row=row, patient=patient, by=self.actor, at=self.at, **given))

    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, **address: Any) -> Response:
        """Say why the row is of nobody here."""
        given = self.given()
        row = self.row_at(given["version"])
        return self.shown(refuse_row(row=row, by=self.actor, at=self.at, **given))

    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, **address: Any) -> Response:
        """Undo a match or a refusal: what was stored is withdrawn, and the row waits again."""
        given = self.given()
        row = self.row_at(given["version"])
        return self.shown(park_again(row=row, by=self.actor, at=self.at, **given))
