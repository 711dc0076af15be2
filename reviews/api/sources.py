"""Other sources of magnesium, days without it, and advice on food, beside the regimen."""

from decimal import Decimal
from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from accounts.shapes import Amount, AtVersion, Day
from patients.api import RECORD_FIELDS, OfPatientFilter
from regimens.models import Advice, DietAdvice, Interruption, OtherSource, Product, Regimen
from reviews.acts.sources import add_source, end_source, give_advice, interrupt_regimen, resume_regimen
from reviews.api import withdrawing


class OtherSourceGiven(serializers.Serializer[Any]):
    patient = serializers.UUIDField()
    product = serializers.UUIDField()
    units_per_day = Amount(max_digits=5, decimal_places=2, min_value=Decimal("0.01"))
    since = Day(required=False, allow_null=True)
    until = Day(required=False, allow_null=True)
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=120, required=False, allow_blank=True
    )


class SourceEndGiven(AtVersion):
    until = Day()


class OtherSourceShape(serializers.ModelSerializer[OtherSource]):
    product_name = serializers.CharField(source="product.name")
    units_per_day = Amount()
    elemental_mg_per_day = serializers.SerializerMethodField()
    compound_mg_per_day = serializers.SerializerMethodField()

    class Meta:
        model = OtherSource
        fields = [
            "id",
            "patient",
            "product",
            "product_name",
            "units_per_day",
            "elemental_mg_per_day",
            "compound_mg_per_day",
            "since",
            "until",
            "source",
            *RECORD_FIELDS,
        ]

    def get_elemental_mg_per_day(self, row: OtherSource) -> float:
        return float(row.dose().elemental_mg_per_day)

    def get_compound_mg_per_day(self, row: OtherSource) -> float:
        return float(row.dose().compound_mg_per_day)


class InterruptionGiven(serializers.Serializer[Any]):
    regimen = serializers.UUIDField()
    from_on = Day(help_text="The first day without it.")
    until_on = Day(
        required=False, allow_null=True, help_text="The last day without it; empty while it is not taken."
    )
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ResumeGiven(AtVersion):
    until_on = Day(help_text="The last day without it.")


class InterruptionShape(serializers.ModelSerializer[Interruption]):
    class Meta:
        model = Interruption
        fields = ["id", "patient", "regimen", "from_on", "until_on", "reason", *RECORD_FIELDS]


class DietAdviceGiven(serializers.Serializer[Any]):
    patient = serializers.UUIDField()
    given_on = Day()
    advice = serializers.ChoiceField(choices=Advice.choices, required=False)


class DietAdviceShape(serializers.ModelSerializer[DietAdvice]):
    class Meta:
        model = DietAdvice
        fields = ["id", "patient", "advice", "given_on", *RECORD_FIELDS]


class RegimenOfPatientFilter(OfPatientFilter):
    regimen = filters.UUIDFilter(field_name="regimen_id")


class OtherSourceResource(withdrawing.Withdrawable):
    """Antacids, laxatives, multiminerals and further supplements; they count in the ledger."""

    queryset = OtherSource.objects.select_related("product")
    serializer_class = OtherSourceShape
    filterset_class = OfPatientFilter
    acts = {
        "list": Act.SEE_PATIENTS,
        "retrieve": Act.SEE_PATIENTS,
        "create": Act.WRITE_CONTEXT,
        "end": Act.WRITE_CONTEXT,
        **withdrawing.ACT,
    }
    inputs = {"create": OtherSourceGiven, "end": SourceEndGiven, **withdrawing.INPUT}

    def create(self, request: Request) -> Response:
        given = self.given()
        patient = self.patient_of(given)
        given["product"] = self.found(Product.objects.offered_to(self.clinic), given["product"], "product")
        return self.shown(add_source(patient=patient, by=self.actor, at=self.at, **given), status=201)

    @action(detail=True, methods=["post"])
    def end(self, request: Request, **address: Any) -> Response:
        """Say on which day it was taken last."""
        given = self.given()
        row = self.row_at(given["version"])
        return self.shown(end_source(patient=row.patient, row=row, by=self.actor, at=self.at, **given))


class InterruptionResource(withdrawing.Withdrawable):
    """Days on which a running regimen is not taken; more than a week starts a new window."""

    queryset = Interruption.objects.all()
    serializer_class = InterruptionShape
    filterset_class = RegimenOfPatientFilter
    acts = {
        "list": Act.SEE_PATIENTS,
        "retrieve": Act.SEE_PATIENTS,
        "create": Act.CHANGE_DOSE,
        "resume": Act.CHANGE_DOSE,
        **withdrawing.ACT,
    }
    inputs = {"create": InterruptionGiven, "resume": ResumeGiven, **withdrawing.INPUT}

    def create(self, request: Request) -> Response:
        given = self.given()
        regimens = Regimen.objects.of(self.clinic).filter(patient__error_at=None).select_related("patient")
        regimen = given["regimen"] = self.found(regimens, given["regimen"], "regimen")
        row = interrupt_regimen(patient=regimen.patient, by=self.actor, at=self.at, **given)
        return self.shown(row, status=201)

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, **address: Any) -> Response:
        """Say which day was the last without it."""
        given = self.given()
        row = self.row_at(given["version"])
        return self.shown(resume_regimen(patient=row.patient, row=row, by=self.actor, at=self.at, **given))


class DietAdviceResource(withdrawing.Withdrawable):
    """Advice on food that was given, and when."""

    queryset = DietAdvice.objects.all()
    serializer_class = DietAdviceShape
    filterset_class = OfPatientFilter
    acts = {
        "list": Act.SEE_PATIENTS,
        "retrieve": Act.SEE_PATIENTS,
        "create": Act.WRITE_CONTEXT,
        **withdrawing.ACT,
    }
    inputs = {"create": DietAdviceGiven, **withdrawing.INPUT}

    def create(self, request: Request) -> Response:
        given = self.given()
        patient = self.patient_of(given)
        return self.shown(give_advice(patient=patient, by=self.actor, at=self.at, **given), status=201)
