"""One result of an HL7 v2 message as a row (pure); what is wrong with it names segment and field."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from labs.reading.fitting import reported
from labs.reading.hl7_candidates import CODED, TAKEN_BACK, Candidate, laboratory_of, words_of
from labs.reading.hl7_codes import STATUSES, structured
from labs.reading.hl7_orders import Order
from labs.reading.hl7_people import Person
from labs.reading.hl7_split import Splitter
from labs.reading.hl7_strict import Message, Segment
from labs.reading.hl7_times import stamp_of
from labs.reading.intervals import Interval, LeftOut, NotAnInterval, interval
from labs.reading.moments import BadDate, Stamp, happened
from labs.reading.numbers import NotANumber, measured, number
from labs.reading.reported import Reported

T = TypeVar("T")
_MOST_REPETITIONS = 20


@dataclass(frozen=True)
class Place:
    """What a result needs besides its own segment."""

    message: Message
    split: Splitter
    zone: ZoneInfo
    on: date
    left_out: LeftOut


class Result:
    """One result while it is read."""

    def __init__(self, place: Place, order: Order, person: Person, candidate: Candidate) -> None:
        self._place, self._order, self._person = place, order, person
        self._obx, self._code, self._text = candidate.obx, candidate.code, place.split.text
        self._problems: list[str] = []

    def reported(self, number: int, name: str, clash: str) -> Reported:
        """The row; `name` is its name at the laboratory, `clash` says that another has the same."""
        told = self._measured() | self._times() | self._how()
        if self._person.problem:
            self._problems.append(self._person.problem)
        if self._code.problem:
            self._wrong(3, self._code.problem)
        elif not self._code.identity:
            self._wrong(3, "names no test")
        if clash:
            self._wrong(3, clash)
        doubt = [self._place.message.doubt] if self._place.message.doubt else []
        return reported(
            number, self._where, self._obx.text, doubt + self._problems, **told,
            mrn=self._person.mrn, family_name=self._person.family_name, given_name=self._person.given_name,
            birth_date=self._person.birth_date, sex=self._person.sex, loinc=self._code.loinc,
            local_name=self._code.name, source_id=name,
        )  # fmt: skip

    @property
    def _where(self) -> str:
        return f"message {self._place.message.number}, OBX {self._obx.nth}"

    def _wrong(self, field: int, words: object) -> None:
        self._problems.append(f"{self._where}, field {field}: {words}")

    def _read(self, field: int, reader: Callable[[], T]) -> T | None:
        try:
            return reader()
        except (NotANumber, BadDate) as error:
            self._wrong(field, error)
            return None

    def _measured(self) -> dict[str, Any]:
        status = self._status()
        unit = self._text(self._obx, 6, 1) or self._text(self._obx, 6, 2)
        told: dict[str, Any] = {"status": status, "unit": unit}
        if status in TAKEN_BACK:
            return told
        comparator, value = self._read(5, self._value) or ("", None)
        low, high = self._read(7, lambda: self._interval(unit)) or (None, None)
        return told | {
            "value": value, "comparator": comparator, "reference_low": low, "reference_high": high,
        }  # fmt: skip

    def _status(self) -> str:
        told = self._obx.field(11).strip()
        if told not in STATUSES:
            self._wrong(11, f"{told[:10]!r} is no status of a result" if told else "the status is missing")
        elif told == "U" and not self._obx.field(5).strip():
            self._wrong(11, "U makes an earlier result final without repeating it. Ask for the result")
        return STATUSES.get(told, "FINAL")

    def _value(self) -> tuple[str, Decimal]:
        obx, kind = self._obx, self._obx.field(2).strip()
        if self._place.split.repetitions(obx, 5) > 1:
            raise NotANumber("Several values")
        parts = [self._text(obx, 5, component) for component in (1, 2, 3, 4)]
        if kind == "SN":
            return structured(parts)
        if kind in CODED:
            return measured(words_of(obx, kind, self._place.split))
        if any(parts[1:]):
            raise NotANumber("Several parts, where one number is due")
        return measured(parts[0])

    def _interval(self, unit: str) -> Interval:
        text = self._text(self._obx, 7)
        try:
            return interval(text, number, unit)
        except (NotAnInterval, NotANumber):
            self._place.left_out.add(text)
            return None, None

    def _times(self) -> dict[str, Any]:
        stamp = self._collected()
        moment = self._read(14, lambda: happened(stamp, self._place.on)) if stamp else None
        order = self._order
        return {
            "collected_at": moment,
            "zone_assumed": bool(moment and stamp and stamp.zone_assumed),
            "analysed_at": self._moment(self._obx, 19),
            "reported_at": self._moment(order.obr, 22) or self._message_sent(),
        }

    def _collected(self) -> Stamp | None:
        order = self._order
        for segment, field in ((self._obx, 14), (order.obr, 7), (order.spm, 17)):
            text = self._text(segment, field)
            if segment is not None and text:
                return self._read(14, partial(stamp_of, text, self._place.zone))
        self._wrong(14, "the sample time is missing, here and in OBR-7")
        return None

    def _moment(self, segment: Segment | None, field: int) -> datetime | None:
        """When else something happened; a day alone is no moment, and is left out."""
        text = self._text(segment, field)
        stamp = self._read(field, lambda: stamp_of(text, self._place.zone))
        return self._read(field, lambda: happened(stamp, self._place.on)) if stamp and stamp.moment else None

    def _message_sent(self) -> datetime | None:
        try:
            header = self._place.message.header
            stamp = stamp_of(header.sent_at.split(header.encoding[0])[0], self._place.zone)
            return happened(stamp, self._place.on) if stamp and stamp.moment else None
        except BadDate:
            return None

    def _how(self) -> dict[str, Any]:
        obx, spm, obr, text = self._obx, self._order.spm, self._order.obr, self._text
        flags, conditions = self._all(obx, 8), self._all(spm, 24)
        return {
            "abnormal_flag": " ".join(flags),
            "laboratory": laboratory_of(self._place.message),
            "method": text(obx, 17, 2) or text(obx, 17),
            "analyzer": text(obx, 18),
            "specimen": text(spm, 4, 2) or text(spm, 4) or text(obr, 15, 1, 2) or text(obr, 15),
            "anticoagulant": text(spm, 6, 2) or text(spm, 6),
            "haemolysed": True if "HEM" in conditions else None,
        }

    def _all(self, segment: Segment | None, field: int) -> list[str]:
        """The first component of every repetition."""
        if segment is None or not segment.field(field):
            return []
        count = min(self._place.split.repetitions(segment, field), _MOST_REPETITIONS)
        return [self._text(segment, field, nth=nth) for nth in range(1, count + 1)]
