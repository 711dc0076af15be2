"""What a person asks of a file of results: take it in, store it, undo that, discard it, name its laboratory.

Each act marks the row for the step that is wanted; `reviews/importing/steps.py` does the step, at once for a
small file and in a worker for a large one.
"""

import hashlib
import zlib
from datetime import datetime
from typing import IO

from django.db import transaction

from accounts.actors import Actor
from accounts.long_work import WorkState
from accounts.records import StaleVersion
from audit.record import record
from labs.models import UNDO_WITHIN, Channel, Import, ImportStage, Laboratory
from reviews.acts.ground import Refusals

LARGEST = 32 * 1024 * 1024
_CHUNK = 64 * 1024
# A file that waits for a person: the same file again is the same import.
_OPEN = (ImportStage.READING, ImportStage.CHECKED, ImportStage.COMMITTING)


def receive_file(
    *,
    by: Actor,
    at: datetime,
    channel: Channel,
    file_name: str,
    content: IO[bytes],
    laboratory: Laboratory | None = None,
) -> Import:
    """Keep the file as it came; it waits to be read. The same file, not yet stored, is read anew.

    Raises ValidationError for a file that is empty or above 32 MiB.
    """
    kept, size, digest = _compressed(content)
    refusals = Refusals()
    refusals.unless(size > 0, "file", "The file is empty.")
    refusals.unless(size <= LARGEST, "file", f"The file has more than {LARGEST // 1024**2} MiB. Split it.")
    refusals.stop_if_any()
    with transaction.atomic():
        same = Import.objects.of(by.clinic).select_for_update(no_key=True)
        source = same.filter(sha256=digest, stage__in=_OPEN).first()
        if source is not None:
            return source if source.stage != ImportStage.CHECKED else _again(source, laboratory, by, at)
        source = Import.objects.create(
            clinic=by.clinic, created_at=at, created_by=by.user, channel=channel,
            file_name=_plain(file_name), size=size, sha256=digest, content=kept, laboratory=laboratory,
        )  # fmt: skip
        record("RECEIVE_FILE", by=by, at=at, of=source, after={"file": source.file_name, "sha256": digest})
    return source


def check_again(*, source: Import, by: Actor, at: datetime, version: int) -> Import:
    """Read a file that is not stored anew: tests were named, patients registered. Raises StaleVersion."""
    return _ask(source, by, at, version, (ImportStage.CHECKED, ImportStage.REFUSED), ImportStage.READING)


def choose_laboratory(
    *, source: Import, laboratory: Laboratory, by: Actor, at: datetime, version: int
) -> Import:
    """Say whose file it is; remembered for the next file with the same columns. It is read anew."""
    return _ask(source, by, at, version, (ImportStage.CHECKED,), ImportStage.READING, laboratory=laboratory)


def commit_import(*, source: Import, by: Actor, at: datetime, version: int) -> Import:
    """Ask to store all that is ready. Raises StaleVersion; ValidationError when it cannot be now."""
    return _ask(
        source, by, at, version, (ImportStage.CHECKED,), ImportStage.COMMITTING, committed_at=at,
        committed_by=by.user,
    )  # fmt: skip


def undo_import(*, source: Import, by: Actor, at: datetime, version: int) -> Import:
    """Ask to take back all that the file stored, within 24 hours. Raises StaleVersion and ValidationError."""
    refusals = Refusals()
    in_time = source.committed_at is None or at <= source.committed_at + UNDO_WITHIN
    refusals.unless(in_time, "stage", "This import is older than 24 hours. Mark single results instead.")
    refusals.stop_if_any()
    return _ask(
        source,
        by,
        at,
        version,
        (ImportStage.COMMITTED,),
        ImportStage.UNDOING,
        undone_at=at,
        undone_by=by.user,
    )


def discard_import(*, source: Import, by: Actor, at: datetime, version: int) -> Import:
    """Leave a file that is not stored aside; file and rows are kept. Raises StaleVersion."""
    return _ask(
        source, by, at, version, (ImportStage.CHECKED, ImportStage.REFUSED), ImportStage.DISCARDED,
        state=WorkState.DONE,
    )  # fmt: skip


_WORDS = {
    ImportStage.READING: "This file is being read, or is stored already.",
    ImportStage.COMMITTING: "Only a file that is checked, and not stored yet, can be stored.",
    ImportStage.UNDOING: "Only a file that is stored can be undone.",
    ImportStage.DISCARDED: "Only a file that is not stored can be discarded.",
}


@transaction.atomic
def _ask(
    source: Import,
    by: Actor,
    at: datetime,
    version: int,
    stages: tuple[ImportStage, ...],
    wanted: ImportStage,
    **changes: object,
) -> Import:
    source.refresh_from_db()
    if source.version != version:
        raise StaleVersion(source)
    refusals = Refusals()
    refusals.unless(source.stage in stages, "stage", _WORDS[wanted])
    refusals.stop_if_any()
    afresh = {"state": WorkState.WAITING, "done": 0, "error": "", "lease_until": None}
    source.update_from(version, stage=wanted, **(afresh | changes))
    record(_EVENTS[wanted], by=by, at=at, of=source, after={"file": source.file_name})
    return source


_EVENTS = {
    ImportStage.READING: "CHECK_IMPORT",
    ImportStage.COMMITTING: "ASK_COMMIT_IMPORT",
    ImportStage.UNDOING: "ASK_UNDO_IMPORT",
    ImportStage.DISCARDED: "DISCARD_IMPORT",
}


def _again(source: Import, laboratory: Laboratory | None, by: Actor, at: datetime) -> Import:
    chosen = {"laboratory": laboratory} if laboratory else {}
    return _ask(source, by, at, source.version, (ImportStage.CHECKED,), ImportStage.READING, **chosen)


def _compressed(content: IO[bytes]) -> tuple[bytes, int, str]:
    """The file compressed, its size, and the SHA-256 of what came; reading stops above the limit."""
    digest, size, parts = hashlib.sha256(), 0, []
    packer = zlib.compressobj(wbits=31)  # as gzip, without a name or a time
    while size <= LARGEST and (chunk := content.read(_CHUNK)):
        size += len(chunk)
        digest.update(chunk)
        parts.append(packer.compress(chunk))
    return b"".join([*parts, packer.flush()]), size, digest.hexdigest()


def _plain(file_name: str) -> str:
    """The last part of a path, without what cannot be stored or shown."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:255] or "unnamed"
