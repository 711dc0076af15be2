"""Who answers for a flag, on the API: assign, offer, accept, decline."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.absences import who_may_answer
from accounts.permissions import Act
from accounts.shapes import AtVersion, Whole
from reviews.acts.flag_owners import LONGEST_NOTE, accept, assign, decline, offer


class AssignGiven(AtVersion):
    owner = Whole(
        allow_null=True,
        help_text="Id of a membership of the clinic that may resolve flags; null gives it to the pool.",
    )


class OfferGiven(AtVersion):
    to = Whole(help_text="Id of a membership of the clinic that may resolve flags.")
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True)


class DeclineGiven(AtVersion):
    reason = serializers.CharField(max_length=LONGEST_NOTE)


OWNER_ACTS: Mapping[str, Act] = {
    "assign": Act.ASSIGN,
    "offer": Act.HAND_OVER,
    "accept": Act.HAND_OVER,
    "decline": Act.HAND_OVER,
}
OWNER_INPUTS: Mapping[str, type[serializers.Serializer[Any]]] = {
    "assign": AssignGiven,
    "offer": OfferGiven,
    "accept": AtVersion,
    "decline": DeclineGiven,
}


class OwnerActs:
    """The operations, for the resource of flags."""

    @action(detail=True, methods=["post"])
    def assign(self: Any, request: Request, **address: Any) -> Response:
        """Take it, give your own to the pool, or give one of the pool to a colleague."""
        given = self.given()
        flag = self.row_at(given["version"])
        given["owner"] = self._member(given["owner"], "owner")
        shown: Response = self.shown(assign(flag=flag, by=self.actor, at=self.at, **given))
        return shown

    @action(detail=True, methods=["post"])
    def offer(self: Any, request: Request, **address: Any) -> Response:
        """Offer one that you answer for to a colleague; you answer for it until it is accepted."""
        given = self.given()
        flag = self.row_at(given["version"])
        given["to"] = self._member(given["to"], "to")
        shown: Response = self.shown(offer(flag=flag, by=self.actor, at=self.at, **given))
        return shown

    @action(detail=True, methods=["post"])
    def accept(self: Any, request: Request, **address: Any) -> Response:
        """Take over what was offered to you."""
        given = self.given()
        flag = self.row_at(given["version"])
        shown: Response = self.shown(accept(flag=flag, by=self.actor, at=self.at, **given))
        return shown

    @action(detail=True, methods=["post"])
    def decline(self: Any, request: Request, **address: Any) -> Response:
        """Leave what was offered to you with its owner, and say why."""
        given = self.given()
        flag = self.row_at(given["version"])
        shown: Response = self.shown(decline(flag=flag, by=self.actor, at=self.at, **given))
        return shown

    def _member(self: Any, pk: int | None, field: str) -> Any:
        """The membership that the body names; 404 for one of another clinic, or that may own no flag."""
        return None if pk is None else self.found(who_may_answer(self.clinic), pk, field)
