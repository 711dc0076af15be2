"""Parked rows: the list of those that wait, one of them beside a patient, and the decisions of a person."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import page
from accounts.keyset import page as page_of
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.records import StaleVersion
from accounts.wording import surname_first
from audit.record import record
from labs.models import ImportRow, Settled
from patients.models import Patient
from reviews.acts.parked import match_row, park_again, refuse_row
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.forms_imports import MatchForm, ReasonForm
from reviews.pages.unmatched import compared, decided_rows, parked, parked_rows

MOST_DECIDED = 50
MOST_FOUND = 20
DECIDED = "Somebody decided about this row meanwhile."


@page(Act.IMPORT_RESULTS)
@require_GET
def unmatched(request: HttpRequest) -> HttpResponse:
    """Rows that wait, oldest first, and what was decided in the last week."""
    by, at = actor_of(request), timezone.now()
    shown = page_of(parked_rows(by.clinic), request.GET, order=("created_at", "id"))
    record("READ_LIST", by=by, at=at, after={"list": "unmatched"})
    context = {
        "page": shown,
        "rows": [parked(row, at) for row in shown.rows],
        "decided": [parked(row, at) for row in decided_rows(by.clinic, at)[:MOST_DECIDED]],
        "tab": "unmatched",
    }
    return render(request, "labs/unmatched.html", context)


@page(Act.IMPORT_RESULTS)
@require_http_methods(["GET", "POST"])
def unmatched_row(request: HttpRequest, import_row_id: UUID) -> HttpResponse:
    """Search for the patient, look at both identities, and say that they are one person."""
    row, by, at = row_of(request, import_row_id), actor_of(request), timezone.now()
    if request.method != "POST":
        return _show(request, row, Attempt(forms.Form()))

    def save(given: dict[str, Any]) -> str:
        patient = get_object_or_404(Patient.objects.of(by.clinic).valid(), pk=given["patient"])
        match_row(row=row, patient=patient, by=by, at=at, version=given["version"])
        name = surname_first(patient.family_name, patient.given_name)
        stored = "Stored for" if row.settled == Settled.STORED else "Stored already for"
        _tell(request, row, f"{stored} {name}.")
        return reverse("reviews:unmatched")

    tried = attempt(request, MatchForm(request.POST), save, at=at, row=row)
    return tried.saved or _show(request, row_of(request, import_row_id), tried)


@page(Act.IMPORT_RESULTS)
@require_POST
def refuse(request: HttpRequest, import_row_id: UUID) -> HttpResponse:
    """Say why the row is of nobody here."""
    row, by, at = row_of(request, import_row_id), actor_of(request), timezone.now()

    def save(given: dict[str, Any]) -> str:
        refuse_row(row=row, reason=given["reason"], by=by, at=at, version=given["version"])
        _tell(request, row, f"Row {row.number} of {row.source} is refused.")
        return reverse("reviews:unmatched")

    tried = attempt(request, ReasonForm(request.POST), save, at=at, row=row)
    return tried.saved or _show(request, row_of(request, import_row_id), tried)


@page(Act.IMPORT_RESULTS)
@require_POST
def take_back(request: HttpRequest, import_row_id: UUID) -> HttpResponse:
    """Undo a match or a refusal: what was stored is withdrawn, and the row waits again."""
    row, by, at = row_of(request, import_row_id), actor_of(request), timezone.now()
    try:
        park_again(row=row, by=by, at=at, version=_version(request))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except StaleVersion:
        messages.error(request, DECIDED)
    else:
        messages.success(request, f"Taken back. Row {row.number} of {row.source} waits again.")
    return redirect("reviews:unmatched")


def row_of(request: HttpRequest, import_row_id: UUID) -> ImportRow:
    """The row of the address, or 404: also for another clinic's."""
    rows = ImportRow.objects.of(actor_of(request).clinic).valid().defer("source__content")
    row: ImportRow = get_object_or_404(
        rows.select_related("source__clinic", "source__laboratory", "patient", "result", "decided_by"),
        pk=import_row_id,
    )
    return row


def _show(request: HttpRequest, row: ImportRow, tried: Attempt) -> HttpResponse:
    """The row, a search, and the patient who was chosen; nobody is chosen by itself."""
    by, at = actor_of(request), timezone.now()
    search = request.GET.get("search", "").replace("\x00", "").strip()[:100]
    patient = _chosen(request)
    record(
        "READ_LIST", by=by, at=at, of=row, patient_id=patient.pk if patient else None,
        after={"list": "unmatched row"},
    )  # fmt: skip
    found = Patient.objects.of(by.clinic).valid().found_by(search)[: MOST_FOUND + 1] if search else []
    refused = isinstance(tried.form, ReasonForm)
    context = {
        "parked": parked(row, at),
        "row": row,
        "waits": row.settled == Settled.PARKED,
        "search": search,
        "found": list(found)[:MOST_FOUND],
        "has_more": len(found) > MOST_FOUND,
        "patient": patient,
        "compared": compared(row, patient) if patient else [],
        "reason_form": tried.form if refused else ReasonForm(),
        "tried": tried,
        "once": tried.once,
        "tab": "unmatched",
    }
    return render(request, "labs/unmatched_row.html", context, status=tried.status)


def _chosen(request: HttpRequest) -> Patient | None:
    """The patient whom the address, or the form that was refused, names."""
    asked = request.POST.get("patient") or request.GET.get("patient", "")
    if not asked:
        return None
    rows = Patient.objects.of(actor_of(request).clinic).valid()
    try:
        patient: Patient = get_object_or_404(rows, pk=UUID(asked))
    except ValueError:
        return None
    return patient


def _tell(request: HttpRequest, row: ImportRow, sentence: str) -> None:
    """A message with its undo."""
    address = f"{reverse('reviews:take_back_row', args=[row.pk])}?version={row.version}"
    messages.success(request, sentence, extra_tags=address)


def _version(request: HttpRequest) -> int:
    """Of the row as it was shown; 0, which none has, when the address says none."""
    said = request.POST.get("version") or request.GET.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
