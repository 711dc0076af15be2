"""How far the queue can be trusted: when the last nightly check finished, and whom it could not evaluate."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Clinic
from patients.models import Patient
from reviews.models import Sweep
from reviews.moments import Moment

# The sweep rings every 15 minutes from the clinic's midnight on; within an hour it must have finished.
EXPECTED_WITHIN = timedelta(hours=1)
NAMED = 10


@dataclass(frozen=True)
class Freshness:
    """`missed_on` is the day whose check did not finish, None when all is well."""

    finished_at: datetime | None
    is_today: bool
    assessed: int
    missed_on: date | None
    not_evaluable: list[Patient]
    not_evaluable_count: int

    @property
    def is_sound(self) -> bool:
        return self.missed_on is None and not self.not_evaluable_count


def freshness(now: Moment) -> Freshness:
    """Read from the last check that finished and from the last one that was tried."""
    sweeps = Sweep.objects.filter(clinic=now.clinic).order_by("-started_at")
    complete = sweeps.filter(finished_at__isnull=False, error="").first()
    newest = sweeps.first()
    failed = newest is not None and bool(newest.error)
    is_today = complete is not None and complete.on >= now.on
    missed = failed or (not is_today and _overdue(now))
    ids = sorted({pk for found in complete.not_evaluable.values() for pk in found}) if complete else []
    return Freshness(
        finished_at=complete.finished_at if complete else None,
        is_today=is_today,
        assessed=complete.assessed if complete else 0,
        missed_on=now.on if missed else None,
        not_evaluable=_patients(now.clinic, ids[:NAMED]),
        not_evaluable_count=len(ids),
    )


def _overdue(now: Moment) -> bool:
    midnight = now.end_of_day - timedelta(days=1)
    return now.at - midnight >= EXPECTED_WITHIN


def _patients(clinic: Clinic, ids: list[str]) -> list[Patient]:
    return list(Patient.objects.of(clinic).filter(pk__in=ids)) if ids else []
