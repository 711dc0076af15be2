"""The page on which an admin says whether a second person must release what leaves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.forms import ReleasingForm
from accounts.middleware import actor_of
from accounts.permissions import Act
from audit.releasing import change_releasing


@page(Act.MANAGE_MEMBERS)
@require_http_methods(["GET", "POST"])
def releasing(request: HttpRequest) -> HttpResponse:
    """Show the rule, or take another one."""
    by = actor_of(request)
    shown = {"needs_second_releaser": by.clinic.needs_second_releaser}
    form = ReleasingForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST" and form.is_valid():
        change_releasing(by=by, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "Saved. It holds for exports that are asked for from now on.")
        return redirect("accounts:releasing")
    return render(request, "accounts/releasing.html", {"form": form})
