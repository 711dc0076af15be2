"""Handing a patient on: a transfer or a death, with what is closed at once and what stays open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from accounts.records import StaleVersion
from patients.models import Patient, Status
from regimens.models import StopReason
from reviews.acts.expected import LONGEST_REASON, withdraw_expected
from reviews.acts.flags import resolve
from reviews.acts.ground import Refusals
from reviews.acts.patients import change_status
from reviews.acts.regimens import stop_regimen
from reviews.models import Action
from reviews.moments import Moment
from reviews.open_matters import Matter, MatterKind, open_matters

MEANWHILE = "What you chose to close has changed meanwhile. Look at the list again."


@dataclass(frozen=True)
class Chosen:
    """What a person chose to close, at the version that they saw."""

    kind: str
    id: UUID
    version: int


@transaction.atomic
def hand_on(
    *,
    patient: Patient,
    by: Actor,
    at: datetime,
    version: int,
    status: str,
    reason: str,
    close: Sequence[Chosen] = (),
    returns_on: date | None = None,
    deceased_on: date | None = None,
    transferred_to: str = "",
    death_relation: str = "",
) -> Patient:
    """Change the status and close what was chosen: all of it, or nothing. What is not chosen stays open.

    A flag is resolved as referred, a regimen stopped, an order withdrawn, each with the words of the transfer
    or the death. Raises StaleVersion for the patient, and ValidationError naming `close` where something was
    closed or changed meanwhile, is not open, or must be closed alone.
    """
    held = Patient.objects.of(by.clinic).select_for_update(no_key=True).get(pk=patient.pk)
    if held.version != version:
        raise StaleVersion(held)
    now, died = Moment.of(by.clinic, at), status == Status.DECEASED
    ending = _ending(status, reason, transferred_to, (deceased_on if died else None) or now.on)
    for matter in _chosen(held, now, status, close):
        _close(matter, ending, by=by, now=now)
    patient.refresh_from_db()
    return change_status(
        patient=patient, by=by, at=at, version=version, status=status, reason=reason, returns_on=returns_on,
        deceased_on=deceased_on, transferred_to=transferred_to, death_relation=death_relation,
    )  # fmt: skip


def _chosen(patient: Patient, now: Moment, status: str, close: Sequence[Chosen]) -> list[Matter]:
    refusals = Refusals()
    ends = status in (Status.LEFT, Status.DECEASED)
    refusals.unless(ends or not close, "close", "Only a transfer or a death closes what is open.")
    standing = {(m.kind, m.pk, m.version): m for m in open_matters(patient, now)} if close else {}
    found = [standing.get((MatterKind(one.kind), one.id, one.version)) for one in close]
    refusals.unless(None not in found, "close", MEANWHILE)
    matters = [matter for matter in found if matter is not None]
    for matter in matters:
        refusals.unless(not matter.alone, "close", f"{matter.words} {matter.alone}.")
    refusals.stop_if_any()
    return matters


@dataclass(frozen=True)
class _Ending:
    """The words of all that is closed, and how and when what is taken stops."""

    words: str
    reason: StopReason
    on: date


def _ending(status: str, reason: str, transferred_to: str, on: date) -> _Ending:
    if status == Status.DECEASED:
        return _Ending(f"Died: {reason.strip()}", StopReason.DIED, on)
    if transferred_to.strip():
        return _Ending(f"Handed on to {transferred_to.strip()}", StopReason.TRANSFERRED, on)
    return _Ending(f"Left: {reason.strip()}", StopReason.PATIENT_CHOICE, on)


def _close(matter: Matter, ending: _Ending, *, by: Actor, now: Moment) -> None:
    told: dict[str, Any] = {"by": by, "at": now.at, "version": matter.version}
    if matter.kind is MatterKind.FLAG:
        resolve(flag=matter.row, action=Action.REFERRED, note=ending.words, **told)
    elif matter.kind is MatterKind.EXPECTED_RESULT:
        withdraw_expected(expected=matter.row, reason=ending.words[:LONGEST_REASON], **told)
    else:
        stop_regimen(
            patient=matter.row.patient, regimen=matter.row, stopped_on=ending.on, reason=ending.reason, **told
        )
