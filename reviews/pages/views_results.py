"""Recording results of one sample, several at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.idempotency import PAGE_FIELD
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.wording import count
from patients.access import patient_of
from patients.banner import banner_of
from reviews.acts.results import record_results
from reviews.acts.visits import flags_raised_at
from reviews.moments import Moment
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.forms_results import ResultsForm
from reviews.pages.lab_verdicts import verdicts_of


@page(Act.RECORD_RESULT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Store all rows that have a value, or none; a creatinine gives an eGFR beside it.

    With `check` nothing is stored: what each value would read as stands under its field.
    """
    patient, by = patient_of(request, patient_id), actor_of(request)
    now = Moment.of(by.clinic, timezone.now())
    form = ResultsForm(request.POST or None)

    def save(given: dict[str, Any]) -> str:
        results = record_results(patient=patient, entries=form.entries(), by=by, at=now.at)
        raised = len(flags_raised_at(patient, now))
        follows = f" {count(raised, 'new flag')}." if raised else ""
        messages.success(request, f"Recorded {count(len(results), 'result')}.{follows}")
        return reverse("patients:chart", args=[patient.pk])

    tried = Attempt(form)
    if "check" in request.POST:
        form.is_valid()
        so_far = form.entries_so_far(form.cleaned_data.get("collected_at") or now.at)
        form.verdicts = verdicts_of(so_far, patient=patient, by=by, now=now)
        tried = Attempt(form, once=request.POST.get(PAGE_FIELD) or tried.once)
    elif request.method == "POST":
        names = form.field_names() if form.is_valid() else {}
        tried = attempt(request, form, save, at=now.at, fields=names)
    context = tried.context() | {"patient": patient, "banner": banner_of(patient, now.on)}
    return tried.saved or render(request, "labs/new_results.html", context, status=tried.status)
