"""Other sources of magnesium, days without it, and advice on food: added, ended, taken up again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.wording import day
from audit.conflicts import with_theirs
from patients.access import patient_of
from patients.banner import banner_of
from patients.models import Patient
from regimens.models import Advice, Interruption, OtherSource, Regimen
from reviews.acts.sources import add_source, end_source, give_advice, interrupt_regimen, resume_regimen
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.forms_entries import EndForm
from reviews.pages.forms_sources import AdviceForm, InterruptForm, ResumeForm, SourceForm


@page(Act.WRITE_CONTEXT)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say what else with magnesium is taken."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()

    def save(given: dict[str, Any]) -> str:
        row = add_source(patient=patient, by=by, at=now, **given)
        messages.success(request, f"Added {row}.")
        return _regimen_page(patient)

    form = SourceForm(request.POST or None, clinic=by.clinic)
    tried = attempt(request, form, save, at=now) if request.method == "POST" else Attempt(form)
    words = {
        "title": "Add another source of magnesium",
        "lead": "What is taken for something else counts too: an antacid, a laxative, a multimineral.",
        "button": "Add to the ledger",
    }
    return _answer(request, patient, tried, words)


@page(Act.WRITE_CONTEXT)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, patient_id: UUID, source_id: UUID) -> HttpResponse:
    """Say when it was taken last."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()
    rows = OtherSource.objects.valid().filter(patient=patient).select_related("product")
    row = get_object_or_404(rows, pk=source_id)

    def save(given: dict[str, Any]) -> str:
        end_source(patient=patient, row=row, by=by, at=now, **given)
        messages.success(request, f"Ended {row}.")
        return _regimen_page(patient)

    tried = Attempt(EndForm(initial={"until": row.until or by.clinic.local_date(now)}))
    if request.method == "POST":
        form = EndForm(with_theirs(request.POST, EndForm.of(row)))
        tried = attempt(request, form, save, at=now, row=row, theirs=EndForm.of)
    since = f"Since {day(row.since)}." if row.since else ""
    words = {"title": f"End: {row}", "lead": since, "button": "Save the end"}
    return _answer(request, patient, tried, words, row)


@page(Act.CHANGE_DOSE)
@require_http_methods(["GET", "POST"])
def interrupt(request: HttpRequest, patient_id: UUID, regimen_id: UUID) -> HttpResponse:
    """Say on which days a running regimen was not taken."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()
    rows = Regimen.objects.valid().filter(patient=patient).select_related("product")
    regimen = get_object_or_404(rows, pk=regimen_id)

    def save(given: dict[str, Any]) -> str:
        interrupt_regimen(patient=patient, regimen=regimen, by=by, at=now, **given)
        messages.success(request, f"Interrupted {regimen.product}.")
        return _regimen_page(patient)

    form = InterruptForm(request.POST or None, initial={"from_on": by.clinic.local_date(now)})
    tried = attempt(request, form, save, at=now) if request.method == "POST" else Attempt(form)
    words = {
        "title": f"Not taken: {regimen.product}",
        "lead": "The regimen goes on. More than a week without it starts a new re-evaluation window.",
        "button": "Save the days without it",
    }
    return _answer(request, patient, tried, words)


@page(Act.CHANGE_DOSE)
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, patient_id: UUID, interruption_id: UUID) -> HttpResponse:
    """Say which day was the last without it."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()
    rows = Interruption.objects.valid().filter(patient=patient, regimen__error_at=None)
    row = get_object_or_404(rows.select_related("regimen__product"), pk=interruption_id)

    def save(given: dict[str, Any]) -> str:
        resume_regimen(patient=patient, row=row, by=by, at=now, **given)
        messages.success(request, f"{row.regimen.product} is taken again.")
        return _regimen_page(patient)

    tried = Attempt(ResumeForm(initial={"until_on": row.until_on or by.clinic.local_date(now)}))
    if request.method == "POST":
        form = ResumeForm(with_theirs(request.POST, ResumeForm.of(row)))
        tried = attempt(request, form, save, at=now, row=row, theirs=ResumeForm.of)
    words = {
        "title": f"Taken again: {row.regimen.product}",
        "lead": f"Not taken since {day(row.from_on)}.",
        "button": "Save that it is taken again",
    }
    return _answer(request, patient, tried, words, row)


@page(Act.WRITE_CONTEXT)
@require_http_methods(["GET", "POST"])
def advise(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Note that advice on food was given: one click for today, the form for an earlier day."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()

    def save(given: dict[str, Any]) -> str:
        row = give_advice(patient=patient, by=by, at=now, **given)
        messages.success(request, f"Advice noted, given on {day(row.given_on)}.")
        return _regimen_page(patient)

    form = AdviceForm(request.POST or None, initial={"given_on": by.clinic.local_date(now)})
    tried = attempt(request, form, save, at=now) if request.method == "POST" else Attempt(form)
    words = {"title": "Advice given", "lead": f"{Advice.LOW_PHYTATE.label}.", "button": "Save the advice"}
    return _answer(request, patient, tried, words)


def _regimen_page(patient: Patient) -> str:
    return reverse("regimens:detail", args=[patient.pk])


def _answer(
    request: HttpRequest, patient: Patient, tried: Attempt, words: Mapping[str, str], row: Any = None
) -> HttpResponse:
    """Where to go on after success, else the one page of these short forms."""
    if tried.saved:
        return tried.saved
    form: BaseForm = tried.form
    on = actor_of(request).clinic.local_date(timezone.now())
    context = tried.context(row) | dict(words)
    context |= {"patient": patient, "banner": banner_of(patient, on), "fields": form.visible_fields()}
    return render(request, "regimens/source_form.html", context, status=tried.status)
