"""Report a symptom between visits: who told it, when it was received, and what it was."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import page
from accounts.idempotency import BodyDiffers, InProgress, new_key, saved_once
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.wording import count
from audit.record import record
from patients.access import patient_of
from patients.banner import banner_of
from reviews.acts.messages import log_message
from reviews.pages.act_pages import SAVED_ALREADY, STILL_SAVING
from reviews.pages.message_sheet import MessageSheet
from reviews.pages.moment import now_of
from reviews.pages.rehearsal import Rehearsal, checks_now, rehearse
from reviews.triage import EMERGENCY_SENTENCE


@page(Act.LOG_VISIT)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The form, or the message saved once, however often the button is pressed."""
    patient, now, by = patient_of(request, patient_id), now_of(request), actor_of(request)
    if request.method != "POST":
        record("READ_CHART", by=by, at=now.at, of=patient, patient_id=patient.pk)
        return _show(request, MessageSheet(patient, now), 200)
    if request.POST.get("patient") != str(patient.pk):
        messages.error(request, "The form was about another patient. Nothing was saved: check who this is.")
        return _show(request, MessageSheet(patient, now), 409)
    sheet = MessageSheet(patient, now, request.POST)
    if not sheet.is_valid():
        return _show(request, sheet, 400)
    try:
        return saved_once(request, at=now.at, act=lambda: _logged(request, sheet))
    except ValidationError as refused:
        sheet.show(refused)
        return _show(request, sheet, 400)
    except (BodyDiffers, InProgress) as twice:
        messages.warning(request, SAVED_ALREADY if isinstance(twice, BodyDiffers) else STILL_SAVING)
        return _show(request, sheet, 409)


@page(Act.LOG_VISIT)
@require_POST
def checks(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What saving would do, and whether it can be an emergency: the rail for htmx, else the whole form."""
    sheet = MessageSheet(patient_of(request, patient_id), now_of(request), request.POST)
    rehearsal = _rehearsed(request, sheet)
    if request.headers.get("HX-Request"):
        return render(request, "reviews/_message_rail.html", _rail(sheet, rehearsal))
    return _show(request, sheet, 200, rehearsal)


def _logged(request: HttpRequest, sheet: MessageSheet) -> str:
    """Store it; the address of the chart."""
    patient = sheet.patient
    logged = log_message(patient=patient, by=actor_of(request), at=sheet.now.at, **sheet.arguments())
    raised = f" {count(len(logged.flags), 'new flag')}." if logged.flags else ""
    again = " Contactable again: recalls go on." if logged.reached_again else ""
    messages.success(request, f"Message about {patient} saved.{raised}{again}")
    return reverse("patients:chart", args=[patient.pk])


def _rehearsed(request: HttpRequest, sheet: MessageSheet) -> Rehearsal:
    if sheet.is_valid():
        by = actor_of(request)
        return rehearse(patient=sheet.patient, by=by, now=sheet.now, arguments=sheet.rehearsed_as())
    sentences = [f"{problem.label}: {problem.sentence}" for problem in sheet.problems]
    return Rehearsal(checks=checks_now(sheet.patient, sheet.now), refusals=sentences)


def _rail(sheet: MessageSheet, rehearsal: Rehearsal | None) -> dict[str, Any]:
    emergency = sheet.message.is_bound and sheet.is_emergency()
    return {
        "rehearsal": rehearsal or Rehearsal(),
        "rehearsed": rehearsal is not None,
        "emergency": EMERGENCY_SENTENCE if emergency else "",
    }


def _show(
    request: HttpRequest, sheet: MessageSheet, status: int, rehearsal: Rehearsal | None = None
) -> HttpResponse:
    refused = status == 400
    context = {
        "sheet": sheet,
        "form": sheet.message,
        "patient": sheet.patient,
        "banner": banner_of(sheet.patient, sheet.now.on),
        "now": sheet.now,
        "problems": sheet.problems if refused else [],
        "once": request.POST.get("once") if refused else new_key(),
        "emergency_sentence": EMERGENCY_SENTENCE,
        **_rail(sheet, rehearsal),
    }
    return render(request, "reviews/report.html", context, status=status)
