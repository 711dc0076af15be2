"""How the API reads and writes laboratories, what their tests are, and notices about them."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.shapes import Amount, AtVersion
from labs.analytes import ANALYTES, Analyte
from labs.local_names import LONGEST
from labs.models import ANALYTE_CHOICES, LabNotice, Laboratory, LaboratoryTest


class LaboratoryShape(serializers.ModelSerializer[Laboratory]):
    class Meta:
        model = Laboratory
        fields = ["id", "name", "created_at", "version"]


class LaboratoryTestShape(serializers.ModelSerializer[LaboratoryTest]):
    """`unit` and the reference limits are as sent last; the interval is the own one, in `canonical_unit`."""

    reference_low = Amount(allow_null=True)
    reference_high = Amount(allow_null=True)
    interval_low = Amount(allow_null=True)
    interval_high = Amount(allow_null=True)
    canonical_unit = serializers.SerializerMethodField()

    class Meta:
        model = LaboratoryTest
        fields = [
            "id",
            "laboratory",
            "local_name",
            "analyte",
            "loinc",
            "is_ignored",
            "unit",
            "reference_low",
            "reference_high",
            "interval_low",
            "interval_high",
            "canonical_unit",
            "created_at",
            "version",
        ]

    def get_canonical_unit(self, test: LaboratoryTest) -> str:
        """UCUM; empty while nobody has said what the test is."""
        return ANALYTES[Analyte(test.analyte)].unit if test.analyte else ""


class Meaning(serializers.Serializer[Any]):
    """What a test is: one of the three."""

    analyte = serializers.ChoiceField(choices=ANALYTE_CHOICES, required=False)
    loinc = serializers.CharField(max_length=10, required=False)
    ignored = serializers.BooleanField(
        required=False, help_text="The test does not concern this clinic: its rows are passed over."
    )


class LaboratoryTestGiven(Meaning):
    laboratory = serializers.UUIDField()
    local_name = serializers.CharField(
        max_length=LONGEST, help_text="As in the laboratory's files; case and accents do not matter."
    )


class LaboratoryTestChange(Meaning, AtVersion):
    """What the test is, its own interval, or both; `version` always. Null takes a limit away."""

    interval_low = Amount(required=False, allow_null=True)
    interval_high = Amount(required=False, allow_null=True)
    unit = serializers.CharField(
        max_length=32, required=False, allow_blank=True, help_text="Of the limits that are given here."
    )


class LaboratoryTestFilter(filters.FilterSet):
    class Meta:
        model = LaboratoryTest
        fields = ["laboratory", "analyte", "is_ignored"]


class LabNoticeShape(serializers.ModelSerializer[LabNotice]):
    laboratory = serializers.UUIDField(source="test.laboratory_id")
    local_name = serializers.CharField(source="test.local_name")

    class Meta:
        model = LabNotice
        fields = [
            "id",
            "laboratory",
            "test",
            "local_name",
            "kind",
            "sentence",
            "created_at",
            "seen_at",
            "version",
        ]


class LabNoticeFilter(filters.FilterSet):
    class Meta:
        model = LabNotice
        fields = ["test", "kind"]

    laboratory = filters.UUIDFilter(field_name="test__laboratory_id")
    seen = filters.BooleanFilter(field_name="seen_at", lookup_expr="isnull", exclude=True)
