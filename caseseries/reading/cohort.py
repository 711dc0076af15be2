"""The people of a definition at a data cut: counted at once, read chunk by chunk, as often as asked.

As many queries for one person as for a whole chunk; memory holds one chunk, however many people there are.
"""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, Q

from accounts.models import Clinic
from caseseries.definition import SeriesDefinition
from caseseries.persons import Person
from caseseries.reading.columns import array_of, of_these
from caseseries.reading.people import persons_of
from caseseries.reading.rows import Scope
from caseseries.reading.starts import START_FIELDS, Start, Starts, first_starts, steps_of
from patients.models import Patient

CHUNK = 2000
Row = TypeVar("Row")


@dataclass(frozen=True)
class Cohort:
    """Who is in, and how many `remaining` there were after each step, ALL first."""

    clinic: Clinic
    definition: SeriesDefinition
    data_cut_on: date
    remaining: dict[str, int]

    @property
    def n(self) -> int:
        return list(self.remaining.values())[-1]

    def chunks(self) -> Iterator[list[Person]]:
        """Everybody, in the order of patient ids, in lists of at most CHUNK."""
        rows = self._kept().order_by("patient_id").values_list(*START_FIELDS)
        for batch in _in_chunks(rows.iterator(chunk_size=CHUNK)):
            yield self._persons(batch)

    def persons(self) -> Iterator[Person]:
        """The same, one by one."""
        for chunk in self.chunks():
            yield from chunk

    def patient_ids(self) -> Iterator[UUID]:
        """Everybody's id, in order."""
        return self._kept().order_by("patient_id").values_list("patient_id", flat=True).iterator()

    def in_order(self, patient_ids: Iterable[UUID]) -> Iterator[Person]:
        """These people of the cohort, in this order, such as that of their study ids."""
        for batch in _in_chunks(patient_ids):
            rows = self._kept(of_these(array_of(batch))).values_list(*START_FIELDS)
            found = {person.patient_id: person for person in self._persons(rows)}
            yield from (found[patient_id] for patient_id in batch if patient_id in found)

    def _kept(self, among: Q | None = None) -> Starts:
        criteria, cut = self.definition.cohort, self.data_cut_on
        last = list(steps_of(criteria, cut).values())[-1]
        return first_starts(self.clinic, criteria, cut, among).filter(last)

    def _persons(self, rows: Iterable[Sequence[object]]) -> list[Person]:
        starts = [Start(*row) for row in rows]  # type: ignore[arg-type]
        scope = Scope(self.clinic, self.data_cut_on, array_of(start.patient_id for start in starts))
        with _nothing_collected():
            return list(persons_of(starts, scope, self.definition.outcome)) if starts else []


def read_cohort(clinic: Clinic, definition: SeriesDefinition, data_cut_on: date) -> Cohort:
    """Everything dated on or before the data cut, as the record stands now; withdrawn rows never count."""
    steps = steps_of(definition.cohort, data_cut_on)
    counts = {name: Count("pk", filter=condition) for name, condition in steps.items()}
    counted = first_starts(clinic, definition.cohort, data_cut_on).aggregate(**counts)
    everybody = Patient.objects.of(clinic).valid().count()
    return Cohort(clinic, definition, data_cut_on, {"ALL": everybody, **counted})


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Every row of a chunk lives until its people are made, and none is in a cycle: Python's collector would
    go through all of them again and again, and find nothing. It took more than a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _in_chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
