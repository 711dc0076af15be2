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
from accounts.records import StaleVersion
from audit.releasing import change_releasing


@page(Act.MANAGE_MEMBERS)
@require_http_methods(["GET", "POST"])
def releasing(request: HttpRequest) -> HttpResponse:
    """Show the rule, or take another one; who was overtaken sees what it is now."""
    clinic, status = actor_of(request).clinic, 200
    shown = {"needs_second_releaser": clinic.needs_second_releaser}
    form = ReleasingForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST":
        status = _change(request, form)
        if status == 302:
            return redirect("accounts:releasing")
        clinic.refresh_from_db(fields=["version"])
    context = {"form": form, "version": clinic.version}
    return render(request, "accounts/releasing.html", context, status=status)


def _change(request: HttpRequest, form: ReleasingForm) -> int:
    """Take what was posted; the status of the answer."""
    if not form.is_valid():
        return 400
    try:
        change_releasing(by=actor_of(request), at=timezone.now(), **form.cleaned_data)
    except StaleVersion as stale:
        form.add_error(None, _overtaken(stale.current.needs_second_releaser))
        return 409
    messages.success(request, "Saved. It holds for exports that are asked for from now on.")
    return 302


def _overtaken(needs_second_releaser: bool) -> str:
    rule = "a second person releases" if needs_second_releaser else "one person can release"
    return f"The clinic was changed meanwhile: {rule} each export now. Save again to keep yours."
