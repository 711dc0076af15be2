"""How far the queue can be trusted: when the last check finished, and what it could not do.

Judged by progress, not by a process: a clinic is late when its day has begun and no check of it has ended,
whichever of clock, broker and worker stands still.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain

from django.db.models import Min, OuterRef, Q, Subquery

from accounts.models import Clinic
from patients.models import Patient
from reviews.models import Sweep
from reviews.moments import Moment

# The sweep rings every 15 minutes from the clinic's midnight on; within an hour it must have finished.
EXPECTED_WITHIN = timedelta(hours=1)
NAMED = 10


@dataclass(frozen=True)
class Freshness:
    """`missed_on` is the day whose check did not finish, None when it did; `mismatch` is of the panel."""

    finished_at: datetime | None
    is_today: bool
    patients: int
    assessed: int
    missed_on: date | None
    mismatch: str
    not_evaluable: list[Patient]
    not_evaluable_ids: frozenset[str]

    @property
    def not_evaluable_count(self) -> int:
        return len(self.not_evaluable_ids)

    @property
    def is_sound(self) -> bool:
        return self.missed_on is None and not self.mismatch and not self.not_evaluable_ids


@dataclass(frozen=True)
class Troubles:
    """How many clinics have a check that is late, failed, or done in part; one clinic may count twice."""

    late: int
    failed: int
    partial: int

    def __bool__(self) -> bool:
        return bool(self.late or self.failed or self.partial)


def freshness(now: Moment) -> Freshness:
    """Read from the last check that finished and from the last one that was tried."""
    sweeps = Sweep.objects.of(now.clinic)
    newest = sweeps.first()
    complete = newest
    if newest is not None and (newest.finished_at is None or newest.error):
        complete = sweeps.complete().first()
    missed_on = newest.on if newest is not None and newest.error else None
    if missed_on is None and late_among([now.clinic], now.at):
        missed_on = now.on
    return _told(now, complete, missed_on)


def is_stale(clinic: Clinic, at: datetime) -> bool:
    """Whether the clinic's day has begun and is not checked: the sweep should be rung."""
    return clinic.swept_on != clinic.local_date(at)


def late_among(clinics: Iterable[Clinic], at: datetime) -> list[Clinic]:
    """Those whose day began more than an hour ago and is not checked.

    A clinic that was never checked is late an hour after its first patient came: before, there is nothing
    that a check could miss.
    """
    waiting = [clinic for clinic in clinics if is_stale(clinic, at)]
    waiting = [clinic for clinic in waiting if at - _midnight(clinic, at) > EXPECTED_WITHIN]
    began = _first_patients([clinic.pk for clinic in waiting if clinic.swept_on is None])
    never = {pk for pk, since in began.items() if at - since <= EXPECTED_WITHIN}
    return [c for c in waiting if c.swept_on is not None or (c.pk in began and c.pk not in never)]


def troubles(at: datetime) -> Troubles:
    """Over all clinics, from the newest check of each."""
    newest = Sweep.objects.filter(clinic=OuterRef("pk")).values("pk")[:1]
    clinics = list(Clinic.objects.annotate(newest=Subquery(newest)))
    sweeps = Sweep.objects.filter(pk__in=[clinic.newest for clinic in clinics if clinic.newest])
    failed = sweeps.exclude(error="").count()
    partial = sweeps.filter(~Q(not_evaluable={}) | ~Q(mismatch="")).count()
    return Troubles(len(late_among(clinics, at)), failed, partial)


def _told(now: Moment, complete: Sweep | None, missed_on: date | None) -> Freshness:
    """What the last complete check says of itself; without one, that there is none."""
    row = complete or Sweep(clinic=now.clinic)
    ids = frozenset(chain.from_iterable(row.not_evaluable.values()))
    return Freshness(
        finished_at=row.finished_at,
        is_today=row.finished_at is not None and now.clinic.local_date(row.finished_at) == now.on,
        patients=row.patients,
        assessed=row.assessed,
        missed_on=missed_on,
        mismatch=row.mismatch,
        not_evaluable=_patients(now.clinic, sorted(ids)[:NAMED]),
        not_evaluable_ids=ids,
    )


def _midnight(clinic: Clinic, at: datetime) -> datetime:
    return datetime.combine(clinic.local_date(at), time.min, tzinfo=clinic.zone)


def _first_patients(clinics: list[int]) -> dict[int, datetime]:
    """{clinic: when its first patient was registered}, of those that have patients."""
    if not clinics:
        return {}
    rows = Patient.objects.valid().filter(clinic__in=clinics).order_by().values_list("clinic")
    return dict(rows.annotate(since=Min("created_at")))


def _patients(clinic: Clinic, ids: list[str]) -> list[Patient]:
    return list(Patient.objects.of(clinic).filter(pk__in=ids)) if ids else []
