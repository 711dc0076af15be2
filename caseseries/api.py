"""Case series: a definition gives a summary; exports are made, listed and taken away."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from accounts.resources import Resource
from accounts.shapes import Day
from caseseries.acts import asked, export_series, lock_definition, look_at_series, take_file
from caseseries.answers import attached
from caseseries.models import Definition, Export
from regimens.salts import Family

FAMILIES = [(family.value, family.label) for family in Family]


class DefinitionGiven(serializers.Serializer[Any]):
    """Who belongs to the series. Consent is always asked for, and a key that is not here is refused."""

    name = serializers.CharField(required=False, help_text="For people only: in no file.")
    form = serializers.ChoiceField(
        choices=FAMILIES,
        required=False,
        allow_null=True,
        help_text="A family of forms; without one, any. The person's first start of it counts.",
    )
    minimum_weeks = serializers.IntegerField(
        required=False, help_text="From the start to the data cut, never observed follow-up; 12 unless given."
    )
    minimum_age_years = serializers.IntegerField(required=False, allow_null=True)
    maximum_age_years = serializers.IntegerField(required=False, allow_null=True)
    started_from = Day(required=False, allow_null=True)
    started_until = Day(required=False, allow_null=True)
    data_cut_on = Day(required=False, help_text="Today unless given; never in the future.")


class ExportGiven(DefinitionGiven):
    """The keys of a definition; or `definition`: an object with them, or the id of one that is locked."""

    definition = serializers.JSONField(required=False)


class DefinitionId(serializers.Serializer[Any]):
    definition = serializers.UUIDField()


class DefinitionShape(serializers.Serializer[Any]):
    sha256 = serializers.CharField()
    cohort = serializers.DictField()
    outcome = serializers.DictField()


class SummaryShape(serializers.Serializer[Any]):
    """Null is a suppressed count, or a figure that nobody was measured for."""

    n = serializers.IntegerField(allow_null=True)
    threshold = serializers.IntegerField()
    suppressed_cells = serializers.IntegerField()
    internal = serializers.BooleanField(help_text="Unsuppressed, for the clinic's own eyes.")
    definition = DefinitionShape()
    criteria_in_words = serializers.ListField(child=serializers.CharField())
    outcome_in_words = serializers.CharField()
    data_cut_on = Day()
    protocol_version = serializers.IntegerField()
    attrition = serializers.ListField(child=serializers.DictField())
    sexes = serializers.ListField(child=serializers.DictField())
    age_years = serializers.DictField(allow_null=True)
    doses = serializers.DictField()
    ionized_mg_mmol_l = serializers.DictField()
    less_anxious = serializers.DictField()
    new_symptoms = serializers.ListField(child=serializers.DictField())
    sentences = serializers.ListField(child=serializers.CharField())
    small_cells = serializers.CharField()
    limitation = serializers.CharField()


class FileShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    sha256 = serializers.CharField()
    bytes = serializers.IntegerField()


class ExportShape(serializers.ModelSerializer[Export]):
    counts = serializers.DictField()
    files = FileShape(many=True)
    definition_sha256 = serializers.CharField(source="definition.sha256")

    class Meta:
        model = Export
        fields = [
            "id",
            "definition",
            "definition_sha256",
            "data_cut_on",
            "threshold",
            "counts",
            "files",
            "manifest_sha256",
            "exported_at",
            "exported_by",
        ]


class SeriesResource(Resource):
    """A definition is sent, a summary comes back. Researchers get suppressed counts, clinicians their own."""

    serializer_class = SummaryShape
    acts = {"create": Act.SEE_SERIES}
    inputs = {"create": DefinitionGiven}
    made = set()

    def create(self, request: Request) -> Response:
        given, data_cut_on = body_of(request)
        _, cohort = asked(given)
        series = look_at_series(cohort=cohort, by=self.actor, at=self.at, data_cut_on=data_cut_on)
        return Response(series.to_json())


class ExportResource(ListModelMixin, RetrieveModelMixin, Resource):
    """Files that were made, de-identified and with small cells suppressed whoever asks."""

    queryset = Export.objects.select_related("definition")
    serializer_class = ExportShape
    acts = {
        "list": Act.SEE_SERIES,
        "retrieve": Act.SEE_SERIES,
        "create": Act.EXPORT_SERIES,
        "file": Act.EXPORT_SERIES,
    }
    inputs = {"create": ExportGiven}

    def get_queryset(self) -> QuerySet[Export]:
        rows: Any = super().get_queryset()
        return rows.seen_by(self.request.membership)  # type: ignore[attr-defined, no-any-return]

    def create(self, request: Request) -> Response:
        given, data_cut_on = body_of(request)
        export = export_series(
            definition=self._definition(given), by=self.actor, at=self.at, data_cut_on=data_cut_on
        )
        return self.shown(export, status=201)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, 404: OpenApiTypes.OBJECT}
    )
    @action(detail=True, url_path="files/<str:name>")
    def file(self, request: Request, name: str, **address: Any) -> HttpResponse:
        """One file, byte for byte as the manifest names it. Taking it leaves an audit event."""
        content = take_file(export=self.get_object(), name=name, by=self.actor, at=self.at)
        if content is None:
            raise NotFound("This export has no such file, or it was removed.")
        return attached(name, content)

    def _definition(self, given: dict[str, Any]) -> Definition:
        named = given.pop("definition", None)
        if named is not None and given:
            raise ValidationError({key: ["The definition is given already."] for key in sorted(given)})
        if named is None or isinstance(named, dict):
            name, cohort = asked(given if named is None else named)
            return lock_definition(cohort=cohort, by=self.actor, at=self.at, name=name)
        shape = DefinitionId(data={"definition": named})
        shape.is_valid(raise_exception=True)
        return get_object_or_404(Definition.objects.of(self.clinic), pk=shape.validated_data["definition"])


def body_of(request: Request) -> tuple[Any, Any]:
    """The definition as it was sent, which `asked` judges, and the data cut."""
    if not isinstance(request.data, dict):
        raise ValidationError({"non_field_errors": ["Send a definition as an object with its keys."]})
    given = dict(request.data)
    day = {"data_cut_on": given.pop("data_cut_on")} if "data_cut_on" in given else {}
    shape = DefinitionGiven(data=day)
    shape.is_valid(raise_exception=True)
    return given, shape.validated_data.get("data_cut_on")
