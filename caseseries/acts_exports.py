"""Asking for an export, cancelling, retrying, releasing it, taking a file away: each is an audited act."""

from collections.abc import Collection
from datetime import date, datetime
from functools import partial
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
from accounts.long_work import WorkState
from audit.record import record
from caseseries.acts import data_cut
from caseseries.exporting.job import A_TRY, Past, told_by, work_on
from caseseries.exporting.ledger import CannotBeReleased, check_beside
from caseseries.exporting.work import Clock
from caseseries.models import Definition, Export, Format, Profile
from caseseries.storage import remove_drafts, stored
from caseseries.tasks import ring_export

# The smallest group that any file may show: no profile prints 1 to 4.
FEWEST_WITH_CONSENT = 5
ALL_FORMATS = tuple(Format.values)


@transaction.atomic
def ask_for_export(
    *,
    definition: Definition,
    by: Actor,
    at: datetime,
    data_cut_on: date | None = None,
    profile: str = Profile.STANDARD,
    formats: Collection[str] = ALL_FORMATS,
) -> Export:
    """Have a worker make the files. Small cells are suppressed whoever asks.

    Raises ValidationError for a data cut in the future, an unknown profile, and unknown or no formats.
    """
    with_consent = _checked_profile(profile) == Profile.PUBLICATION_WITH_CONSENT
    export = Export.objects.create(
        clinic=by.clinic,
        definition=definition,
        data_cut_on=data_cut(data_cut_on, by, at),
        profile=profile,
        formats=_checked_formats(formats),
        threshold=FEWEST_WITH_CONSENT if with_consent else by.clinic.small_cell_threshold,
        needs_second_releaser=with_consent or by.clinic.needs_second_releaser,
        exported_at=at,
        exported_by=by.user,
    )
    after = {"sha256": definition.sha256, "data_cut_on": str(export.data_cut_on)}
    record(
        "ASK_FOR_EXPORT",
        by=by,
        at=at,
        of=export,
        after=after | {"profile": profile, "formats": export.formats},
    )
    transaction.on_commit(partial(ring_export, export.pk))
    return export


def export_now(*, definition: Definition, by: Actor, clock: Clock) -> Export:
    """Ask, and do the work in this process. The answer may be one that failed: `error` says why."""
    export = ask_for_export(definition=definition, by=by, at=clock())
    work_on(export.pk, clock, by.origin)
    made: Export = Export.objects.select_related("clinic").get(pk=export.pk)
    return made


@transaction.atomic
def cancel_export(*, export: Export, by: Actor, at: datetime) -> Export:
    """Stop one that is under way: its worker writes nothing more. Raises ValidationError when finished."""
    row = _held(export, by)
    if not row.is_under_way:
        raise ValidationError("This export is finished already.")
    row.state, row.finished_at, row.lease_until = WorkState.FAILED, at, None
    row.error, row.step = f"Cancelled by {by.user}.", ""
    row.save(update_fields=["state", "finished_at", "lease_until", "error", "step"])
    record("CANCEL_EXPORT", by=by, at=at, of=row, after={"done": row.done, "total": row.total})
    transaction.on_commit(partial(remove_drafts, row.pk))
    return row


@transaction.atomic
def retry_export(*, export: Export, by: Actor, at: datetime) -> Export:
    """Have one that failed made from the beginning. Raises ValidationError for any other."""
    row = _held(export, by)
    if row.state != WorkState.FAILED:
        raise ValidationError("Only an export that failed can be tried again.")
    row.state, row.error, row.step = WorkState.WAITING, "", ""
    # Attempts only grow, so that no worker of before can take its own for one of now.
    row.attempt = (row.attempt // A_TRY + 1) * A_TRY
    row.done, row.total, row.finished_at = 0, 0, None
    row.save(update_fields=["state", "error", "step", "attempt", "done", "total", "finished_at"])
    record("RETRY_EXPORT", by=by, at=at, of=row)
    transaction.on_commit(partial(ring_export, row.pk))
    return row


@transaction.atomic
def release_export(*, export: Export, by: Actor, at: datetime) -> Export:
    """Let the files of a finished export leave, as a second person.

    Raises ValidationError for who asked for it, for one that is not finished or released already, and where
    another one was released meanwhile with which it could be subtracted.
    """
    row = _held(export, by)
    if not row.waits_for_release:
        raise ValidationError("Only a finished export that is not released yet can be released.")
    if row.exported_by_id == by.user.pk:
        raise ValidationError("Another person must release it: you asked for it.")
    try:
        check_beside(told_by(row), Past(row))
    except CannotBeReleased as refusal:
        raise ValidationError(str(refusal)) from refusal
    row.released_at, row.released_by = at, by.user
    row.save(update_fields=["released_at", "released_by"])
    record("RELEASE_EXPORT", by=by, at=at, of=row, after={"manifest_sha256": row.manifest_sha256})
    return row


@transaction.atomic
def take_file(*, export: Export, name: str, by: Actor, at: datetime) -> Path | None:
    """Where one file lies; None for a name that it does not have, one not released, or one removed."""
    if not export.is_released or name not in {entry["name"] for entry in export.files}:
        return None
    record("DOWNLOAD_EXPORT", by=by, at=at, of=export, after={"file": name})
    return stored(export.pk, name)


def _held(export: Export, by: Actor) -> Export:
    """The row as it stands, after every other export of the clinic that is being released."""
    type(by.clinic).objects.select_for_update(no_key=True).get(pk=by.clinic.pk)
    row: Export = Export.objects.of(by.clinic).select_for_update(no_key=True).get(pk=export.pk)
    return row


def _checked_profile(profile: str) -> str:
    if profile not in Profile.values:
        raise ValidationError({"profile": [f"A profile is one of {', '.join(Profile.values)}."]})
    return profile


def _checked_formats(formats: Collection[str]) -> list[str]:
    if not formats or not set(formats) <= set(Format.values):
        raise ValidationError({"formats": [f"Choose one or more of {', '.join(Format.values)}."]})
    return [name for name in Format.values if name in formats]
