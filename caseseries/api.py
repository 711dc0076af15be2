"""Case series: a definition gives a summary, and is kept under a name."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from accounts.resources import Resource
from caseseries.acts import asked, look_at_series, save_series
from caseseries.api_shapes import DefinitionGiven, NamedDefinitionGiven, SavedShape, SummaryShape
from caseseries.models import SavedSeries


class SeriesResource(Resource):
    """A definition is sent, a summary comes back. Researchers get suppressed counts, clinicians their own."""

    serializer_class = SummaryShape
    acts = {"create": Act.SEE_SERIES}
    inputs = {"create": DefinitionGiven}
    made = set()

    def create(self, request: Request) -> Response:
        """The definition is locked and hashed before any of its figures is read."""
        given, data_cut_on = body_of(request)
        _, definition = asked(given, self.actor)
        series = look_at_series(definition=definition, by=self.actor, at=self.at, data_cut_on=data_cut_on)
        return Response(series.to_json())


class SavedSeriesResource(ListModelMixin, Resource):
    """Definitions under a name, newest first: every version of each."""

    queryset = SavedSeries.objects.select_related("definition")
    serializer_class = SavedShape
    acts = {"list": Act.SEE_SERIES, "create": Act.EXPORT_SERIES}
    inputs = {"create": NamedDefinitionGiven}

    def create(self, request: Request) -> Response:
        """Other criteria under the same name are its next version; the same again are the one that stands."""
        name, definition = asked(object_of(request), self.actor)
        saved = save_series(definition=definition, name=name, by=self.actor, at=self.at)
        return self.shown(saved, status=201)


def object_of(request: Request) -> dict[str, Any]:
    """The body, an object with keys, which `asked` judges."""
    if not isinstance(request.data, dict):
        raise ValidationError({"non_field_errors": ["Send a definition as an object with its keys."]})
    return dict(request.data)


def body_of(request: Request) -> tuple[Any, Any]:
    """The definition as it was sent, which `asked` judges, and the data cut."""
    given = object_of(request)
    day = {"data_cut_on": given.pop("data_cut_on")} if "data_cut_on" in given else {}
    shape = DefinitionGiven(data=day)
    shape.is_valid(raise_exception=True)
    return given, shape.validated_data.get("data_cut_on")
