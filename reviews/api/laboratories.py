"""Laboratories, what their tests are, and notices about them."""

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db import transaction
from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.answers import NotHere, renamed
from accounts.permissions import Act
from accounts.resources import Resource
from accounts.shapes import AtVersion
from labs.api_laboratories import (
    LabNoticeFilter,
    LabNoticeShape,
    LaboratoryShape,
    LaboratoryTestChange,
    LaboratoryTestFilter,
    LaboratoryTestGiven,
    LaboratoryTestShape,
)
from labs.models import LabNotice, Laboratory, LaboratoryTest
from reviews.acts.laboratories import name_test, see_notice, set_interval

_MEANING = ("analyte", "loinc", "ignored")
_LIMITS = ("interval_low", "interval_high")


class _OfClinic(Resource):
    """Rows of the clinic that are of no patient, so that reading them is no event."""

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        valid: QuerySet[Any] = rows.valid()
        return valid

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, **address: Any) -> Response:
        return Response(self.get_serializer(self.get_object()).data)


class LaboratoryResource(_OfClinic):
    """Laboratories as the clinic knows them; one is made by the first file or result that names it."""

    queryset = Laboratory.objects.all()
    serializer_class = LaboratoryShape
    acts = {"list": Act.IMPORT_RESULTS, "retrieve": Act.IMPORT_RESULTS}


class LaboratoryTestResource(_OfClinic):
    """What a laboratory calls a test, and what that is: said once, and remembered for every later file."""

    queryset = LaboratoryTest.objects.all()
    serializer_class = LaboratoryTestShape
    filterset_class = LaboratoryTestFilter
    acts = {
        "list": Act.IMPORT_RESULTS,
        "retrieve": Act.IMPORT_RESULTS,
        "create": Act.IMPORT_RESULTS,
        "partial_update": Act.IMPORT_RESULTS,
    }
    inputs = {"create": LaboratoryTestGiven, "partial_update": LaboratoryTestChange}

    def create(self, request: Request) -> Response:
        given = self.given()
        laboratories = Laboratory.objects.of(self.clinic).valid()
        laboratory = laboratories.filter(pk=given.pop("laboratory")).first()
        if laboratory is None:
            raise NotHere("laboratory")
        return self.shown(name_test(laboratory=laboratory, by=self.actor, at=self.at, **given), status=201)

    def partial_update(self, request: Request, **address: Any) -> Response:
        """What is left out stays; limits are told together with their unit."""
        given = self.given()
        test = self.row_at(given["version"])
        meaning = {name: given[name] for name in _MEANING if name in given}
        with transaction.atomic():
            if meaning:
                test = name_test(
                    laboratory=test.laboratory,
                    local_name=test.local_name,
                    version=test.version,
                    by=self.actor,
                    at=self.at,
                    **meaning,
                )
            if not set(_LIMITS).isdisjoint(given):
                test = self._with_interval(test, given)
        return self.shown(test)

    def _with_interval(self, test: LaboratoryTest, given: dict[str, Any]) -> LaboratoryTest:
        """Both limits are replaced: one that is left out is taken away, since its unit would not be known."""
        low, high = (given.get(name) for name in _LIMITS)
        try:
            return set_interval(
                test=test, low=low, high=high, unit=given.get("unit", ""), version=test.version,
                by=self.actor, at=self.at,
            )  # fmt: skip
        except Refused as refused:
            fields = {"low": "interval_low", "high": "interval_high"}
            raise renamed(refused, lambda name: fields.get(name, name)) from refused


class LabNoticeResource(_OfClinic):
    """What a person should look at: unit or interval changed, interval unfit, many results outside."""

    queryset = LabNotice.objects.select_related("test")
    serializer_class = LabNoticeShape
    filterset_class = LabNoticeFilter
    acts = {"list": Act.IMPORT_RESULTS, "retrieve": Act.IMPORT_RESULTS, "seen": Act.IMPORT_RESULTS}
    inputs = {"seen": AtVersion}

    @action(detail=True, methods=["post"])
    def seen(self, request: Request, **address: Any) -> Response:
        """Say that somebody has looked at it; it stays as history."""
        given = self.given()
        notice = self.row_at(given["version"])
        return self.shown(see_notice(notice=notice, by=self.actor, at=self.at, **given))
