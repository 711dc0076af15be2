"""Members of the clinic, to choose from, and their absences."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.absences import ANSWERING, covering
from accounts.answers import NotHere
from accounts.models import Absence, Membership
from accounts.permissions import Act
from accounts.resources import Resource
from accounts.shapes import Day, Whole
from audit.absences import add_absence


class MemberShape(serializers.ModelSerializer[Membership]):
    name = serializers.CharField(source="user.name")
    may_own_flags = serializers.SerializerMethodField()
    is_away = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = ["id", "name", "roles", "may_own_flags", "is_away"]

    def get_may_own_flags(self, member: Membership) -> bool:
        """Whether a flag can be assigned or offered to the member."""
        return bool(set(ANSWERING) & set(member.roles))

    def get_is_away(self, member: Membership) -> bool:
        """Whether somebody stands in for the member today."""
        return member.pk in self.context["view"].away


class AbsenceShape(serializers.ModelSerializer[Absence]):
    member = serializers.IntegerField(source="membership_id")
    deputy = serializers.IntegerField(source="deputy_id")

    class Meta:
        model = Absence
        fields = ["id", "member", "deputy", "from_on", "until_on", "created_at", "created_by"]


class AbsenceGiven(serializers.Serializer[Any]):
    member = Whole(
        required=False,
        help_text="Id of the membership that is away; else your own. Admins say it for others.",
    )
    deputy = Whole(help_text="Id of the membership that stands in; it may resolve flags.")
    from_on = Day(help_text="The first day away.")
    until_on = Day(help_text="The last day away.")


class MemberResource(Resource):
    """Who works in the clinic now."""

    queryset = Membership.objects.all()
    serializer_class = MemberShape
    acts = {"list": Act.SEE_QUEUE}

    def get_queryset(self) -> QuerySet[Membership]:
        return Membership.objects.active().filter(clinic=self.clinic).select_related("user")

    def list(self, request: Request) -> Response:
        self.away = set(
            covering(self.today).filter(clinic=self.clinic).values_list("membership_id", flat=True)
        )
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class AbsenceResource(Resource):
    """Who is away, when, and who answers for the flags meanwhile; the newest first."""

    queryset = Absence.objects.all()
    serializer_class = AbsenceShape
    acts = {"list": Act.SAY_AWAY, "create": Act.SAY_AWAY}
    inputs = {"create": AbsenceGiven}

    def get_queryset(self) -> QuerySet[Absence]:
        return Absence.objects.filter(clinic=self.clinic)

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        """Say that you are away, or as an admin that somebody else is."""
        given = self.given()
        own = self.actor.membership.pk if self.actor.membership else 0
        given["member"] = self._member(given.get("member", own), "member")
        given["deputy"] = self._member(given["deputy"], "deputy")
        return self.shown(add_absence(by=self.actor, at=self.at, **given), status=201)

    def _member(self, pk: int, field: str) -> Membership:
        """The active membership that the body names in `field`; 404 for any other."""
        member = Membership.objects.active().filter(clinic=self.clinic, pk=pk).first()
        if member is None:
            raise NotHere(field)
        return member
