"""One patient as of a past day, as the API writes it: the twin of the page."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.shapes import Amount, Day
from labs.analytes import ANALYTES, Analyte
from labs.models import LabResult
from patients.api import ChartResource, PatientShape
from patients.models import SymptomAnswer, SymptomEpisode, Visit
from regimens.models import DoseStep
from reviews.asof.days import record_as_of
from reviews.asof.picture import picture_of
from reviews.models import Flag, Reevaluation
from reviews.sentences import sentence
from reviews.windows import State


class DayAsked(serializers.Serializer[Any]):
    on = Day(help_text="The clinic's local day; today or a day before.")


class DoseThen(serializers.ModelSerializer[DoseStep]):
    """The step in force of a regimen."""

    product = serializers.CharField(source="regimen.product.name")
    elemental_mg_per_day = Amount(source="dose.elemental_mg_per_day")
    compound_mg_per_day = Amount(source="dose.compound_mg_per_day")

    class Meta:
        model = DoseStep
        fields = [
            "id", "regimen", "product", "effective_on", "elemental_mg_per_day", "compound_mg_per_day",
            "version",
        ]  # fmt: skip


class AnswerThen(serializers.ModelSerializer[SymptomAnswer]):
    visited_on = serializers.DateField(source="visit.visited_on")

    class Meta:
        model = SymptomAnswer
        fields = ["symptom", "answer", "grade", "nocturnal", "onset_on", "other_text", "visited_on"]


class EpisodeThen(serializers.ModelSerializer[SymptomEpisode]):
    class Meta:
        model = SymptomEpisode
        fields = ["symptom", "onset_on", "resolved_on", "highest_grade"]


class ResultThen(serializers.ModelSerializer[LabResult]):
    value, canonical_value = Amount(), Amount()
    canonical_unit = serializers.SerializerMethodField()

    class Meta:
        model = LabResult
        fields = [
            "id", "analyte", "comparator", "value", "unit", "canonical_value", "canonical_unit",
            "interpretation", "collected_at", "received_at", "status", "version",
        ]  # fmt: skip

    def get_canonical_unit(self, row: LabResult) -> str:
        return ANALYTES[Analyte(row.analyte)].unit


class OwedThen(serializers.ModelSerializer[Reevaluation]):
    state = serializers.ChoiceField(choices=[state.value for state in State])

    class Meta:
        model = Reevaluation
        fields = [
            "id", "cause", "anchored_on", "opens_on", "closes_on", "booked_on", "met_on", "state", "version",
        ]  # fmt: skip


class FlagThen(serializers.ModelSerializer[Flag]):
    """`inputs` are what the check had read, frozen."""

    urgency = serializers.CharField()
    state = serializers.CharField(source="standing_state")
    protocol_version = serializers.IntegerField(source="protocol.version")
    sentence = serializers.SerializerMethodField()

    class Meta:
        model = Flag
        fields = [
            "id", "rule", "urgency", "emergency", "state", "owner", "raised_at", "protocol_version",
            "sentence", "inputs",
        ]  # fmt: skip

    def get_sentence(self, flag: Flag) -> str:
        return sentence(flag, self.context["on"])


class VisitThen(serializers.ModelSerializer[Visit]):
    class Meta:
        model = Visit
        fields = ["id", "visited_on", "kind", "is_re_evaluation", "adherence_percent", "note", "version"]


class AsOfShape(serializers.Serializer[Any]):
    """Everything as the clinic knew it at the end of the day `on`; read-only."""

    on = serializers.DateField()
    protocol_version = serializers.IntegerField()
    patient = PatientShape()
    elemental_mg_per_day = Amount()
    doses = DoseThen(source="steps", many=True)
    symptoms = AnswerThen(many=True)
    episodes = EpisodeThen(many=True)
    lab_results = ResultThen(source="results", many=True, help_text="The newest of each analyte.")
    re_evaluations = OwedThen(source="owed", many=True)
    flags = FlagThen(many=True, help_text="Those that stood.")
    visits = VisitThen(many=True)


class AsOf(ChartResource):
    """Abstract: patients that can be read as of a past day."""

    @extend_schema(parameters=[DayAsked], filters=False)
    @action(detail=True, methods=["get"], url_path="as-of")
    def as_of(self, request: Request, **address: Any) -> Response:
        """The patient as of `?on=YYYY-MM-DD`, under the protocol of that day."""
        patient = self.get_object()
        asked = DayAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        then = record_as_of(patient, self.clinic, asked.validated_data["on"], self.at)
        with transaction.atomic():
            self.note_reading(patient.pk)
            return Response(AsOfShape(picture_of(then), context={"on": then.now.on}).data)
