"""The protocol in force: every number with its source, and the register of the founding article's claims."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.permissions import Act
from protocols.claims import CLAIMS, Claim, Danger, Status
from protocols.models import Protocol
from protocols.thresholds import PROTOCOL_1, Threshold
from protocols.thresholds import Thresholds as Values


@dataclass(frozen=True)
class Line:
    """One number as it is in force; `default` where the clinic has another value than protocol 1."""

    threshold: Threshold
    value: int | Decimal
    default: int | Decimal | None


@page(Act.SEE_PROTOCOL)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Read only. `q`, `status` and `danger` narrow the claims."""
    clinic = request.membership.clinic  # type: ignore[attr-defined]
    protocol = Protocol.objects.in_force(clinic)
    versions = Protocol.objects.filter(Q(clinic=clinic) | Q(clinic=None), adopted_at__isnull=False)
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "status", "danger")}
    context = {
        "protocol": protocol,
        "groups": groups_of(protocol.thresholds),
        "marks": sorted(Counter(threshold.mark for threshold in PROTOCOL_1).items()),
        "versions": versions.select_related("adopted_by").order_by("-adopted_at"),
        "claims": [claim for claim in CLAIMS if fits(claim, **asked)],
        "claim_count": len(CLAIMS),
        "asked": asked,
        "statuses": [status.value for status in Status],
        "dangers": [danger.value for danger in Danger],
    }
    return render(request, "protocols/index.html", context)


def groups_of(values: Values) -> list[tuple[str, list[Line]]]:
    """Every threshold under its group, in the order of the protocol."""
    groups: dict[str, list[Line]] = {}
    for threshold in PROTOCOL_1:
        value = getattr(values, threshold.name)
        default = threshold.value if value != threshold.value else None
        groups.setdefault(threshold.group, []).append(Line(threshold, value, default))
    return list(groups.items())


def fits(claim: Claim, q: str = "", status: str = "", danger: str = "") -> bool:
    """Whether each typed word stands somewhere in the claim, and status and danger are those asked for."""
    words = " ".join((claim.id, claim.text, claim.finding, claim.use)).casefold()
    return (
        all(word in words for word in q.casefold().split())
        and status in ("", claim.status.value)
        and danger in ("", claim.danger.value)
    )
