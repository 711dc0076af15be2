"""Why a flag stands, and what people do with it: resolve, snooze, acknowledge, undo.

Each is a page of its own and also loads into the dialog of the shell (`HX-Target: dialog-body`). An act
from a dialog or a row answers 204 with `HX-Trigger: flag-changed`; who comes second gets 409, nothing lost.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.records import StaleVersion
from accounts.refusals import show_refusals
from accounts.wording import clock
from audit.record import record
from reviews.acts.flags import NotUndoable, acknowledge, resolve, snooze, undo
from reviews.models import STANDING, Action, Flag
from reviews.moments import Moment
from reviews.pages.forms import ResolveForm, SnoozeForm
from reviews.pages.why import why
from reviews.sentences import READS, closing, short
from reviews.triage import EMERGENCY_SENTENCE

VERSION_DIGITS = 9


@page(Act.SEE_QUEUE)
@require_safe
def flag_page(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Why the flag stands, with the actions that the person's roles allow."""
    return _show(request, _flag(request, flag_id), None, 200)


@page(Act.RESOLVE)
@require_http_methods(["GET", "POST"])
def resolve_page(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Close a flag with what was done about it."""
    flag, by, now = _flag(request, flag_id), actor_of(request), _now(request)
    if request.method != "POST":
        return _show(request, flag, None, 200)
    form = ResolveForm(request.POST, flag=flag, on=now.on)
    if not form.is_valid():
        return _show(request, flag, form, 400)
    given = form.cleaned_data
    return _acted(
        request,
        flag,
        form,
        lambda: resolve(
            flag=flag,
            by=by,
            at=now.at,
            version=given["version"],
            action=given["action"],
            note=given["note"],
            analytes=given["analytes"],
            expected_by=given["expected_by"],
        ),
        f"resolved, {Action(given['action']).label.lower()}",
    )


@page(Act.SNOOZE)
@require_http_methods(["GET", "POST"])
def snooze_page(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Put a flag aside until a moment."""
    flag, by, now = _flag(request, flag_id), actor_of(request), _now(request)
    form = SnoozeForm(request.POST if request.method == "POST" else None, flag=flag, now=now)
    if request.method != "POST":
        return _show_snooze(request, flag, form, 200)
    if not form.is_valid():
        return _show_snooze(request, flag, form, 400)
    given = form.cleaned_data
    return _acted(
        request,
        flag,
        form,
        lambda: snooze(
            flag=flag,
            by=by,
            at=now.at,
            version=given["version"],
            until=form.until(),
            reason=given["reason"],
        ),
        "snoozed",
    )


@page(Act.ACKNOWLEDGE)
@require_POST
def acknowledge_flag(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Say "I have seen it"; the flag goes on standing."""
    flag, by, at = _flag(request, flag_id), actor_of(request), timezone.now()
    version = _version(request.POST.get("version", ""))
    return _acted(
        request, flag, None, lambda: acknowledge(flag=flag, by=by, at=at, version=version), "acknowledged"
    )


@page(Act.ACKNOWLEDGE)
@require_POST
def undo_flag(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Take back the person's last act; the address of the toast carries the version that the act made."""
    flag, by, at = _flag(request, flag_id), actor_of(request), timezone.now()
    try:
        undo(flag=flag, by=by, at=at, version=_version(request.GET.get("version", "")))
    except NotUndoable as refused:
        messages.error(request, str(refused))
    except StaleVersion as stale:
        messages.error(request, f"Not undone. {_who(stale.current, at)}")
    else:
        messages.success(request, f"{flag.patient}: undone. A dose is not changed back.")
    return redirect(_back(request))


def _acted(
    request: HttpRequest,
    flag: Flag,
    form: ResolveForm | SnoozeForm | None,
    act: Callable[[], Flag],
    done: str,
) -> HttpResponse:
    """Run the act; a refusal shows the form again with its entries, an overtaken one says by whom."""
    try:
        changed = act()
    except ValidationError as refused:
        if form is None:
            raise
        show_refusals(form, refused, {"until": "wait", "id": ""})
        return _again(request, flag, form, 400)
    except StaleVersion as stale:
        return _overtaken(request, stale.current, form)
    link = f"{reverse('reviews:undo_flag', args=[changed.pk])}?version={changed.version}"
    messages.success(request, f"{changed.patient}: {done}.", extra_tags=link)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Trigger": "flag-changed"})
    return redirect(_back(request))


def _overtaken(request: HttpRequest, current: Flag, form: ResolveForm | SnoozeForm | None) -> HttpResponse:
    flag = Flag.objects.select_related("patient", *READS).get(pk=current.pk)
    if form is None and request.headers.get("HX-Request"):
        messages.warning(request, f"{flag.patient}: {_who(flag, timezone.now())}")
        return HttpResponse(status=409, headers={"HX-Trigger": "flag-changed"})
    return _again(request, flag, form, 409)


def _again(
    request: HttpRequest, flag: Flag, form: ResolveForm | SnoozeForm | None, status: int
) -> HttpResponse:
    if isinstance(form, SnoozeForm):
        return _show_snooze(request, flag, form, status)
    return _show(request, flag, form, status)


def _show(request: HttpRequest, flag: Flag, form: ResolveForm | None, status: int) -> HttpResponse:
    """The page or the part of it: why on the left, what to do on the right."""
    now = _now(request)
    may = request.membership.may  # type: ignore[attr-defined]
    asked = request.GET.get("action", "")
    if form is None and may(Act.RESOLVE):
        form = ResolveForm(flag=flag, on=now.on, action=asked if asked in Action.values else "")
    by = actor_of(request)
    record("READ_CHART", by=by, at=now.at, of=flag, patient_id=flag.patient_id)
    context = {"form": form, "why": why(flag, now), **_shown(flag, now, status)}
    return _render(request, "flag", context, status)


def _show_snooze(request: HttpRequest, flag: Flag, form: SnoozeForm, status: int) -> HttpResponse:
    now = _now(request)
    context = {"form": form, "title": short(flag, now.on), **_shown(flag, now, status)}
    return _render(request, "snooze", context, status)


def _shown(flag: Flag, now: Moment, status: int) -> dict[str, Any]:
    return {
        "flag": flag,
        "patient": flag.patient,
        "now": now,
        "stands": flag.state in STANDING,
        "overtaken": _who(flag, now.at) if status == 409 else "",
    }


def _render(request: HttpRequest, name: str, context: dict[str, Any], status: int) -> HttpResponse:
    in_dialog = request.headers.get("HX-Target") == "dialog-body"
    context |= {"in_dialog": in_dialog, "back": _back(request), "emergency_sentence": EMERGENCY_SENTENCE}
    template = f"reviews/_{name}_sheet.html" if in_dialog else f"reviews/{name}.html"
    return render(request, template, context, status=status)


def _who(flag: Flag, at: datetime) -> str:
    """`Resolved by Jana Olsen, 11:04.`"""
    last = flag.events.select_related("by").order_by("-id").first()
    if last is None:
        return closing(flag)
    zone = flag.clinic.zone
    by = f" by {last.by}" if last.by else ""
    return f"{last.get_act_display()}{by}, {clock(last.at.astimezone(zone))}."


def _flag(request: HttpRequest, flag_id: UUID) -> Flag:
    clinic = request.membership.clinic  # type: ignore[attr-defined]
    rows = Flag.objects.of(clinic).select_related("clinic", "patient", *READS)
    return get_object_or_404(rows, pk=flag_id)


def _now(request: HttpRequest) -> Moment:
    return Moment.of(request.membership.clinic, timezone.now())  # type: ignore[attr-defined]


def _version(text: str) -> int:
    """The version that was sent; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= VERSION_DIGITS else 0


def _back(request: HttpRequest) -> str:
    """Where the person came from within the app, else the queue."""
    for address in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        ours = url_has_allowed_host_and_scheme(
            address, {request.get_host()}, require_https=request.is_secure()
        )
        if address and ours and "/flags/" not in address:
            return address
    return reverse("reviews:queue")
