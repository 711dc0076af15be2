"""How the API reads and writes a laboratory result: as reported, and as compared."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.shapes import Amount, MomentField
from labs.analytes import ANALYTES, Analyte
from labs.models import ANALYTE_CHOICES, LabResult, ResultStatus
from patients.api import RECORD_FIELDS, OfPatientFilter

# Told with a visit or a result, a result is what a laboratory has said; withdrawing it is another act.
TOLD = [(s.value, s.label) for s in ResultStatus if s != ResultStatus.ENTERED_IN_ERROR]


class ResultGiven(serializers.Serializer[Any]):
    """One result as somebody reported it, without its patient. The interval is in the unit of the value."""

    loinc = serializers.CharField(max_length=10, required=False, allow_blank=True)
    analyte = serializers.ChoiceField(
        choices=ANALYTE_CHOICES, required=False, help_text="Instead of a LOINC code."
    )
    value = Amount()
    unit = serializers.CharField(max_length=32, allow_blank=True)
    collected_at = MomentField()
    comparator = serializers.ChoiceField(choices=["<", "<=", ">=", ">"], required=False, allow_blank=True)
    reference_low = Amount(required=False, allow_null=True)
    reference_high = Amount(required=False, allow_null=True)
    laboratory = serializers.CharField(max_length=120, required=False, allow_blank=True)
    abnormal_flag = serializers.CharField(
        max_length=20, required=False, allow_blank=True, help_text="As the laboratory sent it: H, L, A."
    )
    reported_at = MomentField(
        required=False, allow_null=True, help_text="When the laboratory issued this version of the result."
    )
    method = serializers.CharField(max_length=120, required=False, allow_blank=True)
    analyzer = serializers.CharField(max_length=120, required=False, allow_blank=True)
    specimen = serializers.CharField(max_length=60, required=False, allow_blank=True)
    anticoagulant = serializers.CharField(max_length=60, required=False, allow_blank=True)
    storage = serializers.CharField(max_length=60, required=False, allow_blank=True)
    status = serializers.ChoiceField(choices=TOLD, required=False)
    haemolysed = serializers.BooleanField(required=False, allow_null=True)
    anaerobic = serializers.BooleanField(required=False, allow_null=True)
    analysed_at = MomentField(required=False, allow_null=True)
    ph = Amount(max_digits=4, decimal_places=2, required=False, allow_null=True)
    ph_adjusted = serializers.BooleanField(
        required=False, allow_null=True, help_text="Adjusted to pH 7.4; some LOINC codes say so themselves."
    )
    fasting = serializers.BooleanField(required=False, allow_null=True)
    last_mg_dose_at = MomentField(required=False, allow_null=True)


class LabResultShape(serializers.ModelSerializer[LabResult]):
    value = Amount()
    canonical_value = Amount()
    canonical_unit = serializers.SerializerMethodField()
    reference_low = Amount(allow_null=True)
    reference_high = Amount(allow_null=True)
    interval_low = Amount(allow_null=True, help_text="What the interpretation used, in the canonical unit.")
    interval_high = Amount(allow_null=True)
    ph = Amount(max_digits=4, decimal_places=2, allow_null=True)

    class Meta:
        model = LabResult
        fields = [
            "id",
            "patient",
            "analyte",
            "loinc",
            "value",
            "comparator",
            "unit",
            "canonical_value",
            "canonical_unit",
            "reference_low",
            "reference_high",
            "interval_low",
            "interval_high",
            "interval_source",
            "interpretation",
            "abnormal_flag",
            "collected_at",
            "collected_on",
            "zone_assumed",
            "reported_at",
            "received_at",
            "analysed_at",
            "status",
            "superseded_by",
            "cancelled_by",
            "laboratory",
            "method",
            "analyzer",
            "specimen",
            "anticoagulant",
            "storage",
            "ph",
            "ph_adjusted",
            "fasting",
            "last_mg_dose_at",
            "haemolysed",
            "anaerobic",
            "doubt",
            "awaits_dose",
            "source",
            "visit",
            "derived_from",
            *RECORD_FIELDS,
        ]

    def get_canonical_unit(self, result: LabResult) -> str:
        """UCUM."""
        return ANALYTES[Analyte(result.analyte)].unit


class LabResultFilter(OfPatientFilter):
    class Meta:
        model = LabResult
        fields = ["patient", "analyte", "loinc"]

    collected_from = filters.DateFilter(field_name="collected_on", lookup_expr="gte")
