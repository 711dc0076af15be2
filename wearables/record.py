"""What the devices of one patient told in a period, kind by kind, with who speaks in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from accounts.models import Clinic
from patients.course import ContextPoint, ContextRow
from patients.models import Patient
from wearables.days import source_days
from wearables.kinds import KINDS, Kind
from wearables.models import Device, SourceOrder
from wearables.sources import Daily, SourceDay, daily, in_order

# No figure reaches further back: a sensor of every five minutes has 100,000 readings in that time.
LONGEST_DAYS = 366


@dataclass(frozen=True)
class KindRecord:
    """One kind in the period. `order`: its devices as they come to speak; `choice`: by a person, if any."""

    kind: Kind
    daily: Daily
    order: Sequence[Device]
    choice: SourceOrder | None

    @property
    def on_chart(self) -> bool:
        return self.choice is None or self.choice.on_chart

    def device(self, pk: UUID) -> Device:
        return next(device for device in self.order if device.pk == pk)

    def row(self) -> ContextRow:
        """For the figures."""
        facts = KINDS[self.kind]
        return ContextRow(
            name=facts.short_label,
            unit=facts.unit_label,
            decimals=facts.decimals,
            runs=[[ContextPoint(shown.on, shown.spoken.value) for shown in run] for run in self.daily.runs],
            changes=[(on, str(self.device(pk))) for on, pk in self.daily.changes],
            gaps=[(gap.first, gap.last) for gap in self.daily.gaps],
        )


class Wearables:
    """The devices of a patient and their days from `first` (at most LONGEST_DAYS back) to `last`."""

    def __init__(self, patient: Patient, clinic: Clinic, first: date, last: date) -> None:
        self.patient, self.clinic, self.last = patient, clinic, last
        self.first = max(first, last - timedelta(days=LONGEST_DAYS))

    @classmethod
    def of_days(cls, patient: Patient, clinic: Clinic, last: date, days: int) -> "Wearables":
        """The period of so many days that ends with `last`."""
        return cls(patient, clinic, last - timedelta(days=days), last)

    @cached_property
    def devices(self) -> list[Device]:
        """Those that were not entered in error, the newest first."""
        rows = Device.objects.of(self.clinic).valid().filter(patient=self.patient)
        return sorted(rows, key=self._newness, reverse=True)

    @cached_property
    def choices(self) -> dict[str, SourceOrder]:
        rows = SourceOrder.objects.of(self.clinic).valid().filter(patient=self.patient)
        return {row.kind: row for row in rows}

    @cached_property
    def kinds(self) -> list[KindRecord]:
        """Those with a reading in the period, in the order in which kinds are shown."""
        if not self.devices:
            return []
        pks = [device.pk for device in self.devices]
        days = source_days(self.clinic, pks, self.first, self.last)
        return [self._kind(kind, days[kind]) for kind in Kind if kind in days]

    def order_of(self, kind: Kind) -> list[Device]:
        """The devices that sent a kind in the period, as they come to speak."""
        return next((list(record.order) for record in self.kinds if record.kind is kind), [])

    def _kind(self, kind: Kind, days: Sequence[SourceDay]) -> KindRecord:
        choice = self.choices.get(kind)
        speaking = {day.device for day in days}
        newest_first: list[UUID] = [device.pk for device in self.devices if device.pk in speaking]
        order = in_order(choice.devices if choice else [], newest_first)
        by_pk = {device.pk: device for device in self.devices}
        devices = [by_pk[pk] for pk in order]
        ends = [device.until for device in devices]
        # After the last device was given back, silence is no gap.
        until = self.last if None in ends else min(self.last, max(end for end in ends if end))
        return KindRecord(kind, daily(days, order, until), devices, choice)

    def _newness(self, device: Device) -> tuple[date, object, object]:
        since = device.since or self.clinic.local_date(device.created_at)
        return since, device.created_at, device.pk
