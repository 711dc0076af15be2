"""The pass over one clinic that makes the queue complete, whatever was missed before."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from accounts.models import Clinic
from patients.models import Patient
from reviews.due import among, due_since
from reviews.models import Sweep
from reviews.moments import Moment
from reviews.raising import clear_flags, raise_flags, unflagged
from reviews.rule_parts import RuleSpec
from reviews.rules import RULES

# An unsaved form is kept this long.
DRAFT_LIFE = timedelta(days=7)
# So many keys fit well into one statement.
FEW = 10_000
# The causes whose stored reason says that they ask for review.
WITH_REASON = ("symptom_answer", "lab_result", "outcome")


@dataclass
class Tally:
    """What one sweep did: counts per rule, and patients that a rule could not evaluate."""

    raised: Counter[str]
    cleared: Counter[str]
    not_evaluable: dict[str, list[str]] = field(default_factory=dict)


class DryRun(Exception):
    """Rolls a trial sweep back."""


def sweep(
    clinic: Clinic,
    *,
    at: datetime,
    on: date | None = None,
    dry_run: bool = False,
    only_due: bool = False,
) -> Sweep | None:
    """Sweep one clinic; returns its record, or None when another sweep holds the clinic.

    Everybody is looked at, or with `only_due` whom time or an act concerns since the last sweep, where that
    is enough to know (`reviews.due`).

    1. Lock the clinic row; who finds it locked leaves, because the other one does the work.
    2. Lock the patients about whom something changes, so that no act on them is halfway: what an act is
       withdrawing is neither raised nor held for gone. Where nobody is concerned, the sweep is done.
    3. For each rule, in a savepoint of its own: clear what lost its cause, then raise what asks for review.
    4. End the `Sweep` row and, unless `on` was given by hand, move `swept_on`, in the same transaction.
    A failure is recorded in a transaction of its own. `dry_run` counts and keeps nothing.
    """
    row: Sweep | None = None
    try:
        with transaction.atomic():
            held = (
                Clinic.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=clinic.pk).first()
            )
            if held is None:
                return None
            row = _looked(Moment.of(held, at, on), only_due)
            if dry_run:
                raise DryRun
            _finish(row, at, moves_day=on is None)
    except DryRun:
        pass
    except (DatabaseError, ObjectDoesNotExist, ValueError) as error:
        # Beside the database: no protocol, or one whose stored values are not valid.
        said = f"{type(error).__name__}: {error}"[:2000]
        row = Sweep.objects.create(clinic=clinic, on=on or clinic.local_date(at), started_at=at, error=said)
    return row


def _looked(now: Moment, only_due: bool) -> Sweep:
    """Clear and raise what there is to clear and raise; the row says how much, and is not saved yet."""
    whom = due_since(now) if only_due else None
    row = Sweep(clinic=now.clinic, on=now.on, started_at=now.at, is_thorough=whom is None)
    _fill(row, _run(now, whom))
    return row


def _finish(row: Sweep, at: datetime, *, moves_day: bool) -> None:
    row.finished_at = at
    row.save()
    if moves_day:
        Clinic.objects.filter(pk=row.clinic.pk).update(swept_on=row.on)


def due_clinics(at: datetime) -> list[Clinic]:
    """Clinics whose local day has begun and has not been swept."""
    return [clinic for clinic in Clinic.objects.order_by("pk") if clinic.swept_on != clinic.local_date(at)]


def _run(now: Moment, whom: list[UUID] | None) -> Tally:
    """`whom`: the patients to look at; None is everybody."""
    none = Counter({str(spec.rule): 0 for spec in RULES})
    tally = Tally(none.copy(), none.copy())
    concerned = _concerned(now, whom) if whom != [] else []
    if not _hold(now, concerned):
        return tally
    those = among(concerned) if whom is not None or len(concerned) <= FEW else Q()
    for spec in RULES:
        gone = spec.gone(now).filter(those, clinic=now.clinic)
        tally.cleared[spec.rule] += _careful(now, gone, partial(clear_flags, now=now), tally, spec.rule)
    for spec in RULES:
        causes = spec.causes(now).filter(those, clinic=now.clinic)
        tally.raised[spec.rule] += _careful(
            now, causes, partial(raise_flags, spec, now=now), tally, spec.rule
        )
    return tally


def _concerned(now: Moment, whom: list[UUID] | None) -> list[UUID]:
    """Those of `whom` about whom a rule would clear or raise, in order of their keys; after an error, all."""
    found: set[UUID] = set()
    those = Q() if whom is None else among(whom)
    try:
        with transaction.atomic():
            for spec in RULES:
                for rows in (spec.gone(now), _fresh(spec, now, those)):
                    mine = rows.filter(those, clinic=now.clinic)
                    found.update(mine.order_by().values_list("patient_id", flat=True))
    except DatabaseError:
        found = set(whom or Patient.objects.of(now.clinic).values_list("pk", flat=True))
    return sorted(found)


def _fresh(spec: RuleSpec, now: Moment, those: Any) -> QuerySet[Any]:
    """The causes that have no flag yet, found by their keys alone where a partial index holds those.

    Most of what asks for review has had its flag for long; its rows are wide, scattered, and not read.
    """
    causes = spec.causes(now)
    if spec.cause not in WITH_REASON:
        return unflagged(spec, causes)
    live = causes.model._default_manager.filter(those, clinic=now.clinic, error_at=None)
    live = live.exclude(review_reason="")
    if spec.reasons:
        live = live.filter(review_reason__in=spec.reasons)
    keys = list(unflagged(spec, live).order_by().values_list("pk", flat=True)[: FEW + 1])
    return causes.filter(pk__in=keys) if len(keys) <= FEW else unflagged(spec, causes)


def _hold(now: Moment, patients: list[UUID]) -> int:
    """Lock them as acts do, always in the same order; returns how many. It waits for acts that hold one."""
    rows = Patient.objects.of(now.clinic).order_by("pk").select_for_update(no_key=True)
    parts = (patients[start : start + FEW] for start in range(0, len(patients), FEW))
    return sum(len(rows.filter(pk__in=part).values_list("pk", flat=True)) for part in parts)


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
    row.patients = Patient.objects.of(row.clinic).valid().count()
    row.assessed = row.patients - len(set(chain.from_iterable(tally.not_evaluable.values())))
    row.raised = tally.raised
    row.cleared = tally.cleared
    row.not_evaluable = tally.not_evaluable
