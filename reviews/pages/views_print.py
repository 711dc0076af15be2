"""Printing patient data: the queue as a list to tick off, the chart as one sheet. Each leaves an event."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from audit.record import record
from patients.access import patient_of
from reviews.pages.moment import now_of
from reviews.pages.queue_filters import wanted_of
from reviews.queue import GROUPS, MOST, queue

LONGEST_ADDRESS = 300
FEW = 10


@page(Act.SEE_QUEUE)
@require_safe
def print_queue(request: HttpRequest) -> HttpResponse:
    """Every group with its rows, the closed ones too, under the filters of the queue page.

    So many rows of a group go to paper as a page shows at most; the paper says what it leaves out.
    """
    now = now_of(request)
    found = queue(now, wanted_of(request), shown={group.key: MOST for group in GROUPS})
    groups = [listed for listed in found.groups if listed.count]
    rows = sum(len(listed.rows) for listed in groups)
    # Only which filters: the words of one may be a name, and the log is read by people who see no chart.
    told = {"patients": rows, "filters": sorted(request.GET)[:FEW]}
    record("PRINT_QUEUE", by=actor_of(request), at=now.at, after=told)
    context = {"groups": groups, "rows": rows, "now": now, "query": request.GET.urlencode()}
    return render(request, "reviews/print_queue.html", context)


@page(Act.SEE_PATIENTS)
@require_safe
def print_chart(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down that the chart is printed, then show it; the page opens the browser's print dialog."""
    patient = patient_of(request, patient_id)
    record("PRINT_CHART", by=actor_of(request), at=timezone.now(), of=patient, patient_id=patient.pk)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(f"{reverse('patients:chart', args=[patient.pk])}{query}#print")


@page(None)
@require_POST
def printed(request: HttpRequest) -> HttpResponse:
    """The browser says that a page is being printed by its own menu; `address` is the path of that page."""
    address = request.POST.get("address", "")
    try:
        named = resolve(address) if len(address) <= LONGEST_ADDRESS else None
    except Resolver404:
        named = None
    if named is None:
        return HttpResponseBadRequest("address: no page of Dolomite.")
    told: dict[str, Any] = {"page": named.view_name}
    patient = patient_of(request, named.kwargs["patient_id"]) if "patient_id" in named.kwargs else None
    record(
        "PRINT_PAGE", by=actor_of(request), at=timezone.now(), of=patient,
        patient_id=patient.pk if patient else None, after=told,
    )  # fmt: skip
    return HttpResponse(status=204)
