"""Withdrawing a record that was entered in error; nothing clinical is ever deleted."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.actors import Actor
from accounts.records import StaleVersion, withdrawn_rows
from audit.record import record
from labs.models import LabResult, ResultStatus
from patients.models import OfPatient, Outcome, SymptomAnswer, Visit
from regimens.models import DoseStep, Intake, Interruption, Regimen
from reviews.acts.ground import Refusals, act_on
from reviews.acts.regimens import NOT_BEGUN
from reviews.models import ContactAttempt, Reevaluation
from wearables.models import Device, ReadingBatch


def mark_in_error(*, row: OfPatient, by: Actor, at: datetime, version: int, reason: str) -> OfPatient:
    """Mark a visit, result, regimen, dose step, entry, device, batch or attempt to reach somebody entered in
    error, with all it holds.

    Raises StaleVersion; ValidationError without a reason, when it is withdrawn already, or for the first step
    of a regimen (withdraw the regimen instead).
    """
    with act_on(row.patient, by, at):
        refusals = Refusals()
        row.refresh_from_db()
        if row.version != version:
            raise StaleVersion(row)
        refusals.unless(bool(reason.strip()), "reason", "Say why this was entered in error.")
        refusals.unless(row.error_at is None, "id", "This is marked entered in error already.")
        if isinstance(row, DoseStep):
            first = row.effective_on == row.regimen.started_on
            refusals.unless(
                not first, "id", "This is the first step. Mark the regimen entered in error instead."
            )
        if isinstance(row, Regimen):
            later = Regimen.objects.valid().filter(replaces=row).exists()
            refusals.unless(not later, "id", "Another product took its place. Withdraw that switch first.")
        refusals.stop_if_any()
        row.withdraw(version, by=by.user, at=at, reason=reason.strip())
        _run_on(row)
        for rows in _held_by(row):
            withdrawn_rows(rows, by=by.user, at=at, reason=reason.strip())
        _say_so_in_status(row)
        _silence(row)
        _unbook(row)
        record(
            "MARK_IN_ERROR", by=by, at=at, of=row, patient_id=row.patient_id, after={"reason": reason.strip()}
        )
    return row


def _run_on(row: OfPatient) -> None:
    """A switch, or a stop told at a visit, that never was ended nothing: its regimen runs on, as planned."""
    if isinstance(row, Regimen) and row.replaces is not None:
        _reopen(row.replaces, row.created_at)
    if isinstance(row, Visit):
        for regimen in Regimen.objects.valid().filter(stop_visit=row):
            _reopen(regimen, row.created_at)


def _reopen(regimen: Regimen, ended_at: datetime) -> None:
    """As it was before `ended_at`, with the steps that fell then."""
    regimen.update_from(regimen.version, stopped_on=None, stop_reason="", stop_visit=None)
    fell = {"error_reason": NOT_BEGUN, "error_at": ended_at}
    stands = {"error_at": None, "error_by": None, "error_reason": "", "version": F("version") + 1}
    Intake.objects.filter(step__regimen=regimen, **fell).update(**stands)
    DoseStep.objects.filter(regimen=regimen, **fell).update(**stands)


def _unbook(row: OfPatient) -> None:
    """The visit that nobody agreed to is not booked; a day that was chosen since stays."""
    if isinstance(row, ContactAttempt) and row.booked_on and row.reevaluation_id:
        agreed = Reevaluation.objects.filter(pk=row.reevaluation_id, booked_on=row.booked_on)
        agreed.update(booked_on=None, version=F("version") + 1)


def _silence(row: OfPatient) -> None:
    """What a device or a batch brought counts no longer, and the same moments may be told anew."""
    if isinstance(row, Device | ReadingBatch):
        row.readings.filter(is_withdrawn=False).update(is_withdrawn=True)


def _say_so_in_status(row: OfPatient) -> None:
    """The status of a result says it too; with its visit fall its results, with a creatinine its eGFR."""
    fallen = Q(pk=row.pk) | Q(derived_from=row.pk) | Q(visit=row.pk)
    withdrawn = LabResult.objects.filter(fallen, patient=row.patient_id, error_at__isnull=False)
    withdrawn.update(status=ResultStatus.ENTERED_IN_ERROR)
    if isinstance(row, LabResult):
        row.status = ResultStatus.ENTERED_IN_ERROR


def _held_by(row: OfPatient) -> list[QuerySet[Any]]:
    """The rows that fall with `row`."""
    if isinstance(row, Visit):
        steps = DoseStep.objects.filter(visit=row)
        return [
            SymptomAnswer.objects.filter(visit=row),
            Outcome.objects.filter(visit=row),
            LabResult.objects.filter(visit=row),
            Intake.objects.filter(step__in=steps),
            steps,
        ]
    if isinstance(row, LabResult):
        return [LabResult.objects.filter(derived_from=row)]
    if isinstance(row, Regimen):
        steps = DoseStep.objects.filter(regimen=row)
        return [Intake.objects.filter(step__in=steps), steps, Interruption.objects.filter(regimen=row)]
    if isinstance(row, DoseStep):
        return [Intake.objects.filter(step=row)]
    return []
