"""The claims register: each claim of the founding article beside what studies found, for every role."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.permissions import Act
from protocols.claims import CLAIMS, LEFT_OUT, by_topic, contradictions_of, found
from protocols.forms import ClaimsForm
from protocols.register.shape import Claim


@dataclass(frozen=True)
class Line:
    """One claim, and (other claim, why) for each with which it cannot hold."""

    claim: Claim
    inconsistent: Sequence[tuple[str, str]]


@page(Act.SEE_PROTOCOL)
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """All claims under their topics, or those that the query asks for; a query that cannot be is a 400."""
    form = ClaimsForm(request.GET)
    claims = found(**form.cleaned_data) if form.is_valid() else []
    context = {
        "form": form,
        "topics": [(topic, [_line(claim) for claim in claims]) for topic, claims in by_topic(claims)],
        "count": len(claims),
        "total": len(CLAIMS),
        "left_out": LEFT_OUT,
    }
    return render(request, "protocols/claims.html", context, status=200 if form.is_valid() else 400)


def _line(claim: Claim) -> Line:
    return Line(claim, list(contradictions_of(claim.id)))
