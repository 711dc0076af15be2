"""How a program or a page proves to the API who it is: a token, or the session of the browser.

A token is a random secret of 256 bits, shown once and stored only as its SHA-256. It is bound to one
membership, ends after `API_TOKEN_HOURS`, and at once when it is revoked, the membership ends or the person is
deactivated.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, Membership, User

KEYWORD = "Token"
NOT_VALID = (
    "This token is not valid: it has ended, was revoked, or never was. Ask for a new one at /api/v1/token/."
)
# Written at most this often, so that reading does not mean writing.
USE_NOTED_EVERY = timedelta(minutes=1)


def issue_token(membership: Membership, at: datetime) -> tuple[str, ApiToken]:
    """A new secret, which nobody can read again, and its row."""
    secret = secrets.token_urlsafe(32)
    expires_at = at + timedelta(hours=settings.API_TOKEN_HOURS)
    return secret, ApiToken.objects.create(
        membership=membership, digest=digest_of(secret), created_at=at, expires_at=expires_at
    )


def revoke_tokens(membership: Membership, at: datetime) -> int:
    """End every token of a membership; returns how many were alive."""
    return ApiToken.objects.filter(membership=membership, revoked_at=None).update(revoked_at=at)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def live_token(secret: str, at: datetime) -> ApiToken | None:
    """The token of a secret, if it and its membership are good at `at`; notes that it was used."""
    tokens = ApiToken.objects.filter(revoked_at=None, expires_at__gt=at, membership__ended_at=None)
    tokens = tokens.filter(membership__user__is_active=True).select_related(
        "membership__user", "membership__clinic"
    )
    token = tokens.filter(digest=digest_of(secret)).first()
    if token is not None and (token.last_used_at is None or token.last_used_at <= at - USE_NOTED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token …` binds the request to the token's membership and to its clinic's time zone."""

    keywords: ClassVar[tuple[str, ...]] = (KEYWORD,)

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() not in [word.lower().encode() for word in self.keywords]:
            return None
        secret = words[1].decode("latin-1") if len(words) == 2 else ""
        token = live_token(secret, timezone.now())
        if token is None:
            raise AuthenticationFailed(NOT_VALID)
        request._request.membership = token.membership  # type: ignore[attr-defined]
        # MembershipMiddleware, which wraps every request, puts the zone back.
        timezone.activate(token.membership.clinic.zone)
        return token.membership.user, token

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


class MemberSession(SessionAuthentication):
    """The browser's session, whose membership the middleware has set; unsafe methods need the CSRF token."""
