"""What Celery does: ring each clinic's sweep, each run of a protocol and each file of results.

A task is a doorbell; the truth is in the rows.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import Clinic
from labs.models import Import
from reviews.adopting import work_batch
from reviews.importing.steps import work_on
from reviews.models import Draft, ProtocolRun
from reviews.sweep import DRAFT_LIFE, due_clinics, sweep

# Well under the time after which a task is ended: what is left is rung anew.
LONGEST_SHIFT = timedelta(minutes=10)

log = structlog.get_logger()


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


def ring(run_id: int) -> None:
    """Tell a worker of a run. A broker that is down fails nobody: the clock rings again within a minute."""
    try:
        work_on_protocol_run.delay(run_id)
    except (OperationalError, OSError) as error:
        log.warning("run_not_rung", run=run_id, error=type(error).__name__)


@shared_task
def ring_protocol_runs() -> int:
    """Every minute: runs that nobody was told of, and those whose worker has gone."""
    waiting = list(ProtocolRun.objects.free(timezone.now()).values_list("pk", flat=True))
    for run_id in waiting:
        ring(run_id)
    return len(waiting)


@shared_task
def work_on_protocol_run(run_id: int) -> None:
    """Count or adopt, batch by batch, until the run is finished or the shift is over."""
    began = timezone.now()
    hold = ProtocolRun.objects.take_hold(run_id, began)
    while hold and work_batch(hold, timezone.now()):
        if timezone.now() - began > LONGEST_SHIFT:
            ProtocolRun.objects.let_go(hold)
            ring(run_id)
            return


def ring_import(source_id: UUID) -> None:
    """Tell a worker of a file. A broker that is down fails nobody: the clock rings again within a minute."""
    try:
        work_on_import.delay(str(source_id))
    except (OperationalError, OSError) as error:
        log.warning("import_not_rung", source=str(source_id), error=type(error).__name__)


@shared_task
def ring_imports() -> int:
    """Every minute: files that nobody was told of, and those whose worker has gone."""
    waiting = list(Import.objects.free(timezone.now()).values_list("pk", flat=True))
    for source_id in waiting:
        ring_import(source_id)
    return len(waiting)


@shared_task
def work_on_import(source_id: str) -> None:
    """Read, store or undo one file, whichever step it waits for."""
    work_on(UUID(source_id), timezone.now)
