"""The morning's list as it reads: who comes, why, what they take, and who has been seen.

Five queries, however long the list is.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from accounts.wording import day, left, over
from patients.models import Patient, Visit, VisitKind
from regimens.models import DoseStep
from reviews.acts.mornings import places_of
from reviews.models import Flag, Reevaluation, Rule
from reviews.moments import Moment
from reviews.sentences import READS, short


@dataclass(frozen=True)
class Expected:
    """One patient of the list. `why` is why they come, `dose_mg` the elemental dose of a day.

    Seen is who had a visit today, whoever logged it; a message is none.
    """

    patient: Patient
    why: list[str]
    dose_mg: Decimal | None
    last_visit_on: date | None
    seen: bool


@dataclass(frozen=True)
class Morning:
    """The list in its order; `current` is the place of whom it is the turn of, None when all were seen."""

    rows: list[Expected] = field(default_factory=list)
    current: int | None = None

    @property
    def done(self) -> int:
        return sum(row.seen for row in self.rows)


def morning_of(by: Actor, now: Moment, after: UUID | None = None) -> Morning:
    """The person's list of today; after the patient `after` it is the turn of the next one not yet seen."""
    places = places_of(by, now.on).filter(patient__error_at=None).select_related("patient")
    patients = [place.patient for place in places]
    rows = _rows(now, patients)
    start = next((n + 1 for n, row in enumerate(rows) if row.patient.pk == after), 0)
    turn = [*range(start, len(rows)), *range(start)]
    return Morning(rows, next((n for n in turn if not rows[n].seen), None))


def _rows(now: Moment, patients: Sequence[Patient]) -> list[Expected]:
    keys = [patient.pk for patient in patients]
    owed, flags = _owed(now, keys), _flags(now, keys)
    doses, visits = _doses(now, keys), _last_visits(now, keys)
    return [
        Expected(
            patient,
            owed[patient.pk] + flags[patient.pk],
            doses.get(patient.pk),
            visits.get(patient.pk),
            visits.get(patient.pk) == now.on,
        )
        for patient in patients
    ]


def _owed(now: Moment, keys: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The re-evaluation that is owed next, in words."""
    rows: Any = Reevaluation.objects.of(now.clinic)
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in rows.owed(now.on).filter(patient__in=keys).in_state(now.on).order_by("closes_on", "pk"):
        found[row.patient_id].append(_words(row, now.on))
    return found


def _words(row: Any, on: date) -> str:
    booked = ", booked for today" if row.booked_on == on else ""
    if row.state == "RESULT_BACK":
        return f"result back, not reviewed{booked}"
    if row.state == "OVERDUE":
        return f"re‑evaluation {over(row.closes_on, on)}{booked}"
    if row.state == "OPEN":
        return f"re‑evaluation, {left(row.closes_on, on)}{booked}"
    return f"next re‑evaluation from {day(row.opens_on)}{booked}"


def _flags(now: Moment, keys: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The other standing flags in a few words, emergencies and act today first."""
    rows = Flag.objects.of(now.clinic).standing().filter(patient__in=keys).exclude(rule=Rule.RE_EVALUATION)
    found: dict[UUID, list[str]] = defaultdict(list)
    for flag in rows.select_related(*READS).order_by("-emergency", "severity", "raised_at", "pk"):
        found[flag.patient_id].append(short(flag, now.on))
    return found


def _doses(now: Moment, keys: Sequence[UUID]) -> dict[UUID, Decimal]:
    found: dict[UUID, Decimal] = defaultdict(Decimal)
    steps = DoseStep.objects.of(now.clinic).filter(patient__in=keys).in_force(now.on).with_dose()
    for patient, elemental_mg in steps.values_list("patient", "elemental_mg_per_day"):
        found[patient] += elemental_mg
    return found


def _last_visits(now: Moment, keys: Sequence[UUID]) -> dict[UUID, date]:
    """The day of the last visit; a message between visits is none."""
    visits = Visit.objects.of(now.clinic).valid().filter(patient__in=keys).exclude(kind=VisitKind.MESSAGE)
    newest = visits.order_by("patient_id", "-visited_on").distinct("patient_id")
    return dict(newest.values_list("patient", "visited_on"))
