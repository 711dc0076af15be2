"""Visits: logged with all that belongs to them, in one transaction."""

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.answers import renamed
from accounts.permissions import Act
from accounts.shapes import Amount, Day, Whole
from labs.api import LabResultShape, ResultGiven
from patients.api import OfPatientFilter, VisitShape
from patients.models import SymptomAnswer, Visit, VisitKind
from regimens.api import DoseStepShape, StepGiven, steps_to_read
from regimens.models import Regimen
from reviews.acts.regimen_entries import DoseStepEntry, StopEntry
from reviews.acts.regimens import STOP_REASONS
from reviews.acts.results import ResultEntry
from reviews.acts.visits import SymptomEntry, log_visit
from reviews.api import withdrawing
from reviews.api.flags import FlagShape, flags_to_read
from reviews.api.regimens import intake_entries
from reviews.models import Flag


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
    visited_on = Day()
    kind = serializers.ChoiceField(choices=VisitKind.choices, required=False)
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


class FullVisitShape(VisitShape):
    lab_results = LabResultShape(many=True)
    dose_steps = DoseStepShape(many=True)

    class Meta(VisitShape.Meta):
        fields = [*VisitShape.Meta.fields, "lab_results", "dose_steps"]


class LoggedVisitShape(FullVisitShape):
    flags = FlagShape(many=True, read_only=True, help_text="Those that this visit raised.")

    class Meta(FullVisitShape.Meta):
        fields = [*FullVisitShape.Meta.fields, "flags"]


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
        **withdrawing.ACT,
    }
    inputs = {"create": VisitGiven, **withdrawing.INPUT}
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
        return Response(self.as_it_stands(logged.visit) | {"flags": flags}, status=201)

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


def _of_step(name: str) -> str:
    """What the act says of the dose step, under the body's name of it."""
    return f"dose_step.{name}" if name in ("regimen", "intakes") else name
