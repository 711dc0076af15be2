"""How the API reads the claims register; it is code, so nobody writes it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from accounts.resources import Resource
from protocols.claims import CHOICES, contradictions_of, found
from protocols.register.shape import Claim


class ClaimsAsked(serializers.Serializer[Any]):
    """The filters of the register's page."""

    search = serializers.CharField(
        max_length=100, required=False, allow_blank=True, help_text="Words that all stand in the claim."
    )
    topic = serializers.ChoiceField(CHOICES["topic"], required=False, allow_blank=True)
    status = serializers.ChoiceField(CHOICES["status"], required=False, allow_blank=True)
    danger = serializers.ChoiceField(CHOICES["danger"], required=False, allow_blank=True)
    mark = serializers.ChoiceField(CHOICES["mark"], required=False, allow_blank=True)


class StudyShape(serializers.Serializer[Any]):
    words = serializers.CharField()
    author = serializers.CharField(source="source.author")
    year = serializers.CharField(source="source.year", help_text="Empty for a label or a calculation.")
    journal = serializers.CharField(source="source.journal")
    mark = serializers.CharField(source="source.mark")


class ClaimShape(serializers.Serializer[Any]):
    id = serializers.CharField()
    text = serializers.CharField()
    status = serializers.CharField(help_text="How the literature that was found stands to it.")
    danger = serializers.CharField(help_text="The harm if it were shown as established.")
    mark = serializers.CharField(help_text="A guideline or label, B paper, C founding article only.")
    topic = serializers.CharField()
    finding = serializers.CharField()
    studies = StudyShape(many=True)
    inconsistent_with = serializers.SerializerMethodField(
        help_text="Claims of the article with which it cannot hold; its own id where it contradicts itself."
    )
    use = serializers.CharField(help_text="What the app does with it.")

    def get_inconsistent_with(self, claim: Claim) -> list[str]:
        return [other for other, _ in contradictions_of(claim.id)]


class Pages(PageNumberPagination):
    """The register is a list in code, without rows to place a cursor on."""

    page_size = 50


class ClaimResource(Resource):
    """The claims of the founding article, each beside what studies found. None of mark C is a fact."""

    serializer_class = ClaimShape
    pagination_class = Pages  # type: ignore[assignment]
    # There are no rows for a filter to narrow; `found` does it.
    filter_backends = ()
    acts = {"list": Act.SEE_PROTOCOL}

    @extend_schema(parameters=[ClaimsAsked])
    def list(self, request: Request) -> Response:
        asked = ClaimsAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        names = ("search", "topic", "status", "danger", "mark")
        claims = found(**{name: asked.validated_data.get(name, "") for name in names})
        page: Any = self.paginate_queryset(claims)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
