"""Laboratory results, one at a time."""

from django.core.exceptions import ValidationError as Refused
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.answers import renamed
from accounts.permissions import Act
from labs.api import LabResultFilter, LabResultShape, ResultGiven
from labs.models import LabResult
from reviews.acts.results import ResultEntry, record_results
from reviews.api import withdrawing


class PatientResultGiven(ResultGiven):
    patient = serializers.UUIDField()


class LabResultResource(withdrawing.Withdrawable):
    """What was measured. A creatinine also gives an eGFR, as a row of its own."""

    queryset = LabResult.objects.all()
    serializer_class = LabResultShape
    filterset_class = LabResultFilter
    acts = {
        "list": Act.SEE_PATIENTS,
        "retrieve": Act.SEE_PATIENTS,
        "create": Act.RECORD_RESULT,
        **withdrawing.ACT,
    }
    inputs = {"create": PatientResultGiven, **withdrawing.INPUT}

    def create(self, request: Request) -> Response:
        given = self.given()
        patient = self.patient_of(given)
        try:
            result, *_ = record_results(
                patient=patient, entries=[ResultEntry(**given)], by=self.actor, at=self.at
            )
        except Refused as refused:
            raise renamed(refused, lambda name: name.removeprefix("lab_results.0.")) from refused
        return self.shown(result, status=201)
