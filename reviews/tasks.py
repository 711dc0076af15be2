"""What Celery does: ring each clinic's sweep. A task is a doorbell; the truth is in the rows."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Clinic
from reviews.models import Draft
from reviews.sweep import DRAFT_LIFE, due_clinics, sweep


@shared_task
def sweep_due_clinics() -> int:
    """Every 15 minutes: one task for each clinic whose local day has begun and is not swept."""
    now = timezone.now()
    clinics = due_clinics(now)
    for clinic in clinics:
        sweep_clinic.delay(clinic.pk)
    Draft.objects.filter(saved_at__lt=now - DRAFT_LIFE).delete()
    return len(clinics)


@shared_task
def sweep_clinic(clinic_id: int) -> None:
    """Sweep one clinic for its local today."""
    sweep(Clinic.objects.get(pk=clinic_id), at=timezone.now())
