"""A person's own settings in one clinic: the daily digest, the address of the calendar, and what was sent."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import page
from accounts.middleware import actor_of
from accounts.models import Membership
from accounts.permissions import Act
from reviews.acts.calendars import choose_digest, live_calendar, make_calendar, revoke_calendar
from reviews.digests.wording import HEADLINES
from reviews.models import Message

# Two months of working days; older ones stay in the database.
SHOWN = 40
STATE_KINDS = {"SENT": "ok", "FAILED": "danger", "PENDING": "info"}


@page(None)
@require_GET
def settings_page(request: HttpRequest) -> HttpResponse:
    return _shown(request)


@page(Act.RESOLVE)
@require_POST
def digest(request: HttpRequest) -> HttpResponse:
    """Turn the daily e-mail on (`wanted=1`) or off."""
    by = actor_of(request)
    wanted = request.POST.get("wanted") == "1"
    choose_digest(membership=_mine(request), by=by, at=timezone.now(), wanted=wanted)
    messages.success(request, f"The daily e-mail is {'on' if wanted else 'off'}.")
    return redirect("reviews:settings")


@page(Act.RESOLVE)
@require_POST
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Make an address, or with `revoke` end it. A new one is shown in this answer and never again."""
    by, now, membership = actor_of(request), timezone.now(), _mine(request)
    if "revoke" in request.POST:
        ended = revoke_calendar(membership=membership, by=by, at=now)
        messages.success(request, "The address is revoked." if ended else "There was no address.")
        return redirect("reviews:settings")
    made = make_calendar(membership=membership, by=by, at=now)
    return _shown(request, address=settings.PUBLIC_URL + reverse("reviews:calendar", args=[made.secret]))


def _mine(request: HttpRequest) -> Membership:
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership


def _shown(request: HttpRequest, address: str = "") -> HttpResponse:
    membership = _mine(request)
    sent = Message.objects.filter(membership=membership).order_by("-on", "-pk")[:SHOWN]
    context = {
        "membership": membership,
        "is_clinician": membership.may(Act.RESOLVE),
        "sends_mail": settings.SENDS_MAIL,
        "calendar": live_calendar(membership),
        "address": address,
        "sent": [_line(message) for message in sent],
    }
    return render(request, "reviews/settings.html", context)


def _line(message: Message) -> dict[str, Any]:
    """One message with its counts in words."""
    told = [
        f"{message.counts[name]} {words}" for name, words in HEADLINES.items() if message.counts.get(name)
    ]
    return {"message": message, "counts": ", ".join(told), "kind": STATE_KINDS.get(message.state, "")}
