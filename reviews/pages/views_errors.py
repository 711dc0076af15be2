"""Entered in error: the row stays readable and counts nowhere; what followed from it is rebuilt."""

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
from accounts.models import Clinic
from accounts.permissions import Act
from labs.models import LabResult
from patients.banner import banner_of
from patients.models import OfPatient, Visit
from regimens.models import DietAdvice, DoseStep, Interruption, OtherSource, Regimen
from reviews.acts.entries import KINDS
from reviews.acts.errors import mark_in_error
from reviews.models import ContactAttempt
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.chart_history import row_words
from reviews.pages.forms_entries import InErrorForm
from wearables.models import Device, ReadingBatch

MODELS: dict[str, type[OfPatient]] = {
    "visits": Visit,
    "lab-results": LabResult,
    "regimens": Regimen,
    "dose-steps": DoseStep,
    "other-sources": OtherSource,
    "interruptions": Interruption,
    "diet-advice": DietAdvice,
    "wearables-devices": Device,
    "wearables-batches": ReadingBatch,
    "contact-attempts": ContactAttempt,
    **KINDS,
}
# What falls with a row, in words.
FALLS = {
    "visits": "With it fall its symptoms, its GAD-7 total, its results and its dose change.",
    "lab-results": "An eGFR that was calculated from it falls too.",
    "regimens": "Its dose steps, and the re-evaluations that they owed, fall with it.",
    "dose-steps": "The re-evaluation that it owed falls with it; the one before is owed again.",
    "wearables-devices": "All its readings fall with it.",
    "wearables-batches": "Its readings fall with it, and may be sent again.",
    "contact-attempts": "A visit that was booked by it is not booked any more.",
    "interruptions": "A re-evaluation that it moved is counted from the dose again.",
}


@page(Act.MARK_IN_ERROR)
@require_http_methods(["GET", "POST"])
def mark(request: HttpRequest, model: str, row_id: UUID) -> HttpResponse:
    """Ask why, and withdraw the row."""
    by, now = actor_of(request), timezone.now()
    row = _row(model, by.clinic, row_id)

    def save(given: dict[str, Any]) -> str:
        mark_in_error(row=row, by=by, at=now, **given)
        messages.success(request, "Marked entered in error.")
        return reverse("patients:chart", args=[row.patient_id]) + "?tab=history"

    tried = Attempt(InErrorForm())
    if request.method == "POST":
        tried = attempt(request, InErrorForm(request.POST), save, at=now, row=row)
    on, words = row_words(row)
    context = tried.context(row) | {
        "patient": row.patient,
        "on": on,
        "words": words,
        "falls": FALLS.get(model, ""),
        "banner": banner_of(row.patient, by.clinic.local_date(now)),
    }
    return tried.saved or render(request, "reviews/record/in_error.html", context, status=tried.status)


def _row(model: str, clinic: Clinic, row_id: UUID) -> OfPatient:
    """The row of this clinic, whether valid or withdrawn already: the act says which."""
    if model not in MODELS:
        raise Http404
    rows = MODELS[model]._default_manager.filter(clinic=clinic, patient__error_at=None)
    row: OfPatient = get_object_or_404(rows.select_related("patient__owner__user"), pk=row_id)
    return row
