"""Pages of case series: a cohort and its figures, kept definitions, exports and their files."""

from typing import Any
from uuid import UUID

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import page
from accounts.idempotency import BodyDiffers, InProgress, new_key, saved_once
from accounts.keyset import page as page_of
from accounts.middleware import actor_of
from accounts.permissions import Act
from caseseries.acts import (
    export_series,
    lock_definition,
    look_at_definition,
    look_at_series,
    take_file,
)
from caseseries.answers import attached
from caseseries.forms import FIRST_LOOK, CohortForm
from caseseries.models import Definition, Export
from caseseries.shown import shown

log = structlog.get_logger()


@page(Act.SEE_SERIES)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The form and, when it can be, the figures; htmx asks for the figures alone."""
    form = CohortForm(_asked_for(request))
    context: dict[str, Any] = {"form": form, "may_export": _may_export(request), "once": new_key()}
    if form.is_valid():
        series = look_at_series(cohort=form.criteria, by=actor_of(request), at=timezone.now())
        context |= {"series": shown(series)}
    context["kept"] = Definition.objects.of(_clinic(request))[:10]
    part = request.headers.get("HX-Target") == "series"
    return render(request, "caseseries/_series.html" if part else "caseseries/index.html", context)


@page(Act.SEE_SERIES)
@require_GET
def definition(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A locked definition: what it says, its figures as of today, and the exports of it."""
    kept = get_object_or_404(Definition.objects.of(_clinic(request)).select_related("protocol"), pk=pk)
    series = look_at_definition(definition=kept, by=actor_of(request), at=timezone.now())
    exports = Export.objects.seen_by(request.membership).filter(definition=kept)  # type: ignore[attr-defined]
    context = {
        "definition": kept,
        "series": shown(series),
        "exports": exports.select_related("exported_by", "definition")[:20],
        "may_export": _may_export(request),
        "once": new_key(),
    }
    return render(request, "caseseries/definition.html", context)


@page(Act.EXPORT_SERIES)
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Keep a definition; the same criteria lead to the one that is kept already."""
    form = CohortForm(request.POST)
    if not form.is_valid():
        return _not_counted(request, form)
    kept = lock_definition(
        cohort=form.criteria, by=actor_of(request), at=timezone.now(), name=form.cleaned_data["name"]
    )
    return redirect("caseseries:definition", kept.pk)


@page(Act.EXPORT_SERIES)
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """The exports that the asker may see; a POST makes one, of a kept definition or of what the form says."""
    if request.method == "POST":
        return _make(request)
    rows = Export.objects.seen_by(request.membership)  # type: ignore[attr-defined]
    shown_rows = page_of(rows.select_related("definition", "exported_by"), request.GET, order=("-id",))
    return render(request, "caseseries/exports.html", {"page": shown_rows})


def _make(request: HttpRequest) -> HttpResponse:
    """A double click makes one export; one that fails leaves nothing behind, and says so."""
    by, at = actor_of(request), timezone.now()
    kept, form = None, CohortForm(request.POST)
    if "definition" in request.POST:
        kept = get_object_or_404(Definition.objects.of(by.clinic), pk=_uuid(request.POST["definition"]))
    elif not form.is_valid():
        return _not_counted(request, form)

    def act() -> str:
        locked = kept or lock_definition(cohort=form.criteria, by=by, at=at, name=form.cleaned_data["name"])
        return reverse("caseseries:export", args=[export_series(definition=locked, by=by, at=at).pk])

    try:
        return saved_once(request, at=at, act=act)
    except (BodyDiffers, InProgress):
        messages.warning(request, "This was sent already. The newest export stands first.")
    except OSError as error:
        log.error("export_not_written", error=str(error))
        messages.error(request, "The files could not be written. Nothing was exported; try again.")
    return redirect("caseseries:exports")


def _not_counted(request: HttpRequest, form: CohortForm) -> HttpResponse:
    return render(request, "caseseries/index.html", {"form": form, "may_export": True}, status=400)


@page(Act.EXPORT_SERIES)
@require_GET
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One export: its files with their checksums."""
    return render(request, "caseseries/export.html", {"export": _export(request, pk)})


@page(Act.EXPORT_SERIES)
@require_GET
def download(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """One file, byte for byte as the manifest names it."""
    content = take_file(export=_export(request, pk), name=name, by=actor_of(request), at=timezone.now())
    if content is None:
        raise Http404
    return attached(name, content)


def _export(request: HttpRequest, pk: UUID) -> Export:
    rows = Export.objects.seen_by(request.membership)  # type: ignore[attr-defined]
    return get_object_or_404(rows.select_related("definition__protocol", "exported_by"), pk=pk)


def _asked_for(request: HttpRequest) -> QueryDict | dict[str, Any]:
    """The query of the address; without one, the first look."""
    return request.GET if "form" in request.GET else FIRST_LOOK


def _may_export(request: HttpRequest) -> bool:
    return bool(request.membership.may(Act.EXPORT_SERIES))  # type: ignore[attr-defined]


def _clinic(request: HttpRequest) -> Any:
    return request.membership.clinic  # type: ignore[attr-defined]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
