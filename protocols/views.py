"""The protocol in force: every number with its source."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.permissions import Act
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
    """Read only."""
    clinic = request.membership.clinic  # type: ignore[attr-defined]
    protocol = Protocol.objects.in_force(clinic)
    versions = Protocol.objects.filter(Q(clinic=clinic) | Q(clinic=None), adopted_at__isnull=False)
    context = {
        "protocol": protocol,
        "groups": groups_of(protocol.thresholds),
        "marks": marks(),
        "versions": versions.select_related("adopted_by").order_by("-adopted_at"),
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


def marks() -> list[tuple[str, int, list[str]]]:
    """(mark, how many numbers have it, the claims that they rest on), in order of the mark."""
    numbers: dict[str, list[Threshold]] = defaultdict(list)
    for threshold in PROTOCOL_1:
        numbers[threshold.mark].append(threshold)
    return [
        (mark, len(those), sorted({number.claim for number in those} - {""}))
        for mark, those in sorted(numbers.items())
    ]
