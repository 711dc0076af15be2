"""A flag changes hands: take it, assign it, give it to the pool, offer it, accept it, decline it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import page
from accounts.middleware import actor_of
from accounts.models import Membership
from accounts.permissions import Act
from reviews.acts.flag_owners import accept, assign, decline, offer
from reviews.models import Flag
from reviews.pages.flag_pages import Sheet, acted, flag_of, show_flag, show_sheet, version_of
from reviews.pages.forms_flag_owners import AssignForm, DeclineForm, OfferForm
from reviews.pages.moment import now_of
from reviews.sentences import short


@page(Act.ASSIGN)
@require_http_methods(["GET", "POST"])
def assign_page(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Take a flag, give it back to the pool, or give one of the pool to a colleague."""
    flag, by, now = flag_of(request, flag_id), actor_of(request), now_of(request)
    in_pool = flag.holder is None  # type: ignore[attr-defined]
    form = AssignForm(request.POST if request.method == "POST" else None, now=now, in_pool=in_pool)
    if not form.is_valid():
        return _show_assign(request, flag, form, 400 if form.is_bound else 200)
    owner: Membership | None = form.cleaned_data["owner"]
    return acted(
        request,
        flag,
        Sheet(_show_assign, form),
        lambda: assign(flag=flag, by=by, at=now.at, version=form.cleaned_data["version"], owner=owner),
        f"{owner.user} answers for it" if owner else "in the pool",
    )


@page(Act.HAND_OVER)
@require_http_methods(["GET", "POST"])
def offer_page(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Offer a flag that one answers for to a colleague."""
    flag, by, now = flag_of(request, flag_id), actor_of(request), now_of(request)
    without = {flag.owner_id, flag.holder}  # type: ignore[attr-defined]
    form = OfferForm(request.POST if request.method == "POST" else None, now=now, without=without)
    if not form.is_valid():
        return _show_offer(request, flag, form, 400 if form.is_bound else 200)
    given = form.cleaned_data
    return acted(
        request,
        flag,
        Sheet(_show_offer, form),
        lambda: offer(flag=flag, by=by, at=now.at, **given),
        f"offered to {given['to'].user}",
    )


@page(Act.HAND_OVER)
@require_POST
def accept_flag(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Take over a flag that was offered."""
    flag, by, at = flag_of(request, flag_id), actor_of(request), timezone.now()
    version = version_of(request.POST.get("version", ""))
    return acted(
        request,
        flag,
        Sheet(show_flag),
        lambda: accept(flag=flag, by=by, at=at, version=version),
        "accepted, you answer for it",
    )


@page(Act.HAND_OVER)
@require_http_methods(["GET", "POST"])
def decline_page(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Leave a flag with its owner, with a word why."""
    flag, by, now = flag_of(request, flag_id), actor_of(request), now_of(request)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _show_decline(request, flag, form, 400 if form.is_bound else 200)
    return acted(
        request,
        flag,
        Sheet(_show_decline, form),
        lambda: decline(flag=flag, by=by, at=now.at, **form.cleaned_data),
        "declined",
    )


def _show_assign(request: HttpRequest, flag: Flag, form: AssignForm, status: int) -> HttpResponse:
    words = {"heading": "Assign", "glyph": "user-check", "address": "reviews:assign_flag", "button": "Assign"}
    return _show(request, flag, form, status, words | {"lead": "The one who is chosen answers from now on."})


def _show_offer(request: HttpRequest, flag: Flag, form: OfferForm, status: int) -> HttpResponse:
    days = now_of(request).thresholds.offer_days
    words = {"heading": "Hand over", "glyph": "user-plus", "address": "reviews:offer_flag", "button": "Offer"}
    lead = f"You answer for it until it is accepted. Not accepted within {days} days, the offer is over."
    return _show(request, flag, form, status, words | {"lead": lead})


def _show_decline(request: HttpRequest, flag: Flag, form: DeclineForm, status: int) -> HttpResponse:
    words = {"heading": "Decline", "glyph": "undo-2", "address": "reviews:decline_flag", "button": "Decline"}
    return _show(request, flag, form, status, words | {"lead": "It stays with the one who offered it."})


def _show(request: HttpRequest, flag: Flag, form: Any, status: int, words: dict[str, str]) -> HttpResponse:
    fields = [form[name] for name in form.fields if name != "version"]
    context = {"form": form, "fields": fields, "title": short(flag, now_of(request).on), **words}
    return show_sheet(request, "hand", flag, context, status)
