"""The morning's list of one person: whom they see today, in which order.

A place on the list is no record of care: it belongs to the person, and is neither rebuilt nor audited.
Reading the list is. Each change holds the person's membership, so that two tabs follow one another.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from accounts.actors import Actor
from accounts.models import Membership
from patients.models import Patient, Status
from reviews.models import MorningPlace, Reevaluation

MOST = 200
# Lines that wait for a choice keep their places, so places have gaps; past this one they are closed.
LAST_PLACE = 30_000


def places_of(by: Actor, on: date) -> QuerySet[MorningPlace]:
    """The person's places of that day, in order."""
    rows = MorningPlace.objects.filter(clinic=by.clinic, membership=by.membership, on=on)
    return rows.order_by("place")


def booked_for(by: Actor, on: date) -> list[Patient]:
    """The living whose visit is booked for that day and not made yet, in order of name."""
    booked = Reevaluation.objects.of(by.clinic).valid().filter(booked_on=on)
    due = booked.filter(Q(met_on=None) | Q(met_on=on)).values("patient")
    rows = Patient.objects.of(by.clinic).valid().filter(pk__in=due).exclude(status=Status.DECEASED)
    return list(rows.order_by("family_name", "given_name", "pk"))


@transaction.atomic
def add_to_morning(*, by: Actor, at: datetime, patients: Sequence[tuple[int, Patient]]) -> list[Patient]:
    """Add each patient so many places after the end of the list; returns who stands on it already.

    Raises ValidationError for who has died, and when the list would hold more than 200.
    """
    with _held(by, at) as on:
        end = _end(by, on)
        there = set(places_of(by, on).values_list("patient", flat=True))
        new: dict[UUID, tuple[int, Patient]] = {}
        twice = []
        for offset, patient in patients:
            if patient.pk in there or patient.pk in new:
                twice.append(patient)
            else:
                new[patient.pk] = (end + offset, patient)
        _check_room(len(there) + len(new))
        _write(by, on, [(patient, place) for place, patient in new.values()])
    return twice


@transaction.atomic
def put_at(*, by: Actor, at: datetime, place: int, patient: Patient) -> bool:
    """Add one patient at a free place of the list, else at its end; False for one who stands on it already.

    Raises ValidationError when the list is full.
    """
    with _held(by, at) as on:
        rows = places_of(by, on)
        if rows.filter(patient=patient).exists():
            return False
        _check_room(rows.count() + 1)
        taken = not 0 < place <= LAST_PLACE or rows.filter(place=place).exists()
        _write(by, on, [(patient, _end(by, on) + 1 if taken else place)])
    return True


@transaction.atomic
def replace_morning(*, by: Actor, at: datetime, patients: Sequence[Patient]) -> None:
    """The whole list anew, in this order; who is named twice stands once. Raises ValidationError."""
    with _held(by, at) as on:
        once = list({patient.pk: patient for patient in patients}.values())
        _check_room(len(once))
        places_of(by, on).delete()
        _write(by, on, [(patient, place) for place, patient in enumerate(once, 1)])


@transaction.atomic
def move(*, by: Actor, at: datetime, patient_id: UUID, up: bool) -> bool:
    """Change places with the one before (`up`) or after; False at the end of the list or off it."""
    with _held(by, at) as on:
        rows = list(places_of(by, on))
        here = next((n for n, row in enumerate(rows) if row.patient_id == patient_id), None)
        there = None if here is None else here + (-1 if up else 1)
        if here is None or there is None or not 0 <= there < len(rows):
            return False
        mine, other = rows[here], rows[there]
        mine.place, other.place = other.place, mine.place
        # Places are unique at the end of the transaction.
        MorningPlace.objects.bulk_update([mine, other], ["place"])
    return True


@transaction.atomic
def remove(*, by: Actor, at: datetime, patient_id: UUID) -> bool:
    """Take one patient off the list; False for one who is not on it."""
    with _held(by, at) as on:
        gone, _ = places_of(by, on).filter(patient=patient_id).delete()
    return gone > 0


@transaction.atomic
def clear(*, by: Actor, at: datetime) -> int:
    """Take all off the list; how many stood on it."""
    with _held(by, at) as on:
        gone, _ = places_of(by, on).delete()
    return gone


@contextmanager
def _held(by: Actor, at: datetime) -> Iterator[date]:
    """The clinic's day; nobody else changes this person's list meanwhile."""
    Membership.objects.select_for_update(no_key=True).get(pk=_membership(by).pk)
    yield by.clinic.local_date(at)


def _end(by: Actor, on: date) -> int:
    """The last place that is taken; where places run out, the gaps are closed first."""
    end = places_of(by, on).aggregate(last=Max("place"))["last"] or 0
    if end <= LAST_PLACE:
        return int(end)
    rows = list(places_of(by, on))
    for place, row in enumerate(rows, 1):
        row.place = place
    MorningPlace.objects.bulk_update(rows, ["place"])
    return len(rows)


def _membership(by: Actor) -> Membership:
    if by.membership is None:
        raise ValueError("A list belongs to a person.")
    return by.membership


def _check_room(number: int) -> None:
    if number > MOST:
        raise ValidationError({"lines": [f"A list holds at most {MOST} patients; these would be {number}."]})


def _write(by: Actor, on: date, rows: Sequence[tuple[Patient, int]]) -> None:
    dead = [f"{patient} has died." for patient, _ in rows if patient.status == Status.DECEASED]
    if dead:
        raise ValidationError({"patients": dead})
    told: dict[str, Any] = {"clinic": by.clinic, "membership": by.membership, "on": on}
    MorningPlace.objects.bulk_create(MorningPlace(**told, patient=who, place=place) for who, place in rows)
