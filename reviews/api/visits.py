"""Visits: logged with all that belongs to them, in one transaction."""

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.answers import renamed
from accounts.permissions import Act
from accounts.shapes import Amount, AtVersion, Day, MomentField, Whole
from labs.api import LabResultShape, ResultGiven
from patients.api import OfPatientFilter, VisitShape
from patients.models import DoseTaken, SymptomAnswer, ToldBy, Visit, VisitKind
from patients.symptoms import Answer
from regimens.api import DoseStepShape, StepGiven, steps_to_read
from regimens.models import Regimen
from reviews.acts.doses_told import settle_dose
from reviews.acts.regimen_entries import DoseStepEntry, StopEntry
from reviews.acts.regimens import STOP_REASONS
from reviews.acts.results import ResultEntry
from reviews.acts.visits import SymptomEntry, log_visit
from reviews.api import withdrawing
from reviews.api.flags import FlagShape, flags_to_read
from reviews.api.regimens import intake_entries
from reviews.facts.record import Record
from reviews.models import Flag
from reviews.moments import Moment
from reviews.step_down import StepDown, step_down


def choices_of(field: str) -> Any:
    """What the column of a symptom answer can hold."""
    column: Any = SymptomAnswer._meta.get_field(field)
    return column.choices


class SymptomGiven(serializers.Serializer[Any]):
    symptom = serializers.ChoiceField(choices=choices_of("symptom"))
    answer = serializers.ChoiceField(choices=choices_of("answer"))
    grade = Whole(required=False, allow_null=True, help_text="CTCAE, 1 to 4.")
    nocturnal = serializers.BooleanField(required=False, allow_null=True)
    onset_on = Day(required=False, allow_null=True)
    other_text = serializers.CharField(max_length=200, required=False, allow_blank=True)


class StepOfVisitGiven(StepGiven):
    regimen = serializers.UUIDField()


class StopOfVisitGiven(serializers.Serializer[Any]):
    regimen = serializers.UUIDField()
    stopped_on = Day(help_text="The first day without it.")
    reason = serializers.ChoiceField(choices=STOP_REASONS)


class VisitGiven(serializers.Serializer[Any]):
    patient = serializers.UUIDField()
    visited_on = Day(
        required=False, help_text="Needed, but of a MESSAGE: that is of the day of `received_at`."
    )
    kind = serializers.ChoiceField(choices=VisitKind.choices, required=False)
    received_at = MomentField(
        required=False, allow_null=True, help_text="Needed with MESSAGE, and only then."
    )
    told_by = serializers.ChoiceField(
        choices=ToldBy.choices,
        required=False,
        allow_blank=True,
        help_text="Needed with MESSAGE, and only then.",
    )
    is_re_evaluation = serializers.BooleanField(required=False)
    adherence_percent = Whole(required=False, allow_null=True)
    dose_told_elemental_mg = Amount(
        max_digits=7,
        decimal_places=1,
        min_value=0,
        required=False,
        allow_null=True,
        help_text="Of yesterday.",
    )
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    symptoms = SymptomGiven(many=True, required=False)
    gad7 = serializers.ListField(
        child=Whole(), required=False, allow_null=True, help_text="Seven answers, 0 to 3."
    )
    gad7_total = Whole(required=False, allow_null=True)
    lab_results = ResultGiven(many=True, required=False)
    dose_step = StepOfVisitGiven(required=False, allow_null=True)
    stop = StopOfVisitGiven(required=False, allow_null=True, help_text="A regimen that is taken no more.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """A visit has a day; a message has the day on which it was received."""
        if "visited_on" not in given:
            received_at = given.get("received_at")
            if given.get("kind") != VisitKind.MESSAGE:
                raise serializers.ValidationError({"visited_on": ["This field is required."]})
            if received_at is None:
                raise serializers.ValidationError({"received_at": ["Say when the message was received."]})
            given["visited_on"] = self.context["view"].clinic.local_date(received_at)
        return given


class DoseTakenGiven(AtVersion):
    taken = serializers.ChoiceField(choices=DoseTaken.choices)


class StepDownShape(serializers.Serializer[Any]):
    """What the founding article tells, as such; nothing applies it."""

    from_elemental_mg_per_day = Amount(source="from_mg")
    to_elemental_mg_per_day = Amount(source="to_mg")
    sentence = serializers.CharField()
    evidence = serializers.CharField(source="mark")
    claim = serializers.CharField()


class FullVisitShape(VisitShape):
    lab_results = LabResultShape(many=True)
    dose_steps = DoseStepShape(many=True)

    class Meta(VisitShape.Meta):
        fields = [*VisitShape.Meta.fields, "lab_results", "dose_steps"]


class LoggedVisitShape(FullVisitShape):
    flags = FlagShape(many=True, read_only=True, help_text="Those that this visit raised.")
    reached_again = serializers.BooleanField(
        read_only=True, help_text="The patient was not contactable, and is recalled again."
    )
    step_down = StepDownShape(read_only=True, allow_null=True, help_text="Where twitching was told.")

    class Meta(FullVisitShape.Meta):
        fields = [*FullVisitShape.Meta.fields, "flags", "reached_again", "step_down"]


class VisitResource(withdrawing.Withdrawable):
    """Dated contacts. A visit is never edited: it is marked entered in error and logged again."""

    queryset = Visit.objects.prefetch_related(
        "symptom_answers", "outcomes", "lab_results", Prefetch("dose_steps", steps_to_read())
    )
    serializer_class = FullVisitShape
    filterset_class = OfPatientFilter
    acts = {
        "list": Act.SEE_PATIENTS,
        "retrieve": Act.SEE_PATIENTS,
        "create": Act.LOG_VISIT,
        "settle_dose": Act.LOG_VISIT,
        **withdrawing.ACT,
    }
    inputs = {"create": VisitGiven, "settle_dose": DoseTakenGiven, **withdrawing.INPUT}
    outputs = {"create": LoggedVisitShape}

    def create(self, request: Request) -> Response:
        """Log a visit; all of it is stored, or nothing. The answer lists the flags that it raised."""
        given = self.given()
        patient = self.patient_of(given)
        given["symptoms"] = [SymptomEntry(**told) for told in given.get("symptoms", [])]
        given["lab_results"] = [ResultEntry(**told) for told in given.get("lab_results", [])]
        given["gad7_items"] = given.pop("gad7", None)
        given["dose_step"] = self._step(given.get("dose_step"))
        given["stop"] = self._stop(given.get("stop"))
        try:
            logged = log_visit(patient=patient, by=self.actor, at=self.at, **given)
        except Refused as refused:
            raise renamed(refused, _of_step) from refused
        raised = flags_to_read(Flag.objects.filter(pk__in=[flag.pk for flag in logged.flags]), self)
        flags = FlagShape(raised, many=True, context=self.get_serializer_context()).data
        proposal = _step_down(logged.visit, Moment.of(self.clinic, self.at))
        beside = {
            "flags": flags,
            "reached_again": logged.reached_again,
            "step_down": proposal and StepDownShape(proposal).data,
        }
        return Response(self.as_it_stands(logged.visit) | beside, status=201)

    @action(detail=True, methods=["post"], url_path="settle-dose")
    def settle_dose(self, request: Request, **address: Any) -> Response:
        """Say which dose was taken where another was told than planned; it changes no dose."""
        given = self.given()
        visit = self.row_at(given["version"])
        return self.shown(settle_dose(visit=visit, by=self.actor, at=self.at, **given))

    def _step(self, given: dict[str, Any] | None) -> DoseStepEntry | None:
        """The change of dose that comes with the visit: by those who may change one."""
        if given is None:
            return None
        regimen = self._regimen(given, "dose_step")
        return DoseStepEntry(**given | {"regimen": regimen, "intakes": intake_entries(given["intakes"])})

    def _stop(self, given: dict[str, Any] | None) -> StopEntry | None:
        """The end of a regimen that was told at the visit: by those who may change a dose."""
        return StopEntry(**given | {"regimen": self._regimen(given, "stop")}) if given else None

    def _regimen(self, given: dict[str, Any], field: str) -> Regimen:
        if not self.request.membership.may(Act.CHANGE_DOSE):  # type: ignore[attr-defined]
            raise PermissionDenied(f"Your role may not {Act.CHANGE_DOSE.label}. Leave out `{field}`.")
        rows = Regimen.objects.of(self.clinic).valid()
        regimen: Regimen = self.found(rows, given["regimen"], f"{field}.regimen")
        return regimen


def _step_down(visit: Visit, now: Moment) -> StepDown | None:
    """The article's step down after a visit, beside the dose in force."""
    present = {told.symptom for told in visit.symptom_answers.all() if told.answer == Answer.PRESENT}
    dose = Record(visit.patient, now).dose_on(now.on).elemental_mg_per_day
    return step_down(present, dose, now.thresholds)


def _of_step(name: str) -> str:
    """What the act says of the dose step, under the body's name of it."""
    return f"dose_step.{name}" if name in ("regimen", "intakes") else name
