"""Adding and ending what bears on magnesium: modifiers, conditions, medicines, other treatments."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from audit.conflicts import with_theirs
from patients.access import patient_of
from patients.banner import banner_of
from patients.models import DatedEntry, Patient
from reviews.acts.entries import KINDS, add_entry, end_entry
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.forms_entries import TITLES, EndForm, EntryForm


@page(Act.WRITE_CONTEXT)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """Add an entry of one kind."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()
    if kind not in KINDS:
        raise Http404

    def save(given: dict[str, Any]) -> str:
        entry = add_entry(patient=patient, by=by, at=now, kind=kind, **given)
        messages.success(request, f"Added {entry}.")
        return reverse("patients:chart", args=[patient.pk])

    tried = Attempt(EntryForm(kind=kind))
    if request.method == "POST":
        tried = attempt(request, EntryForm(request.POST, kind=kind), save, at=now, fields={"code": "what"})
    context = tried.context() | {
        "patient": patient,
        "title": TITLES[kind],
        "banner": banner_of(patient, by.clinic.local_date(now)),
    }
    return tried.saved or render(request, "reviews/record/add_entry.html", context, status=tried.status)


@page(Act.WRITE_CONTEXT)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, patient_id: UUID, kind: str, entry_id: UUID) -> HttpResponse:
    """Say when an entry ended."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()
    entry = _entry(patient, kind, entry_id)
    on = by.clinic.local_date(now)

    def save(given: dict[str, Any]) -> str:
        end_entry(patient=patient, entry=entry, by=by, at=now, **given)
        messages.success(request, f"Ended {entry}.")
        return reverse("patients:chart", args=[patient.pk])

    tried = Attempt(EndForm(initial={"until": entry.until or on}))
    if request.method == "POST":
        form = EndForm(with_theirs(request.POST, EndForm.of(entry)))
        tried = attempt(request, form, save, at=now, row=entry, theirs=EndForm.of)
    context = tried.context(entry) | {"patient": patient, "entry": entry, "banner": banner_of(patient, on)}
    return tried.saved or render(request, "reviews/record/end_entry.html", context, status=tried.status)


def _entry(patient: Patient, kind: str, entry_id: UUID) -> DatedEntry:
    if kind not in KINDS:
        raise Http404
    entry: DatedEntry = get_object_or_404(
        KINDS[kind]._default_manager.filter(patient=patient, error_at=None), pk=entry_id
    )
    return entry
