"""How the API reads and writes results that are owed."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.shapes import AtVersion, Day
from labs.models import ANALYTE_CHOICES, ExpectedResult
from patients.api import RECORD_FIELDS, OfPatientFilter

AWAITED, MET, WITHDRAWN = "AWAITED", "MET", "WITHDRAWN"
STATES = [(AWAITED, "Awaited"), (MET, "Met"), (WITHDRAWN, "Withdrawn")]


class ExpectedGiven(serializers.Serializer[Any]):
    """A result that somebody ordered. Dolomite places no order."""

    patient = serializers.UUIDField()
    analyte = serializers.ChoiceField(choices=ANALYTE_CHOICES)
    due_on = Day(help_text="The day by which the result is expected.")


class WithdrawGiven(AtVersion):
    reason = serializers.CharField(max_length=200)


class ExpectedShape(serializers.ModelSerializer[ExpectedResult]):
    state = serializers.SerializerMethodField()
    overdue = serializers.BooleanField()

    class Meta:
        model = ExpectedResult
        fields = [
            "id",
            "patient",
            "analyte",
            "why",
            "state",
            "overdue",
            "owed_from",
            "due_on",
            "alert_on",
            "met_by",
            "withdrawn_at",
            "withdrawn_reason",
            *RECORD_FIELDS,
        ]

    def get_state(self, row: ExpectedResult) -> str:
        """AWAITED, MET or WITHDRAWN."""
        if row.withdrawn_at is not None:
            return WITHDRAWN
        return AWAITED if row.met_by_id is None else MET


class ExpectedFilter(OfPatientFilter):
    class Meta:
        model = ExpectedResult
        fields = ["patient", "analyte", "why"]

    state = filters.ChoiceFilter(choices=STATES, method="in_state")
    overdue = filters.BooleanFilter(help_text="Awaited, and its day has passed at the clinic.")

    def in_state(self, rows: Any, name: str, state: str) -> Any:
        if state == WITHDRAWN:
            return rows.exclude(withdrawn_at=None)
        return rows.filter(withdrawn_at=None, met_by__isnull=state == AWAITED)
