"""Registering a patient, editing the particulars, changing the status."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from audit.conflicts import with_theirs
from patients.access import patient_of
from patients.banner import banner_of
from patients.forms import PatientCareForm, PatientForm, StatusForm
from reviews.acts.handing_on import MEANWHILE, Chosen, hand_on
from reviews.acts.patients import edit_patient, register_patient
from reviews.moments import Moment
from reviews.open_matters import Matter, open_matters
from reviews.pages.act_pages import Attempt, VersionField, attempt


class PatientEditForm(PatientCareForm):
    version = VersionField()


class PatientStatusForm(StatusForm):
    """The status, and what a transfer or a death closes: `close` has the tokens of open matters."""

    version = VersionField()
    close = forms.MultipleChoiceField(
        label="Close at once", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, matters: Sequence[Matter], **options: Any) -> None:
        super().__init__(*args, **options)
        close = self.fields["close"]
        assert isinstance(close, forms.MultipleChoiceField)  # noqa: S101 (tells the types what stands above)
        close.choices = [(matter.token, matter.words) for matter in matters if not matter.alone]
        close.error_messages["invalid_choice"] = MEANWHILE

    def chosen(self) -> list[Chosen]:
        """What is to be closed, as the act takes it."""
        parts = (token.split(":") for token in self.cleaned_data["close"])
        return [Chosen(kind, UUID(key), int(version)) for kind, key, version in parts]


@page(Act.EDIT_PATIENTS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a patient."""
    by, now = actor_of(request), timezone.now()

    def save(given: dict[str, Any]) -> str:
        patient = register_patient(by=by, at=now, **given)
        messages.success(request, f"Registered {patient}.")
        return reverse("patients:chart", args=[patient.pk])

    tried = Attempt(PatientForm(clinic=by.clinic))
    if request.method == "POST":
        tried = attempt(request, PatientForm(request.POST, clinic=by.clinic), save, at=now)
    return tried.saved or render(request, "patients/form.html", tried.context(), status=tried.status)


@page(Act.EDIT_PATIENTS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Edit the particulars; whoever comes second sees both values of each field."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()

    def save(given: dict[str, Any]) -> str:
        edit_patient(patient=patient, by=by, at=now, **given)
        messages.success(request, f"Saved {patient}.")
        return reverse("patients:chart", args=[patient.pk])

    tried = Attempt(PatientEditForm(initial=PatientForm.of(patient), clinic=by.clinic))
    if request.method == "POST":
        form = PatientEditForm(with_theirs(request.POST, PatientForm.of(patient)), clinic=by.clinic)
        tried = attempt(request, form, save, at=now, row=patient, theirs=PatientForm.of)
    return tried.saved or _page(request, "patients/form.html", patient_id, tried)


@page(Act.CHANGE_STATUS)
@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Pause, take leave, record a death, or resume."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()

    matters = open_matters(patient, Moment.of(by.clinic, now))

    def save(given: dict[str, Any]) -> str:
        hand_on(patient=patient, by=by, at=now, **given | {"close": form.chosen()})
        patient.refresh_from_db()
        messages.success(request, f"{patient}: {patient.get_status_display().lower()}.")
        return reverse("patients:chart", args=[patient.pk])

    form = PatientStatusForm(initial=StatusForm.of(patient), matters=matters)
    tried = Attempt(form)
    if request.method == "POST":
        form = PatientStatusForm(with_theirs(request.POST, StatusForm.of(patient)), matters=matters)
        tried = attempt(request, form, save, at=now, row=patient, theirs=StatusForm.of)
    more = {"alone": [matter for matter in matters if matter.alone], "matters": matters}
    return tried.saved or _page(request, "patients/status.html", patient_id, tried, **more)


def _page(request: HttpRequest, template: str, patient_id: UUID, tried: Attempt, **more: Any) -> HttpResponse:
    """The form again, under the patient as stored now."""
    patient, membership = patient_of(request, patient_id), request.membership  # type: ignore[attr-defined]
    context = tried.context(patient) | {
        "patient": patient,
        "banner": banner_of(patient, membership.clinic.local_date(timezone.now())),
        "may_change_status": membership.may(Act.CHANGE_STATUS),
        **more,
    }
    return render(request, template, context, status=tried.status)
