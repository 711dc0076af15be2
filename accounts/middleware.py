"""Binds each request to one membership: the person, the clinic, and what they may do there."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Membership

SESSION_KEY = "membership"


class MembershipMiddleware:
    """Sets `request.membership` (None for nobody, or before a person of several clinics has chosen)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        membership = membership_of(request)
        request.membership = membership  # type: ignore[attr-defined]
        # Moments are typed and shown in the clinic's zone.
        with timezone.override(membership.clinic.zone if membership else None):
            return self.get_response(request)


def membership_of(request: HttpRequest) -> Membership | None:
    """The membership that the session is bound to; the only one of a person is chosen by itself."""
    if not request.user.is_authenticated:
        return None
    mine = Membership.objects.active().filter(user=request.user).select_related("clinic", "user")
    chosen = request.session.get(SESSION_KEY)
    if chosen is not None:
        return mine.filter(pk=chosen).first()
    found = list(mine[:2])
    if len(found) == 1:
        request.session[SESSION_KEY] = found[0].pk
        return found[0]
    return None


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request, with the address that it came from; for views behind `page`."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return Actor.of(membership, request.META.get("REMOTE_ADDR", ""))
