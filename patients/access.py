"""Finding the patient of an address: one of the clinic of the person who asks, or nobody."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from patients.models import Patient


def patient_of(request: HttpRequest, patient_id: UUID) -> Patient:
    """The patient, or 404: also for another clinic's and for one that was entered in error."""
    membership = request.membership  # type: ignore[attr-defined]
    patient: Patient = get_object_or_404(
        Patient.objects.of(membership.clinic).valid().select_related("owner__user"), pk=patient_id
    )
    return patient
