"""What every resource of the API shares: who may, which clinic, which page, which moment, and once only."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.actors import Actor
from accounts.idempotency import LONGEST_KEY, Answer, once
from accounts.middleware import actor_of
from accounts.models import Clinic, Membership
from accounts.permissions import Act, roles_that_may
from accounts.records import StaleVersion

KEY_HEADER = "Idempotency-Key"


class NewestFirst(CursorPagination):
    """Ids are made in order of time, so they order and page without another index."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class MayAct(BasePermission):
    """Signed in, bound to a clinic, and allowed the act of the operation (see `Resource.acts`)."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        membership: Membership | None = getattr(request, "membership", None)
        if membership is None:
            self.message = "Choose a clinic first: this session is not bound to one."
            return False
        if view.action in (None, "metadata"):  # no such operation: DRF answers 405
            return True
        act = view.acts[view.action]
        self.message = f"Only {' or '.join(roles_that_may(act)).lower()} may {act.label}."
        return membership.may(act)


class WriteThrottle(UserRateThrottle):
    """Generous to a person, tight to a loop that went wrong."""

    scope = "write"

    def allow_request(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or super().allow_request(request, view)


class Resource(GenericViewSet[Any]):
    """Rows of one kind. `acts` says what each operation needs; `inputs` the shape that it takes.

    `serializer_class` is the shape that goes out, save for the operations in `outputs`; those in `made`
    answer 201.
    """

    acts: ClassVar[Mapping[str, Act]]
    inputs: ClassVar[Mapping[str, type[Serializer[Any]]]] = {}
    outputs: ClassVar[Mapping[str, type[Serializer[Any]]]] = {}
    made: ClassVar[set[str]] = {"create"}
    permission_classes = [MayAct]
    pagination_class = NewestFirst
    throttle_classes = [UserRateThrottle, WriteThrottle]
    metadata_class = None
    http_method_names = ["get", "head", "post", "patch"]
    lookup_value_converter = "uuid"
    at: datetime

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After sign-in, permission and throttle: the moment, and the key of a POST."""
        super().initial(request, *args, **kwargs)
        self.at = timezone.now()
        if request.method == "POST" and self.action is not None:
            # The router has bound the operation to this name.
            self.__dict__["post"] = partial(self.answer_once, self.__dict__["post"])

    @property
    def clinic(self) -> Clinic:
        return self.actor.clinic

    @property
    def actor(self) -> Actor:
        return actor_of(self.request._request)

    @property
    def today(self) -> date:
        """The clinic's local date of the request."""
        return self.clinic.local_date(self.at)

    def get_queryset(self) -> QuerySet[Any]:
        """The rows of the clinic: where every operation begins."""
        rows: Any = super().get_queryset()
        return rows.of(self.clinic)  # type: ignore[no-any-return]

    def given(self) -> dict[str, Any]:
        """The body in the shape of the operation; 400 names what is wrong.

        Before that the row of the address is looked for: another clinic's is 404 whatever the body says.
        """
        if self.detail and not self.get_queryset().filter(pk=self.kwargs["pk"]).exists():
            raise Http404
        shape = self.inputs[self.action](data=self.request.data, context=self.get_serializer_context())
        shape.is_valid(raise_exception=True)
        return dict(shape.validated_data)

    def row_at(self, version: int) -> Any:
        """The row of the address, which nobody changed since the caller read it; raises StaleVersion."""
        row = self.get_object()
        if row.version != version:
            raise StaleVersion(row)
        return row

    def shown(self, row: Model, status: int = 200) -> Response:
        """The row as it is stored now."""
        return Response(self.as_it_stands(row), status=status)

    def as_it_stands(self, row: Model) -> Any:
        shape: BaseSerializer[Any] = self.get_serializer(self.get_queryset().get(pk=row.pk))
        return shape.data

    def key_stands_for(self, request: Request) -> bytes:
        """What makes two requests with one key the same: their bodies."""
        return request._request.body

    def answer_once(
        self, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        """A POST with an Idempotency-Key runs once; the same POST again gets the same answer."""
        key = request.headers.get(KEY_HEADER)
        if key is None:
            return handler(request, *args, **kwargs)
        if not 0 < len(key) <= LONGEST_KEY:
            raise ValidationError({KEY_HEADER: [f"The key is 1 to {LONGEST_KEY} characters long."]})
        membership: Membership = request.membership  # type: ignore[attr-defined]
        run = partial(_plain_answer, handler, request, *args, **kwargs)
        answer = once(membership, request.path, key, self.key_stands_for(request), at=self.at, act=run)
        headers = {"Idempotent-Replayed": "true"} if answer.replayed else None
        return Response(answer.body, status=answer.status, headers=headers)


def _plain_answer(handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> Answer:
    response = handler(request, *args, **kwargs)
    return Answer(response.status_code, json.loads(JSONRenderer().render(response.data)))
