"""The page on which an admin says when the clinic works."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.forms import HoursForm
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.refusals import show_refusals
from audit.hours import change_hours


@page(Act.MANAGE_MEMBERS)
@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    """Show the hours, or take other ones; what is wrong is said at its field."""
    by = actor_of(request)
    clinic = by.clinic
    shown = {"works_from": clinic.works_from, "works_until": clinic.works_until, "works_on": clinic.works_on}
    form = HoursForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        try:
            change_hours(by=by, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refused:
            show_refusals(form, refused)
        else:
            messages.success(request, "The clinic's hours are saved.")
            return redirect("accounts:hours")
    status = 400 if request.method == "POST" else 200
    return render(request, "accounts/hours.html", {"form": form, "clinic": clinic}, status=status)
