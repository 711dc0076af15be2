"""What Celery does for exports. A task is a doorbell; the truth is in the rows."""

from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from caseseries.exporting.job import work_on
from caseseries.models import Export

log = structlog.get_logger()


def ring_export(export_id: UUID) -> None:
    """Tell a worker of an export. A broker that is down fails nobody: the clock rings again in a minute."""
    try:
        work_on_export.delay(str(export_id))
    except (OperationalError, OSError) as error:
        log.warning("export_not_rung", export=str(export_id), error=type(error).__name__)


@shared_task
def ring_exports() -> int:
    """Every minute: exports that nobody was told of, and those whose worker has gone."""
    waiting = list(Export.objects.free(timezone.now()).values_list("pk", flat=True))
    for export_id in waiting:
        ring_export(export_id)
    return len(waiting)


@shared_task
def work_on_export(export_id: str) -> None:
    """Make the files of one export, or leave nothing."""
    work_on(UUID(export_id), timezone.now)
