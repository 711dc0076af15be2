"""Logging a visit: the form, its live checks, its draft, and whom it is about."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import page
from accounts.idempotency import (
    BodyDiffers,
    InProgress,
    is_done,
    new_key,
    page_key,
    saved_once,
)
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.wording import clock, count
from audit.conflicts import Conflict
from audit.record import record
from patients import gad7
from patients.access import patient_of
from patients.banner import banner_of
from patients.models import Outcome, Patient
from reviews.acts.visits import log_visit
from reviews.models import Flag, Reevaluation
from reviews.moments import Moment
from reviews.pages.drafts import draft_of, drop_draft, keep_draft
from reviews.pages.moment import now_of
from reviews.pages.rehearsal import Rehearsal, checks_now, rehearse
from reviews.pages.visit_conflicts import (
    Overtaken,
    carried_on,
    check_base,
    conflict_with,
    followed,
    theirs_of,
)
from reviews.pages.visit_forms import SPREADING_GRADE
from reviews.pages.visit_sheet import VisitSheet, base_of, steps_in_force
from reviews.triage import EMERGENCY_SENTENCE

# Where the form was opened from, if not from a chart.
TODAY = "today"
SAVED_ALREADY = "This visit is saved already. Look at the chart before you log another."


@page(Act.LOG_VISIT)
@require_safe
def choose_patient(request: HttpRequest) -> HttpResponse:
    """Whose visit? The list of patients, each of which leads to the form."""
    return redirect(f"{reverse('patients:list')}?for=visit")


@page(Act.LOG_VISIT)
@require_http_methods(["GET", "POST"])
def visit_page(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The form, or the visit saved in one act; nothing that was typed is ever lost."""
    patient, now = patient_of(request, patient_id), now_of(request)
    if request.method != "POST":
        draft = draft_of(request.membership, patient)  # type: ignore[attr-defined]
        sheet = _sheet(request, patient, now, initial=draft.payload if draft else None)
        by = actor_of(request)
        record("READ_CHART", by=by, at=now.at, of=patient, patient_id=patient.pk)
        return _show(request, sheet, 200, draft_at=draft.saved_at if draft else None)
    if request.POST.get("patient") != str(patient.pk):
        messages.error(request, "The form was about another patient. Nothing was saved: check who this is.")
        return _show(request, _sheet(request, patient, now), 409)
    unbound = _sheet(request, patient, now)
    theirs = theirs_of(unbound, request.POST)
    sheet = _sheet(request, patient, now, data=followed(request.POST, theirs))
    if not sheet.is_valid():
        return _show(request, sheet, 400)
    return _save(request, sheet, theirs)


def _save(request: HttpRequest, sheet: VisitSheet, theirs: dict[str, str]) -> HttpResponse:
    """Save once, however often the button is pressed."""
    try:
        return saved_once(request, at=sheet.now.at, act=lambda: _logged(request, sheet))
    except ValidationError as refused:
        sheet.show(refused)
        return _show(request, sheet, 400)
    except Overtaken:
        base = base_of(sheet.patient, steps_in_force(sheet.patient, sheet.now))
        data = carried_on(sheet, request.POST, base)
        again = _sheet(request, sheet.patient, sheet.now, data=data)
        conflict = conflict_with(again, data, theirs, str(data["since"]))
        return _show(request, again, 409, conflict=conflict)
    except (BodyDiffers, InProgress):
        messages.warning(request, SAVED_ALREADY)
        return _show(request, sheet, 409)


@transaction.atomic
def _logged(request: HttpRequest, sheet: VisitSheet) -> str:
    """Hold the patient, see that nobody was faster, log the visit, drop the draft; the chart's address."""
    by, patient = actor_of(request), sheet.patient
    Patient.objects.of(by.clinic).select_for_update().get(pk=patient.pk)
    base = base_of(patient, steps_in_force(patient, sheet.now))
    check_base(patient, sheet.visit.cleaned_data["base"], base)
    logged = log_visit(patient=patient, by=by, at=sheet.now.at, **sheet.arguments())
    drop_draft(request.membership, patient)  # type: ignore[attr-defined]
    raised = f" {count(len(logged.flags), 'new flag')}." if logged.flags else ""
    again = " Contactable again: recalls go on." if logged.reached_again else ""
    messages.success(request, f"Visit of {patient} saved.{raised}{again}")
    return _onward(request, patient)


def _onward(request: HttpRequest, patient: Patient) -> str:
    """To the chart; who came from the morning's list goes back to it, to the next one not yet seen."""
    if request.POST.get("for") == TODAY:
        return f"{reverse('reviews:today')}?after={patient.pk}"
    return reverse("patients:chart", args=[patient.pk])


@page(Act.LOG_VISIT)
@require_POST
def visit_checks(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What the protocol says and what saving would do: rail and verdicts for htmx, else the whole form."""
    patient, now = patient_of(request, patient_id), now_of(request)
    sheet = _sheet(request, patient, now, data=request.POST)
    rehearsal = _rehearsed(request, sheet)
    sheet.judge_results(actor_of(request))
    if request.headers.get("HX-Request"):
        return render(request, "reviews/visit/_checked.html", _rail(sheet, rehearsal) | {"sheet": sheet})
    return _show(request, sheet, 200, rehearsal=rehearsal)


@page(Act.LOG_VISIT)
@require_http_methods(["GET", "POST"])
def visit_draft(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Keep what is typed (POST), or ask before it is thrown away (GET; POST with `discard`)."""
    patient, now = patient_of(request, patient_id), now_of(request)
    membership = request.membership  # type: ignore[attr-defined]
    if request.method != "POST":
        return _discard_page(request, patient)
    if "discard" in request.POST:
        drop_draft(membership, patient)
        messages.success(request, f"Draft about {patient} discarded.")
        return redirect("patients:chart", patient.pk)
    if request.POST.get("patient") != str(patient.pk):
        return HttpResponseBadRequest("The draft is about another patient.")
    try:
        saved_at = _kept(request, patient, now)
    except InProgress:
        return HttpResponse(status=409)
    if saved_at is None:
        return HttpResponse(status=204)
    return JsonResponse({"saved_at": clock(saved_at.astimezone(now.clinic.zone))})


@transaction.atomic
def _kept(request: HttpRequest, patient: Patient, now: Moment) -> datetime | None:
    """When the draft was kept; None where this very form is saved, and its last draft comes too late."""
    membership = request.membership  # type: ignore[attr-defined]
    key, route = page_key(request), reverse("reviews:log_visit", args=[patient.pk])
    if key and is_done(membership, route, key):
        return None
    names = _sheet(request, patient, now).field_names - {"patient"}
    return keep_draft(membership, patient, request.POST, names, now.at).saved_at


def _discard_page(request: HttpRequest, patient: Patient) -> HttpResponse:
    in_dialog = request.headers.get("HX-Target") == "dialog-body"
    template = "reviews/_discard_sheet.html" if in_dialog else "reviews/discard.html"
    return render(request, template, {"patient": patient, "in_dialog": in_dialog})


def _sheet(
    request: HttpRequest,
    patient: Patient,
    now: Moment,
    *,
    data: QueryDict | None = None,
    initial: dict[str, Any] | None = None,
) -> VisitSheet:
    may_dose = request.membership.may(Act.CHANGE_DOSE)  # type: ignore[attr-defined]
    if data is not None and not may_dose and any(name.startswith("dose-") for name in data):
        raise PermissionDenied
    steps = steps_in_force(patient, now)
    return VisitSheet(
        patient, now, steps, base=base_of(patient, steps), data=data, initial=initial, may_dose=may_dose
    )


def _rehearsed(request: HttpRequest, sheet: VisitSheet) -> Rehearsal:
    if sheet.is_valid():
        by = actor_of(request)
        return rehearse(patient=sheet.patient, by=by, now=sheet.now, arguments=sheet.arguments())
    sentences = [f"{problem.label}: {problem.sentence}" for problem in sheet.problems]
    return Rehearsal(checks=checks_now(sheet.patient, sheet.now), refusals=sentences)


def _rail(sheet: VisitSheet, rehearsal: Rehearsal | None) -> dict[str, Any]:
    bound = sheet.visit.is_bound
    return {
        "rehearsal": rehearsal or Rehearsal(checks=checks_now(sheet.patient, sheet.now)),
        "rehearsed": rehearsal is not None,
        "emergency": EMERGENCY_SENTENCE if bound and sheet.is_emergency() else "",
        "step_down": sheet.step_down() if bound else None,
        "dose_field": sheet.dose["elemental_mg"].id_for_label if sheet.dose else "",
    }


def _show(
    request: HttpRequest,
    sheet: VisitSheet,
    status: int,
    *,
    conflict: Conflict | None = None,
    rehearsal: Rehearsal | None = None,
    draft_at: Any = None,
) -> HttpResponse:
    """The form with all that stands around it."""
    patient, now = sheet.patient, sheet.now
    context = {
        "sheet": sheet,
        "form": sheet.visit,
        "patient": patient,
        "banner": banner_of(patient, now.on),
        "now": now,
        "conflict": conflict,
        "since": sheet.visit.data.get("since", "") if conflict else "",
        "problems": sheet.problems if status == 400 else [],
        "once": request.POST.get("once") if status == 400 else new_key(),
        "steps": steps_in_force(patient, now),
        "window": Reevaluation.objects.open(now.on).filter(patient=patient).first(),
        "flags": Flag.objects.standing().filter(patient=patient).count(),
        "last_total": Outcome.objects.valid().filter(patient=patient).order_by("-answered_on").first(),
        "gad7_stem": gad7.STEM,
        "spreading_grade": SPREADING_GRADE,
        "emergency_sentence": EMERGENCY_SENTENCE,
        "from_today": TODAY in (request.GET.get("for"), request.POST.get("for")),
        "draft_at": draft_at,
        **_rail(sheet, rehearsal),
    }
    return render(request, "reviews/visit.html", context, status=status)
