"""Filters of the queue kept under a name: saved, renamed and deleted, each person's own."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import page
from accounts.middleware import actor_of
from accounts.models import Membership
from accounts.permissions import Act
from accounts.refusals import show_refusals
from reviews.acts.saved_views import LONGEST_QUERY, delete_view, rename_view, save_view
from reviews.models import SavedView
from reviews.pages.forms_queue import RenameForm, ViewForm
from reviews.pages.queue_filters import read_filters
from reviews.queue import Holders


@page(Act.SEE_QUEUE)
@require_http_methods(["GET", "POST"])
def saved_views(request: HttpRequest) -> HttpResponse:
    """The person's views; a POST keeps the filters that the queue had under a name."""
    form = ViewForm(request.POST or None, initial={"query": _clean(request, request.GET.get("query", ""))})
    if request.method != "POST" or not form.is_valid():
        return _show(request, form, 400 if request.method == "POST" else 200)
    query = _clean(request, form.cleaned_data["query"])
    try:
        view = save_view(by=actor_of(request), at=timezone.now(), name=form.cleaned_data["name"], query=query)
    except ValidationError as refused:
        show_refusals(form, refused, {"query": ""})
        return _show(request, form, 400)
    messages.success(request, f"Saved as “{view.name}”.")
    return redirect(f"{reverse('reviews:queue')}?{view.query}")


@page(Act.SEE_QUEUE)
@require_POST
def rename_saved_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Give one of the person's views another name."""
    view, form = _view(request, view_id), RenameForm(request.POST)
    before = view.name
    if form.is_valid():
        try:
            rename_view(view=view, by=actor_of(request), at=timezone.now(), name=form.cleaned_data["name"])
        except ValidationError as refused:
            show_refusals(form, refused)
    if form.errors:
        return _show(request, ViewForm(), 400, renaming=(view.pk, form))
    messages.success(request, f"“{before}” is now “{view.name}”.")
    return redirect("reviews:saved_views")


@page(Act.SEE_QUEUE)
@require_POST
def delete_saved_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget one of the person's views."""
    view = _view(request, view_id)
    delete_view(view=view, by=actor_of(request), at=timezone.now())
    messages.success(request, f"“{view.name}” is deleted. The patients stay where they are.")
    return redirect("reviews:saved_views")


def _show(
    request: HttpRequest, form: ViewForm, status: int, renaming: tuple[int, RenameForm] | None = None
) -> HttpResponse:
    views = [
        (view, renaming[1] if renaming and renaming[0] == view.pk else _rename_form(view))
        for view in _mine(request).saved_views.all()
    ]
    query = form.data.get("query", "") if form.is_bound else form.initial.get("query", "")
    context = {"form": form, "views": views, "query": _clean(request, query)}
    return render(request, "reviews/saved_views.html", context, status=status)


def _rename_form(view: SavedView) -> RenameForm:
    return RenameForm(initial={"name": view.name}, auto_id=f"id_%s_{view.pk}")


def _clean(request: HttpRequest, query: str) -> str:
    """What the filters of an address mean today, and nothing else of what was sent."""
    at = timezone.now()
    given = QueryDict(query[: 4 * LONGEST_QUERY])
    # "New" is kept as such: it means something else at each sitting.
    filters, _ = read_filters(given, Holders.of(_mine(request).clinic, at), at)
    return filters.query


def _view(request: HttpRequest, view_id: int) -> SavedView:
    return get_object_or_404(SavedView, pk=view_id, membership=_mine(request))


def _mine(request: HttpRequest) -> Membership:
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership
