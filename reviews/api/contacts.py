"""Attempts to reach patients, and the list of missed windows with the step that is due next."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from accounts.resources import Resource
from accounts.shapes import AtVersion, Day, MomentField, Whole
from audit.record import record
from patients.api import RECORD_FIELDS, OfPatientFilter
from reviews.acts.booking import book_stable
from reviews.acts.contacts import Afterwards, Contact, log_contact, removes
from reviews.api import withdrawing
from reviews.models import ContactAttempt, ContactOutcome, ContactWay, Reevaluation
from reviews.moments import Moment
from reviews.recall_ladder import Step
from reviews.recalls import missed, risks_of, rungs_of

MOST_TOGETHER = 200
NOT_HERE = "There is none with this id in your clinic."


class ContactShape(serializers.ModelSerializer[ContactAttempt]):
    re_evaluation = serializers.UUIDField(source="reevaluation_id", allow_null=True)

    class Meta:
        model = ContactAttempt
        fields = [
            "id",
            "patient",
            "re_evaluation",
            "attempted_at",
            "way",
            "outcome",
            "booked_on",
            "call_again_on",
            "note",
            "created_by",
            *RECORD_FIELDS,
        ]


class LoggedContactShape(ContactShape):
    reached_again = serializers.BooleanField(
        read_only=True, help_text="The patient was not contactable, and is recalled again."
    )

    class Meta(ContactShape.Meta):
        fields = [*ContactShape.Meta.fields, "reached_again"]


class ContactGiven(serializers.Serializer[Any]):
    """One attempt, and what follows from how it ended."""

    patient = serializers.UUIDField()
    re_evaluation = serializers.UUIDField(required=False, allow_null=True)
    version = Whole(required=False, min_value=1, help_text="Of the re-evaluation; needed with AGREED.")
    attempted_at = MomentField(required=False, allow_null=True, help_text="Now, where it is not given.")
    way = serializers.ChoiceField(choices=ContactWay.choices)
    outcome = serializers.ChoiceField(choices=ContactOutcome.choices)
    booked_on = Day(required=False, allow_null=True, help_text="Needed with AGREED.")
    call_again_on = Day(required=False, allow_null=True, help_text="Needed with CALL_LATER.")
    afterwards = serializers.ChoiceField(
        choices=Afterwards.choices,
        required=False,
        allow_blank=True,
        help_text="Needed with REFUSED, WRONG_NUMBER and MOVED.",
    )
    reason = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Needed with UNREACHABLE and LEFT."
    )
    patient_version = Whole(required=False, min_value=1, help_text="Needed with UNREACHABLE and LEFT.")
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class ContactFilter(OfPatientFilter):
    class Meta:
        model = ContactAttempt
        fields = ["patient", "outcome"]


class ContactResource(withdrawing.Withdrawable):
    """Attempts to reach a patient whose window was missed. A removal needs a reason and a clinician."""

    queryset = ContactAttempt.objects.all()
    serializer_class = ContactShape
    filterset_class = ContactFilter
    acts = {
        "list": Act.SEE_PATIENTS,
        "retrieve": Act.SEE_PATIENTS,
        "create": Act.CONTACT,
        **withdrawing.ACT,
    }
    inputs = {"create": ContactGiven, **withdrawing.INPUT}
    outputs = {"create": LoggedContactShape}

    def create(self, request: Request) -> Response:
        """Log an attempt: AGREED books the visit; REFUSED, WRONG_NUMBER and MOVED say what follows."""
        given = self.given()
        patient, owed = self.patient_of(given), given.pop("re_evaluation", None)
        if owed is not None:
            rows = Reevaluation.objects.of(self.clinic).valid()
            given["reevaluation"] = self.found(rows, owed, "re_evaluation")
        contact = Contact(**given)
        if removes(contact) and not self.actor.membership.may(Act.CHANGE_STATUS):  # type: ignore[union-attr]
            raise PermissionDenied(f"Your role may not {Act.CHANGE_STATUS.label}. Send `afterwards` as KEEP.")
        logged = log_contact(patient=patient, by=self.actor, at=self.at, contact=contact)
        shown = self.as_it_stands(logged.attempt) | {"reached_again": logged.reached_again}
        return Response(shown, status=201)

    def as_it_stands(self, row: Any) -> Any:
        """Of a stale row too: what changed may be the re-evaluation or the patient."""
        if isinstance(row, ContactAttempt):
            return super().as_it_stands(row)
        kind = "re_evaluation" if isinstance(row, Reevaluation) else "patient"
        more = {"booked_on": row.booked_on} if isinstance(row, Reevaluation) else {"status": row.status}
        return {kind: str(row.pk), "version": row.version, **more}


class RecallShape(serializers.ModelSerializer[Reevaluation]):
    """A re-evaluation that is overdue, and where it stands on the ladder."""

    step = serializers.ChoiceField(choices=[(step, step) for step in Step], source="rung.step")
    due_on = serializers.DateField(source="rung.due_on", help_text="From when the step is due.")
    attempt = serializers.IntegerField(source="rung.number", help_text="The number of the next attempt.")
    attempts_without_answer = serializers.IntegerField(source="rung.unanswered")
    book_alone_because = serializers.ListField(
        child=serializers.CharField(), source="risks", help_text="Empty for a stable patient."
    )
    patient_version = serializers.IntegerField(source="patient.version")

    class Meta:
        model = Reevaluation
        fields = [
            "id",
            "patient",
            "patient_version",
            "opens_on",
            "closes_on",
            "booked_on",
            "step",
            "due_on",
            "attempt",
            "attempts_without_answer",
            "book_alone_because",
            "version",
        ]


class SeenRow(AtVersion):
    id = serializers.UUIDField()


class RescheduleGiven(serializers.Serializer[Any]):
    booked_on = Day()
    rows = serializers.ListField(child=SeenRow(), allow_empty=False, max_length=MOST_TOGETHER)


class BookedShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    booked = serializers.BooleanField()
    refused = serializers.CharField(help_text="Why not; empty where it was booked.")


class RescheduledShape(serializers.Serializer[Any]):
    rows = BookedShape(many=True)


class RecallResource(Resource):
    """Missed windows: overdue, nothing came, and the patient is recalled."""

    queryset = Reevaluation.objects.all()
    serializer_class = RecallShape
    filterset_class = OfPatientFilter
    acts = {"list": Act.SEE_QUEUE, "reschedule": Act.BOOK}
    inputs = {"reschedule": RescheduleGiven}
    outputs = {"reschedule": RescheduledShape}

    def get_queryset(self) -> QuerySet[Reevaluation]:
        rows: QuerySet[Reevaluation] = missed(Moment.of(self.clinic, self.at)).select_related("patient")
        return rows

    def list(self, request: Request) -> Response:
        """Each with the step that is due next; reading the list is an event."""
        now = Moment.of(self.clinic, self.at)
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        rungs, risks = rungs_of(page, now), risks_of(page, now)
        for row in page:
            row.rung, row.risks = rungs[row.pk], risks[row.pk]
        record("READ_LIST", by=self.actor, at=self.at, after={"list": self.basename})
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @action(detail=False, methods=["post"])
    def reschedule(self, request: Request) -> Response:
        """Book one day for several stable patients; each row says what became of it."""
        given = self.given()
        seen = {row["id"]: row["version"] for row in given["rows"]}
        found = Reevaluation.objects.of(self.clinic).valid().filter(pk__in=seen).select_related("patient")
        rows = [(row, seen[row.pk]) for row in found]
        told = book_stable(rows=rows, by=self.actor, at=self.at, booked_on=given["booked_on"])
        shown = [{"id": b.reevaluation.pk, "booked": not b.refused, "refused": b.refused} for b in told]
        here = {row.pk for row in found}
        shown += [{"id": key, "booked": False, "refused": NOT_HERE} for key in seen if key not in here]
        return Response(RescheduledShape({"rows": shown}).data)
