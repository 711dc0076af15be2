"""Whether the person proved who they are a moment ago: what leaves the clinic asks for that.

A session counts from its sign-in, or from the last time that its person confirmed the password
(`account_reauthenticate`); a token from when it was made. A stolen cookie or an old token takes nothing away.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY as SIGNED_IN_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

PROVED_KEY = "proved_at"
SESSION_IS_FRESH = timedelta(minutes=5)
TOKEN_IS_FRESH = timedelta(minutes=15)
SIGN_IN_AGAIN = (
    "This needs a fresh sign-in. Ask for a new token at /api/v1/token/ and use it within "
    f"{TOKEN_IS_FRESH.seconds // 60} minutes, or confirm your password at /accounts/reauthenticate/."
)


def note_proof(request: HttpRequest, **_: Any) -> None:
    """Receiver of a sign-in: when it was. A program that asks for a token has no session, and gets none."""
    if SIGNED_IN_KEY in request.session:
        request.session[PROVED_KEY] = timezone.now().isoformat()


def note_confirmation(request: HttpRequest, **step: Any) -> None:
    """Receiver of each step of allauth: only a password that was confirmed again counts anew."""
    if step.get("reauthenticated"):
        note_proof(request)


def is_fresh(request: HttpRequest, at: datetime, *, token_made_at: datetime | None = None) -> bool:
    """Whether the session, or the token that the request came with, was proved shortly before `at`."""
    if token_made_at is not None:
        return at - token_made_at <= TOKEN_IS_FRESH
    proved = request.session.get(PROVED_KEY)
    return proved is not None and at - datetime.fromisoformat(proved) <= SESSION_IS_FRESH


def confirm_first(address: str) -> HttpResponse:
    """To the page that asks for the password, and from there to `address`, a page that only shows."""
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': address})}")
