"""Marking a re-evaluation reviewed: one button on chart and queue."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.records import StaleVersion
from reviews.acts.reevaluations import review_reevaluation
from reviews.models import Reevaluation


@page(Act.REVIEW)
@require_POST
def review(request: HttpRequest, reevaluation_id: UUID) -> HttpResponse:
    """Meet it by its result. Goes back to `next`, or to the chart; who comes too late is told why."""
    by = actor_of(request)
    owed = get_object_or_404(Reevaluation.objects.of(by.clinic).select_related("patient"), pk=reevaluation_id)
    version = request.POST.get("version", "")
    try:
        if not version.isascii() or not version.isdigit():
            raise ValidationError({"version": ["The version is missing."]})
        review_reevaluation(reevaluation=owed, by=by, at=timezone.now(), version=int(version))
    except ValidationError as refused:
        return _refused(request, owed, " ".join(refused.messages), 400)
    except StaleVersion:
        sentence = "It changed meanwhile: another result came, or somebody reviewed it. Look at it again."
        return _refused(request, owed, sentence, 409)
    messages.success(request, f"Re\N{NON-BREAKING HYPHEN}evaluation of {owed.patient} reviewed.")
    return redirect(_back(request, owed))


def _refused(request: HttpRequest, owed: Reevaluation, sentence: str, status: int) -> HttpResponse:
    context = {"patient": owed.patient, "sentence": sentence}
    return render(request, "reviews/record/not_reviewed.html", context, status=status)


def _back(request: HttpRequest, owed: Reevaluation) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("patients:chart", args=[owed.patient_id])
