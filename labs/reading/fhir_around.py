"""What the results of a FHIR bundle point at (pure): patients, laboratories, specimens and reports.

Only what results need is kept of each, so that a large bundle stays small in memory.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from labs.reading.fhir_parts import (
    codes_of,
    mrn_of,
    objects_at,
    part_at,
    references_of,
    stamp_of,
    targets_of,
    text_at,
    words_of,
)
from labs.reading.moments import BadDate, born

T = TypeVar("T")
_HAEMOLYSED = "HEM"
_SEXES = {"male": "MALE", "female": "FEMALE", "other": "OTHER", "unknown": "UNKNOWN"}
# What a DiagnosticReport says for results that do not say it themselves.
LENT = ("subject", "effectiveDateTime", "effectivePeriod", "issued", "performer", "specimen")


class Person(NamedTuple):
    """Whom a result is of; `problem` says why the patient cannot be read."""

    mrn: str = ""
    family_name: str = ""
    given_name: str = ""
    birth_date: date | None = None
    sex: str = ""
    problem: str = ""


class Sample(NamedTuple):
    """What a result was measured in, and when it was taken, as text."""

    kind: str = ""
    collected: str = ""
    anticoagulant: str = ""
    haemolysed: bool | None = None


@dataclass
class Around:
    """The resources that results refer to, by each way in which they may; `on` is the day of reading."""

    zone: ZoneInfo
    on: date
    people: dict[str, Person] = field(default_factory=dict)
    laboratories: dict[str, str] = field(default_factory=dict)
    samples: dict[str, Sample] = field(default_factory=dict)
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, entry: Any, resource: dict[str, Any], faults: list[str]) -> None:
        """Remember a Patient, an Organization or a Specimen; other kinds are not needed."""
        kind = text_at(resource, "resourceType")
        if kind not in ("Patient", "Organization", "Specimen"):
            return
        for reference in references_of(entry, resource):
            if kind == "Patient":
                self._add_person(reference, person_of(resource, self.zone, self.on, faults))
            elif kind == "Organization":
                self.laboratories[reference] = text_at(resource, "name")
            else:
                self.samples[reference] = sample_of(resource)

    def _add_person(self, reference: str, person: Person) -> None:
        other = self.people.get(reference)
        if other is not None and other != person:
            person = Person(problem=f"Its Patient: two different ones are called {reference[:60]}")
        self.people[reference] = person

    def add_report(self, report: dict[str, Any], needy: set[str]) -> None:
        """Remember what a report says for those of its results that need it."""
        lent = {key: report[key] for key in LENT if key in report}
        for result in objects_at(report, "result"):
            for target in targets_of(text_at(result, "reference")):
                if target in needy:
                    self.reports.setdefault(target, lent)

    def person(self, subject: Any, contained: list[dict[str, Any]]) -> Person:
        """Whom a reference means; of an identifier alone only the number is known."""
        found = _found(
            text_at(subject, "reference"), self.people, contained, "Patient",
            lambda resource: person_of(resource, self.zone, self.on, []),
        )  # fmt: skip
        identifier = part_at(subject, "identifier")
        return found or Person(mrn=mrn_of([identifier] if identifier else []))

    def laboratory(self, performers: list[dict[str, Any]], contained: list[dict[str, Any]]) -> str:
        """The first performer that is no person."""
        for performer in performers:
            reference, shown = text_at(performer, "reference"), text_at(performer, "display")
            name = _found(
                reference, self.laboratories, contained, "Organization", lambda found: text_at(found, "name")
            )
            if name or (shown and (not reference or "Organization" in reference)):
                return name or shown
        return ""

    def sample(self, specimen: Any, contained: list[dict[str, Any]]) -> Sample:
        """The specimen that a reference means."""
        found = _found(text_at(specimen, "reference"), self.samples, contained, "Specimen", sample_of)
        return found or Sample(kind=text_at(specimen, "display"))


def _found(
    reference: str,
    known: dict[str, T],
    contained: Iterable[dict[str, Any]],
    kind: str,
    read: Callable[[dict[str, Any]], T],
) -> T | None:
    """What a reference means: something inside the resource itself, or an entry of the bundle."""
    if not reference:
        return None
    if reference.startswith("#"):
        inside = (
            c for c in contained if (text_at(c, "resourceType"), text_at(c, "id")) == (kind, reference[1:])
        )
        return next((read(resource) for resource in inside), None)
    return next((known[target] for target in targets_of(reference) if target in known), None)


def person_of(patient: dict[str, Any], zone: ZoneInfo, on: date, faults: list[str]) -> Person:
    """Number, names, birth date and sex of a Patient; the official name before others."""
    names = sorted(objects_at(patient, "name"), key=lambda name: text_at(name, "use") != "official")
    name = names[0] if names else {}
    given = name.get("given")
    birth_date, problem = None, "; ".join(faults)
    told = text_at(patient, "birthDate")
    try:
        # A year, or a year and a month, says no birth date.
        birth_date = born(stamp_of(told, zone), on) if len(told) > len("2026-11") else None
    except BadDate as error:
        problem = f"birthDate: {error}"
    return Person(
        mrn=mrn_of(objects_at(patient, "identifier")),
        family_name=text_at(name, "family"),
        given_name=" ".join(part for part in given if isinstance(part, str))
        if isinstance(given, list)
        else "",
        birth_date=birth_date,
        sex=_SEXES.get(text_at(patient, "gender"), ""),
        problem=f"Its Patient: {problem}" if problem else "",
    )


def sample_of(specimen: dict[str, Any]) -> Sample:
    """Kind, time, additive and haemolysis of a Specimen."""
    collection = part_at(specimen, "collection")
    containers = objects_at(specimen, "container")
    conditions = [code for condition in objects_at(specimen, "condition") for code in codes_of(condition)]
    return Sample(
        kind=words_of(part_at(specimen, "type")),
        collected=text_at(collection, "collectedDateTime") or text_at(collection, "collectedPeriod", "start"),
        anticoagulant=next(
            filter(None, (words_of(part_at(c, "additiveCodeableConcept")) for c in containers)), ""
        ),
        haemolysed=True if _HAEMOLYSED in conditions else None,
    )
