"""Starting, changing and stopping what a patient takes; "Check" shows what saving would mean."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from audit.conflicts import with_theirs
from patients.access import patient_of
from patients.banner import banner_of
from patients.models import Patient
from regimens.checks import IntakeFacts
from regimens.models import Product, Regimen
from reviews.acts.doses import change_dose
from reviews.acts.regimen_entries import DoseStepEntry, IntakeEntry, RegimenEntry
from reviews.acts.regimens import start_regimen, stop_regimen
from reviews.facts.record import Record
from reviews.facts.regimen_facts import Proposed, asked_of
from reviews.moments import Moment
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.forms_regimen import ChangeDoseForm, IntakesForm, StartForm, StopForm
from reviews.pages.regimen_preview import Preview, preview_of

FIRST_INTAKE = {"intakes": "intake_0_units"}
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
)


@page(Act.CHANGE_DOSE)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Start a product."""
    patient, by = patient_of(request, patient_id), actor_of(request)
    now = Moment.of(by.clinic, timezone.now())

    def save(given: dict[str, Any]) -> str:
        entry = RegimenEntry(**{name: given[name] for name in ENTRY})
        regimen = start_regimen(patient=patient, by=by, at=now.at, entry=entry)
        messages.success(request, f"Started {regimen.product}.")
        return reverse("regimens:detail", args=[patient.pk])

    form = StartForm(request.POST or None, clinic=by.clinic, initial={"started_on": now.on})
    tried = Attempt(form)
    if _saves(request):
        tried = attempt(request, form, save, at=now.at, fields=FIRST_INTAKE)
    if tried.saved:
        return tried.saved
    typed = _typed(form)
    told = {name: typed.get(name) or "" for name in ("kidney_reason", "supervision_note")}
    told |= {"contraindications": typed.get("contraindications") or {}}
    told |= {"is_supervised": bool(typed.get("supervisor")), "check_again_on": typed.get("check_again_on")}
    on = typed.get("started_on")
    seen = _seen(Record(patient, now), typed.get("product"), typed.get("intakes"), on, started_on=on, **told)
    return _page(request, "regimens/start.html", patient, now, tried, preview=seen)


@page(Act.CHANGE_DOSE)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, patient_id: UUID, regimen_id: UUID) -> HttpResponse:
    """Give a running regimen a new dose."""
    patient, by = patient_of(request, patient_id), actor_of(request)
    now, regimen = Moment.of(by.clinic, timezone.now()), _regimen(patient, regimen_id)

    def save(given: dict[str, Any]) -> str:
        entry = DoseStepEntry(regimen, given["effective_on"], given["intakes"], given["reason"])
        change_dose(patient=patient, by=by, at=now.at, entry=entry)
        messages.success(request, f"Changed the dose of {regimen.product}.")
        return reverse("regimens:detail", args=[patient.pk])

    record = Record(patient, now)
    step = next((step for step in record.steps_on(now.on) if step.regimen_id == regimen.pk), None)
    form = ChangeDoseForm(request.POST or None, initial={"effective_on": now.on} | IntakesForm.of(step))
    tried = Attempt(form)
    if _saves(request):
        tried = attempt(request, form, save, at=now.at, fields=FIRST_INTAKE)
    if tried.saved:
        return tried.saved
    typed = _typed(form)
    told = asked_of(regimen) | {"started_on": regimen.started_on, "regimen_id": regimen.pk}
    seen = _seen(record, regimen.product, typed.get("intakes"), typed.get("effective_on"), **told)
    return _page(request, "regimens/change.html", patient, now, tried, regimen=regimen, preview=seen)


@page(Act.CHANGE_DOSE)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, patient_id: UUID, regimen_id: UUID) -> HttpResponse:
    """End a regimen, on its own page with the reason: the confirmation."""
    patient, by = patient_of(request, patient_id), actor_of(request)
    now, regimen = Moment.of(by.clinic, timezone.now()), _regimen(patient, regimen_id)

    def save(given: dict[str, Any]) -> str:
        stop_regimen(patient=patient, regimen=regimen, by=by, at=now.at, **given)
        messages.success(request, f"Stopped {regimen.product}.")
        return reverse("regimens:detail", args=[patient.pk])

    tried = Attempt(StopForm(initial={"stopped_on": now.on}))
    if request.method == "POST":
        form = StopForm(with_theirs(request.POST, StopForm.of(regimen)))
        tried = attempt(request, form, save, at=now.at, row=regimen, theirs=StopForm.of)
    if tried.saved:
        return tried.saved
    return _page(request, "regimens/stop.html", patient, now, tried, regimen=regimen)


def _saves(request: HttpRequest) -> bool:
    """Whether the form was sent to be saved, not only to be checked."""
    return request.method == "POST" and "check" not in request.POST


def _regimen(patient: Patient, regimen_id: UUID) -> Regimen:
    rows = Regimen.objects.valid().filter(patient=patient).select_related("product")
    regimen: Regimen = get_object_or_404(rows, pk=regimen_id)
    return regimen


def _typed(form: Form) -> dict[str, Any]:
    """What could be read of a form that was sent, also where some of it is wrong."""
    if not form.is_bound:
        return {}
    form.is_valid()
    return form.cleaned_data


def _seen(
    record: Record, product: Product | None, intakes: list[IntakeEntry] | None, on: date | None, **told: Any
) -> Preview | None:
    """What the typed regimen would be, once there is a product, a day and an intake."""
    if product is None or not intakes or on is None:
        return None
    taken = [(IntakeFacts(entry.at, entry.minutes_before_meal), entry.units) for entry in intakes]
    return preview_of(record, Proposed(product, taken, on, **told))


def _page(
    request: HttpRequest,
    template: str,
    patient: Patient,
    now: Moment,
    tried: Attempt,
    regimen: Regimen | None = None,
    preview: Preview | None = None,
) -> HttpResponse:
    shown = {"banner": banner_of(patient, now.on), "patient": patient, "regimen": regimen, "preview": preview}
    return render(request, template, tried.context(regimen) | shown, status=tried.status)
