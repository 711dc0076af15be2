"""What the pages of one flag share: the flag as of now, its sheet, and the answer to an act.

Each page also loads into the dialog of the shell (`HX-Target: dialog-body`). An act from a dialog or a row
answers 204 with `HX-Trigger: flag-changed`; who comes second gets 409, nothing lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.records import StaleVersion
from accounts.refusals import show_refusals
from accounts.wording import clock
from audit.record import record
from reviews.models import STANDING, Action, Flag
from reviews.pages.flag_holder import answering
from reviews.pages.forms import ResolveForm
from reviews.pages.moment import now_of
from reviews.pages.why import why
from reviews.sentences import READS, closing
from reviews.triage import EMERGENCY_SENTENCE

VERSION_DIGITS = 9
PEOPLE = ("owner__user", "offered_to__user", "offered_by")
Show = Callable[[HttpRequest, Flag, Any, int], HttpResponse]


@dataclass(frozen=True)
class Sheet:
    """The form of an act and how its page is shown again; `fields` translates names of the act."""

    show: Show
    form: Form | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


def acted(request: HttpRequest, flag: Flag, sheet: Sheet, act: Callable[[], Flag], done: str) -> HttpResponse:
    """Run the act; a refusal shows the form again with its entries, an overtaken one says by whom."""
    try:
        changed = act()
    except ValidationError as refused:
        if sheet.form is None:
            return _said(request, flag, " ".join(refused.messages), 400)
        show_refusals(sheet.form, refused, {"id": "", **sheet.fields})
        return sheet.show(request, flag, sheet.form, 400)
    except StaleVersion as stale:
        return _overtaken(request, stale.current, sheet)
    link = f"{reverse('reviews:undo_flag', args=[changed.pk])}?version={changed.version}"
    messages.success(request, f"{changed.patient}: {done}.", extra_tags=link)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Trigger": "flag-changed"})
    return redirect(back_of(request))


def _overtaken(request: HttpRequest, current: Flag, sheet: Sheet) -> HttpResponse:
    flag = flag_of(request, current.pk)
    if sheet.form is None and request.headers.get("HX-Request"):
        return _said(request, flag, who_acted(flag), 409)
    return sheet.show(request, flag, sheet.form, 409)


def _said(request: HttpRequest, flag: Flag, words: str, status: int) -> HttpResponse:
    """Where no form is to be shown again: a message, and the flag as it stands."""
    if request.headers.get("HX-Request"):
        messages.warning(request, f"{flag.patient}: {words}")
        return HttpResponse(status=status, headers={"HX-Trigger": "flag-changed"})
    return show_flag(request, flag_of(request, flag.pk), None, status, refused=words)


def show_flag(
    request: HttpRequest, flag: Flag, form: ResolveForm | None, status: int, *, refused: str = ""
) -> HttpResponse:
    """The page or the part of it: why on the left, what to do on the right."""
    now = now_of(request)
    may = request.membership.may  # type: ignore[attr-defined]
    asked = request.GET.get("action", "")
    if form is None and may(Act.RESOLVE):
        form = ResolveForm(flag=flag, on=now.on, action=asked if asked in Action.values else "")
    by = actor_of(request)
    record("READ_CHART", by=by, at=now.at, of=flag, patient_id=flag.patient_id)
    context = {"form": form, "why": why(flag, now), "refused": refused}
    return show_sheet(request, "flag", flag, context, status)


def show_sheet(
    request: HttpRequest, name: str, flag: Flag, context: dict[str, Any], status: int
) -> HttpResponse:
    """`reviews/<name>.html`, or its part for the dialog, about one flag."""
    now, in_dialog = now_of(request), request.headers.get("HX-Target") == "dialog-body"
    shown = {
        "flag": flag,
        "patient": flag.patient,
        "now": now,
        "stands": flag.state in STANDING,
        "answering": answering(flag, now, request.membership),  # type: ignore[attr-defined]
        "overtaken": who_acted(flag) if status == 409 else "",
        "in_dialog": in_dialog,
        "back": back_of(request),
        "emergency_sentence": EMERGENCY_SENTENCE,
    }
    template = f"reviews/_{name}_sheet.html" if in_dialog else f"reviews/{name}.html"
    return render(request, template, shown | context, status=status)


def who_acted(flag: Flag) -> str:
    """`Resolved by Jana Olsen, 11:04.`"""
    last = flag.events.select_related("by").order_by("-id").first()
    if last is None:
        return closing(flag)
    by = f" by {last.by}" if last.by else ""
    return f"{last.get_act_display()}{by}, {clock(last.at.astimezone(flag.clinic.zone))}."


def flag_of(request: HttpRequest, flag_id: UUID) -> Flag:
    """The flag of the clinic as of now, with `holder` and `is_offered`; 404 for any other."""
    now = now_of(request)
    rows = Flag.objects.of(now.clinic).as_of(now.on, now.at)
    return get_object_or_404(rows.select_related("clinic", "patient", *PEOPLE, *READS), pk=flag_id)


def version_of(text: str) -> int:
    """The version that was sent; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= VERSION_DIGITS else 0


def back_of(request: HttpRequest) -> str:
    """Where the person came from within the app, else the queue."""
    for address in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        ours = url_has_allowed_host_and_scheme(
            address, {request.get_host()}, require_https=request.is_secure()
        )
        if address and ours and "/flags/" not in address:
            return address
    return reverse("reviews:queue")
