"""The review queue, home of clinicians and assistants."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import page
from accounts.models import Membership
from accounts.permissions import Act
from reviews.freshness import freshness
from reviews.models import Rule
from reviews.moments import Moment
from reviews.queue import RANK, Wanted, more, next_window, queue

LARGEST_OFFSET = 1_000_000


@require_safe
@page(Act.SEE_QUEUE)
def queue_page(request: HttpRequest) -> HttpResponse:
    """All groups, or with `?group=` the next rows of one of them."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    now = Moment.of(membership.clinic, timezone.now())
    rule = request.GET.get("rule", "")
    mine = request.GET.get("mine") == "1"
    wanted = Wanted(rule if rule in Rule.values else "", membership if mine else None)
    context = {
        "now": now,
        "wanted": wanted,
        "mine": mine,
        "query": _query(wanted, mine),
        "acts": {"resolve": membership.may(Act.RESOLVE), "review": membership.may(Act.REVIEW)},
    }
    key = request.GET.get("group", "")
    if key in RANK:
        listed = more(now, wanted, key, _offset(request))
        template = "reviews/_rows.html" if request.headers.get("HX-Request") else "reviews/queue_group.html"
        return render(request, template, {**context, "listed": listed})
    found = queue(now, wanted)
    nothing = not any(listed.count for listed in found.groups)
    context |= {
        "queue": found,
        "fresh": freshness(now),
        "nothing": nothing,
        "next_window": next_window(now) if nothing else None,
        "opposite": _query(wanted, not mine),
    }
    return render(request, "reviews/queue.html", context)


def _offset(request: HttpRequest) -> int:
    asked = request.GET.get("from", "")
    return min(int(asked), LARGEST_OFFSET) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0


def _query(wanted: Wanted, mine: bool) -> str:
    """The filters as they stand in an address."""
    filters = {"rule": wanted.rule, "mine": "1" if mine else ""}
    return urlencode({name: value for name, value in filters.items() if value})
