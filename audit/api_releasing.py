"""Whether a second person must release what leaves: the page /clinic/releasing/ for programs."""

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Clinic
from accounts.permissions import Act
from accounts.resources import Resource
from accounts.shapes import AtVersion
from audit.releasing import change_releasing


class ReleasingShape(serializers.ModelSerializer[Clinic]):
    class Meta:
        model = Clinic
        fields = ["needs_second_releaser", "version"]


class ReleasingChange(AtVersion):
    needs_second_releaser = serializers.BooleanField(
        help_text="Whether who asks for an export cannot let it leave alone. With individual consent always."
    )


class ReleasingResource(Resource):
    """The rule of the caller's own clinic; no address names another."""

    queryset = Clinic.objects.all()
    serializer_class = ReleasingShape
    acts = {"retrieve": Act.MANAGE_MEMBERS, "partial_update": Act.MANAGE_MEMBERS}
    inputs = {"partial_update": ReleasingChange}

    def get_queryset(self) -> QuerySet[Clinic]:
        return Clinic.objects.filter(pk=self.clinic.pk)

    def retrieve(self, request: Request) -> Response:
        return self.shown(self.clinic)

    def partial_update(self, request: Request) -> Response:
        """It holds for exports that are asked for from now on."""
        return self.shown(change_releasing(by=self.actor, at=self.at, **self.given()))
