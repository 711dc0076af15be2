"""The morning's list of the person who asks: whom they see today, in their order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.answers import NotHere
from accounts.permissions import Act
from accounts.resources import Resource
from accounts.shapes import Amount
from audit.record import record
from patients.models import Patient
from reviews.acts.mornings import MOST, replace_morning
from reviews.models import MorningPlace
from reviews.moments import Moment
from reviews.morning_lines import LONGEST_LINE, Line, matched
from reviews.mornings import Morning, morning_of


class MorningRowShape(serializers.Serializer[Any]):
    """One patient of the list."""

    patient = serializers.UUIDField(source="patient.pk")
    mrn = serializers.CharField(source="patient.mrn")
    family_name = serializers.CharField(source="patient.family_name")
    given_name = serializers.CharField(source="patient.given_name")
    why = serializers.ListField(child=serializers.CharField())
    elemental_mg_per_day = Amount(source="dose_mg", allow_null=True)
    last_visit_on = serializers.DateField(allow_null=True)
    seen = serializers.BooleanField(help_text="A visit of today is logged, by anybody; a message is none.")


class CandidateShape(serializers.ModelSerializer[Patient]):
    class Meta:
        model = Patient
        fields = ["id", "mrn", "family_name", "given_name", "birth_date"]


class LineShape(serializers.Serializer[Any]):
    """A line that named nobody, or several: it is not on the list."""

    line = serializers.IntegerField(source="number")
    text = serializers.CharField()
    because = serializers.CharField(source="words")
    candidates = CandidateShape(many=True, source="found")


@extend_schema_serializer(many=False)
class TodayShape(serializers.Serializer[Any]):
    on = serializers.DateField(help_text="The clinic's local date.")
    done = serializers.IntegerField(help_text="How many were seen.")
    count = serializers.IntegerField()
    patients = MorningRowShape(many=True)
    not_matched = LineShape(many=True, help_text="Of the lines that were sent.")


class TodayGiven(serializers.Serializer[Any]):
    """The whole list anew: as ids, or as lines of MRNs and names."""

    patients = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST)
    lines = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_LINE), required=False, max_length=MOST
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("patients" in given) == ("lines" in given):
            raise ValidationError({"patients": ["Send either `patients` or `lines`."]})
        return given


class TodayResource(Resource):
    """Each person has a list of their own for each day."""

    queryset = MorningPlace.objects.none()
    serializer_class = TodayShape
    pagination_class = None  # type: ignore[assignment]  # never longer than 200
    acts = {"list": Act.LOG_VISIT, "create": Act.LOG_VISIT}
    inputs = {"create": TodayGiven}
    made = set()

    def list(self, request: Request) -> Response:
        """The list of today; reading it is an event."""
        record("READ_LIST", by=self.actor, at=self.at, after={"list": "today"})
        return self._shown([])

    def create(self, request: Request) -> Response:
        """Replace the list of today. Who is named twice stands once; a line without its patient is told."""
        given = self.given()
        if "lines" in given:
            found = matched(self.clinic, given["lines"])
            replace_morning(by=self.actor, at=self.at, patients=[one.patient for one in found if one.patient])
            return self._shown([one for one in found if one.patient is None])
        replace_morning(by=self.actor, at=self.at, patients=self._patients(given["patients"]))
        return self._shown([])

    def _patients(self, keys: Sequence[UUID]) -> Sequence[Patient]:
        """In the order of the body; 404 for another clinic's."""
        rows = Patient.objects.of(self.clinic).valid().in_bulk(set(keys))
        if len(rows) < len(set(keys)):
            raise NotHere("patients")
        return [rows[key] for key in keys]

    def _shown(self, not_matched: Sequence[Line]) -> Response:
        now = Moment.of(self.clinic, self.at)
        morning: Morning = morning_of(self.actor, now)
        told = {
            "on": now.on,
            "done": morning.done,
            "count": len(morning.rows),
            "patients": morning.rows,
            "not_matched": not_matched,
        }
        return Response(TodayShape(told).data)
