"""The people of a FHIR bundle: who they are, and whether the bundle says that they died (no database)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from labs.matching import names_nobody
from labs.reading.fhir_around import Person, person_of
from labs.reading.fhir_parts import part_at, text_at
from labs.reading.json_entries import entries
from labs.reading.texts import open_text


@dataclass(frozen=True)
class Arrival:
    """One Patient of a bundle. `problem` says why nobody can be registered from it."""

    number: int
    person: Person
    is_deceased: bool
    deceased_on: date | None
    problem: str = ""


def people_in(stream: BinaryIO, zone: ZoneInfo, *, on: date) -> Iterator[Arrival]:
    """The Patient entries one by one; raises Unreadable for what is no JSON, or is cut."""
    for entry in entries(open_text(stream)):
        resource = part_at(entry.content, "resource")
        if entry.number and text_at(resource, "resourceType") == "Patient":
            yield _arrival(entry.number, resource, person_of(resource, zone, on, entry.faults))


def _arrival(number: int, resource: dict[str, Any], person: Person) -> Arrival:
    died = text_at(resource, "deceasedDateTime")
    return Arrival(
        number, person, bool(died) or resource.get("deceasedBoolean") is True, _day(died), _problem(person)
    )


def _problem(person: Person) -> str:
    if person.problem:
        return person.problem
    if names_nobody(person.mrn):
        return "Patient: no identifier of type MR (medical record number)."
    if not person.family_name:
        return "Patient: no family name."
    return "" if person.birth_date else "Patient: no birth date."


def _day(told: str) -> date | None:
    """The day of a death; of a year or a month alone nobody can say the day."""
    try:
        return date.fromisoformat(told[:10]) if len(told) >= len("2026-11-26") else None
    except ValueError:
        return None
