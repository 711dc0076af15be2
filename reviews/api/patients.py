"""Patients: find, register, edit, change the status."""

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.answers import renamed
from accounts.models import Membership
from accounts.permissions import Act
from accounts.shapes import AtVersion, Day, Whole
from patients.api import PatientFilter, PatientShape
from patients.models import CareParty, DeathRelation, Patient, Sex, Status
from reviews.acts.handing_on import Chosen, hand_on
from reviews.acts.patients import edit_patient, register_patient
from reviews.acts.reach import mark_reachable, mark_unreachable
from reviews.api.as_of import AsOf, AsOfShape
from reviews.api.episodes import EpisodeShape
from reviews.facts.episode_stories import told_episodes
from reviews.facts.record import Record
from reviews.moments import Moment
from reviews.open_matters import MatterKind, open_matters

STATUS_WORDS = {
    "status": "status",
    "status_reason": "reason",
    "returns_on": "returns_on",
    "deceased_on": "deceased_on",
    "death_relation": "death_relation",
    "transferred_to": "transferred_to",
    "close": "close",
}


class Particulars(serializers.Serializer[Any]):
    mrn = serializers.CharField(max_length=64)
    family_name = serializers.CharField(max_length=120)
    given_name = serializers.CharField(max_length=120)
    birth_date = Day()
    sex = serializers.ChoiceField(choices=Sex.choices, required=False)
    contact = serializers.CharField(max_length=200, required=False, allow_blank=True)
    research_consent = serializers.BooleanField(required=False)
    publication_consent_on = Day(
        required=False,
        allow_null=True,
        help_text="Of the person's own consent to be published as a single case; never in the future.",
    )
    owner = Whole(required=False, allow_null=True, help_text="Id of a membership of the clinic.")


class MatterShape(serializers.Serializer[Any]):
    """What is open about a patient; `alone` says why it is closed by itself only."""

    kind = serializers.ChoiceField(choices=MatterKind.choices)
    id = serializers.UUIDField(source="pk")
    version = serializers.IntegerField()
    words = serializers.CharField()
    alone = serializers.CharField()


class ChosenMatter(AtVersion):
    kind = serializers.ChoiceField(choices=MatterKind.choices)
    id = serializers.UUIDField()


class PatientChange(Particulars, AtVersion):
    """Any of the particulars, the status, or both; `version` always."""

    status = serializers.ChoiceField(choices=Status.choices, required=False)
    status_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    returns_on = Day(required=False, allow_null=True)
    deceased_on = Day(required=False, allow_null=True)
    death_relation = serializers.ChoiceField(
        choices=DeathRelation.choices, required=False, help_text="Of a death, to the supplement."
    )
    transferred_to = serializers.CharField(max_length=200, required=False, allow_blank=True)
    close = ChosenMatter(
        many=True, required=False, help_text="What a transfer or a death closes; all else stays open."
    )
    prescribed_by = serializers.ChoiceField(choices=CareParty.choices, required=False)
    monitored_by = serializers.ChoiceField(choices=CareParty.choices, required=False)
    shared_with = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.required = name == "version"


class LostGiven(AtVersion):
    reason = serializers.CharField(max_length=200)


class PatientResource(AsOf):
    """People under care, in the clinic of the one who asks."""

    queryset = Patient.objects.all()
    serializer_class = PatientShape
    filterset_class = PatientFilter
    acts = {
        "list": Act.SEE_PATIENTS,
        "retrieve": Act.SEE_PATIENTS,
        "create": Act.EDIT_PATIENTS,
        "partial_update": Act.EDIT_PATIENTS,
        "symptom_episodes": Act.SEE_PATIENTS,
        "open_matters": Act.SEE_PATIENTS,
        "as_of": Act.SEE_PATIENTS,
        "unreachable": Act.CHANGE_STATUS,
        "reachable": Act.CHANGE_STATUS,
    }
    inputs = {
        "create": Particulars,
        "partial_update": PatientChange,
        "unreachable": LostGiven,
        "reachable": AtVersion,
    }
    outputs = {"as_of": AsOfShape}

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

    @action(detail=True, methods=["post"])
    def unreachable(self, request: Request, **address: Any) -> Response:
        """Say that nobody can reach the patient, and why: recall ends, urgent news still flags."""
        given = self.given()
        return self.shown(mark_unreachable(patient=self.get_object(), by=self.actor, at=self.at, **given))

    @action(detail=True, methods=["post"])
    def reachable(self, request: Request, **address: Any) -> Response:
        """Take that back: what is owed is recalled again."""
        given = self.given()
        return self.shown(mark_reachable(patient=self.get_object(), by=self.actor, at=self.at, **given))

    @extend_schema(responses=EpisodeShape(many=True), filters=False)
    @action(detail=True, methods=["get"], url_path="symptom-episodes", pagination_class=None)
    def symptom_episodes(self, request: Request, **address: Any) -> Response:
        """Each symptom from onset to absence, newest first, with what was changed and what followed."""
        patient = self.get_object()
        with transaction.atomic():
            self.note_reading(patient.pk)
            episodes = list(patient.symptom_episodes.select_related("opened_by"))
            told = told_episodes(Record(patient, Moment.of(self.clinic, self.at)), episodes)
            return Response(EpisodeShape(told, many=True).data)

    @extend_schema(responses=MatterShape(many=True), filters=False)
    @action(detail=True, methods=["get"], url_path="open-matters", pagination_class=None)
    def open_matters(self, request: Request, **address: Any) -> Response:
        """What somebody must accept or close when the patient is handed on."""
        patient = self.get_object()
        with transaction.atomic():
            self.note_reading(patient.pk)
            matters = open_matters(patient, Moment.of(self.clinic, self.at))
            return Response(MatterShape(matters, many=True).data)

    def _change_status(self, patient: Patient, given: dict[str, Any]) -> None:
        if not self.actor.membership or not self.actor.membership.may(Act.CHANGE_STATUS):
            raise PermissionDenied(f"Your role may not {Act.CHANGE_STATUS.label}.")
        given["close"] = [Chosen(**one) for one in given.get("close", [])]
        same = given.get("status", patient.status) == patient.status
        wanted = {"status": patient.status, "reason": patient.status_reason if same else ""} | given
        try:
            hand_on(patient=patient, by=self.actor, at=self.at, version=patient.version, **wanted)
        except Refused as refused:
            raise renamed(refused, lambda name: "status_reason" if name == "reason" else name) from refused

    def _with_owner(self, given: dict[str, Any]) -> dict[str, Any]:
        if given.get("owner") is not None:
            members = Membership.objects.active().filter(clinic=self.clinic)
            given["owner"] = self.found(members, given["owner"], "owner")
        return given
