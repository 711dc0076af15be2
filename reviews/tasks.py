"""What Celery does: ring each clinic's sweep, each run of a protocol, each file of results and each message.

A task is a doorbell; the truth is in the rows.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from accounts.models import Clinic
from labs.models import Import
from reviews.adopting import work_batch
from reviews.backtest import working
from reviews.digests.asking import ask_for_digests, drop_past, waiting_messages
from reviews.digests.sending import send
from reviews.freshness import is_stale
from reviews.importing.steps import work_on
from reviews.models import Backtest, Draft, ProtocolRun
from reviews.night import check
from reviews.sweep import DRAFT_LIFE, due_clinics

# Well under the time after which a task is ended: what is left is rung anew.
LONGEST_SHIFT = timedelta(minutes=10)
# A page that finds the check of its clinic missing rings for it, and for so many seconds no other does.
RING_AGAIN = 60

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
    """Sweep one clinic for its local today: whom time or an act concerns, and each week everybody."""
    check(Clinic.objects.get(pk=clinic_id), at=timezone.now(), only_due=True)


def ring_stale_sweep(clinic: Clinic, at: datetime) -> bool:
    """Tell a worker of a clinic whose day is not checked, at most once a minute; whether it was told.

    So the check comes although the clock stands still. A broker or cache that is down fails nobody's page.
    """
    if not is_stale(clinic, at):
        return False
    try:
        is_first: bool = cache.add(f"sweep-rung-{clinic.pk}", at.isoformat(), RING_AGAIN)
        if is_first:
            sweep_clinic.delay(clinic.pk)
        return is_first
    except (OperationalError, RedisError, OSError) as error:
        log.warning("sweep_not_rung", clinic=clinic.pk, error=type(error).__name__)
        return False


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


@shared_task
def ring_messages() -> int:
    """Every 15 minutes: ask for the digests of the day, and ring each message that waits.

    Without a mail server nothing is asked for. A broker that is down fails nobody: the clock rings again.
    """
    now = timezone.now()
    drop_past(now)
    if settings.SENDS_MAIL:
        ask_for_digests(now)
    waiting = waiting_messages(now)
    for message_id in waiting:
        ring_message(message_id)
    return len(waiting)


def ring_message(message_id: int) -> None:
    try:
        send_message.delay(message_id)
    except (OperationalError, OSError) as error:
        log.warning("message_not_rung", message=message_id, error=type(error).__name__)


@shared_task
def send_message(message_id: int) -> None:
    """Send one message, if it is still wanted and no other worker has it."""
    send(message_id, timezone.now())


def ring_backtest(backtest_id: int) -> None:
    """Tell a worker of a backtest. A broker that is down fails nobody: the clock rings again in a minute."""
    try:
        work_on_backtest.delay(backtest_id)
    except (OperationalError, OSError) as error:
        log.warning("backtest_not_rung", backtest=backtest_id, error=type(error).__name__)


@shared_task
def ring_backtests() -> int:
    """Every minute: backtests that nobody was told of, and those whose worker has gone."""
    waiting = list(Backtest.objects.free(timezone.now()).values_list("pk", flat=True))
    for backtest_id in waiting:
        ring_backtest(backtest_id)
    return len(waiting)


@shared_task
def work_on_backtest(backtest_id: int) -> None:
    """Live through the patients, batch by batch, until all are done or the shift is over."""
    began = timezone.now()
    hold = Backtest.objects.take_hold(backtest_id, began)
    while hold and working.work_batch(hold, timezone.now()):
        if timezone.now() - began > LONGEST_SHIFT:
            Backtest.objects.let_go(hold)
            ring_backtest(backtest_id)
            return
