"""Parked rows: a person says whose they are, refuses them, or takes either back."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.record import record
from labs.models import ImportRow, ImportStage, RowOutcome, Settled
from patients.models import Patient
from reviews.acts.ground import Refusals
from reviews.importing.known import UNMATCHED
from reviews.importing.names import FileNames
from reviews.importing.storing import RowsRefused, store_of, take_back_of

REFUSED = "Refused by {who}: {reason}"


@transaction.atomic
def match_row(*, row: ImportRow, patient: Patient, by: Actor, at: datetime, version: int) -> ImportRow:
    """Store a parked row for `patient`, by the word of a person.

    Raises StaleVersion when somebody decided meanwhile, ValidationError when it cannot be stored.
    """
    _held(row, version, Settled.PARKED, "This row is not waiting for a match any more.")
    try:
        store_of(patient, [row], FileNames(row.source, by=by, at=at), by=by, at=at)
    except RowsRefused as refused:
        raise ValidationError({"patient": list(refused.reasons.values())}) from None
    _decided(row, by, at)
    record("MATCH_ROW", by=by, at=at, of=row, patient_id=patient.pk, after={"settled": row.settled})
    return row


@transaction.atomic
def refuse_row(*, row: ImportRow, reason: str, by: Actor, at: datetime, version: int) -> ImportRow:
    """Say why a parked row is of nobody here. Raises StaleVersion, and ValidationError without a reason."""
    _held(row, version, Settled.PARKED, "This row is not waiting for a match any more.")
    refusals = Refusals()
    refusals.unless(bool(reason.strip()), "reason", "Say why this row is refused.")
    refusals.stop_if_any()
    told = REFUSED.format(who=by.user, reason=reason.strip())
    row.update_from(row.version, settled=Settled.REFUSED, reason=told, decided_at=at, decided_by=by.user)
    record("REFUSE_ROW", by=by, at=at, of=row, after={"reason": reason.strip()})
    return row


@transaction.atomic
def park_again(*, row: ImportRow, by: Actor, at: datetime, version: int) -> ImportRow:
    """Take back a match or a refusal: what was stored is withdrawn, and the row waits again."""
    _held(row, version, None, "Only a row that a person matched or refused can be taken back.")
    refusals = Refusals()
    refusals.unless(
        row.decided_at is not None and row.outcome == RowOutcome.UNMATCHED,
        "row",
        "Only a row that a person matched or refused can be taken back.",
    )
    refusals.stop_if_any()
    before = row.patient
    if before is not None and row.settled == Settled.STORED:
        take_back_of(before, [row], by=by, at=at, reason=UNMATCHED)
    row.update_from(
        row.version, settled=Settled.PARKED, patient=None, result=None, cancellation=None, decided_at=None,
        decided_by=None,
    )  # fmt: skip
    record("PARK_ROW", by=by, at=at, of=row, patient_id=before.pk if before else None)
    return row


def _held(row: ImportRow, version: int, settled: str | None, words: str) -> None:
    """Lock the row, and see that it still stands as the person saw it."""
    rows = ImportRow.objects.of(row.clinic).select_for_update(no_key=True)
    row.refresh_from_db(from_queryset=rows)
    if row.version != version:
        raise StaleVersion(row)
    refusals = Refusals()
    refusals.unless(settled is None or row.settled == settled, "row", words)
    refusals.unless(row.source.stage == ImportStage.COMMITTED, "row", "The import of this row was undone.")
    refusals.stop_if_any()


def _decided(row: ImportRow, by: Actor, at: datetime) -> None:
    row.update_from(row.version, decided_at=at, decided_by=by.user)
