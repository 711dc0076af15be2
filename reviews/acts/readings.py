"""Storing what wearables sent: many small values at once, all or none, and nothing twice."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS

from accounts import wording
from accounts.actors import Actor
from audit.record import record
from patients.models import Patient
from reviews.acts.ground import Refusals, act_on
from reviews.moments import Moment
from wearables.copying import NewReading, copy_readings
from wearables.kinds import STORED, ReadingRefused, canonical, kind_of
from wearables.models import BatchSource, Device, Reading, ReadingBatch

# Rows are checked and stored so many at a time, so that a long file costs no more memory than a short one.
CHUNK = 5_000
# So many faults are named; the rest is counted.
MOST_FAULTS = 200
# Clocks of devices run a little ahead; an hour is no future.
AHEAD = timedelta(hours=1)
# No body carried a sensor before; days of earlier years have no place in every time zone.
OLDEST = date(1900, 1, 1)


@dataclass(frozen=True)
class ReadingEntry:
    """One reading as somebody sent it; `number` is its place in the body, or its line in the file."""

    number: int
    device: Device
    kind: str
    value: Decimal
    unit: str
    at: datetime


@dataclass(frozen=True)
class FaultyEntry:
    """A row that could not even be read; it refuses the whole like any other fault."""

    number: int
    field: str
    sentence: str


@dataclass(frozen=True)
class Recorded:
    """What became of it: rows sent = stored + already stored. `batch` is None where nothing was new."""

    batch: ReadingBatch | None
    stored: int
    already_stored: int


def record_readings(
    *,
    patient: Patient,
    entries: Iterable[ReadingEntry | FaultyEntry],
    by: Actor,
    at: datetime,
    source: str = BatchSource.API,
    file_name: str = "",
) -> Recorded:
    """Store readings of a patient's devices, all or none. What is stored already changes nothing.

    Raises ValidationError naming each row ("readings.17.unit") that has a fault: an unknown kind or unit, a
    value that cannot be, a moment outside the life of the patient or the use of the device, another value for
    a moment that has one.
    """
    with act_on(patient, by, at) as now:
        intake = _Intake(patient, by, now, ReadingBatch(source=source, file_name=file_name))
        rows = iter(entries)
        while chunk := list(islice(rows, CHUNK)):
            intake.take(chunk)
        recorded = intake.end()
        after = {"stored": recorded.stored, "already_stored": recorded.already_stored, "file": file_name}
        record("RECORD_READINGS", by=by, at=at, of=recorded.batch, patient_id=patient.pk, after=after)
    return recorded


@dataclass(frozen=True)
class _Use:
    """A device, and the moments between which the patient can have worn it."""

    device: Device
    begins: datetime
    ends: datetime


class _Faults:
    """Refusals of rows: the first ones in words, the others as a number."""

    def __init__(self) -> None:
        self.refusals = Refusals()
        self.count = 0

    def add(self, number: int, field: str, sentence: str) -> None:
        self.count += 1
        if self.count <= MOST_FAULTS:
            self.refusals.add(f"readings.{number}.{field}", sentence)

    def stop_if_any(self) -> None:
        if self.count > MOST_FAULTS:
            more = self.count - MOST_FAULTS
            self.refusals.add(NON_FIELD_ERRORS, f"{wording.count(more, 'more fault')} not listed here.")
        self.refusals.stop_if_any()


class _Intake:
    """One batch on its way in."""

    def __init__(self, patient: Patient, by: Actor, now: Moment, batch: ReadingBatch) -> None:
        self.patient, self.by, self.now, self.batch = patient, by, now, batch
        self.faults = _Faults()
        devices = Device.objects.of(by.clinic).valid().filter(patient=patient)
        self.uses = {device.pk: self._use(device) for device in devices}
        self.stored = self.already_stored = 0

    def take(self, chunk: Sequence[ReadingEntry | FaultyEntry]) -> None:
        """Check the rows; store those that are new, unless something before was at fault."""
        rows = [(entry.number, row) for entry in chunk if (row := self._row(entry)) is not None]
        new = list(self._new(rows))
        if new and not self.faults.count:
            self._open_batch()
            copy_readings(self.batch, new)
            self.stored += len(new)

    def end(self) -> Recorded:
        self.faults.stop_if_any()
        if not self.stored and not self.already_stored:
            refusals = Refusals()
            refusals.add("readings", "There is no reading in it.")
            refusals.stop_if_any()
        if not self.stored:
            return Recorded(None, 0, self.already_stored)
        self.batch.stored, self.batch.already_stored = self.stored, self.already_stored
        self.batch.save(update_fields=["stored", "already_stored"])
        return Recorded(self.batch, self.stored, self.already_stored)

    def _open_batch(self) -> None:
        """Only what stores something becomes a batch."""
        if self.stored:
            return
        batch = self.batch
        batch.clinic, batch.patient, batch.created_by = self.by.clinic, self.patient, self.by.user
        batch.created_at, batch.stored, batch.already_stored = self.now.at, 0, 0
        batch.save(force_insert=True)

    def _row(self, entry: ReadingEntry | FaultyEntry) -> NewReading | None:
        if isinstance(entry, FaultyEntry):
            self.faults.add(entry.number, entry.field, entry.sentence)
            return None
        try:
            kind = kind_of(entry.kind)
            use = self._use_of(entry.device, kind, entry.at)
            value, unit = canonical(kind, entry.value, entry.unit)
        except ReadingRefused as refused:
            self.faults.add(entry.number, refused.field, str(refused))
            return None
        told = entry.value.quantize(STORED)
        return NewReading(use.device.pk, kind.value, told, unit, value, entry.at)

    def _use_of(self, device: Device, kind: str, at: datetime) -> _Use:
        """Raises ReadingRefused where the device cannot have sent this."""
        use = self.uses.get(device.pk)
        if use is None:
            raise ReadingRefused("device", "This is none of the patient's devices.")
        if use.device.measures and kind not in use.device.measures:
            raise ReadingRefused("kind", f"{use.device} is not recorded as measuring {kind}.")
        if at > self.now.at + AHEAD:
            raise ReadingRefused("at", "The moment is in the future.")
        if not use.begins <= at < use.ends:
            raise ReadingRefused("at", self._outside(use.device))
        return use

    def _use(self, device: Device) -> _Use:
        ends = [day for day in (device.until, self.patient.deceased_on) if day is not None]
        begins = max(self.patient.birth_date, device.since or OLDEST, OLDEST)
        # No end is the end of the next day: `AHEAD` judges what lies closer.
        last = min(ends, default=self.now.on + timedelta(days=1))
        return _Use(device, self._midnight(begins), self._midnight(last + timedelta(days=1)))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=self.by.clinic.zone).astimezone(UTC)

    def _outside(self, device: Device) -> str:
        since = f" from {wording.day(device.since)}" if device.since else ""
        until = f" until {wording.day(device.until)}" if device.until else ""
        if since or until:
            return f"{device} was worn{since}{until}, and within the life of the patient."
        return "The moment is before the birth or after the death of the patient."

    def _new(self, rows: Sequence[tuple[int, NewReading]]) -> Iterator[NewReading]:
        """Rows whose moment has no value yet; counts the others, and refuses another value."""
        known = _known(row for _, row in rows)
        for number, row in rows:
            before = known.get(_key(row))
            if before is None:
                known[_key(row)] = row.canonical_value
                yield row
            elif before == row.canonical_value:
                self.already_stored += 1
            else:
                self.faults.add(number, "value", _two_values(row, before))


def _key(row: NewReading) -> tuple[UUID, str, datetime]:
    return row.device, row.kind, row.at


def _two_values(row: NewReading, before: Decimal) -> str:
    told = f"{wording.number(before)} and {wording.number(row.canonical_value)}"
    return f"The same device says {told} of one moment (canonical unit). Withdraw what is wrong first."


def _known(rows: Iterable[NewReading]) -> dict[tuple[UUID, str, datetime], Decimal]:
    """What is stored already for the moments of `rows`: looked up by the index that makes them unique."""
    moments: dict[tuple[UUID, str], list[datetime]] = defaultdict(list)
    for row in rows:
        moments[row.device, row.kind].append(row.at)
    known: dict[Any, Decimal] = {}
    for (device, kind), ats in moments.items():
        stored = Reading.objects.valid().filter(device=device, kind=kind)
        # Mostly what comes is newer than all that is there; then there is nothing to compare with.
        if stored.filter(at__range=(min(ats), max(ats))).exists():
            pairs = stored.filter(at__in=ats).values_list("at", "canonical_value")
            known |= {(device, kind, at): value for at, value in pairs}
    return known
