"""The noise budget of the protocol page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from reviews.noise import noise


@page(Act.SEE_PROTOCOL)
@require_GET
def noise_page(request: HttpRequest) -> HttpResponse:
    """Rule by rule, with the words that people wrote for those who may see the queue."""
    return render(request, "protocols/noise.html", noise_card(request, timezone.now()))


def noise_card(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What the card needs. Words beside a flag may name a patient: they are for who sees the queue."""
    membership = request.membership  # type: ignore[attr-defined]
    return {
        "budget": noise(actor_of(request).clinic, at),
        "sees_words": membership.may(Act.SEE_QUEUE),
    }
