"""The long work of a backtest: patient by patient in the order of their keys, in batches under a lease.

The row of the backtest is the truth, as in `reviews.adopting`: each batch is one transaction that moves
`reached`, the next worker goes on where one was killed, and one that wakes late, or whose backtest was
cancelled, writes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction

from accounts.long_work import LEASE, Hold, WorkState
from patients.models import Patient
from protocols.models import Protocol
from protocols.thresholds import Thresholds
from reviews.backtest.comparing import (
    CHANGED,
    CORRECTED,
    EARLIER_VERSION,
    UNEXPLAINED,
    Asked,
    Ways,
    added,
    compare,
)
from reviews.backtest.history import History, history_of
from reviews.backtest.intervals import weeks_of
from reviews.backtest.replaying import Lived, Night, nights_of, replay
from reviews.backtest.standing import Span, asked_of, read_flags
from reviews.models import Backtest

# A patient is lived through twice, act by act: few at once, so that the bar moves and a cancel is heard.
BATCH = 10
# Beside every version that a clinic can have; the row lives as long as a savepoint.
TRIED_VERSION = 2**31 - 1

log = structlog.get_logger()


@transaction.atomic
def work_batch(hold: Hold, at: datetime) -> bool:
    """Live through the next patients; whether there are more. Without the lease nothing is written."""
    mine = Backtest.objects.select_related("clinic", "protocol", "asked_by").held(hold, at)
    row = mine.select_for_update(no_key=True, of=("self",)).first()
    if row is None:
        return False
    _advance(row, at)
    return bool(row.state == WorkState.RUNNING)


def span_of(row: Backtest) -> Span:
    """Until the end of the last day, or until it was asked when that day was not over."""
    end = datetime.combine(row.until + timedelta(days=1), time.min, tzinfo=row.clinic.zone)
    return Span(row.clinic, row.since, row.until, min(end, row.asked_at))


def left_out(row: Backtest) -> list[str]:
    """Keys of the patients whom it could not live through."""
    return [] if row.state == WorkState.FAILED else row.error.split()


def _advance(row: Backtest, at: datetime) -> None:
    patients = Patient.objects.of(row.clinic).valid().filter(created_at__lte=row.asked_at)
    if row.reached is None:
        row.total = patients.count()
    rest = patients.filter(pk__gt=row.reached) if row.reached else patients
    keys = list(rest.order_by("pk").values_list("pk", flat=True)[:BATCH])
    trial = _Trial(row)
    for key in keys:
        _live_through(row, trial, key)
    row.done += len(keys)
    row.reached = keys[-1] if keys else row.reached
    row.total = max(row.total, row.done)
    row.lease_until = at + LEASE
    if len(keys) < BATCH:
        row.state, row.finished_at, row.lease_until, row.total = WorkState.DONE, at, None, row.done
    row.save()


def _live_through(row: Backtest, trial: "_Trial", key: UUID) -> None:
    """A patient whom nobody can live through is named on the row, and holds up nobody else."""
    try:
        with transaction.atomic():
            rules, weeks = trial.of(Patient.objects.of(row.clinic).get(pk=key))
    except (OperationalError, InterfaceError):
        raise  # the trouble of the server, not of the patient
    except Exception as error:
        log.exception("patient_not_lived_through", backtest=row.pk, error=type(error).__name__)
        row.error = f"{row.error} {key}".strip()
        return
    earlier = row.found or {"rules": {}, "weeks": {}}
    row.found = {
        "rules": added(earlier["rules"], rules),
        "weeks": dict(Counter(earlier["weeks"]) + Counter(weeks)),
    }


@dataclass(frozen=True)
class _Trial:
    """What the patients of a batch share."""

    row: Backtest

    @cached_property
    def span(self) -> Span:
        return span_of(self.row)

    @cached_property
    def nights(self) -> Sequence[Night]:
        return nights_of(self.span)

    @cached_property
    def live_from_the_start(self) -> bool:
        """Whether the live version was in force on all days; the default was before any clinic existed."""
        adopted_at = self.row.protocol.adopted_at
        if self.row.protocol.clinic_id is None or adopted_at is None:
            return True
        return adopted_at <= self.span.begins_at

    @cached_property
    def tried(self) -> dict[str, Any]:
        """Every number, with those that are tried in their place."""
        return Thresholds.from_json(self.row.protocol.values | self.row.tried).to_json()

    def of(self, patient: Patient) -> tuple[Any, Iterable[str]]:
        """({rule: counts}, the week of each interval) of one patient."""
        history = history_of(patient)
        then = asked_of(read_flags(patient), self.span)
        live = self._live(patient, history, self.row.protocol)
        tried = self._tried(patient, history) if self.tried != self.row.protocol.values else live
        ways = Ways(
            then=then,
            live=live.asked,
            tried=tried.asked,
            live_ahead=live.ahead,
            tried_ahead=tried.ahead,
            holds=self.span.holds,
            why_not=lambda asked: self._why_not(asked, history),
        )
        return compare(ways), weeks_of(patient, self.span)

    def _live(self, patient: Patient, history: History, protocol: Protocol) -> Lived:
        return replay(patient, history, protocol, self.span, self.nights, self.row.protocol.thresholds)

    def _tried(self, patient: Patient, history: History) -> Lived:
        """With a version of the tried numbers, which is gone with the savepoint."""
        with transaction.atomic():
            protocol = Protocol.objects.create(
                clinic=self.row.clinic,
                version=TRIED_VERSION,
                values=self.tried,
                adopted_at=self.row.asked_at,
                adopted_by=self.row.asked_by,
            )
            lived = self._live(patient, history, protocol)
            transaction.set_rollback(True)
        return lived

    def _why_not(self, asked: Asked, history: History) -> str:
        """Why the replay and what happened differ about this question."""
        if asked.protocol != self.row.protocol_id or not self.live_from_the_start:
            return EARLIER_VERSION
        if asked.corrected:
            return CORRECTED
        return CHANGED if history.changed else UNEXPLAINED
