"""Pages of exports: asking for one, how far it is, its release, and its files.

What leaves the clinic asks for a fresh sign-in (`accounts.step_up`).
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import page
from accounts.idempotency import BodyDiffers, InProgress, saved_once
from accounts.keyset import page as page_of
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.step_up import confirm_first, is_fresh
from audit.models import AuditEvent
from caseseries.acts import lock_definition
from caseseries.acts_exports import (
    ask_for_export,
    cancel_export,
    release_export,
    retry_export,
    take_file,
)
from caseseries.answers import attached
from caseseries.forms import CohortForm
from caseseries.forms_exports import chosen
from caseseries.models import Definition, Export
from caseseries.views import cohort_page
from protocols.models import Protocol


@page(Act.EXPORT_SERIES)
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """The exports that the asker may see; a POST asks for one, of a definition or of what the form says."""
    if request.method == "POST":
        return _ask(request)
    shown = page_of(_rows(request), request.GET, order=("-id",))
    return render(request, "caseseries/exports.html", {"page": shown})


def _ask(request: HttpRequest) -> HttpResponse:
    """A double click asks once."""
    by, at = actor_of(request), timezone.now()
    definition = _definition(request)
    if isinstance(definition, CohortForm):
        return cohort_page(request, definition, status=400)
    back, asked = reverse("caseseries:definition", args=[definition.pk]), chosen(request.POST)
    if not is_fresh(request, at):
        return confirm_first(f"{back}?{urlencode(asked, doseq=True)}")

    def act() -> str:
        export = ask_for_export(definition=definition, by=by, at=at, **asked)
        return reverse("caseseries:export", args=[export.pk])

    try:
        return saved_once(request, at=at, act=act)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(back)
    except (BodyDiffers, InProgress):
        messages.warning(request, "This was sent already. The newest export stands first.")
    return redirect("caseseries:exports")


def _definition(request: HttpRequest) -> Definition | CohortForm:
    """The locked definition that is named, or what the form says; the form itself when it cannot be."""
    by, at = actor_of(request), timezone.now()
    if "definition" in request.POST:
        return get_object_or_404(Definition.objects.of(by.clinic), pk=_uuid(request.POST["definition"]))
    form = CohortForm(request.POST, Protocol.objects.in_force(by.clinic).thresholds)
    return lock_definition(definition=form.definition, by=by, at=at) if form.is_valid() else form


@page(Act.EXPORT_SERIES)
@require_GET
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One export: how far it is, or its files with their checksums; htmx asks for that part alone."""
    row = _export(request, pk)
    context = {"export": row, "taken": _taken(row), "is_outdated": _is_outdated(row)}
    context["may_release"] = row.waits_for_release and row.exported_by_id != actor_of(request).user.pk
    part = request.headers.get("HX-Target") == "export"
    return render(request, "caseseries/_export.html" if part else "caseseries/export.html", context)


@page(Act.EXPORT_SERIES)
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop one that is under way."""
    return _done(request, pk, cancel_export)


@page(Act.EXPORT_SERIES)
@require_POST
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have one that failed made anew."""
    return _done(request, pk, retry_export)


@page(Act.EXPORT_SERIES)
@require_POST
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the files leave, as a second person with a fresh sign-in."""
    row = _export(request, pk)
    if not is_fresh(request, timezone.now()):
        return confirm_first(reverse("caseseries:export", args=[row.pk]))
    return _done(request, pk, release_export)


@page(Act.EXPORT_SERIES)
@require_GET
def download(request: HttpRequest, pk: UUID, name: str) -> Any:
    """One file, byte for byte as the manifest names it."""
    row, at = _export(request, pk), timezone.now()
    if not is_fresh(request, at):
        return confirm_first(reverse("caseseries:export", args=[row.pk]))
    path = take_file(export=row, name=name, by=actor_of(request), at=at)
    if path is None:
        raise Http404
    return attached(path)


def _done(request: HttpRequest, pk: UUID, act: Any) -> HttpResponse:
    row = _export(request, pk)
    try:
        act(export=row, by=actor_of(request), at=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("caseseries:export", row.pk)


def _rows(request: HttpRequest) -> Any:
    rows = Export.objects.seen_by(request.membership)  # type: ignore[attr-defined]
    return rows.select_related("definition__protocol", "exported_by", "released_by")


def _export(request: HttpRequest, pk: UUID) -> Export:
    row: Export = get_object_or_404(_rows(request), pk=pk)
    return row


def _taken(row: Export) -> list[AuditEvent]:
    """Who took which file, the last first."""
    events = AuditEvent.objects.filter(clinic=row.clinic_id, act="DOWNLOAD_EXPORT", object_id=str(row.pk))
    return list(events.select_related("user").order_by("-at")[:20])


def _is_outdated(row: Export) -> bool:
    """Whether a patient's record was written to since the files were made."""
    if row.finished_at is None:
        return False
    written = AuditEvent.objects.filter(clinic=row.clinic_id, patient_id__isnull=False, after__isnull=False)
    return written.filter(at__gt=row.finished_at).exists()


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
