"""The reporting checklist of a kept definition: what the records say, and what people state."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.refusals import show_refusals
from caseseries.acts import look_at_definition
from caseseries.acts_checklist import state_for_report
from caseseries.checklist import Kind, State, checklist_of
from caseseries.forms_checklist import ChecklistForm
from caseseries.models import Definition, Statement
from caseseries.shown.checklist import rows_of
from caseseries.versions import name_of


@page(Act.EXPORT_SERIES)
@require_http_methods(["GET", "HEAD", "POST"])
def checklist(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All 30 items; a POST keeps what was stated, or shows it again with what is wrong."""
    by, at = actor_of(request), timezone.now()
    definition = get_object_or_404(Definition.objects.of(by.clinic).select_related("protocol"), pk=pk)
    stated = Statement.objects.newest(definition)
    form = ChecklistForm(request.POST if request.method == "POST" else None, stated)
    if request.method == "POST" and form.is_valid():
        try:
            kept = state_for_report(definition=definition, texts=form.cleaned_data, by=by, at=at)
        except ValidationError as refused:
            show_refusals(form, refused)
        else:
            messages.success(request, f"{len(kept)} answers kept." if kept else "Nothing had changed.")
            return redirect("caseseries:checklist", definition.pk)
    series = look_at_definition(definition=definition, by=by, at=at)
    states = checklist_of(series, stated)
    asked = [state for state in states if state.kind is Kind.ATTESTED]
    context = {
        "definition": definition,
        "name": name_of(definition),
        "form": form,
        "rows": rows_of(states, form),
        "asked": len(asked),
        "missing": sum(state.state is State.MISSING for state in asked),
    }
    return render(request, "caseseries/checklist.html", context, status=400 if form.errors else 200)
