"""The panel: how many patients are in each group, the list behind each number, and the list as a file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import page
from accounts.keyset import page as page_of
from accounts.middleware import actor_of
from accounts.permissions import Act
from audit.record import record
from reviews.moments import Moment
from reviews.pages.moment import now_of
from reviews.pages.panel_file import panel_lines
from reviews.pages.streams import attachment
from reviews.panel import EVERYBODY, GROUPS, LISTS, NO_OWNER, PanelGroup, members_of, panel, without_owner

ORDER = ("family_name", "given_name", "id")
NAMES = {group.key: group.name for group in GROUPS}


@page(Act.SEE_QUEUE)
@require_safe
def panel_page(request: HttpRequest) -> HttpResponse:
    """Every group with its count and its words, as it stands now."""
    now = now_of(request)
    context = {
        "panel": panel(now),
        "no_owner": without_owner(now).count(),
        "no_owner_group": NO_OWNER,
        "everybody": EVERYBODY,
        "now": now,
    }
    return render(request, "reviews/panel.html", context)


@page(Act.SEE_QUEUE)
@require_safe
def group_page(request: HttpRequest, group: str) -> HttpResponse:
    """The patients that one number counts, in order of name."""
    now, asked = now_of(request), _group(group)
    patients = members_of(now, asked)
    shown = page_of(patients, request.GET, order=ORDER)
    for patient in shown.rows:
        patient.panel_name = NAMES.get(patient.panel, "")
    context = {
        "group": asked,
        "shown": shown,
        "count": patients.order_by().count(),
        "now": now,
    }
    return render(request, "reviews/panel_group.html", context)


@page(Act.SEE_QUEUE)
@require_safe
def group_file(request: HttpRequest, group: str) -> HttpResponse:
    """The same list as CSV. Taking it away is an event of its own."""
    now, asked = now_of(request), _group(group)
    record("EXPORT_PANEL", by=actor_of(request), at=now.at, after=_told(now, asked))
    name = f"panel-{asked.slug}-{now.on.isoformat()}.csv"
    return attachment(name, panel_lines(now, asked), "text/csv; charset=utf-8")


def _group(slug: str) -> PanelGroup:
    if slug not in LISTS:
        raise Http404("No such group of the panel.")
    return LISTS[slug]


def _told(now: Moment, group: PanelGroup) -> dict[str, Any]:
    return {"group": group.key, "on": now.on.isoformat()}
