"""The work on one export, from its hold to its commit: whole, or nothing is left but the words why.

A worker that was killed leaves its hidden folder; the next attempt removes it and begins anew. One that wakes
late, or whose export was cancelled, loses its hold and removes its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction

from accounts.actors import Actor
from accounts.long_work import Hold, WorkState
from accounts.models import Clinic
from audit.record import record
from caseseries.exporting.ledger import CannotBeReleased, Release, check_beside
from caseseries.exporting.making import Made, Refused, make
from caseseries.exporting.snapshot import RecordMoved
from caseseries.exporting.work import Clock, HoldIsLost, Work
from caseseries.models import Disclosure, Export
from caseseries.storage import new_draft, publish, remove_drafts

# A retry begins at the next multiple of A_TRY.
A_TRY, MOST_ATTEMPTS, MOST_READINGS = 10, 5, 3
WORKER = "worker"
DISK = "The files could not be written: {}. Nothing was kept. Make room on the disk, then try again."
MOVED = "The record changed each time while it was read. Nothing was kept; try again at a quieter time."
GAVE_UP = "Five workers ended before it was finished. Nothing was kept; the worker's log may say why."
UNKNOWN = "It failed ({}); the worker's log has the details. Nothing was kept."

log = structlog.get_logger()


def work_on(export_id: UUID, clock: Clock, origin: str = WORKER) -> None:
    """Make the files of one export, unless it is finished or another worker has it."""
    hold = Export.objects.take_hold(export_id, clock())
    if hold is None:
        return
    try:
        _attempt(hold, clock, origin)
    except HoldIsLost:
        log.info("export_lost_its_hold", export=str(export_id), attempt=hold.attempt)
    except (OperationalError, InterfaceError):
        Export.objects.let_go(hold)  # the trouble of the server: whoever comes next begins anew
        raise
    except (CannotBeReleased, Refused) as refusal:
        _fail(hold, clock(), str(refusal))
    except RecordMoved:
        _fail(hold, clock(), MOVED)
    except OSError as error:
        log.warning("export_not_written", export=str(export_id), error=str(error))
        _fail(hold, clock(), DISK.format(error.strerror or type(error).__name__))
    except Exception as error:
        log.exception("export_failed", export=str(export_id), error=type(error).__name__)
        _fail(hold, clock(), UNKNOWN.format(type(error).__name__))
    finally:
        remove_drafts(export_id, hold.attempt)


def _attempt(hold: Hold, clock: Clock, origin: str) -> None:
    if hold.attempt % A_TRY > MOST_ATTEMPTS:
        raise Refused(GAVE_UP)
    for reading in range(1, MOST_READINGS + 1):
        row = Export.objects.select_related("clinic", "definition__protocol", "exported_by").get(pk=hold.pk)
        work = Work(row, hold, clock, new_draft(row.pk, hold.attempt), origin)
        try:
            _commit(work, make(work, Past(row)))
        except RecordMoved:
            if reading == MOST_READINGS:
                raise
        else:
            return


@dataclass(frozen=True)
class Past:
    """What the other released exports of the clinic told: read one by one, as often as it is asked for."""

    of: Export

    def __iter__(self) -> Iterator[Release]:
        rows = Disclosure.objects.of(self.of.clinic).released().exclude(export=self.of)
        for each in rows.select_related("export").iterator(chunk_size=1):
            yield Release.from_stored(bytes(each.members), each.tables, each.export.threshold)


def told_by(row: Export) -> Release:
    """What a finished export tells."""
    kept = row.disclosure
    return Release.from_stored(bytes(kept.members), kept.tables, row.threshold)


@transaction.atomic
def _commit(work: Work, made: Made) -> None:
    """Row, ledger, event and files stand together; the renaming comes last, and undoes all when it fails."""
    at = work.clock()
    # One export at a time is compared with the ledger and added to it.
    clinic = Clinic.objects.select_for_update(no_key=True).get(pk=work.row.clinic_id)
    row = Export.objects.held(work.hold, at).select_for_update(no_key=True).first()
    if row is None:
        raise HoldIsLost
    if not row.needs_second_releaser:
        check_beside(made.told, Past(row))
        row.released_at, row.released_by = at, row.exported_by
    row.state, row.finished_at, row.lease_until, row.step, row.done = WorkState.DONE, at, None, "", row.total
    row.counts, row.files, row.manifest_sha256 = made.counts, made.entries, made.manifest_sha256
    row.data_cut_sha256 = made.data_cut_sha256
    row.save(update_fields=[name.removesuffix("_id") for name in Export.work_columns])
    tables = {name: told.to_json() for name, told in made.told.tables.items()}
    Disclosure.objects.create(clinic=clinic, export=row, members=made.told.packed_members, tables=tables)
    by = Actor(user=row.exported_by, clinic=clinic, origin=work.origin)
    after = {"manifest_sha256": row.manifest_sha256, "profile": row.profile, **row.counts}
    record("EXPORT_CASE_SERIES", by=by, at=at, of=row, after=after)
    publish(work.folder, row.pk)


def _fail(hold: Hold, at: datetime, words: str) -> None:
    """End it with the reason, unless somebody else ended it already."""
    rows = Export.objects.filter(pk=hold.pk, attempt=hold.attempt, state=WorkState.RUNNING)
    rows.update(state=WorkState.FAILED, error=words, finished_at=at, lease_until=None, step="")
