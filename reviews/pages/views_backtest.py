"""Trying numbers of the protocol on the past: asking for it, how far it is, what it found, stopping it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from protocols.models import Protocol
from protocols.versions import draft_of
from reviews.acts.backtests import cancel_backtest, try_numbers
from reviews.backtest.numbers import tryable
from reviews.models import Backtest
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.backtest_card import BacktestCard
from reviews.pages.backtest_figure import marks_of
from reviews.pages.forms_backtest import AT_VALUE, BacktestForm

MOST_EARLIER = 10


@page(Act.TRY_PROTOCOL)
@require_http_methods(["GET", "POST"])
def backtest(request: HttpRequest) -> HttpResponse:
    """Which number, which value and how many months; a POST has a worker live through them."""
    by, at = actor_of(request), timezone.now()

    def save(given: dict[str, Any]) -> str:
        row = try_numbers(by=by, at=at, tried=form.tried(), months=given["months"])
        return reverse("protocols:backtest_result", args=[row.pk])

    form = form_of(request)
    tried = Attempt(form)
    if request.method == "POST":
        tried = attempt(request, form, save, at=at, fields=AT_VALUE)
    if tried.saved:
        return tried.saved
    context = tried.context() | {"backtest_form": form} | card_of(request, _newest(request), at)
    return render(request, "protocols/backtest.html", context, status=tried.status)


@page(Act.SEE_PROTOCOL)
@require_GET
def result(request: HttpRequest, backtest_id: int) -> HttpResponse:
    """How far one is, then what it found; htmx asks for the card alone."""
    row = get_object_or_404(_rows(request), pk=backtest_id)
    context = card_of(request, row, timezone.now())
    if request.headers.get("HX-Target") == "backtest":
        return render(request, "protocols/_backtest_result.html", context)
    if context["may_try"]:
        tried = Attempt(form_of(request))
        context |= {"backtest_form": tried.form, "once": tried.once}
    return render(request, "protocols/backtest.html", context)


@page(Act.TRY_PROTOCOL)
@require_POST
def cancel(request: HttpRequest, backtest_id: int) -> HttpResponse:
    """Stop one that is under way."""
    row = get_object_or_404(_rows(request), pk=backtest_id)
    try:
        cancel_backtest(backtest=row, by=actor_of(request), at=timezone.now())
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    return redirect("protocols:backtest_result", row.pk)


def form_of(request: HttpRequest) -> BacktestForm:
    """The form as it was sent; else empty, or with the number that a link names."""
    clinic = actor_of(request).clinic
    options: dict[str, Any] = {"live": Protocol.objects.in_force(clinic), "draft": draft_of(clinic)}
    if request.method == "POST":
        return BacktestForm(request.POST, **options)
    return BacktestForm(**options, initial={"threshold": request.GET.get("threshold", "")})


def card_of_protocol_page(
    request: HttpRequest, at: datetime, live: Protocol, draft: Protocol | None
) -> dict[str, Any]:
    """The newest backtest, and the form for who may try; which numbers have a link to it."""
    context = card_of(request, _newest(request), at)
    if context["may_try"]:
        tried = Attempt(BacktestForm(live=live, draft=draft))
        context |= {"backtest_form": tried.form, "once": tried.once}
        context["tryable"] = {threshold.name for threshold in tryable()}
    return context


def card_of(request: HttpRequest, row: Backtest | None, at: datetime) -> dict[str, Any]:
    membership = request.membership  # type: ignore[attr-defined]
    return {
        "backtest_card": BacktestCard(row, at) if row else None,
        "backtest_marks": marks_of(row.protocol.values, row.tried) if row else [],
        "backtests": _rows(request).exclude(pk=row.pk if row else None)[:MOST_EARLIER],
        "may_try": membership.may(Act.TRY_PROTOCOL),
    }


def _newest(request: HttpRequest) -> Backtest | None:
    row: Backtest | None = _rows(request).first()
    return row


def _rows(request: HttpRequest) -> Any:
    rows = Backtest.objects.of(actor_of(request).clinic).select_related("asked_by", "protocol", "clinic")
    return rows.order_by("-asked_at", "-pk")
