"""Why a flag stands, and what people do with it: resolve, snooze, acknowledge, undo.

What the pages of one flag share is in flag_pages; who answers for it is in views_flag_owners.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.records import StaleVersion
from reviews.acts.flags import NotUndoable, acknowledge, resolve, snooze, undo
from reviews.models import Action, Flag
from reviews.pages.flag_pages import (
    Sheet,
    acted,
    back_of,
    flag_of,
    show_flag,
    show_sheet,
    version_of,
    who_acted,
)
from reviews.pages.forms import ResolveForm, SnoozeForm
from reviews.pages.moment import now_of
from reviews.sentences import short


@page(Act.SEE_QUEUE)
@require_safe
def flag_page(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Why the flag stands, with the actions that the person's roles allow."""
    return show_flag(request, flag_of(request, flag_id), None, 200)


@page(Act.RESOLVE)
@require_http_methods(["GET", "POST"])
def resolve_page(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Close a flag with what was done about it."""
    flag, by, now = flag_of(request, flag_id), actor_of(request), now_of(request)
    if request.method != "POST":
        return show_flag(request, flag, None, 200)
    form = ResolveForm(request.POST, flag=flag, on=now.on)
    if not form.is_valid():
        return show_flag(request, flag, form, 400)
    given = form.cleaned_data
    return acted(
        request,
        flag,
        Sheet(show_flag, form),
        lambda: resolve(flag=flag, by=by, at=now.at, **given),
        f"resolved, {Action(given['action']).label.lower()}",
    )


@page(Act.SNOOZE)
@require_http_methods(["GET", "POST"])
def snooze_page(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Put a flag aside until a moment."""
    flag, by, now = flag_of(request, flag_id), actor_of(request), now_of(request)
    form = SnoozeForm(request.POST if request.method == "POST" else None, flag=flag, now=now)
    if request.method != "POST":
        return _show_snooze(request, flag, form, 200)
    if not form.is_valid():
        return _show_snooze(request, flag, form, 400)
    given = form.cleaned_data
    told = {"version": given["version"], "until": form.until(), "reason": given["reason"]}
    return acted(
        request,
        flag,
        Sheet(_show_snooze, form, {"until": "wait"}),
        lambda: snooze(flag=flag, by=by, at=now.at, **told),
        "snoozed",
    )


@page(Act.ACKNOWLEDGE)
@require_POST
def acknowledge_flag(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Say "I have seen it"; the flag goes on standing."""
    flag, by, at = flag_of(request, flag_id), actor_of(request), timezone.now()
    version = version_of(request.POST.get("version", ""))
    return acted(
        request,
        flag,
        Sheet(show_flag),
        lambda: acknowledge(flag=flag, by=by, at=at, version=version),
        "acknowledged",
    )


@page(Act.ACKNOWLEDGE)
@require_POST
def undo_flag(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Take back the person's last act; the address of the toast carries the version that the act made."""
    flag, by, at = flag_of(request, flag_id), actor_of(request), timezone.now()
    try:
        undo(flag=flag, by=by, at=at, version=version_of(request.GET.get("version", "")))
    except NotUndoable as refused:
        messages.error(request, str(refused))
    except StaleVersion as stale:
        messages.error(request, f"Not undone. {who_acted(stale.current)}")
    else:
        messages.success(request, f"{flag.patient}: undone. A dose is not changed back.")
    return redirect(back_of(request))


def _show_snooze(request: HttpRequest, flag: Flag, form: SnoozeForm, status: int) -> HttpResponse:
    now = now_of(request)
    return show_sheet(request, "snooze", flag, {"form": form, "title": short(flag, now.on)}, status)
