"""The long work of a protocol: counting what a draft would change, and bringing live facts under a version.

Both take the patients with live facts in the order of their keys and call `rebuild` for each, as every act
does; a count takes back what it did. The row of the run is the truth: a worker holds it by a lease, each
batch is one transaction that moves `reached`, and where a worker is killed the next goes on. A worker that
wakes late finds another attempt on the row and writes nothing.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from accounts.long_work import LEASE, Hold, WorkState
from accounts.models import Clinic
from labs.models import ExpectedResult, LabResult
from patients.models import Patient
from protocols.models import Protocol
from regimens.models import Regimen
from reviews.models import FlagAct, FlagEvent, ProtocolRun, Reevaluation, RunKind
from reviews.moments import Moment
from reviews.rebuild import rebuild

BATCH = 100
CHANGED = "The draft was changed while it was counted. Count again."
OVERTAKEN = "Another version was adopted meanwhile; its own run goes on from here."

log = structlog.get_logger()


@transaction.atomic
def work_batch(hold: Hold, at: datetime) -> bool:
    """Do the next patients; whether there are more. Without the lease nothing is written."""
    mine = ProtocolRun.objects.select_related("clinic", "protocol").held(hold, at)
    run = mine.select_for_update(no_key=True, of=("self",)).first()
    if run is None:
        return False
    protocol, trouble = _protocol_of(run)
    if trouble:
        _end(run, at, WorkState.FAILED, trouble)
        return False
    _advance(run, Moment(run.clinic, run.clinic.local_date(at), at, protocol))
    return bool(run.state == WorkState.RUNNING)


def live_patients(clinic: Clinic, on: date) -> QuerySet[Patient]:
    """Those about whom anything is live: what is owed, a result, or a dose in force or planned."""
    about = {"patient": OuterRef("pk")}
    running = Q(stopped_on=None) | Q(stopped_on__gt=on)
    expected = ExpectedResult.objects.valid().filter(withdrawn_at=None, met_by=None)
    rows: QuerySet[Patient] = Patient.objects.of(clinic).valid()
    return rows.filter(
        Exists(Regimen.objects.valid().filter(running, **about))
        | Exists(Reevaluation.objects.owed(on).filter(**about))
        | Exists(LabResult.objects.counting().filter(**about))
        | Exists(expected.filter(**about))
    )


def left_out(run: ProtocolRun) -> list[str]:
    """Keys of the patients whom the run could not recompute."""
    return [] if run.state == WorkState.FAILED else run.error.split()


def _protocol_of(run: ProtocolRun) -> tuple[Protocol, str]:
    """The version to recompute by, and why there is nothing to do any more, if so."""
    if run.kind == RunKind.COUNT:
        same = run.protocol.adopted_at is None and run.protocol.values == run.values
        return run.protocol, "" if same else CHANGED
    in_force = Protocol.objects.in_force(run.clinic)
    return in_force, "" if in_force.pk == run.protocol_id else OVERTAKEN


def _advance(run: ProtocolRun, now: Moment) -> None:
    live = live_patients(run.clinic, now.on)
    if run.reached is None:
        run.total = live.count()
    rest = live.filter(pk__gt=run.reached) if run.reached else live
    keys = list(rest.order_by("pk").values_list("pk", flat=True)[:BATCH])
    keep = run.kind == RunKind.ADOPT
    changes = _sum(_changes(run, key, now, keep) for key in keys)
    run.raised = _added(run.raised, changes, FlagAct.RAISED)
    run.cleared = _added(run.cleared, changes, FlagAct.CLEARED)
    run.done += len(keys)
    run.reached = keys[-1] if keys else run.reached
    run.lease_until = now.at + LEASE
    if len(keys) < BATCH:
        run.total = run.done
        _end(run, now.at, WorkState.DONE, run.error)
    else:
        run.total = max(run.total, run.done)
        run.save()


Changes = Counter[tuple[str, str]]


def _changes(run: ProtocolRun, patient_id: UUID, now: Moment, keep: bool) -> Changes:
    """What a rebuild does to the flags of one patient: {(act, rule): how many}; kept only where asked.

    A patient whom a rebuild cannot read is named on the run, and holds up nobody else.
    """
    try:
        with transaction.atomic():
            changes = _rebuilt(patient_id, now)
            if not keep:
                transaction.set_rollback(True)
            return changes
    except (OperationalError, InterfaceError):
        raise  # the trouble of the server, not of the patient
    except Exception as error:
        log.error("patient_not_recomputed", run=run.pk, error=type(error).__name__)
        run.error = f"{run.error} {patient_id}".strip()
        return Counter()


def _rebuilt(patient_id: UUID, now: Moment) -> Changes:
    patient = Patient.objects.of(now.clinic).select_for_update(no_key=True).get(pk=patient_id)
    events = FlagEvent.objects.filter(flag__patient=patient, clinic=now.clinic)
    before = events.aggregate(newest=Max("id"))["newest"] or 0
    rebuild(patient, now)
    rows = events.filter(pk__gt=before, act__in=[FlagAct.RAISED, FlagAct.CLEARED]).order_by()
    found = rows.values_list("act", "flag__rule").annotate(Count("pk"))
    return Counter({(act, rule): number for act, rule, number in found})


def _sum(parts: Iterable[Changes]) -> Changes:
    total: Changes = Counter()
    for part in parts:
        total.update(part)
    return total


def _added(counted: dict[str, int], changes: Changes, act: str) -> dict[str, int]:
    """{rule: flags} with those of this batch."""
    new = Counter({rule: number for (done, rule), number in changes.items() if done == act})
    return dict(sorted((Counter(counted) + new).items()))


def _end(run: ProtocolRun, at: datetime, state: WorkState, error: str) -> None:
    run.state, run.finished_at, run.lease_until, run.error = state, at, None, error
    run.save()
