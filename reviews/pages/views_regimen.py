"""Starting, changing, switching, supervising and stopping what a patient takes.

Every button but the one that saves only works on the page: it is rendered again with all that was typed.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.permissions import Act
from audit.conflicts import with_theirs
from regimens.models import Regimen
from regimens.proposals import proposal_of
from reviews.acts.regimen_entries import RegimenEntry
from reviews.acts.regimens import start_regimen, stop_regimen, supervise
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.forms_intakes import FIRST_ROWS
from reviews.pages.forms_regimen import StartForm, StopForm
from reviews.pages.forms_supervision import SuperviseForm
from reviews.pages.regimen_bench import Bench, typed_of, watched
from reviews.pages.regimen_preview import ask_again
from reviews.pages.regimen_steps import START

ENTRY = (
    "product",
    "started_on",
    "intakes",
    "contraindications",
    "kidney_reason",
    "indication",
    "prior_magnesium",
    "supervision_note",
    "supervisor",
    "check_again_on",
    "specialist_note",
)


@page(Act.CHANGE_DOSE)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Start a product."""
    bench = Bench.of(request, patient_id)
    sheet = bench.sheet(bench.product_of(request.POST))
    form = StartForm(
        sheet=sheet,
        clinic=bench.by.clinic,
        before_meal=not bench.owners,
        initial={"started_on": bench.now.on, "shown": FIRST_ROWS},
    )
    typed = typed_of(form)
    on = typed.get("started_on", bench.now.on)
    told = watched(typed) | {
        "kidney_reason": typed.get("kidney_reason") or "",
        "contraindications": typed.get("contraindications") or {},
        "started_on": on,
    }
    seen = bench.look(form, typed.get("product"), on, START, typed.get("intakes", ()), **told)

    def save(given: dict[str, Any]) -> str:
        ask_again(seen["preview"].checks, given)
        reason = seen["preview"].reason(given)
        entry = RegimenEntry(**{name: given[name] for name in ENTRY}, above_level_reason=reason)
        regimen = start_regimen(patient=bench.patient, by=bench.by, at=bench.now.at, entry=entry)
        messages.success(request, _started(bench, regimen, given["template"]))
        return reverse("regimens:detail", args=[bench.patient.pk])

    tried = bench.tried(form, save)
    return tried.saved or bench.page("regimens/start.html", tried, **seen)


def _started(bench: Bench, regimen: Regimen, template: str) -> str:
    """What was started; where a template proposes more for later, the way to plan it. Nothing is planned."""
    proposal = proposal_of(template, bench.now.thresholds)
    if proposal is None or not proposal.later:
        return f"Started {regimen.product}."
    address = reverse("reviews:change_dose", args=[bench.patient.pk, regimen.pk])
    return format_html(
        'Started {}. The template goes on: <a href="{}?proposal={}">look at its next step</a>.',
        regimen.product, address, proposal.code,
    )  # fmt: skip


@page(Act.CHANGE_DOSE)
@require_http_methods(["GET", "POST"])
def supervise_page(request: HttpRequest, patient_id: UUID, regimen_id: UUID) -> HttpResponse:
    """Say who watches a dose, and when it is looked at again."""
    bench = Bench.of(request, patient_id)
    regimen = bench.regimen(regimen_id)

    def save(given: dict[str, Any]) -> str:
        told, version = form.supervision(), given["version"]
        supervise(
            patient=bench.patient,
            regimen=regimen,
            by=bench.by,
            at=bench.now.at,
            version=version,
            supervision=told,
        )
        messages.success(request, f"Supervision of {regimen.product} saved.")
        return reverse("regimens:detail", args=[bench.patient.pk])

    of = SuperviseForm.watched
    posted = with_theirs(request.POST, of(regimen)) if request.method == "POST" else None
    form = SuperviseForm(posted, clinic=bench.by.clinic, initial=of(regimen))
    tried = Attempt(form)
    if posted is not None:
        tried = attempt(request, form, save, at=bench.now.at, row=regimen, theirs=of)
    return tried.saved or bench.page("regimens/supervise.html", tried, regimen, regimen=regimen)


@page(Act.CHANGE_DOSE)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, patient_id: UUID, regimen_id: UUID) -> HttpResponse:
    """End a regimen, on its own page with the reason: the confirmation."""
    bench = Bench.of(request, patient_id)
    regimen = bench.regimen(regimen_id)

    def save(given: dict[str, Any]) -> str:
        stop_regimen(patient=bench.patient, regimen=regimen, by=bench.by, at=bench.now.at, **given)
        messages.success(request, f"Stopped {regimen.product}.")
        return reverse("regimens:detail", args=[bench.patient.pk])

    tried = Attempt(StopForm(initial={"stopped_on": bench.now.on}))
    if request.method == "POST":
        form = StopForm(with_theirs(request.POST, StopForm.of(regimen)))
        tried = attempt(request, form, save, at=bench.now.at, row=regimen, theirs=StopForm.of)
    return tried.saved or bench.page("regimens/stop.html", tried, regimen, regimen=regimen)
