"""The same request sent twice is done once: keys of the API, and double clicks on pages.

The key, the act and its answer are one transaction: either all are kept or none, so a request that was
refused may be sent again, corrected, with the same key. While one request runs, a second with the same key
waits for it and then gets the kept answer.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from psycopg.errors import LockNotAvailable

from accounts.models import IdempotencyKey, Membership

KEPT = timedelta(hours=24)
LONGEST_WAIT = "5s"
LONGEST_KEY = 200
PAGE_FIELD = "once"


class BodyDiffers(Exception):
    """The key came with another body before."""


class InProgress(Exception):
    """The first request with this key still runs after five seconds of waiting."""


@dataclass(frozen=True)
class Answer:
    """What the request got: a status and what JSON can hold. `replayed` tells the second from the first."""

    status: int
    body: Any
    replayed: bool = False


def once(
    membership: Membership, route: str, key: str, body: bytes, *, at: datetime, act: Callable[[], Answer]
) -> Answer:
    """Run `act` unless this person sent `key` to `route` in the last 24 hours; then give the kept answer.

    Raises BodyDiffers, InProgress, and all that `act` raises, in which case nothing is kept.
    """
    digest = hashlib.sha256(body).hexdigest()
    mine = IdempotencyKey.objects.filter(membership=membership)
    with transaction.atomic():
        _wait_for_turn(f"{membership.pk} {route} {key}")
        mine.filter(created_at__lte=at - KEPT).delete()
        kept = mine.filter(route=route, key=key).first()
        if kept is None:
            answer = act()
            mine.create(
                membership=membership,
                route=route,
                key=key,
                body_sha256=digest,
                status=answer.status,
                answer=answer.body,
                created_at=at,
            )
            return answer
    if kept.body_sha256 != digest:
        raise BodyDiffers
    return Answer(kept.status, kept.answer, replayed=True)


def is_done(membership: Membership, route: str, key: str) -> bool:
    """Whether `once` has run for this key; waits for one that runs, until the transaction around it ends.

    Raises InProgress.
    """
    _wait_for_turn(f"{membership.pk} {route} {key}")
    return IdempotencyKey.objects.filter(membership=membership, route=route, key=key).exists()


def new_key() -> str:
    """For the hidden field `once` of a page's form."""
    return secrets.token_urlsafe(16)


def page_key(request: HttpRequest) -> str:
    """The hidden field of the form that was sent, or nothing."""
    return request.POST.get(PAGE_FIELD, "").replace("\0", "")[:LONGEST_KEY]


def saved_once(request: HttpRequest, *, at: datetime, act: Callable[[], str]) -> HttpResponse:
    """The answer to a page's POST: `act` saves and returns the address to go to; a double click saves once.

    Render `<input type="hidden" name="once" value="{{ once }}">` with `new_key()`, and in the view write

        try:
            return saved_once(request, at=at, act=lambda: save(form).get_absolute_url())
        except ValidationError as error:
            ...  # nothing was kept: show the form again, with the same key

    Without the field, `act` simply runs. Raises BodyDiffers when the form was saved, then changed and sent
    again with the same key (the back button): say that it is saved already, status 409.
    """
    key = page_key(request)
    if not key:
        return redirect(act())
    typed = {
        name: request.POST.getlist(name) for name in sorted(request.POST) if name != "csrfmiddlewaretoken"
    }
    membership: Membership = request.membership  # type: ignore[attr-defined]
    answer = once(
        membership, request.path, key, repr(typed).encode(), at=at, act=lambda: Answer(302, {"to": act()})
    )
    return redirect(answer.body["to"])


def _wait_for_turn(name: str) -> None:
    """Hold the name until the transaction ends; PostgreSQL is the referee, whichever process asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise InProgress from error
            raise
        cursor.execute("SET LOCAL lock_timeout = DEFAULT")
