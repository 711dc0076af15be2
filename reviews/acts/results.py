"""Recording laboratory results: as reported, and as compared."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts.actors import Actor
from audit.record import record
from labs.models import LabResult
from patients.models import Patient, Visit
from reviews.acts.derived_egfr import rederive_egfr, unsaved_egfrs
from reviews.acts.ground import Refusals, act_on
from reviews.acts.result_entries import ResultEntry
from reviews.acts.result_intervals import with_laboratory_intervals
from reviews.acts.result_pairs import unit_error, unit_errors
from reviews.acts.result_rows import unsaved_result
from reviews.importing.watching import watch_typed
from reviews.moments import Moment

__all__ = [
    "ResultEntry",
    "add_results",
    "record_results",
    "rederive_egfr",
    "save_results",
    "unit_error",
    "unit_errors",
    "unsaved_result",
    "with_laboratory_intervals",
]

STORED_ALREADY = "This result is stored already: same analyte, sample time, value and unit."
# Up to so many each row has an event of its own in the audit log, above it they share one.
EACH_AUDITED = 25
# PostgreSQL takes at most 65,535 parameters in one statement.
_BATCH = 1000


def record_results(
    *, patient: Patient, entries: Sequence[ResultEntry], by: Actor, at: datetime, visit: Visit | None = None
) -> list[LabResult]:
    """Store results of one patient, all or none; derives an eGFR from each creatinine.

    Raises ValidationError naming the entry ("lab_results.0.unit") when a unit is missing or unknown, a value
    is implausible, ionized magnesium is not below the total of its sample, or a sample lies in the future,
    before birth or after death.
    """
    with act_on(patient, by, at) as now:
        results = add_results(patient=patient, entries=entries, by=by, now=now, visit=visit)
        watch_typed(results, by=by, at=at)
    return results


def add_results(
    *, patient: Patient, entries: Sequence[ResultEntry], by: Actor, now: Moment, visit: Visit | None = None
) -> list[LabResult]:
    """The same inside the transaction of another act, which rebuilds by itself."""
    refusals = Refusals()
    found = [
        unsaved_result(refusals, f"lab_results.{n}", entry, patient, by, now, visit)
        for n, entry in enumerate(with_laboratory_intervals(entries, by.clinic))
    ]
    refusals.stop_if_any()
    rows = [row for row in found if row is not None]
    for n, sentence in unit_errors(rows).items():
        refusals.add(f"lab_results.{n}.value", sentence)
    refusals.stop_if_any()
    return save_results(rows=rows, patient=patient, by=by, now=now)


def save_results(*, rows: Sequence[LabResult], patient: Patient, by: Actor, now: Moment) -> list[LabResult]:
    """Store rows that `unsaved_result` made and `unit_errors` has nothing against, with their eGFRs.

    Answers with the stored rows in their order, then the eGFRs. Raises ValidationError naming each row that
    is stored already ("lab_results.3.value"); then nothing is stored. Few statements, however many rows.
    """
    stored = [*_inserted(rows), *_inserted(unsaved_egfrs(rows, patient, by, now))]
    _audit(stored, patient, by, now)
    return stored


def _inserted(rows: Sequence[LabResult]) -> list[LabResult]:
    for row, pk in zip(rows, _fresh_ids(len(rows)), strict=True):
        row.pk = pk
    try:
        with transaction.atomic():
            return list(LabResult.objects.bulk_create(rows, batch_size=_BATCH))
    except IntegrityError:
        _refuse_stored(rows)
        raise


def _fresh_ids(number: int) -> list[UUID]:
    """Ids as the column's default makes them: what points at a row must know it before it is stored."""
    if not number:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuidv7() FROM generate_series(1, %s)", [number])
        return [pk for (pk,) in cursor.fetchall()]


@transaction.atomic
def _refuse_stored(rows: Sequence[LabResult]) -> None:
    """Say which rows are there already: each is tried by itself, and its refusal undoes them all."""
    refusals = Refusals()
    for n, row in enumerate(rows):
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            refusals.add(f"lab_results.{n}.value", STORED_ALREADY)
    refusals.stop_if_any()


def _audit(stored: Sequence[LabResult], patient: Patient, by: Actor, now: Moment) -> None:
    if len(stored) > EACH_AUDITED:
        after = {"results": len(stored)}
        record("RECORD_RESULTS", by=by, at=now.at, of=patient, patient_id=patient.pk, after=after)
        return
    for row in stored:
        told = {"analyte": row.analyte, "value": str(row.value), "unit": row.unit}
        record("RECORD_RESULT", by=by, at=now.at, of=row, patient_id=patient.pk, after=told)
