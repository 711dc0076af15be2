"""Medicines, conditions, modifiers and co-treatments: dated entries that are added, ended and withdrawn."""

from typing import Any, ClassVar

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from accounts.shapes import AtVersion, Day
from patients.api import ConditionShape, CoTreatmentShape, MedicationShape, ModifierShape, OfPatientFilter
from patients.models import Condition, CoTreatment, Medication, Modifier
from reviews.acts.entries import add_entry, end_entry
from reviews.api import withdrawing


class EntryGiven(serializers.Serializer[Any]):
    patient = serializers.UUIDField()
    code = serializers.CharField(max_length=40)
    value = serializers.CharField(max_length=120, required=False, allow_blank=True)
    unit = serializers.CharField(max_length=40, required=False, allow_blank=True)
    since = Day(required=False, allow_null=True)
    until = Day(required=False, allow_null=True)
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=120, required=False, allow_blank=True
    )


class ClockedGiven(EntryGiven):
    taken_at = serializers.ListField(
        child=serializers.TimeField(), required=False, max_length=24, help_text="Clock times."
    )


class EndGiven(AtVersion):
    until = Day()


class EntryFilter(OfPatientFilter):
    code = filters.CharFilter()


class EntryResource(withdrawing.Withdrawable):
    """Abstract: `kind` names the entries as the act does."""

    kind: ClassVar[str]
    filterset_class = EntryFilter
    acts = {
        "list": Act.SEE_PATIENTS,
        "retrieve": Act.SEE_PATIENTS,
        "create": Act.WRITE_CONTEXT,
        "end": Act.WRITE_CONTEXT,
        **withdrawing.ACT,
    }
    inputs = {"create": EntryGiven, "end": EndGiven, **withdrawing.INPUT}

    def create(self, request: Request) -> Response:
        given = self.given()
        patient = self.patient_of(given)
        entry = add_entry(patient=patient, by=self.actor, at=self.at, kind=self.kind, **given)
        return self.shown(entry, status=201)

    @action(detail=True, methods=["post"])
    def end(self, request: Request, **address: Any) -> Response:
        """Say on which day it ended."""
        given = self.given()
        entry = self.row_at(given["version"])
        return self.shown(end_entry(patient=entry.patient, entry=entry, by=self.actor, at=self.at, **given))


class MedicationResource(EntryResource):
    """Medicines taken beside magnesium."""

    kind = "medications"
    queryset = Medication.objects.all()
    serializer_class = MedicationShape
    inputs = EntryResource.inputs | {"create": ClockedGiven}


class ConditionResource(EntryResource):
    """Diagnoses and allergies."""

    kind = "conditions"
    queryset = Condition.objects.all()
    serializer_class = ConditionShape


class ModifierResource(EntryResource):
    """What may change how magnesium acts; unknown is not normal."""

    kind = "modifiers"
    queryset = Modifier.objects.all()
    serializer_class = ModifierShape


class CoTreatmentResource(EntryResource):
    """Other treatments that could explain a change."""

    kind = "co-treatments"
    queryset = CoTreatment.objects.all()
    serializer_class = CoTreatmentShape
    inputs = EntryResource.inputs | {"create": ClockedGiven}
