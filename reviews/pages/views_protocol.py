"""The protocol in force with its versions; counting what a draft would change; adopting it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import page
from accounts.middleware import actor_of
from accounts.models import Clinic
from accounts.permissions import Act
from protocols import thresholds
from protocols.forms_draft import EditionForm
from protocols.models import Protocol
from protocols.versions import Line, adopted_versions, by_group, differences, draft_of, lines_of
from reviews.acts.adoption import adopt_protocol, count_draft, why_not
from reviews.models import Flag, ProtocolRun, Rule, RunKind
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.protocol_runs import RunCard
from reviews.pages.views_backtest import card_of_protocol_page
from reviews.pages.views_noise import noise_card

# The rules whose flags stand beside a group of numbers: each rule beside the numbers that it rests on most.
RULES_OF: dict[str, tuple[Rule, ...]] = {
    thresholds.RECALL: (Rule.RE_EVALUATION,),
    thresholds.LIVE: (Rule.SYMPTOM,),
    thresholds.ALERT: (Rule.LAB_OUT_OF_RANGE,),
    thresholds.KIDNEY: (Rule.KIDNEY,),
    thresholds.DOSE: (Rule.DOSE_ABOVE_CAP, Rule.INTERACTION),
    thresholds.OUTCOME: (Rule.OUTCOME_WORSE,),
    thresholds.QUEUE: (Rule.LAB_NOT_BACK,),
}
NO_DRAFT = "There is no draft."


@dataclass(frozen=True)
class Version:
    """A line of the list of versions; `until` is when the next one took its place."""

    protocol: Protocol
    is_in_force: bool
    until: datetime | None


@page(Act.SEE_PROTOCOL)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every number in force, since which version, and who drafted and adopted what; read only."""
    clinic = actor_of(request).clinic
    adopted = adopted_versions(clinic)
    run = _newest_run(clinic, adopted[-1], RunKind.ADOPT, timezone.now())
    if request.headers.get("HX-Target") == "run":
        return render(request, "protocols/_run.html", {"card": run})
    lines, draft, at = lines_of(adopted), draft_of(clinic), timezone.now()
    flags = partial(_flags_of, _standing(request))
    context = {
        "protocol": adopted[-1],
        "draft": draft,
        "groups": [(group, rows, flags(group)) for group, rows in by_group(lines)],
        "marks": marks(lines),
        "versions": _versions(adopted),
        "card": run,
        **_may(request),
        **card_of_protocol_page(request, at, adopted[-1], draft),
        **noise_card(request, at),
    }
    return render(request, "protocols/index.html", context)


@page(Act.COUNT_PROTOCOL)
@require_http_methods(["GET", "POST"])
def count(request: HttpRequest) -> HttpResponse:
    """What the draft would change, and the flags that would newly stand or clear; a POST counts them."""
    by, at = actor_of(request), timezone.now()
    draft = draft_of(by.clinic)
    if draft is None:
        return _no_draft(request)
    if request.method == "POST":
        count_draft(draft=draft, by=by, at=at)
        return redirect("protocols:count")
    context = _of_draft(request, draft, at)
    part = request.headers.get("HX-Target") == "run"
    return render(request, "protocols/_run.html" if part else "protocols/count.html", context)


@page(Act.ADOPT_PROTOCOL)
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest) -> HttpResponse:
    """The comparison and the finished count once more, then the confirmation."""
    by, at = actor_of(request), timezone.now()
    draft = draft_of(by.clinic)
    if draft is None:
        return _no_draft(request)

    def save(given: dict[str, Any]) -> str:
        adopted = adopt_protocol(draft=draft, by=by, at=at, edition=given["edition"])
        messages.success(request, f"Version {adopted.version} is in force.")
        return reverse("protocols:index")

    tried = Attempt(EditionForm())
    if request.method == "POST":
        tried = attempt(request, EditionForm(request.POST), save, at=at)
    if tried.saved:
        return tried.saved
    context = _of_draft(request, draft, at) | {"reasons": why_not(draft, by), "edition": draft.edition}
    return render(request, "protocols/adopt.html", context | tried.context(), status=tried.status)


def marks(lines: list[Line]) -> list[tuple[str, int, list[str]]]:
    """(mark, how many numbers have it, the claims that they rest on), in order of the mark."""
    numbers = Counter(line.threshold.mark for line in lines)
    claims = {(line.threshold.mark, line.threshold.claim) for line in lines if line.threshold.claim}
    return [
        (mark, number, sorted(claim for of, claim in claims if of == mark))
        for mark, number in sorted(numbers.items())
    ]


def _of_draft(request: HttpRequest, draft: Protocol, at: datetime) -> dict[str, Any]:
    """What the pages about a draft share; a count of other numbers than the draft's is no count of it."""
    in_force = Protocol.objects.in_force(actor_of(request).clinic)
    card = _newest_run(actor_of(request).clinic, draft, RunKind.COUNT, at)
    return {
        "draft": draft,
        "before": in_force,
        "after": draft,
        "differences": differences(in_force, draft),
        "card": card,
        "is_current": card is not None and card.run.values == draft.values,
        **_may(request),
    }


def _newest_run(clinic: Clinic, protocol: Protocol, kind: RunKind, at: datetime) -> RunCard | None:
    rows = ProtocolRun.objects.filter(clinic=clinic, protocol=protocol, kind=kind)
    run = rows.select_related("asked_by", "protocol").order_by("-asked_at", "-pk").first()
    return RunCard(run, at) if run else None


def _versions(adopted: list[Protocol]) -> list[Version]:
    """Newest first."""
    ends: list[datetime | None] = [version.adopted_at for version in adopted[1:]]
    pairs = zip(adopted, [*ends, None], strict=True)
    return [Version(version, version is adopted[-1], until) for version, until in pairs][::-1]


def _standing(request: HttpRequest) -> Counter[str] | None:
    """How many flags of each rule stand, for those who may see the queue."""
    membership = request.membership  # type: ignore[attr-defined]
    if not membership.may(Act.SEE_QUEUE):
        return None
    return Counter(Flag.objects.of(membership.clinic).standing().values_list("rule", flat=True))


def _flags_of(standing: Counter[str] | None, group: str) -> list[tuple[Rule, int]]:
    """Those of the group's rules."""
    if standing is None:
        return []
    return [(rule, standing[rule]) for rule in RULES_OF.get(group, ())]


def _may(request: HttpRequest) -> dict[str, bool]:
    acts = {"may_draft": Act.DRAFT_PROTOCOL, "may_count": Act.COUNT_PROTOCOL, "may_adopt": Act.ADOPT_PROTOCOL}
    return {name: request.membership.may(act) for name, act in acts.items()}  # type: ignore[attr-defined]


def _no_draft(request: HttpRequest) -> HttpResponse:
    messages.warning(request, NO_DRAFT)
    return redirect("protocols:index")
