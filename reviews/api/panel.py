"""The panel: how many patients are in each group, whether that adds up, and who they are."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from accounts.resources import Resource
from audit.record import record
from patients.models import Patient
from reviews.moments import Moment
from reviews.panel import EVERYBODY, GROUPS, NO_OWNER, members_of, panel, without_owner

CHOICES = [(group.key, group.name) for group in GROUPS]


@extend_schema_serializer(many=False)
class PanelShape(serializers.Serializer[Any]):
    """`counts` has each group once; `no_owner` is told beside them and is no part of the sum."""

    on = serializers.DateField(help_text="The clinic's local date.")
    counts = serializers.DictField(child=serializers.IntegerField())
    total = serializers.IntegerField(help_text="The patients of the clinic, counted apart.")
    adds_up = serializers.BooleanField()
    mismatch = serializers.CharField(help_text="What does not add up, in words; empty when all is well.")
    no_owner = serializers.IntegerField(help_text="Patients with a standing flag that nobody answers for.")


class PanelledShape(serializers.ModelSerializer[Any]):
    """One patient with the one group that counts them."""

    group = serializers.ChoiceField(source="panel", choices=CHOICES, allow_null=True)
    due_on = serializers.DateField(
        allow_null=True, help_text="The day by which the re-evaluation that is owed is due."
    )

    class Meta:
        model = Patient
        fields = ["id", "mrn", "family_name", "given_name", "status", "owner", "group", "due_on"]


class PanelFilter(filters.FilterSet):
    group = filters.ChoiceFilter(
        choices=[*CHOICES, (NO_OWNER.key, NO_OWNER.name)], method="in_group", label="One group of the panel"
    )

    def in_group(self, rows: QuerySet[Any], name: str, key: str) -> QuerySet[Any]:
        if key != NO_OWNER.key:
            return rows.filter(panel=key)
        view: Any = self.request.parser_context["view"]
        return rows.filter(pk__in=without_owner(view.now).values("pk"))


class PanelResource(Resource):
    """Every patient of the clinic is in exactly one group, as of the clinic's date."""

    queryset = Patient.objects.all()
    serializer_class = PanelShape
    pagination_class = None  # type: ignore[assignment]  # one row
    acts = {"list": Act.SEE_QUEUE}

    def list(self, request: Request) -> Response:
        """How many patients are in each group; `adds_up` compares the sum with the number of patients."""
        now = Moment.of(self.clinic, self.at)
        counted = panel(now)
        told = {
            "on": now.on,
            "counts": counted.counts,
            "total": counted.total,
            "adds_up": counted.adds_up,
            "mismatch": counted.mismatch,
            "no_owner": without_owner(now).count(),
        }
        return Response(PanelShape(told).data)


class PanelPatientResource(ListModelMixin, Resource):
    """The patients behind the numbers of the panel."""

    queryset = Patient.objects.all()
    serializer_class = PanelledShape
    filterset_class = PanelFilter
    acts = {"list": Act.SEE_QUEUE}

    @property
    def now(self) -> Moment:
        return Moment.of(self.clinic, self.at)

    def get_queryset(self) -> QuerySet[Any]:
        return members_of(self.now, EVERYBODY)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Each patient with the group that counts them; reading the list is an event."""
        with transaction.atomic():
            answer = super().list(request, *args, **kwargs)
            record("READ_LIST", by=self.actor, at=self.at, after={"list": self.basename})
        return answer
