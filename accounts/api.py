"""Tokens: a program signs in with e-mail and password, and signs out."""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, ValidationError
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from accounts.models import ApiToken, Membership, User
from accounts.tokens import KEYWORD, TokenAuthentication, issue_token


class SignIn(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, style={"input_type": "password"})
    clinic = serializers.SlugField(
        required=False, help_text="The clinic's short name; needed by who is a member of several."
    )


class NewToken(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Shown once. Send it as `Authorization: Token …`.")
    expires_at = serializers.DateTimeField()
    clinic = serializers.SlugField()
    roles = serializers.ListField(child=serializers.CharField())


class TokenView(APIView):
    """POST gives a token for one clinic; DELETE ends the token that it was sent with."""

    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "token"
    metadata_class = None

    def get_authenticators(self) -> list[BaseAuthentication]:
        # An old token in the header must not keep anybody from asking for a new one.
        return [] if self._signs_in() else [TokenAuthentication()]

    def get_permissions(self) -> list[BasePermission]:
        return [] if self._signs_in() else [IsAuthenticated()]

    def get_authenticate_header(self, request: Request) -> str:
        return KEYWORD

    @extend_schema(
        request=SignIn, responses={200: NewToken, 400: OpenApiTypes.OBJECT, 401: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request) -> Response:
        shape = SignIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        user = authenticate(request._request, email=given["email"], password=given["password"])
        if not isinstance(user, User):
            raise AuthenticationFailed("The e-mail address or the password is wrong.")
        membership = chosen_membership(user, given.get("clinic"))
        user_logged_in.send(sender=User, request=request._request, user=user)
        secret, token = issue_token(membership, timezone.now())
        answer = {"token": secret, "expires_at": token.expires_at, "clinic": membership.clinic.slug}
        return Response(answer | {"roles": membership.roles})

    @extend_schema(request=None, responses={204: None, 401: OpenApiTypes.OBJECT})
    def delete(self, request: Request) -> Response:
        token: ApiToken = request.auth  # type: ignore[assignment]
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _signs_in(self) -> bool:
        return self.request is not None and self.request.method == "POST"


def chosen_membership(user: User, clinic: str | None) -> Membership:
    """The person's only membership, or the one in `clinic`; 400 names the choices where there are several."""
    mine = list(
        Membership.objects.active().filter(user=user).select_related("clinic").order_by("clinic__slug")
    )
    if not mine:
        raise PermissionDenied("This account is a member of no clinic. Ask the clinic's admin.")
    fitting = [membership for membership in mine if clinic in (None, membership.clinic.slug)]
    if len(fitting) != 1:
        choices = ", ".join(membership.clinic.slug for membership in mine)
        raise ValidationError({"clinic": [f"Say which clinic: {choices}."]})
    return fitting[0]
