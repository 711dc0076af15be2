"""Whom a PID segment tells of (pure)."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from labs.reading.hl7_split import Splitter
from labs.reading.hl7_strict import Header, Segment
from labs.reading.hl7_times import day_of
from labs.reading.moments import BadDate, Stamp, born

_MOST_IDENTIFIERS = 20
_SEXES = {"F": "FEMALE", "M": "MALE", "O": "OTHER", "A": "OTHER", "U": "UNKNOWN", "N": "UNKNOWN"}


@dataclass(frozen=True)
class Person:
    """Names and numbers as reported; `problem` says what of them cannot be."""

    mrn: str = ""
    family_name: str = ""
    given_name: str = ""
    birth_date: date | None = None
    sex: str = ""
    problem: str = ""


def person_of(pid: Segment, split: Splitter, header: Header, zone: ZoneInfo, on: date) -> Person:
    """The person; a birth date that cannot be is named in `problem`."""
    birth_date, problem = None, ""
    try:
        day = day_of(split.text(pid, 7), zone)
        birth_date = born(Stamp(day), on) if day else None
    except BadDate as error:
        problem = f"PID {pid.nth}, field 7: {error}"
    return Person(
        mrn=_mrn(pid, split, header),
        family_name=split.text(pid, 5, 1),
        given_name=" ".join(filter(None, (split.text(pid, 5, 2), split.text(pid, 5, 3)))),
        birth_date=birth_date,
        sex=_SEXES.get(split.text(pid, 8).upper(), ""),
        problem=problem,
    )


def _mrn(pid: Segment, split: Splitter, header: Header) -> str:
    """The identifier of type MR, of several the one of the receiving facility; else the only one there is."""
    count = min(split.repetitions(pid, 3), _MOST_IDENTIFIERS)
    told = [
        (split.text(pid, 3, 1, nth=nth), split.text(pid, 3, 5, nth=nth), split.text(pid, 3, 4, nth=nth))
        for nth in range(1, count + 1)
    ]
    told = [identifier for identifier in told if identifier[0]]
    numbers = {number: authority for number, kind, authority in told if kind == "MR"}
    if len(numbers) > 1:
        facility = header.receiving_facility.split(header.encoding[0])[0]
        numbers = {number: authority for number, authority in numbers.items() if authority == facility}
    if not any(kind == "MR" for _, kind, _ in told):
        numbers = {number: authority for number, _, authority in told}
    return next(iter(numbers)) if len(numbers) == 1 else ""
