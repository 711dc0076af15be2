"""Results that are owed: noting an order, reading what has not come, withdrawing."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from labs.api_expected import ExpectedFilter, ExpectedGiven, ExpectedShape, WithdrawGiven
from labs.models import ExpectedResult
from patients.api import ChartResource
from reviews.acts.expected import order_result, withdraw_expected


class ExpectedResource(ChartResource):
    """What was ordered or is owed; a result that comes meets it. Dolomite places no order."""

    queryset = ExpectedResult.objects.all()
    serializer_class = ExpectedShape
    filterset_class = ExpectedFilter
    acts = {
        "list": Act.SEE_PATIENTS,
        "retrieve": Act.SEE_PATIENTS,
        "create": Act.RECORD_RESULT,
        "withdraw": Act.RESOLVE,
    }
    inputs = {"create": ExpectedGiven, "withdraw": WithdrawGiven}

    def get_queryset(self) -> QuerySet[ExpectedResult]:
        late = Q(met_by=None, withdrawn_at=None, due_on__lt=self.today)
        overdue = ExpressionWrapper(late, output_field=BooleanField())
        rows: QuerySet[ExpectedResult] = super().get_queryset().annotate(overdue=overdue)
        return rows

    def create(self, request: Request) -> Response:
        given = self.given()
        patient = self.patient_of(given)
        return self.shown(order_result(patient=patient, by=self.actor, at=self.at, **given), status=201)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **address: Any) -> Response:
        """Say that an ordered result will not come, and why; the yearly kidney check cannot be withdrawn."""
        given = self.given()
        row = self.row_at(given["version"])
        return self.shown(withdraw_expected(expected=row, by=self.actor, at=self.at, **given))
