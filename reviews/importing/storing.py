"""Storing all that is ready of a checked file, in one transaction; and taking it back within a day."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from accounts.actors import Actor
from accounts.records import withdrawn_rows
from audit.record import record
from labs.models import (
    Import,
    ImportRow,
    LabResult,
    ResultCancellation,
    ResultStatus,
    RowOutcome,
    Settled,
)
from labs.reading.kept import from_json
from labs.reading.reported import Reported
from patients.models import Patient
from reviews.acts.ground import act_on
from reviews.acts.results import save_results
from reviews.importing.checking import NamesOf, Verdict, judge, without_unit_errors
from reviews.importing.entries import is_taken_back
from reviews.importing.known import Stored
from reviews.moments import Moment


class RowsRefused(Exception):
    """Rows that were ready when they were checked cannot be stored now: {row: reason}. Nothing is stored."""

    def __init__(self, reasons: dict[ImportRow, str]) -> None:
        super().__init__(*reasons.values())
        self.reasons = reasons


def store_of(patient: Patient, rows: Sequence[ImportRow], names: NamesOf, *, by: Actor, at: datetime) -> None:
    """Store the rows of one patient, judged again by what holds now. Raises RowsRefused."""
    with act_on(patient, by, at) as now:
        stored = Stored(by.clinic, rows[0].source.format, [reported(row) for row in rows], [patient.pk])
        verdicts = without_unit_errors([_judged(row, names, patient, stored, by, now) for row in rows])
        judged = list(zip(rows, verdicts, strict=True))
        refused = {row: v.reason for row, v in judged if v.outcome == RowOutcome.ERROR}
        if refused:
            raise RowsRefused(refused)
        for row, verdict in judged:
            _settle(row, verdict, patient, by, now)
        _save([(row, v.result) for row, v in judged if v.is_ready and v.result], patient, by, now)
        ImportRow.objects.bulk_update(rows, ["settled", "patient", "result", "cancellation", "reason"])


def _judged(
    row: ImportRow, names: NamesOf, patient: Patient, stored: Stored, by: Actor, now: Moment
) -> Verdict:
    """What the row is now; the next may repeat it."""
    told = reported(row)
    test = names(told)
    if not test.is_known:
        return Verdict(RowOutcome.ERROR, test.problem or "The test is ignored by now.", patient)
    verdict = judge(told, test, row.source.format, patient, stored, by, now)
    if verdict.is_ready and verdict.result:
        stored.add(verdict.result)
    return verdict


def _settle(row: ImportRow, verdict: Verdict, patient: Patient, by: Actor, now: Moment) -> None:
    row.patient = patient
    if verdict.outcome == RowOutcome.ALREADY_STORED:
        row.settled, row.result, row.reason = Settled.ALREADY_STORED, verdict.result, verdict.reason
        return
    row.settled = Settled.STORED
    told = reported(row)
    if is_taken_back(told):
        row.cancellation = ResultCancellation.objects.create(
            clinic=by.clinic, patient=patient, created_at=now.at, created_by=by.user,
            source=row.source.format, source_id=told.source_id, how=told.status, laboratory=told.laboratory,
            reported_at=told.reported_at, received_at=now.at,
        )  # fmt: skip


def _save(fresh: list[tuple[ImportRow, LabResult]], patient: Patient, by: Actor, now: Moment) -> None:
    save_results(rows=[result for _, result in fresh], patient=patient, by=by, now=now)
    for row, result in fresh:
        row.result = result


def take_back_of(
    patient: Patient, rows: Sequence[ImportRow], *, by: Actor, at: datetime, reason: str
) -> None:
    """Withdraw what the rows of one patient stored, with the eGFR that followed; rebuild does the rest."""
    with act_on(patient, by, at):
        results = LabResult.objects.filter(pk__in=[row.result_id for row in rows])
        derived = LabResult.objects.filter(derived_from__in=[row.result_id for row in rows])
        for those in (results, derived):
            gone = list(those.valid().values_list("pk", flat=True))
            withdrawn_rows(those, by=by.user, at=at, reason=reason)
            LabResult.objects.filter(pk__in=gone).update(status=ResultStatus.ENTERED_IN_ERROR)
        words = ResultCancellation.objects.filter(pk__in=[row.cancellation_id for row in rows])
        withdrawn_rows(words, by=by.user, at=at, reason=reason)
        record(
            "TAKE_BACK_RESULTS", by=by, at=at, patient_id=patient.pk,
            after={"reason": reason, "rows": [str(row.pk) for row in rows]},
        )  # fmt: skip


def settle_the_rest(source: Import) -> None:
    """Rows without a patient wait for a person; those with an error are refused for good."""
    rows = ImportRow.objects.filter(source=source, settled="")
    for outcome, settled in (
        (RowOutcome.UNMATCHED, Settled.PARKED),
        (RowOutcome.ERROR, Settled.REFUSED),
        (RowOutcome.ALREADY_STORED, Settled.ALREADY_STORED),
    ):
        rows.filter(outcome=outcome).update(settled=settled, version=F("version") + 1)


def unsettle(source: Import) -> None:
    """As if the file had only been checked; what was stored of a row stays named on it."""
    ImportRow.objects.filter(source=source).update(
        settled="", decided_at=None, decided_by=None, version=F("version") + 1
    )


def reported(row: ImportRow) -> Reported:
    """The row as its reader read it."""
    return from_json(row.reported, number=row.number, place=row.place, raw=row.raw)
