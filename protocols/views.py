"""Two versions of the protocol beside each other: only what differs, for all to read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.permissions import Act
from protocols.forms_draft import CompareForm
from protocols.models import Protocol
from protocols.versions import adopted_versions, differences, draft_of


@page(Act.SEE_PROTOCOL)
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Without a query, the two newest; with the number of a version that is not there, a 400 at its field."""
    clinic = request.membership.clinic  # type: ignore[attr-defined]
    versions = adopted_versions(clinic)
    if (draft := draft_of(clinic)) is not None:
        versions.append(draft)
    form = CompareForm(request.GET or _newest(versions), versions[::-1])
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        before, after = form.chosen()
        context |= {"before": before, "after": after, "differences": differences(before, after)}
    return render(request, "protocols/compare.html", context, status=200 if form.is_valid() else 400)


def _newest(versions: list[Protocol]) -> dict[str, int]:
    return {"from": versions[-2 if len(versions) > 1 else -1].version, "to": versions[-1].version}
