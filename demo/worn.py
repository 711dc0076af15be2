"""What some people of the demo wear, and what it sends: invented devices, and values without a story."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from random import Random
from typing import Any

from demo.happenings import Case, Happening
from reviews.acts.devices import add_device, end_device
from reviews.acts.readings import ReadingEntry, record_readings
from wearables.kinds import KINDS, Kind
from wearables.models import BatchSource, Device, WornAs

MORNING = (time(6, 40),)
FOUR_TIMES = (time(1), time(7), time(13), time(19))


@dataclass(frozen=True)
class Curve:
    """Values of one kind in its canonical unit: about `level`, by chance up to `spread` beside it."""

    kind: Kind
    level: str
    spread: str
    times: Sequence[time] = MORNING

    def value(self, chance: Random) -> Decimal:
        beside = Decimal(str(round(chance.triangular(-1, 1), 3))) * Decimal(self.spread)
        step = Decimal(1).scaleb(-KINDS[self.kind].decimals)
        return (Decimal(self.level) + beside).quantize(step)


RING = (
    Curve(Kind.RESTING_HEART_RATE, "61", "4"),
    Curve(Kind.HRV_RMSSD, "38", "12"),
    Curve(Kind.SLEEP_DURATION, "6.7", "1.3"),
)
# Another maker, another variability: the two are never on one line.
WATCH = (
    Curve(Kind.RESTING_HEART_RATE, "64", "4"),
    Curve(Kind.HRV_SDNN, "47", "14"),
    Curve(Kind.SLEEP_DURATION, "7.1", "1.1"),
)
PATCH = (Curve(Kind.SWEAT_PH, "5.9", "0.5"),)
SENSOR = (Curve(Kind.INTERSTITIAL_GLUCOSE, "5.6", "1.4", FOUR_TIMES),)


@dataclass(frozen=True)
class Wears(Happening):
    """A device from that day on."""

    maker: str
    model: str
    serial: str
    worn_as: WornAs
    hour: int = field(default=9, kw_only=True)

    def happen(self, case: Case) -> None:
        add_device(
            patient=case.patient,
            by=case.staff.assistant,
            at=self.at(case),
            maker=self.maker,
            model=self.model,
            serial=self.serial,
            worn_as=self.worn_as,
            since=case.day(self.days),
        )


@dataclass(frozen=True)
class Sends(Happening):
    """On that day the device sends what it has measured since `since` days ago; `ends`: and is given back."""

    serial: str
    curves: Sequence[Curve]
    since: int
    ends: bool = False
    hour: int = field(default=20, kw_only=True)

    def happen(self, case: Case) -> None:
        device = Device.objects.get(patient=case.patient, serial=self.serial)
        told: dict[str, Any] = {"patient": case.patient, "by": case.staff.assistant, "at": self.at(case)}
        record_readings(**told, entries=self._entries(case, device), source=BatchSource.API)
        if self.ends:
            end_device(**told, device=device, version=device.version, until=case.day(self.days))

    def _entries(self, case: Case, device: Device) -> Iterator[ReadingEntry]:
        chance = Random(f"{self.serial} {self.since}")  # noqa: S311  # the same demo each time, no secret
        for days in range(self.since, self.days - 1, -1):
            for curve in self.curves:
                for clock in curve.times:
                    value, at = curve.value(chance), case.moment(days, clock)
                    yield ReadingEntry(days, device, curve.kind, value, KINDS[curve.kind].unit, at)
