"""Drafting the next version of the protocol, field by field, and discarding the draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from audit.conflicts import with_theirs
from protocols.drafts import discard_draft, save_draft
from protocols.forms_draft import DraftForm, EditionForm
from protocols.models import Protocol
from protocols.versions import draft_of
from reviews.pages.act_pages import Attempt, attempt


@page(Act.DRAFT_PROTOCOL)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """A copy of the version in force, or the draft that there is."""
    by, at = actor_of(request), timezone.now()
    in_force, stored = Protocol.objects.in_force(by.clinic), draft_of(by.clinic)

    def save(given: dict[str, Any]) -> str:
        saved = save_draft(
            by=by, at=at, values=form.values, summary=given["summary"], edition=given["edition"]
        )
        messages.success(request, f"Draft of version {saved.version} saved.")
        return reverse("protocols:count")

    form = DraftForm(in_force=in_force, initial=DraftForm.of(stored) if stored else in_force.values)
    tried = Attempt(form)
    if request.method == "POST":
        form = DraftForm(with_theirs(request.POST, DraftForm.of(stored) if stored else {}), in_force=in_force)
        tried = attempt(request, form, save, at=at, theirs=DraftForm.of)
    if tried.saved:
        return tried.saved
    context = tried.context() | {"draft": stored, "in_force": in_force, "edition": _edition(stored, tried)}
    return render(request, "protocols/draft.html", context, status=tried.status)


@page(Act.DRAFT_PROTOCOL)
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest) -> HttpResponse:
    """The confirmation, and throwing it away."""
    by, at = actor_of(request), timezone.now()
    stored = draft_of(by.clinic)
    if stored is None:
        messages.warning(request, "There is no draft.")
        return redirect("protocols:index")

    def save(given: dict[str, Any]) -> str:
        discard_draft(by=by, at=at, edition=given["edition"])
        messages.success(request, f"The draft of version {stored.version} is discarded.")
        return reverse("protocols:index")

    tried = Attempt(EditionForm())
    if request.method == "POST":
        tried = attempt(request, EditionForm(request.POST), save, at=at)
    if tried.saved:
        return tried.saved
    context = tried.context() | {"draft": stored, "edition": stored.edition}
    return render(request, "protocols/discard.html", context, status=tried.status)


def _edition(stored: Protocol | None, tried: Attempt) -> str:
    """That which the person has seen: the one that the form was sent with, or of the draft as shown now.

    A draft that is gone is no longer spoken of: saving again starts a new one.
    """
    if stored is None:
        return ""
    return str(tried.form.data.get("edition", "")) if tried.status == 400 else stored.edition
