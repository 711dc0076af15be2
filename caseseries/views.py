"""Pages of case series: a cohort with its figures, kept definitions, and saving under a name."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import page
from accounts.idempotency import new_key
from accounts.middleware import actor_of
from accounts.permissions import Act
from caseseries.acts import look_at_definition, look_at_series, save_series
from caseseries.families import people_by_family
from caseseries.figures import figures_of
from caseseries.forms import CohortForm, first_look
from caseseries.forms_exports import ExportForm
from caseseries.models import Definition, Export, SavedSeries
from caseseries.series import Series
from caseseries.shown import Shown, shown
from caseseries.versions import name_of, what_changed
from protocols.models import Protocol
from protocols.thresholds import Thresholds

NEWEST = 10


@page(Act.SEE_SERIES)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The form and, when it can be, the figures; htmx asks for the figures alone."""
    form = _form(request, request.GET or first_look())
    if request.headers.get("HX-Target") == "series":
        context = {**_looked_at(request, form), "swapped": True}
        return render(request, "caseseries/_series.html", context)
    return cohort_page(request, form)


@page(Act.SEE_SERIES)
@require_GET
def definition(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A locked definition: what it says, its versions, its figures as of today, and the exports of it."""
    by, at = actor_of(request), timezone.now()
    kept = get_object_or_404(Definition.objects.of(by.clinic).select_related("protocol", "locked_by"), pk=pk)
    series = look_at_definition(definition=kept, by=by, at=at)
    exports = Export.objects.seen_by(request.membership).filter(definition=kept)  # type: ignore[attr-defined]
    versions = _versions(kept)
    context = {
        "definition": kept,
        "name": name_of(kept),
        "versions": versions,
        "series": _shown(request, series, _thresholds(request)),
        "exports": exports.select_related("exported_by", "definition")[:20],
        "may_export": _may(request, Act.EXPORT_SERIES),
        "once": new_key(),
        "export_form": ExportForm(request.GET),
    }
    return render(request, "caseseries/definition.html", context)


@page(Act.EXPORT_SERIES)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the form says under a name; without a name, say so where it is typed, under the figures."""
    form, name = _form(request, request.POST), request.POST.get("name", "")
    if not form.is_valid():
        return cohort_page(request, form, status=400)
    try:
        saved = save_series(definition=form.definition, name=name, by=actor_of(request), at=timezone.now())
    except ValidationError as refused:
        wrong = " ".join(refused.messages)
        return cohort_page(request, form, status=400, name=name, name_error=wrong)
    return redirect("caseseries:definition", saved.definition_id)


def _form(request: HttpRequest, asked: QueryDict) -> CohortForm:
    """How many took each form is told to who sees the patients: these counts are not suppressed."""
    is_part = request.headers.get("HX-Target") == "series"
    told = _may(request, Act.SEE_PATIENTS) and not is_part
    people = people_by_family(actor_of(request).clinic) if told else None
    return CohortForm(asked, _thresholds(request), people)


def cohort_page(request: HttpRequest, form: CohortForm, status: int = 200, **said: str) -> HttpResponse:
    """The form with its figures, or with what is wrong with it, beside the saved series."""
    kept = SavedSeries.objects.of(actor_of(request).clinic)[:NEWEST]
    context = {**_looked_at(request, form), "kept": kept, **said}
    return render(request, "caseseries/index.html", context, status=status)


def _looked_at(request: HttpRequest, form: CohortForm) -> dict[str, Any]:
    """The context of the figures; without `series` when the form cannot be counted."""
    context = {
        "form": form,
        "may_export": _may(request, Act.EXPORT_SERIES),
        "once": new_key(),
        "export_form": ExportForm(),
    }
    if not form.is_valid():
        return context
    series = look_at_series(definition=form.definition, by=actor_of(request), at=timezone.now())
    return {**context, "series": _shown(request, series, form.thresholds)}


def _shown(request: HttpRequest, series: Series, thresholds: Thresholds) -> Shown:
    """Rows and lines of single people are drawn only for who may see the patients themselves."""
    figures = figures_of(
        series,
        single_people=_may(request, Act.SEE_PATIENTS),
        clinic_range=(thresholds.ionized_mg_low_mmol_l, thresholds.ionized_mg_high_mmol_l),
    )
    return shown(series, figures)


def _versions(kept: Definition) -> list[dict[str, Any]]:
    """The versions of the names that this definition was saved under, each with what it changed."""
    names = SavedSeries.objects.of(kept.clinic).filter(definition=kept).values("name")
    rows = SavedSeries.objects.of(kept.clinic).filter(name__in=names).select_related("saved_by", "definition")
    return [{"saved": saved, "changed": what_changed(saved)} for saved in rows.order_by("name", "version")]


def _thresholds(request: HttpRequest) -> Thresholds:
    return Protocol.objects.in_force(actor_of(request).clinic).thresholds


def _may(request: HttpRequest, act: Act) -> bool:
    return bool(request.membership.may(act))  # type: ignore[attr-defined]
