"""Booking the visit of a re-evaluation: in the dialog of the queue, or as a page of its own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.middleware import actor_of
from accounts.models import Clinic
from accounts.permissions import Act
from accounts.wording import day
from audit.conflicts import with_theirs
from audit.record import record
from reviews.acts.booking import book_reevaluation
from reviews.models import Reevaluation
from reviews.moments import Moment
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.forms_contacts import BookForm
from reviews.recalls import rungs_of


@page(Act.BOOK)
@require_http_methods(["GET", "POST"])
def book(request: HttpRequest, reevaluation_id: UUID) -> HttpResponse:
    """On which day the patient comes, or that nothing is booked; both come back to where one was."""
    by, at = actor_of(request), timezone.now()
    owed, now = owed_of(by.clinic, reevaluation_id), Moment.of(by.clinic, at)

    def save(given: dict[str, Any]) -> str:
        told = {"version": given["version"], "booked_on": given["booked_on"]}
        book_reevaluation(reevaluation=owed, by=by, at=at, **told)
        done = f"visit booked for {day(given['booked_on'])}" if given["booked_on"] else "booking cleared"
        messages.success(request, f"{owed.patient}: {done}.")
        return back_of(request, owed)

    tried = Attempt(BookForm(initial=BookForm.of(owed)))
    if request.method == "POST":
        form = BookForm(with_theirs(request.POST, BookForm.of(owed)))
        tried = attempt(request, form, save, at=at, row=owed, theirs=BookForm.of)
    else:
        record("READ_CHART", by=by, at=at, of=owed, patient_id=owed.patient_id)
    if tried.saved:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Trigger": "flag-changed"})
        return redirect(tried.saved["Location"])
    return _show(request, owed_of(by.clinic, reevaluation_id), now, tried)


def owed_of(clinic: Clinic, reevaluation_id: UUID) -> Reevaluation:
    """The re-evaluation of this clinic with its patient; 404 for another clinic's."""
    rows = Reevaluation.objects.of(clinic).valid().filter(patient__error_at=None)
    row: Reevaluation = get_object_or_404(rows.select_related("patient__owner__user"), pk=reevaluation_id)
    return row


def back_of(request: HttpRequest, owed: Reevaluation) -> str:
    """Where the person came from within the app, else the chart."""
    for address in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        ours = url_has_allowed_host_and_scheme(
            address, {request.get_host()}, require_https=request.is_secure()
        )
        if address and ours and "/re-evaluations/" not in address:
            return address
    return reverse("patients:chart", args=[owed.patient_id])


def _show(request: HttpRequest, owed: Reevaluation, now: Moment, tried: Attempt) -> HttpResponse:
    in_dialog = request.headers.get("HX-Target") == "dialog-body"
    context = tried.context(owed) | {
        "owed": owed,
        "patient": owed.patient,
        "now": now,
        "rung": rungs_of([owed], now)[owed.pk],
        "back": back_of(request, owed),
        "in_dialog": in_dialog,
    }
    template = "reviews/_book_sheet.html" if in_dialog else "reviews/book.html"
    return render(request, template, context, status=tried.status)
