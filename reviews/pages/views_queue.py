"""The review queue, home of clinicians and assistants."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import page
from accounts.models import Membership
from accounts.permissions import Act
from reviews.acts.looks import look_at_queue, new_since
from reviews.freshness import freshness
from reviews.pages.moment import now_of
from reviews.pages.queue_filters import STATES, pills, read_filters, toggled
from reviews.panel import panel_for_page
from reviews.queue import MOST, RANK, Holders, more, next_window, queue
from reviews.tasks import ring_stale_sweep

LARGEST_OFFSET = 1_000_000
# What a row offers, by the names that its template uses.
ACTS = {
    "resolve": Act.RESOLVE,
    "review": Act.REVIEW,
    "assign": Act.ASSIGN,
    "hand_over": Act.HAND_OVER,
    "book": Act.BOOK,
}


@require_safe
@page(Act.SEE_QUEUE)
def queue_page(request: HttpRequest) -> HttpResponse:
    """All groups, or with `?group=` the next rows of one of them."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    now = now_of(request)
    holders = Holders.of(now.clinic, now.at)
    since = _since(request, now.at)
    filters, left_out = read_filters(request.GET, holders, since)
    wanted = filters.wanted(membership, since)
    context = {
        "now": now,
        "filters": filters,
        "query": filters.query,
        "acts": {name: membership.may(act) for name, act in ACTS.items()},
    }
    key = request.GET.get("group", "")
    if key in RANK:
        listed = more(now, wanted, key, _offset(request), holders=holders, new_since=since)
        template = "reviews/_rows.html" if request.headers.get("HX-Request") else "reviews/queue_group.html"
        return render(request, template, {**context, "listed": listed})
    ring_stale_sweep(membership.clinic, now.at)
    found = queue(now, wanted, holders=holders, new_since=since, shown=_shown(request))
    context |= {
        "queue": found,
        # Counted by the same statement, and told once: what every page shows need not ask again.
        "queue_count": found.badge,
        "fresh": freshness(now),
        "strip": panel_for_page(now, found.no_owner),
        "since": since,
        "left_out": left_out,
        "select_all": request.GET.get("select") == "all",
        "next_window": None if found.listed else next_window(now),
        "chips": pills(filters, found),
        "toggled": toggled(filters),
        "save_query": urlencode({"query": filters.query}),
        **_beside(membership, holders),
    }
    answer = render(request, "reviews/queue.html", context)
    if request.headers.get("HX-Boosted"):
        # A form also sends what was left empty; the address says only what was asked for.
        answer["HX-Push-Url"] = f"/?{filters.query}" if filters.query else "/"
    return answer


def _beside(membership: Membership, holders: Holders) -> dict[str, Any]:
    """What stands around the list: views of the person's own, and what can be chosen."""
    return {
        "views": list(membership.saved_views.all()),
        "colleagues": [member for member in holders.members.values() if member.pk != membership.pk],
        "states": STATES,
    }


def _since(request: HttpRequest, at: datetime) -> datetime | None:
    """Since when flags are new. Only the whole page is a look; parts of it, and HEAD, are not."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    looks = request.method == "GET" and not request.headers.get("HX-Request") and "group" not in request.GET
    return (look_at_queue if looks else new_since)(membership=membership, at=at)


def _shown(request: HttpRequest) -> dict[str, int] | None:
    """{group: rows} that the person has open, as the page says when it fetches itself again."""
    told = request.GET.getlist("shown")
    pairs = (word.rpartition(":") for word in told)
    shown = {key: min(_number(number), MOST) for key, _, number in pairs if key in RANK}
    return shown if told else None


def _offset(request: HttpRequest) -> int:
    return min(_number(request.GET.get("from", "")), LARGEST_OFFSET)


def _number(text: str) -> int:
    """0 for what is no number of a page."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
