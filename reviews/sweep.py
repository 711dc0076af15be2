"""The pass over one clinic that makes the queue complete, whatever was missed before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from accounts.models import Clinic
from patients.models import Patient
from reviews.models import Sweep
from reviews.moments import Moment
from reviews.raising import clear_flags, raise_flags
from reviews.rules import RULES

# An unsaved form is kept this long.
DRAFT_LIFE = timedelta(days=7)


@dataclass
class Tally:
    """What one sweep did: counts per rule, and patients that a rule could not evaluate."""

    raised: dict[str, int] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)
    not_evaluable: dict[str, list[str]] = field(default_factory=dict)

    def add(self, counts: dict[str, int], rule: str, count: int) -> None:
        counts[rule] = counts.get(rule, 0) + count


class DryRun(Exception):
    """Rolls a trial sweep back."""


def sweep(clinic: Clinic, *, at: datetime, on: date | None = None, dry_run: bool = False) -> Sweep | None:
    """Sweep one clinic; returns its record, or None when another sweep holds the clinic.

    1. Lock the clinic row; who finds it locked leaves, because the other one does the work.
    2. For each rule, in a savepoint of its own: clear what lost its cause, then raise what asks for review.
    3. End the `Sweep` row and, unless `on` was given by hand, move `swept_on`, in the same transaction.
    A failure is recorded in a transaction of its own. `dry_run` counts and keeps nothing.
    """
    started: Sweep | None = None
    try:
        with transaction.atomic():
            held = (
                Clinic.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=clinic.pk).first()
            )
            if held is None:
                return None
            now = Moment.of(held, at, on)
            started = Sweep(clinic=held, on=now.on, started_at=at)
            _fill(started, _run(now))
            if dry_run:
                raise DryRun
            started.finished_at = at
            started.save()
            if on is None:
                Clinic.objects.filter(pk=held.pk).update(swept_on=now.on)
    except DryRun:
        pass
    except DatabaseError as error:
        started = Sweep.objects.create(
            clinic=clinic,
            on=on or clinic.local_date(at),
            started_at=at,
            error=f"{type(error).__name__}: {error}"[:2000],
        )
    return started


def due_clinics(at: datetime) -> list[Clinic]:
    """Clinics whose local day has begun and has not been swept."""
    return [clinic for clinic in Clinic.objects.order_by("pk") if clinic.swept_on != clinic.local_date(at)]


def _run(now: Moment) -> Tally:
    tally = Tally()
    for spec in RULES:
        gone = spec.gone(now).filter(clinic=now.clinic)
        count = _careful(now, gone, partial(clear_flags, now=now), tally, spec.rule)
        tally.add(tally.cleared, spec.rule, count)
    for spec in RULES:
        causes = spec.causes(now).filter(clinic=now.clinic)
        count = _careful(now, causes, partial(raise_flags, spec, now=now), tally, spec.rule)
        tally.add(tally.raised, spec.rule, count)
    return tally


def _careful(
    now: Moment, rows: QuerySet[Any], act: Callable[[QuerySet[Any]], int], tally: Tally, rule: str
) -> int:
    """Run `act` in a savepoint; after an error halve by patient until the poison rows stand alone."""
    try:
        with transaction.atomic():
            return act(rows)
    except DatabaseError:
        patients = Patient.objects.of(now.clinic).order_by("pk").values_list("pk", flat=True)
        return _halve(rows, list(patients), act, tally, rule)


def _halve(
    rows: QuerySet[Any], patients: list[UUID], act: Callable[[QuerySet[Any]], int], tally: Tally, rule: str
) -> int:
    if not patients:
        return 0
    part = rows.filter(Q(patient__gte=patients[0]) & Q(patient__lte=patients[-1]))
    try:
        with transaction.atomic():
            return act(part)
    except DatabaseError:
        if len(patients) == 1:
            tally.not_evaluable.setdefault(rule, []).append(str(patients[0]))
            return 0
        middle = len(patients) // 2
        return _halve(rows, patients[:middle], act, tally, rule) + _halve(
            rows, patients[middle:], act, tally, rule
        )


def _fill(row: Sweep, tally: Tally) -> None:
    row.assessed = Patient.objects.of(row.clinic).valid().count()
    row.raised = tally.raised
    row.cleared = tally.cleared
    row.not_evaluable = tally.not_evaluable
