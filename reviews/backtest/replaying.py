"""Living the record of one patient again under given numbers, in a savepoint that is taken back.

What was not told yet is hidden; then every act is done again at its moment, by the same `rebuild` that it
ended with, and every nightly check at its own. Nobody does anything else than was done: visits stay on their
days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import F

from labs.models import ExpectedResult
from patients.models import Outcome, Patient, SymptomAnswer
from protocols.models import Protocol
from protocols.thresholds import Thresholds
from regimens.models import Finding
from reviews.backtest.comparing import Asked, Question
from reviews.backtest.history import History, Key
from reviews.backtest.putting_back import put_back, write
from reviews.backtest.standing import Span, asked_of, cause_of, read_flags, windows_ahead
from reviews.models import STANDING, Flag, FlagState, Reevaluation, Sweep
from reviews.moments import Moment
from reviews.raising import review_patient
from reviews.rebuild import rebuild

Night = tuple[datetime, date]
Rows = Sequence[dict[str, Any]]
# Facts that keep the version which judged them: what is told in the days that are tried is judged anew.
JUDGED = (SymptomAnswer, Outcome)


@dataclass(frozen=True)
class Lived:
    """What asked for review until the end of the span, and what will when time passes."""

    asked: list[Asked]
    ahead: Mapping[Question, date]


def nights_of(span: Span) -> list[Night]:
    """When the clinic was checked, and for which local day; oldest first."""
    rows = Sweep.objects.of(span.clinic).complete()
    rows = rows.filter(started_at__lte=span.ends_at).order_by("started_at", "pk")
    return list(rows.values_list("started_at", "on"))


def replay(
    patient: Patient,
    history: History,
    protocol: Protocol,
    span: Span,
    nights: Sequence[Night],
    in_force: Thresholds,
) -> Lived:
    """Live from the last act before the span until its end, by `protocol`, which is stored.

    `in_force` are the numbers by which results were ordered. Nothing is kept.
    """
    with transaction.atomic():
        held = Patient.objects.of(span.clinic).select_for_update(no_key=True).get(pk=patient.pk)
        lived = _Life(held, history, protocol, span, nights, in_force).live()
        transaction.set_rollback(True)
    return lived


@dataclass(frozen=True)
class _Life:
    patient: Patient
    history: History
    protocol: Protocol
    span: Span
    nights: Sequence[Night]
    in_force: Thresholds

    def live(self) -> Lived:
        acts = [at for at in self.history.acts if at <= self.span.ends_at]
        begin = max((at for at in acts if at < self.span.begins_at), default=None)
        real = list(read_flags(self.patient))
        put_back(self.patient, self.history, begin, self._moment(self.span.begins_at).service)
        moments = [at for at in acts if begin is None or at >= begin]
        for at, following in pairwise([*moments, self.span.ends_at]):
            if at != begin:
                self._tell(at, real)
            self._rebuild(at)
            self._sweep(at, following)
        gone = {row["pk"] for row in real if begin is None or row["raised_at"] > begin}
        rows = [row for row in read_flags(self.patient) if row["pk"] not in gone]
        return Lived(asked_of(rows, self.span), windows_ahead(self.patient, self.span.until))

    def _moment(self, at: datetime, on: date | None = None) -> Moment:
        clinic = self.span.clinic
        return Moment(clinic, on or clinic.local_date(at), at, self.protocol)

    def _rebuild(self, at: datetime) -> None:
        self.patient.refresh_from_db()
        rebuild(self.patient, self._moment(at))

    def _sweep(self, after: datetime, until: datetime) -> None:
        """The first nightly check that sees each day on which time alone changes something."""
        nights = [night for night in self.nights if after < night[0] <= until]
        days = _days_ahead(self.patient, self.span.clinic.local_date(after)) if nights else set()
        first = {next((night for night in nights if night[1] >= day), None) for day in days}
        for at, on in sorted(night for night in first if night is not None):
            review_patient(self.patient, self._moment(at, on))

    def _tell(self, at: datetime, real: Rows) -> None:
        """What was told, reviewed and resolved at this moment."""
        words = [word for word in self.history.words if word.at == at]
        write((word.key, self._judged(word.key, word.says)) for word in words)
        for step, anchored_on, cause in self.history.reviewed.get(at, []):
            self._review(at, step=step, anchored_on=anchored_on, cause=cause)
        self._resolve(at, [row for row in real if _resolved_at(row) == at])

    def _judged(self, key: Key, says: Mapping[str, Any]) -> dict[str, Any]:
        """A row that appears is judged by the numbers of this life; an order waits as long as they say."""
        if "error_at" not in says or says["error_at"] is not None:
            return dict(says)
        if key[0] in JUDGED:
            return {**says, "protocol_id": self.protocol.pk}
        return {**says, "alert_on": self._alert_on(key[1])} if key[0] is ExpectedResult else dict(says)

    def _alert_on(self, order_id: Any) -> date:
        due_on, alert_on = ExpectedResult.objects.values_list("due_on", "alert_on").get(pk=order_id)
        urgent, usual = self.in_force.lab_not_back_act_today_days, self.in_force.lab_not_back_days
        tried = self.protocol.thresholds
        grace: int = (alert_on - due_on).days
        if grace == usual:
            grace = tried.lab_not_back_days
        elif grace == urgent:
            grace = tried.lab_not_back_act_today_days
        return due_on + timedelta(days=grace)

    def _review(self, at: datetime, **same: Any) -> None:
        """A result was reviewed: that of the same re-evaluation, if this life has it and a result came."""
        rows = Reevaluation.objects.valid().filter(patient=self.patient, met_on=None, **same)
        by = self._moment(at).service
        rows.filter(result__isnull=False).update(reviewed_at=at, reviewed_by=by, reviewed_result=F("result"))

    def _resolve(self, at: datetime, resolved: Rows) -> None:
        """People resolve here what they resolved then, if it stands."""
        if not resolved:
            return
        decided = {(row["rule"], cause_of(row)): row["action"] for row in resolved}
        by = self._moment(at).service
        for flag in read_flags(self.patient).filter(state__in=STANDING):
            if action := decided.get((flag["rule"], cause_of(flag))):
                changes = {"state": FlagState.RESOLVED, "action": action, "closed_at": at, "closed_by": by}
                Flag.objects.filter(pk=flag["pk"]).update(**changes, snoozed_until=None)


def _resolved_at(row: dict[str, Any]) -> datetime | None:
    at: datetime | None = row["closed_at"] if row["state"] == FlagState.RESOLVED else None
    return at


def _days_ahead(patient: Patient, on: date) -> set[date]:
    """The days after `on` on which something opens, ends or falls due without anybody acting."""
    about = {"patient": patient}
    found = [
        *Reevaluation.objects.valid().filter(**about).values_list("opens_on", "superseded_on", "stopped_on"),
        *ExpectedResult.objects.awaited().filter(**about).values_list("alert_on"),
        *Finding.objects.filter(**about).values_list("review_from", "holds_from", "holds_until"),
        (patient.returns_on,),
    ]
    return {day for days in found for day in days if day is not None and day > on}
