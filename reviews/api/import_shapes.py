"""How the API writes a file of results and its rows, and in which shapes a file may come."""

from typing import IO, Any

from django.core.files.base import ContentFile
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import BaseParser

from accounts.shapes import Amount, AtVersion
from labs.analytes import ANALYTES, Analyte
from labs.models import UNDO_WITHIN, Import, ImportRow, ImportStage, RowOutcome, Settled
from reviews.acts.laboratories import LONGEST_NAME
from reviews.pages.import_card import ImportCard


class RawFile(BaseParser):
    """Abstract: the whole body is the file. What is too big was refused before (config.limits)."""

    file_name = ""

    def parse(self, stream: IO[bytes], *told: Any, **more: Any) -> dict[str, Any]:
        return {"file": ContentFile(stream.read(), name=self.file_name)}


class CsvFile(RawFile):
    media_type = "text/csv"
    file_name = "results.csv"


class Hl7File(RawFile):
    media_type = "application/hl7-v2"
    file_name = "results.hl7"


class Hl7ErFile(Hl7File):
    media_type = "x-application/hl7-v2+er7"


class FhirFile(RawFile):
    media_type = "application/fhir+json"
    file_name = "bundle.json"


class JsonFile(FhirFile):
    """Many programs call a FHIR bundle plain JSON."""

    media_type = "application/json"


_CHECKED = ("rows", "ready", "converted", "already_stored", "unmatched", "errors")
_SETTLED = ("stored", "already_stored", "parked", "refused")
RAW_FILES = (CsvFile, Hl7File, Hl7ErFile, FhirFile, JsonFile)


class FileGiven(serializers.Serializer[Any]):
    """A file in a form. Its format is recognised from the content."""

    file = serializers.FileField(allow_empty_file=True)
    laboratory = serializers.CharField(
        max_length=LONGEST_NAME,
        required=False,
        allow_blank=True,
        help_text="Whose file it is, by name, where it does not say so itself.",
    )


class ImportCheckedShape(serializers.Serializer[Any]):
    """What the check found: `rows` is the sum of the others."""

    rows = serializers.IntegerField()
    ready = serializers.IntegerField()
    converted = serializers.IntegerField()
    already_stored = serializers.IntegerField()
    unmatched = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]  # a field, not what was wrong


class ImportSettledShape(serializers.Serializer[Any]):
    """Where the rows went: their sum is the number of rows."""

    stored = serializers.IntegerField()
    already_stored = serializers.IntegerField()
    parked = serializers.IntegerField()
    refused = serializers.IntegerField()


class ImportShape(serializers.ModelSerializer[Import]):
    checked = serializers.SerializerMethodField()
    settled = serializers.SerializerMethodField()
    undo_until = serializers.SerializerMethodField()

    class Meta:
        model = Import
        fields = [
            "id",
            "file_name",
            "size",
            "sha256",
            "format",
            "channel",
            "laboratory",
            "stage",
            "state",
            "done",
            "total",
            "checked",
            "settled",
            "dialect",
            "passed_over",
            "refusal",
            "error",
            "created_at",
            "committed_at",
            "undo_until",
            "undone_at",
            "version",
        ]
        extra_kwargs = {
            "dialect": {"help_text": "How the reader took the file, in words."},
            "passed_over": {"help_text": "What the file holds that is no result kept here, and how often."},
            "refusal": {"help_text": "Why nothing of the file was taken; with stage REFUSED."},
            "error": {"help_text": "Why the last step was given back; the file is as it was checked."},
        }

    @extend_schema_field(ImportCheckedShape)
    def get_checked(self, source: Import) -> dict[str, int]:
        checked: dict[str, int] = self._card(source).checked
        return {name: checked[name] for name in _CHECKED}

    @extend_schema_field(ImportSettledShape(allow_null=True))
    def get_settled(self, source: Import) -> dict[str, int] | None:
        """Nothing unless the file is stored."""
        if source.stage != ImportStage.COMMITTED:
            return None
        settled = self._card(source).settled
        return {name: settled[name] for name in _SETTLED}

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_undo_until(self, source: Import) -> Any:
        """The end of the 24 hours in which the whole file can be taken back."""
        if source.stage != ImportStage.COMMITTED or source.committed_at is None:
            return None
        return serializers.DateTimeField().to_representation(source.committed_at + UNDO_WITHIN)

    def _card(self, source: Import) -> ImportCard:
        card: ImportCard = self.context["view"].card_of(source)
        return card


class ImportRowShape(serializers.ModelSerializer[ImportRow]):
    reported = serializers.DictField(
        help_text="What the row tells, as its reader took it; what it does not tell is left out."
    )
    canonical_value = Amount(allow_null=True)
    canonical_unit = serializers.SerializerMethodField()

    class Meta:
        model = ImportRow
        fields = [
            "id",
            "source",
            "number",
            "place",
            "outcome",
            "reason",
            "settled",
            "patient",
            "analyte",
            "canonical_value",
            "canonical_unit",
            "interpretation",
            "result",
            "reported",
            "raw",
            "created_at",
            "decided_at",
            "version",
        ]
        extra_kwargs = {"source": {"help_text": "The import."}, "place": {"help_text": "In the file."}}

    def get_canonical_unit(self, row: ImportRow) -> str:
        """UCUM; empty where the test is not known."""
        return ANALYTES[Analyte(row.analyte)].unit if row.analyte else ""


class MatchGiven(AtVersion):
    patient = serializers.UUIDField()


class RefuseGiven(AtVersion):
    reason = serializers.CharField(max_length=500)


class ImportFilter(filters.FilterSet):
    stage = filters.ChoiceFilter(choices=ImportStage.choices)

    class Meta:
        model = Import
        fields = ["stage"]


class ImportRowFilter(filters.FilterSet):
    outcome = filters.ChoiceFilter(choices=RowOutcome.choices)
    settled = filters.ChoiceFilter(choices=Settled.choices)

    class Meta:
        model = ImportRow
        fields = ["outcome", "settled"]
