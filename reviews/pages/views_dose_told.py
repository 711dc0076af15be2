"""Settling which dose was taken, from the chart."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.records import StaleVersion
from patients.models import DoseTaken, Visit
from reviews.acts.doses_told import settle_dose

CHANGED = "Somebody settled or changed this visit meanwhile. Look at the chart as it stands now."


@page(Act.LOG_VISIT)
@require_POST
def settle(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One button for each answer; the chart says what follows."""
    by = actor_of(request)
    rows = Visit.objects.of(by.clinic).valid().filter(patient__error_at=None).select_related("patient")
    visit = get_object_or_404(rows, pk=visit_id)
    told = request.POST.get("version", "")
    version = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
    taken = request.POST.get("taken", "")
    try:
        settle_dose(visit=visit, by=by, at=timezone.now(), version=version, taken=taken)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except StaleVersion:
        messages.error(request, CHANGED)
    else:
        messages.success(request, f"{visit.patient}: taken {DoseTaken(taken).label}.")
    return redirect("patients:chart", visit.patient_id)
