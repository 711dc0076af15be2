"""Patients: find, register, edit, change the status."""

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db import transaction
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.answers import renamed
from accounts.models import Membership
from accounts.permissions import Act
from accounts.shapes import AtVersion, Day, Whole
from patients.api import ChartResource, PatientFilter, PatientShape
from patients.models import Patient, Sex, Status
from reviews.acts.patients import change_status, edit_patient, register_patient

STATUS_WORDS = {
    "status": "status",
    "status_reason": "reason",
    "returns_on": "returns_on",
    "deceased_on": "deceased_on",
}


class Particulars(serializers.Serializer[Any]):
    mrn = serializers.CharField(max_length=64)
    family_name = serializers.CharField(max_length=120)
    given_name = serializers.CharField(max_length=120)
    birth_date = Day()
    sex = serializers.ChoiceField(choices=Sex.choices, required=False)
    contact = serializers.CharField(max_length=200, required=False, allow_blank=True)
    research_consent = serializers.BooleanField(required=False)
    owner = Whole(required=False, allow_null=True, help_text="Id of a membership of the clinic.")


class PatientChange(Particulars, AtVersion):
    """Any of the particulars, the status, or both; `version` always."""

    status = serializers.ChoiceField(choices=Status.choices, required=False)
    status_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    returns_on = Day(required=False, allow_null=True)
    deceased_on = Day(required=False, allow_null=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.required = name == "version"


class PatientResource(ChartResource):
    """People under care, in the clinic of the one who asks."""

    queryset = Patient.objects.all()
    serializer_class = PatientShape
    filterset_class = PatientFilter
    acts = {
        "list": Act.SEE_PATIENTS,
        "retrieve": Act.SEE_PATIENTS,
        "create": Act.EDIT_PATIENTS,
        "partial_update": Act.EDIT_PATIENTS,
    }
    inputs = {"create": Particulars, "partial_update": PatientChange}

    def create(self, request: Request) -> Response:
        given = self._with_owner(self.given())
        return self.shown(register_patient(by=self.actor, at=self.at, **given), status=201)

    def partial_update(self, request: Request, **address: Any) -> Response:
        given = self._with_owner(self.given())
        version = given.pop("version")
        patient = self.row_at(version)
        status = {word: given.pop(name) for name, word in STATUS_WORDS.items() if name in given}
        with transaction.atomic():
            if given or not status:
                patient = edit_patient(patient=patient, by=self.actor, at=self.at, version=version, **given)
            if status:
                self._change_status(patient, status)
        return self.shown(patient)

    def _change_status(self, patient: Patient, given: dict[str, Any]) -> None:
        if not self.actor.membership or not self.actor.membership.may(Act.CHANGE_STATUS):
            raise PermissionDenied(f"Your role may not {Act.CHANGE_STATUS.label}.")
        same = given.get("status", patient.status) == patient.status
        wanted = {"status": patient.status, "reason": patient.status_reason if same else ""} | given
        try:
            change_status(patient=patient, by=self.actor, at=self.at, version=patient.version, **wanted)
        except Refused as refused:
            raise renamed(refused, lambda name: "status_reason" if name == "reason" else name) from refused

    def _with_owner(self, given: dict[str, Any]) -> dict[str, Any]:
        if given.get("owner") is not None:
            members = Membership.objects.active().filter(clinic=self.clinic)
            given["owner"] = self.found(members, given["owner"], "owner")
        return given
