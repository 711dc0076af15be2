"""Many rows of the queue at once: acknowledge, snooze, and one undo for all of it."""

import base64
import binascii
from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.refusals import show_refusals
from accounts.wording import listed
from reviews.acts.bulk import MOST, Outcome, bulk_acknowledge, bulk_snooze, bulk_undo
from reviews.models import Flag, FlagEvent
from reviews.moments import Moment
from reviews.pages.flag_pages import back_of, version_of
from reviews.pages.forms_queue import BulkSnoozeForm
from reviews.pages.moment import now_of

_UUID_BYTES = 16


@page(Act.ACKNOWLEDGE)
@require_POST
def bulk_acknowledge_page(request: HttpRequest) -> HttpResponse:
    """Acknowledge the selected flags, but no emergency."""
    try:
        outcome = bulk_acknowledge(chosen=_chosen(request), by=actor_of(request), at=timezone.now())
    except ValidationError as refused:
        return _refused(request, refused)
    return _answer(request, outcome, "acknowledged")


@page(Act.SNOOZE)
@require_POST
def bulk_snooze_page(request: HttpRequest) -> HttpResponse:
    """Ask until when, and then put the selected flags aside, but no emergency and none of act today."""
    chosen, now = _chosen(request), now_of(request)
    if not chosen or len(chosen) > MOST:
        return _refused(request, ValidationError(_number_words(len(chosen))))
    form = BulkSnoozeForm(request.POST if "ask" in request.POST else None, now=now)
    if not form.is_valid():
        return _ask(request, form, chosen, now, 400 if form.is_bound else 200)
    until, reason = form.until(), form.cleaned_data["reason"]
    try:
        outcome = bulk_snooze(chosen=chosen, by=actor_of(request), at=now.at, until=until, reason=reason)
    except ValidationError as refused:
        show_refusals(form, refused, {"until": "wait"})
        return _ask(request, form, chosen, now, 400)
    return _answer(request, outcome, "snoozed")


@page(Act.ACKNOWLEDGE)
@require_POST
def bulk_undo_page(request: HttpRequest) -> HttpResponse:
    """Take back what was just done to many; the address of the toast carries each with its version."""
    pairs = unpacked(request.GET.get("flags", ""))
    try:
        outcome = bulk_undo(chosen=_flags(request, pairs), by=actor_of(request), at=timezone.now())
    except ValidationError as refused:
        return _refused(request, refused)
    said = [f"{len(outcome.done)} undone"]
    if outcome.changed:
        said.append(f"{len(outcome.changed)} not: changed meanwhile, or too long ago")
    (messages.warning if outcome.changed else messages.success)(request, f"{', '.join(said)}.")
    return redirect(back_of(request))


def packed(flags: Sequence[Flag]) -> str:
    """Flags with their versions as short as an address needs them."""
    return "~".join(
        f"{base64.urlsafe_b64encode(flag.pk.bytes).decode().rstrip('=')}.{flag.version}" for flag in flags
    )


def unpacked(text: str) -> list[tuple[UUID, int]]:
    """What `packed` wrote; raises Http404 for anything else."""
    if not text:
        return []
    try:
        pairs = [word.split(".") for word in text.split("~")[: MOST + 1]]
        return [(_uuid(name), version_of(version)) for name, version in pairs]
    except ValueError as error:
        raise Http404 from error


def _uuid(name: str) -> UUID:
    try:
        content = base64.b64decode(f"{name}==".encode(), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError from error
    if len(content) != _UUID_BYTES:
        raise ValueError
    return UUID(bytes=content)


def _chosen(request: HttpRequest) -> list[tuple[Flag, int]]:
    """The rows that were ticked, `id:version` each; raises Http404 for what is no flag of this clinic."""
    pairs = []
    for word in request.POST.getlist("flag"):
        name, _, version = word.partition(":")
        try:
            pairs.append((UUID(name), version_of(version)))
        except ValueError as error:
            raise Http404 from error
    return _flags(request, pairs)


def _flags(request: HttpRequest, pairs: Sequence[tuple[UUID, int]]) -> list[tuple[Flag, int]]:
    clinic = request.membership.clinic  # type: ignore[attr-defined]
    versions = dict(pairs)
    rows = Flag.objects.of(clinic).filter(pk__in=versions).select_related("clinic", "patient")
    found = {flag.pk: flag for flag in rows}
    if len(found) != len(versions):
        raise Http404
    return [(found[pk], version) for pk, version in versions.items()]


def _ask(
    request: HttpRequest, form: BulkSnoozeForm, chosen: list[tuple[Flag, int]], now: Moment, status: int
) -> HttpResponse:
    in_dialog = request.headers.get("HX-Target") == "dialog-body"
    emergencies = sum(flag.emergency for flag, _ in chosen)
    context = {
        "form": form,
        "chosen": [f"{flag.pk}:{version}" for flag, version in chosen],
        "emergencies": emergencies,
        "act_today": sum(flag.severity == "ACT_TODAY" for flag, _ in chosen) - emergencies,
        "now": now,
        "in_dialog": in_dialog,
        "back": back_of(request),
    }
    template = "reviews/_bulk_snooze_sheet.html" if in_dialog else "reviews/bulk_snooze.html"
    return render(request, template, context, status=status)


def _answer(request: HttpRequest, outcome: Outcome, done: str) -> HttpResponse:
    """Say what became of all, with one undo for what was done."""
    link = f"{reverse('reviews:bulk_undo')}?flags={packed(outcome.done)}" if outcome.done else ""
    say = messages.warning if outcome.changed else messages.success
    say(request, f"{', '.join(_words(outcome, done))}.", extra_tags=link)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Trigger": '{"bulk-done": "", "flag-changed": ""}'})
    return redirect(back_of(request))


def _words(outcome: Outcome, done: str) -> list[str]:
    said = [f"{len(outcome.done)} {done}"]
    if outcome.changed:
        said.append(f"{len(outcome.changed)} changed meanwhile{_by(outcome.changed)}")
    if outcome.emergencies:
        number = len(outcome.emergencies)
        said.append(f"{number} emergenc{'y' if number == 1 else 'ies'} left")
    if outcome.act_today:
        said.append(f"{len(outcome.act_today)} of act today left")
    return said


def _by(flags: list[Flag]) -> str:
    """` by Jana Olsen`, from the last act on each."""
    last = FlagEvent.objects.filter(flag__in=flags).order_by("flag_id", "-id").distinct("flag_id")
    names = sorted({str(event.by) for event in last.select_related("by") if event.by})
    return f" by {listed(names)}" if names else ""


def _number_words(number: int) -> str:
    return f"At most {MOST} at once; {number} are selected." if number else "Select at least one row."


def _refused(request: HttpRequest, refused: ValidationError) -> HttpResponse:
    """Nothing was changed: say why, where the person was."""
    messages.error(request, f"Nothing was changed. {' '.join(refused.messages)}")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Trigger": "flag-changed"})
    return redirect(back_of(request))
