"""The three steps of a file, each done by whoever holds its row: read and check, store, undo.

Reading is committed batch by batch, so that a page shows how far it is; where a worker is killed, the next
one begins anew. Storing and undoing are one transaction each: wholly in or wholly out, also under a kill.
Each step ends with one conditional update under the lease, so a worker that wakes late changes nothing.
"""

import gzip
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BufferedReader, BytesIO
from itertools import groupby, islice
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.actors import Actor
from accounts.heartbeat import Progress, telling
from accounts.long_work import Hold, WorkState
from audit.record import record
from labs.models import Import, ImportRow, ImportStage, Laboratory, RowOutcome, Settled
from labs.reading.recognise import read_file
from labs.reading.reported import Unreadable
from patients.models import Patient
from reviews.importing.checking import READY, Check
from reviews.importing.counting import check_sum, counts_settled
from reviews.importing.known import UNDONE
from reviews.importing.names import FileNames
from reviews.importing.storing import RowsRefused, settle_the_rest, store_of, take_back_of, unsettle
from reviews.importing.watching import watch_laboratories
from reviews.moments import Moment

BATCH = 500
ORIGIN = "import"
Clock = Callable[[], datetime]
Item = TypeVar("Item")


class LostHold(Exception):
    """Another worker has the file now."""


def work_on(source_id: UUID, clock: Clock) -> None:
    """Do the step that a file waits for; nothing when it waits for none, or another worker has it."""
    hold = Import.objects.take_hold(source_id, clock())
    if hold is None:
        return
    source = Import.objects.select_related("clinic", "laboratory").get(pk=source_id)
    try:
        _STEPS[ImportStage(source.stage)](source, hold, clock)
    except LostHold:
        return


def _read(source: Import, hold: Hold, clock: Clock) -> None:
    by = Actor(source.created_by, source.clinic, ORIGIN)
    ImportRow.objects.filter(source=source).delete()
    with BufferedReader(gzip.open(BytesIO(bytes(source.content)))) as stream:
        try:
            read = read_file(stream, source.clinic.zone, on=source.clinic.local_date(clock()))
            source.format = read.format
            source.laboratory = source.laboratory or _laboratory_by(source, read.columns)
            check = Check(source, by, Moment.of(source.clinic, clock()), FileNames(source, by=by, at=clock()))
            for batch in _batches(read.rows, BATCH):
                _keep(source, check.rows(batch), hold, clock(), done=stream.tell())
        except Unreadable as refused:
            _refuse(source, hold, clock(), str(refused))
            return
    _remember_columns(source, read.columns)
    _finish(
        hold, clock(), ImportStage.CHECKED, format=read.format, dialect=read.dialect, total=source.size,
        done=source.size, passed_over=dict((read.passed_over + check.passed_over).most_common(100)),
        laboratory=source.laboratory, error=source.error,
    )  # fmt: skip


@transaction.atomic
def _keep(source: Import, rows: list[ImportRow], hold: Hold, at: datetime, done: int) -> None:
    if not Import.objects.renew(hold, at, done=min(done, source.size), total=source.size):
        raise LostHold
    ImportRow.objects.bulk_create(rows)


@transaction.atomic
def _refuse(source: Import, hold: Hold, at: datetime, why: str) -> None:
    ImportRow.objects.filter(source=source).delete()
    _finish(hold, at, ImportStage.REFUSED, refusal=why, done=0, format=source.format)


def _store(source: Import, hold: Hold, clock: Clock) -> None:
    by = Actor(source.committed_by or source.created_by, source.clinic, ORIGIN)
    _count(ImportRow.objects.filter(source=source, outcome__in=READY), hold, clock())
    try:
        with transaction.atomic():
            with telling(Import.objects.all(), hold, clock) as progress:
                _store_rows(source, by, clock, progress)
            settle_the_rest(source)
            check_sum(source)
            watch_laboratories(source, by=by, at=clock())
            record("COMMIT_IMPORT", by=by, at=clock(), of=source, after=counts_settled(source))
            _finish(hold, clock(), ImportStage.COMMITTED, error="")
    except RowsRefused as refused:
        _give_back(refused, hold, clock())


@transaction.atomic
def _give_back(refused: RowsRefused, hold: Hold, at: datetime) -> None:
    """The file is as it was checked, and the rows that stood in the way are errors now."""
    for row, reason in refused.reasons.items():
        row.update_from(row.version, outcome=RowOutcome.ERROR, reason=reason, settled="")
    places = ", ".join(row.place for row in refused.reasons)
    told = (
        f"Charts changed since the check: {places}. Nothing was stored. Look at these rows, then store again."
    )
    _finish(hold, at, ImportStage.CHECKED, error=told, committed_at=None, committed_by=None)


def _store_rows(source: Import, by: Actor, clock: Clock, progress: Progress) -> None:
    names = FileNames(source, by=by, at=clock())
    rows = ImportRow.objects.filter(source=source, outcome__in=READY)
    for patient, mine in _by_patient(source, rows):
        store_of(patient, mine, names, by=by, at=clock())
        progress.done += len(mine)


def _undo(source: Import, hold: Hold, clock: Clock) -> None:
    by = Actor(source.undone_by or source.created_by, source.clinic, ORIGIN)
    stored = ImportRow.objects.filter(source=source, settled=Settled.STORED)
    _count(stored, hold, clock())
    with transaction.atomic():
        with telling(Import.objects.all(), hold, clock) as progress:
            for patient, mine in _by_patient(source, stored):
                take_back_of(patient, mine, by=by, at=clock(), reason=UNDONE)
                progress.done += len(mine)
        unsettle(source)
        record("UNDO_IMPORT", by=by, at=clock(), of=source)
        _finish(hold, clock(), ImportStage.UNDONE)


def _count(rows: QuerySet[ImportRow], hold: Hold, at: datetime) -> None:
    """From here on `done` and `total` are rows; while the file was read they were bytes."""
    if not Import.objects.renew(hold, at, done=0, total=rows.count()):
        raise LostHold


def _finish(hold: Hold, at: datetime, stage: ImportStage, **changes: object) -> None:
    """The end of a step; raises LostHold, and so takes all back, when the lease is another worker's."""
    held = Import.objects.held(hold, at)
    if not held.update(stage=stage, state=WorkState.DONE, lease_until=None, **changes):
        raise LostHold


def _by_patient(source: Import, rows: QuerySet[ImportRow]) -> Iterator[tuple[Patient, list[ImportRow]]]:
    """The rows of each patient, in the order in which the sweep locks them; no file is held as a whole."""
    ordered = rows.filter(patient__isnull=False).select_related("patient").order_by("patient", "number")
    for _, group in groupby(ordered.iterator(chunk_size=BATCH), key=lambda row: row.patient):
        mine = list(group)
        for row in mine:
            row.source = source
        if mine[0].patient is not None:
            yield mine[0].patient, mine


def _batches(rows: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while batch := list(islice(rows, size)):
        yield batch


def _laboratory_by(source: Import, columns: str) -> Laboratory | None:
    """The one laboratory whose files have the same columns, so that a person says it once."""
    same = Laboratory.objects.of(source.clinic).valid().filter(columns=columns).exclude(columns="")
    found = list(same[:2])
    return found[0] if len(found) == 1 else None


def _remember_columns(source: Import, columns: str) -> None:
    if columns and source.laboratory is not None:
        rows = Laboratory.objects.filter(pk=source.laboratory.pk).exclude(columns=columns)
        rows.update(columns=columns, version=F("version") + 1)


_STEPS: dict[ImportStage, Callable[[Import, Hold, Clock], None]] = {
    ImportStage.READING: _read,
    ImportStage.COMMITTING: _store,
    ImportStage.UNDOING: _undo,
}
