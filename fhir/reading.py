"""Reading a FHIR R4 bundle into what the record knows: people and laboratory results (no database)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.patient import Patient as FhirPatient
from labs.analytes import UnknownLoinc, analyte_of
from labs.models import ResultStatus
from patients.models import Sex
from patients.names import fold
from reviews.acts.results import ResultEntry

LOINC = "http://loinc.org"
# What stands for "no number" in many systems, and therefore names nobody.
PLACEHOLDERS = frozenset({"", "0", "00", "000", "none", "unknown", "n/a", "na", "null", "-", "test"})
STATUSES = {
    "final": ResultStatus.FINAL,
    "corrected": ResultStatus.CORRECTED,
    "amended": ResultStatus.CORRECTED,
    "preliminary": ResultStatus.PRELIMINARY,
}


class NotABundle(ValueError):
    """The file is no FHIR R4 bundle; the message says what was found."""


@dataclass(frozen=True)
class Person:
    """A patient of the bundle, by the references that its results use."""

    references: frozenset[str]
    mrn: str
    family_name: str
    given_name: str
    birth_date: date
    sex: str
    deceased_on: date | None
    is_deceased: bool


@dataclass(frozen=True)
class Row:
    """One laboratory result of the bundle: an entry, or the reason why it cannot be one."""

    number: int
    reference: str
    entry: ResultEntry | None
    reason: str = ""


@dataclass
class Reading:
    """What a bundle holds. `passed_over` counts what the record does not know, by kind or LOINC."""

    people: list[Person] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


def read_bundle(content: Any) -> Reading:
    """Sort the entries of a parsed bundle; raises NotABundle."""
    if not isinstance(content, dict) or content.get("resourceType") != "Bundle":
        raise NotABundle("This is no FHIR bundle: the top level needs resourceType Bundle.")
    reading = Reading()
    for number, entry in enumerate(content.get("entry") or [], start=1):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if kind == "Patient":
            _read_person(reading, number, entry)
        elif kind == "Observation":
            _read_result(reading, number, entry)
        else:
            reading.passed_over[str(kind)] += 1
    return reading


def _read_person(reading: Reading, number: int, entry: dict[str, Any]) -> None:
    try:
        patient = FhirPatient.model_validate(entry["resource"])
        reading.people.append(_person(patient, _references(entry, "Patient")))
    except (ValidationError, ValueError) as error:
        reading.problems.append((number, f"Patient: {_first_words(error)}"))


def _person(patient: FhirPatient, references: frozenset[str]) -> Person:
    mrn = next((i.value for i in patient.identifier or [] if _is_mrn(i) and i.value), "")
    names = sorted(patient.name or [], key=lambda name: name.use != "official")
    name = names[0] if names else None
    if fold(mrn) in PLACEHOLDERS:
        raise ValueError("no identifier of type MR (medical record number).")
    if name is None or not name.family:
        raise ValueError("no family name.")
    if patient.birthDate is None:
        raise ValueError("no birth date.")
    deceased = patient.deceasedDateTime
    return Person(
        references=references,
        mrn=mrn,
        family_name=name.family,
        given_name=" ".join(part for part in name.given or [] if part),
        birth_date=patient.birthDate,
        sex=(patient.gender or "unknown").upper()
        if (patient.gender or "").upper() in Sex.values
        else Sex.UNKNOWN,
        deceased_on=deceased.date() if isinstance(deceased, datetime) else deceased,
        is_deceased=deceased is not None or bool(patient.deceasedBoolean),
    )


def _is_mrn(identifier: Any) -> bool:
    codings = identifier.type.coding if identifier.type else None
    return any(coding.code == "MR" for coding in codings or [])


def _read_result(reading: Reading, number: int, entry: dict[str, Any]) -> None:
    code = _loinc(entry["resource"])
    try:
        analyte_of(code)
    except UnknownLoinc:
        reading.passed_over[f"Observation {code or 'without LOINC'}"] += 1
        return
    try:
        observation = Observation.model_validate(entry["resource"])
        reference = observation.subject.reference if observation.subject else ""
        source_id = min(_references(entry, "Observation"), default="")
        reading.rows.append(Row(number, reference or "", _entry(observation, code, source_id)))
    except (ValidationError, ValueError) as error:
        reading.rows.append(Row(number, "", None, _first_words(error)))


def _entry(observation: Observation, loinc: str, source_id: str) -> ResultEntry:
    quantity, taken_at = observation.valueQuantity, observation.effectiveDateTime
    if quantity is None or quantity.value is None:
        raise ValueError(f"{loinc}: no numeric value.")
    if not isinstance(taken_at, datetime) or taken_at.tzinfo is None:
        raise ValueError(f"{loinc}: no sample time with a time zone.")
    if observation.status not in STATUSES:
        raise ValueError(f"{loinc}: status {observation.status} is not taken.")
    if not source_id:
        raise ValueError(f"{loinc}: neither fullUrl nor id, so a second import could not know it.")
    low, high = _limits(observation, quantity)
    return ResultEntry(
        value=Decimal(quantity.value),
        comparator=quantity.comparator or "",
        unit=_unit(quantity),
        collected_at=taken_at,
        loinc=loinc,
        reference_low=low,
        reference_high=high,
        status=STATUSES[observation.status],
        method=observation.method.text or "" if observation.method else "",
        source="FHIR",
        source_id=source_id,
    )


def _limits(observation: Observation, quantity: Any) -> tuple[Decimal | None, Decimal | None]:
    """The normal interval, in the unit of the value; raises ValueError for one in another unit.

    Intervals for treatment, for pregnancy or beyond alarm are not what a result is compared with.
    """
    normal = [r for r in observation.referenceRange or [] if _is_normal(r)]
    ends = [normal[0].low, normal[0].high] if len(normal) == 1 else [None, None]
    for end in ends:
        if end is not None and _unit(end) not in ("", _unit(quantity)):
            raise ValueError(f"the interval is in {_unit(end)}, the value in {_unit(quantity)}.")
    low, high = (None if end is None or end.value is None else Decimal(end.value) for end in ends)
    return low, high


def _is_normal(interval: Any) -> bool:
    codes = [coding.code for coding in (interval.type.coding if interval.type else None) or []]
    return not interval.appliesTo and (not codes or "normal" in codes)


def _unit(quantity: Any) -> str:
    return str(quantity.code or quantity.unit or "")


def _loinc(resource: dict[str, Any]) -> str:
    code = resource.get("code")
    codings = code.get("coding") if isinstance(code, dict) else None
    found = (c.get("code") for c in codings or [] if isinstance(c, dict) and c.get("system") == LOINC)
    return str(next(found, "") or "")


def _references(entry: dict[str, Any], kind: str) -> frozenset[str]:
    """The ways in which other resources may point at this one."""
    own_id = entry["resource"].get("id")
    names = [entry.get("fullUrl"), f"{kind}/{own_id}" if own_id else None]
    return frozenset(name for name in names if isinstance(name, str) and name)


def _first_words(error: Exception) -> str:
    """One readable line of a validation error, with the field."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error)
