"""How the API reads and writes regimens and dose steps; amounts per day are always derived."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.shapes import Amount, AtVersion, Day, Whole
from patients.api import RECORD_FIELDS, OfPatientFilter
from patients.vocabulary import CONTRAINDICATIONS
from regimens.models import DoseStep, Finding, Intake, PriorMagnesium, Regimen, StopReason, Timing


class IntakeShape(serializers.ModelSerializer[Intake]):
    at = serializers.TimeField(format="%H:%M")
    units = Amount()

    class Meta:
        model = Intake
        fields = ["at", "units", "timing", "minutes_before_meal"]


class IntakeGiven(serializers.Serializer[Any]):
    at = serializers.TimeField()
    units = Amount(max_digits=5, decimal_places=2)
    minutes_before_meal = Whole(required=False, allow_null=True, min_value=0, max_value=24 * 60)
    timing = serializers.ChoiceField(
        choices=Timing.choices,
        required=False,
        help_text="With food, at bedtime from 21:00 on, or before a meal where minutes are given.",
    )


class StepGiven(serializers.Serializer[Any]):
    effective_on = Day()
    intakes = IntakeGiven(many=True)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    above_level_reason = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="Why the day's dose is above the upper level of the jurisdiction.",
    )


class SupervisionGiven(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    supervisor = Whole(required=False, allow_null=True, help_text="Id of a membership of the clinic.")
    check_again_on = Day(required=False, allow_null=True)
    specialist_note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class SuperviseGiven(SupervisionGiven, AtVersion):
    pass


class StepOfRegimenGiven(StepGiven):
    supervision = SupervisionGiven(required=False, allow_null=True)
    version = Whole(min_value=1, required=False, help_text="Of the regimen as you read it.")


class RegimenGiven(serializers.Serializer[Any]):
    patient = serializers.UUIDField()
    product = serializers.UUIDField()
    started_on = Day()
    intakes = IntakeGiven(many=True)
    contraindications = serializers.DictField(
        child=serializers.ChoiceField(choices=["YES", "NO", "NOT_ASKED"]),
        required=False,
        help_text=f"{', '.join(c.code for c in CONTRAINDICATIONS)}; one not given counts as not asked.",
    )
    kidney_reason = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="Needed without an eGFR of the last 12 months.",
    )
    indication = serializers.CharField(max_length=120, required=False, allow_blank=True)
    prior_magnesium = serializers.ChoiceField(choices=PriorMagnesium.choices, required=False)
    above_level_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    supervision_note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    supervisor = Whole(required=False, allow_null=True, help_text="Id of a membership of the clinic.")
    check_again_on = Day(required=False, allow_null=True)
    specialist_note = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="Who takes it on: eGFR below 30, myasthenia, above the level in pregnancy.",
    )


class StopGiven(AtVersion):
    stopped_on = Day()
    reason = serializers.ChoiceField(choices=StopReason.choices)


class SwitchGiven(AtVersion):
    product = serializers.UUIDField()
    on = Day()
    intakes = IntakeGiven(many=True)
    above_level_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    kidney_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    supervision = SupervisionGiven(required=False, allow_null=True)


class CheckShape(serializers.Serializer[Any]):
    check_code = serializers.CharField(source="code")
    subject = serializers.CharField()
    severity = serializers.CharField()
    sentence = serializers.CharField()
    mark = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    claim = serializers.CharField(source="claim_id", allow_null=True)
    hours_apart = Amount(allow_null=True)
    review_from = Day(allow_null=True)


class CheckedShape(serializers.Serializer[Any]):
    """What a start would be; nothing is stored."""

    elemental_mg_per_day = Amount()
    compound_mg_per_day = Amount()
    ledger_elemental_mg_per_day = Amount(help_text="With all other sources of the day.")
    ledger_compound_mg_per_day = Amount()
    summary = serializers.CharField(help_text='Such as "4 checked, 2 not checked"; never "all clear".')
    findings = CheckShape(many=True)


class FindingShape(serializers.ModelSerializer[Finding]):
    check_code = serializers.CharField()
    hours_apart = Amount()

    class Meta:
        model = Finding
        fields = [
            "check_code",
            "subject",
            "severity",
            "sentence",
            "mark",
            "source",
            "claim",
            "medication",
            "hours_apart",
            "review_from",
            "holds_from",
            "holds_until",
        ]


class DoseStepShape(serializers.ModelSerializer[DoseStep]):
    intakes = IntakeShape(many=True)
    elemental_mg_per_day = serializers.SerializerMethodField()
    compound_mg_per_day = serializers.SerializerMethodField()
    findings = FindingShape(many=True)

    class Meta:
        model = DoseStep
        fields = [
            "id",
            "regimen",
            "patient",
            "effective_on",
            "reason",
            "above_level_reason",
            "visit",
            "intakes",
            "elemental_mg_per_day",
            "compound_mg_per_day",
            "findings",
            *RECORD_FIELDS,
        ]

    def get_elemental_mg_per_day(self, step: DoseStep) -> float:
        return float(step.dose().elemental_mg_per_day)

    def get_compound_mg_per_day(self, step: DoseStep) -> float:
        return float(step.dose().compound_mg_per_day)


class RegimenShape(serializers.ModelSerializer[Regimen]):
    """Intakes, amounts and findings at the top are of the newest step that has begun (see `dose_steps`)."""

    product_name = serializers.CharField(source="product.name")
    form = serializers.CharField(source="product.form")
    intakes = serializers.SerializerMethodField()
    elemental_mg_per_day = serializers.SerializerMethodField()
    compound_mg_per_day = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()
    dose_steps = serializers.SerializerMethodField()

    class Meta:
        model = Regimen
        fields = [
            "id",
            "patient",
            "product",
            "product_name",
            "form",
            "started_on",
            "stopped_on",
            "stop_reason",
            "indication",
            "prior_magnesium",
            "contraindications",
            "kidney_reason",
            "supervision_note",
            "supervisor",
            "check_again_on",
            "specialist_note",
            "replaces",
            "intakes",
            "elemental_mg_per_day",
            "compound_mg_per_day",
            "findings",
            "dose_steps",
            *RECORD_FIELDS,
        ]

    @extend_schema_field(IntakeShape(many=True))
    def get_intakes(self, regimen: Regimen) -> Any:
        step = self._begun(regimen)
        return IntakeShape(step.intakes.all() if step else [], many=True).data

    def get_elemental_mg_per_day(self, regimen: Regimen) -> float:
        step = self._begun(regimen)
        return float(step.dose().elemental_mg_per_day) if step else 0.0

    def get_compound_mg_per_day(self, regimen: Regimen) -> float:
        step = self._begun(regimen)
        return float(step.dose().compound_mg_per_day) if step else 0.0

    @extend_schema_field(FindingShape(many=True))
    def get_findings(self, regimen: Regimen) -> Any:
        step = self._begun(regimen)
        return FindingShape(step.findings.all() if step else [], many=True).data

    @extend_schema_field(DoseStepShape(many=True))
    def get_dose_steps(self, regimen: Regimen) -> Any:
        return DoseStepShape(_valid_steps(regimen), many=True).data

    def _begun(self, regimen: Regimen) -> DoseStep | None:
        today: date = self.context["view"].today
        return next((step for step in reversed(_valid_steps(regimen)) if step.effective_on <= today), None)


class RegimenFilter(OfPatientFilter):
    class Meta:
        model = Regimen
        fields = ["patient", "product"]

    product = filters.UUIDFilter(field_name="product_id")


class DoseStepFilter(OfPatientFilter):
    class Meta:
        model = DoseStep
        fields = ["patient", "regimen"]

    regimen = filters.UUIDFilter(field_name="regimen_id")


def steps_to_read() -> QuerySet[DoseStep]:
    """Steps with all that their shape reads, in a fixed number of queries."""
    return DoseStep.objects.select_related("regimen__product").prefetch_related("intakes", "findings")


def regimens_to_read() -> QuerySet[Regimen]:
    """Regimens with all that their shape reads, in a fixed number of queries."""
    return Regimen.objects.select_related("product").prefetch_related(
        Prefetch("dose_steps", steps_to_read().order_by("effective_on", "created_at"))
    )


def _valid_steps(regimen: Regimen) -> list[DoseStep]:
    return [
        step for step in regimen.dose_steps.all() if step.error_at is None or regimen.error_at is not None
    ]
