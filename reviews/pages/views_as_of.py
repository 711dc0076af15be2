"""A patient as of a past day: read-only, marked as such, and audited as a reading of the chart."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.refusals import show_refusals
from audit.record import record as record_event
from patients.access import patient_of
from patients.banner import banner_of
from patients.forms import DateInput, DayField
from patients.models import Patient
from reviews.asof.days import record_as_of
from reviews.asof.picture import picture_of
from reviews.asof.record import RecordAsOf
from reviews.pages.as_of_cards import cards_of, heading

ONE_DAY = timedelta(days=1)


class AsOfForm(forms.Form):
    """The day that is asked for."""

    on = DayField(label="As of", widget=DateInput())


@page(Act.SEE_PATIENTS)
@require_GET
def as_of(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The form alone, or with `?on=` the patient as of that day."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()
    today = by.clinic.local_date(now)
    form = AsOfForm(request.GET if "on" in request.GET else None)
    record = None
    if form.is_bound and form.is_valid():
        try:
            record = record_as_of(patient, by.clinic, form.cleaned_data["on"], now)
        except ValidationError as refused:
            show_refusals(form, refused)
    asked = {"tab": "as-of", "on": str(record.now.on) if record else ""}
    record_event("READ_CHART", by=by, at=now, of=patient, patient_id=patient.pk, after=asked)
    context = _then(record) if record else {"banner": banner_of(patient, today)}
    context |= {"form": form, "patient": record.patient if record else patient, "today": today}
    return render(request, "reviews/as_of.html", context | _beside(patient, record, today),
                  status=400 if form.errors else 200)  # fmt: skip


def _then(record: RecordAsOf) -> dict[str, Any]:
    picture = picture_of(record)
    return cards_of(record, picture) | {"picture": picture, "heading": heading(picture)}


def _beside(patient: Patient, record: RecordAsOf | None, today: date) -> dict[str, Any]:
    """The days before and after, for stepping; none after today."""
    if record is None:
        return {}
    on = record.now.on
    return {"before": on - ONE_DAY, "after": on + ONE_DAY if on < today else None}
