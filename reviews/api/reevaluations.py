"""Re-evaluations that are owed, and marking one reviewed."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from accounts.shapes import AtVersion
from patients.api import RECORD_FIELDS, ChartResource, OfPatientFilter
from reviews.acts.booking import book_reevaluation
from reviews.acts.reevaluations import review_reevaluation
from reviews.api.booking import BookGiven
from reviews.models import Reevaluation
from reviews.windows import State

STATES = [state.value for state in State]


class ReevaluationShape(serializers.ModelSerializer[Reevaluation]):
    state = serializers.ChoiceField(choices=STATES)
    regimen = serializers.UUIDField(source="step.regimen_id")
    protocol_version = serializers.IntegerField(source="protocol.version")

    class Meta:
        model = Reevaluation
        fields = [
            "id",
            "patient",
            "regimen",
            "step",
            "cause",
            "anchored_on",
            "opens_on",
            "closes_on",
            "booked_on",
            "trail",
            "protocol_version",
            "state",
            "result",
            "reviewed_at",
            "reviewed_by",
            "reviewed_result",
            "met_on",
            "met_by_result",
            "met_by_visit",
            "superseded_on",
            "stopped_on",
            *RECORD_FIELDS,
        ]


class ReevaluationFilter(OfPatientFilter):
    class Meta:
        model = Reevaluation
        fields = ["patient"]

    state = filters.ChoiceFilter(choices=[(state, state) for state in STATES])


class ReevaluationResource(ChartResource):
    """What is owed after a dose starts or changes; `state` is as of the clinic's date."""

    queryset = Reevaluation.objects.all()
    serializer_class = ReevaluationShape
    filterset_class = ReevaluationFilter
    acts = {"list": Act.SEE_QUEUE, "retrieve": Act.SEE_QUEUE, "review": Act.REVIEW, "book": Act.BOOK}
    inputs = {"review": AtVersion, "book": BookGiven}

    def get_queryset(self) -> QuerySet[Reevaluation]:
        owed: Any = super().get_queryset()
        rows: QuerySet[Reevaluation] = owed.in_state(self.today).select_related("step", "protocol")
        return rows

    @action(detail=True, methods=["post"])
    def review(self, request: Request, **address: Any) -> Response:
        """Say that its result has been seen and weighed; that meets it."""
        given = self.given()
        owed = self.row_at(given["version"])
        return self.shown(review_reevaluation(reevaluation=owed, by=self.actor, at=self.at, **given))

    @action(detail=True, methods=["post"])
    def book(self, request: Request, **address: Any) -> Response:
        """Say on which day the patient comes for it, or that nothing is booked."""
        given = self.given()
        owed = self.row_at(given["version"])
        return self.shown(book_reevaluation(reevaluation=owed, by=self.actor, at=self.at, **given))
