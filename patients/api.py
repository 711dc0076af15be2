"""How the API writes a patient and what belongs to one; reading any of it leaves an audit event."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.answers import NotHere
from accounts.resources import Resource
from accounts.shapes import Amount, AtVersion
from audit.record import record
from patients.models import (
    Condition,
    CoTreatment,
    Instrument,
    Medication,
    Modifier,
    Outcome,
    Patient,
    SymptomAnswer,
    Visit,
)

ENTRY_FIELDS = ["id", "patient", "code", "label", "value", "unit", "since", "until", "source"]
RECORD_FIELDS = ["created_at", "version", "error_at", "error_reason"]


class PatientShape(serializers.ModelSerializer[Patient]):
    class Meta:
        model = Patient
        fields = [
            "id",
            "mrn",
            "family_name",
            "given_name",
            "birth_date",
            "sex",
            "contact",
            "status",
            "status_reason",
            "returns_on",
            "deceased_on",
            "death_relation",
            "transferred_to",
            "unreachable_since",
            "unreachable_reason",
            "prescribed_by",
            "monitored_by",
            "shared_with",
            "research_consent",
            "research_consent_on",
            "publication_consent_on",
            "owner",
            "is_synthetic",
            "created_at",
            "version",
        ]


class SymptomShape(serializers.ModelSerializer[SymptomAnswer]):
    class Meta:
        model = SymptomAnswer
        fields = ["symptom", "answer", "grade", "nocturnal", "onset_on", "other_text", "urgency"]


class VisitShape(serializers.ModelSerializer[Visit]):
    """In the words in which a visit is logged."""

    dose_told_elemental_mg = Amount(allow_null=True)
    symptoms = SymptomShape(source="symptom_answers", many=True)
    gad7 = serializers.SerializerMethodField()
    gad7_total = serializers.SerializerMethodField()

    class Meta:
        model = Visit
        fields = [
            "id",
            "patient",
            "visited_on",
            "kind",
            "clinician",
            "is_re_evaluation",
            "adherence_percent",
            "dose_told_elemental_mg",
            "dose_settled_as",
            "dose_settled_at",
            "received_at",
            "told_by",
            "note",
            "symptoms",
            "gad7",
            "gad7_total",
            *RECORD_FIELDS,
        ]

    def get_gad7(self, visit: Visit) -> list[int] | None:
        """The seven answers, if they were given one by one."""
        outcome = _gad7(visit)
        return outcome.items if outcome else None

    def get_gad7_total(self, visit: Visit) -> int | None:
        outcome = _gad7(visit)
        return outcome.total if outcome else None


class EntryShape(serializers.ModelSerializer[Any]):
    """Abstract: what medicines, conditions, modifiers and co-treatments have in common."""

    label = serializers.CharField(source="get_code_display")  # type: ignore[assignment]


class MedicationShape(EntryShape):
    class Meta:
        model = Medication
        fields = [*ENTRY_FIELDS, "taken_at", *RECORD_FIELDS]


class ConditionShape(EntryShape):
    class Meta:
        model = Condition
        fields = [*ENTRY_FIELDS, *RECORD_FIELDS]


class ModifierShape(EntryShape):
    class Meta:
        model = Modifier
        fields = [*ENTRY_FIELDS, *RECORD_FIELDS]


class CoTreatmentShape(EntryShape):
    class Meta:
        model = CoTreatment
        fields = [*ENTRY_FIELDS, "taken_at", *RECORD_FIELDS]


class InError(AtVersion):
    """The row stays, with who withdrew it and why, and counts no longer."""

    reason = serializers.CharField(max_length=500)


class PatientFilter(filters.FilterSet):
    search = filters.CharFilter(method="find", help_text="Beginnings of names or of the MRN, in any order.")

    class Meta:
        model = Patient
        fields = ["mrn", "status"]

    def find(self, patients: Any, name: str, text: str) -> QuerySet[Patient]:
        found: QuerySet[Patient] = patients.found_by(text)
        return found


class OfPatientFilter(filters.FilterSet):
    """Abstract: the rows of one patient."""

    patient = filters.UUIDFilter(field_name="patient_id")


class ChartResource(Resource):
    """Rows that belong to patients. Lists leave out what was entered in error; its address still shows it."""

    withdrawable: ClassVar[bool] = True

    def list(self, request: Request) -> Response:
        rows: Any = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(rows.valid() if self.withdrawable else rows)
        with transaction.atomic():
            answer = self.get_paginated_response(self.get_serializer(page, many=True).data)
            patient = request.query_params.get("patient")
            if patient:
                self.note_reading(UUID(patient))
            else:
                record("READ_LIST", by=self.actor, at=self.at, after={"list": self.basename})
        return answer

    def retrieve(self, request: Request, **address: Any) -> Response:
        with transaction.atomic():
            row = self.get_object()
            self.note_reading(row.pk if isinstance(row, Patient) else row.patient_id)
            return Response(self.get_serializer(row).data)

    def note_reading(self, patient_id: UUID) -> None:
        """Reads of a chart are events, like acts."""
        record("READ_CHART", by=self.actor, at=self.at, patient_id=patient_id, after={"list": self.basename})

    def patient_of(self, given: dict[str, Any]) -> Patient:
        """Takes `patient` out of the body; 404 for another clinic's."""
        patient: Patient = self.found(
            Patient.objects.of(self.clinic).valid(), given.pop("patient"), "patient"
        )
        return patient

    def found(self, rows: QuerySet[Any], pk: Any, field: str) -> Any:
        """The row that the body names in `field`; 404 when it is not among `rows`."""
        row = rows.filter(pk=pk).first()
        if row is None:
            raise NotHere(field)
        return row


def _gad7(visit: Visit) -> Outcome | None:
    answered = visit.outcomes.all()  # prefetched
    return next((outcome for outcome in answered if outcome.instrument == Instrument.GAD7), None)
