"""Sample files of two made-up people who are not in the demo: their results as FHIR, HL7 v2 and CSV (pure).

Their dates are fixed and lie in the past, so the files are the same whenever they are written.
"""

import csv
import io
import json
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

LABORATORY = "NORTHGATE LAB"
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
OBSERVED = "http://terminology.hl7.org/CodeSystem/observation-category"
IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203"


@dataclass(frozen=True)
class Measured:
    """One result as the laboratory reports it; limits may be empty."""

    loinc: str
    name: str
    value: str
    unit: str
    low: str
    high: str
    taken: str
    specimen: str


@dataclass(frozen=True)
class Person:
    """Somebody with results, and a diagnosis that only the FHIR bundle tells."""

    mrn: str
    family: str
    given: str
    birth_date: str
    gender: str
    diagnosis: str
    results: tuple[Measured, ...]


_BLOOD, _SERUM = "venous whole blood", "serum"
_FIRST, _SECOND = "2025-09-16T08:10:00-04:00", "2025-10-21T08:05:00-04:00"
_IONIZED = ("73572-0", "Magnesium Ionized in Blood by ISE")
PEOPLE = (
    Person("900417", "Hollis", "Mara", "1979-03-22", "female", "Generalized anxiety disorder", (
        Measured(*_IONIZED, "0.47", "mmol/L", "0.45", "0.60", _FIRST, _BLOOD),
        Measured("2823-3", "Potassium", "4.1", "mmol/L", "3.5", "5.0", _FIRST, _SERUM),
        Measured("1989-3", "25-hydroxyvitamin D3", "24.8", "ng/mL", "20", "80", _FIRST, _SERUM),
        Measured(*_IONIZED, "0.49", "mmol/L", "0.45", "0.60", _SECOND, _BLOOD),
    )),
    Person("900418", "Quayle", "Edwin", "1961-11-05", "male", "Essential hypertension", (
        Measured("14682-9", "Creatinine", "88", "umol/L", "62", "106", _FIRST, _SERUM),
        Measured("19123-9", "Magnesium", "2.1", "mg/dL", "1.7", "2.4", _FIRST, _SERUM),
        Measured("1995-0", "Calcium.ionized", "1.24", "mmol/L", "1.15", "1.33", _FIRST, _SERUM),
        Measured("718-7", "Hemoglobin", "14.6", "g/dL", "13.5", "17.5", _FIRST, _BLOOD),
        Measured(*_IONIZED, "0.55", "mmol/L", "0.45", "0.60", _SECOND, _BLOOD),
    )),
)  # fmt: skip


def files() -> dict[str, str]:
    """{file name: content}."""
    return {
        "fhir-bundle.json": json.dumps(fhir_bundle(), indent=1) + "\n",
        "results.hl7": hl7_messages(),
        "results.csv": csv_table(),
    }


def fhir_bundle() -> dict[str, Any]:
    """An R4 bundle: people, diagnoses and results."""
    entries = [entry for person in PEOPLE for entry in _fhir_entries(person)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def hl7_messages() -> str:
    """One ORU^R01 message a person, segments ended by a carriage return as HL7 v2.5.1 asks."""
    segments = [segment for number, person in enumerate(PEOPLE, 1) for segment in _segments(number, person)]
    return "".join(f"{segment}\r" for segment in segments)


def csv_table() -> str:
    """One row a result, UTF-8, with commas and points."""
    table = io.StringIO()
    write = csv.writer(table, lineterminator="\n").writerow
    names = "mrn,family,given,birth_date,loinc,test,value,unit,ref_low,ref_high,collected_at,status,specimen"
    write(names.split(","))
    for person in PEOPLE:
        who = (person.mrn, person.family, person.given, person.birth_date)
        for m in person.results:
            write((*who, m.loinc, m.name, m.value, m.unit, m.low, m.high, m.taken, "final", m.specimen))
    return table.getvalue()


def _fhir_entries(person: Person) -> list[dict[str, Any]]:
    name = f"{person.mrn}/{person.family}"
    patient = {
        "resourceType": "Patient",
        "identifier": [
            {"type": {"coding": [{"system": IDENTIFIER_TYPE, "code": "MR"}]}, "value": person.mrn}
        ],
        "name": [{"use": "official", "family": person.family, "given": [person.given]}],
        "gender": person.gender,
        "birthDate": person.birth_date,
    }
    subject = {"reference": _urn(name)}
    condition = {"resourceType": "Condition", "subject": subject, "code": {"text": person.diagnosis}}
    results = [
        _entry(f"{name}/{result.loinc}/{result.taken}", _observation(result, subject))
        for result in person.results
    ]
    return [_entry(name, patient), _entry(f"{name}/condition", condition), *results]


def _observation(result: Measured, subject: dict[str, str]) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": OBSERVED, "code": "laboratory"}]}],
        "code": {"coding": [{"system": LOINC, "code": result.loinc}], "text": result.name},
        "subject": subject,
        "effectiveDateTime": result.taken,
        "valueQuantity": _quantity(result.value, result.unit),
        "referenceRange": [
            {"low": _quantity(result.low, result.unit), "high": _quantity(result.high, result.unit)}
        ],
    }


def _quantity(value: str, unit: str) -> dict[str, Any]:
    return {"value": float(value), "unit": unit, "system": UCUM, "code": unit}


def _entry(name: str, resource: dict[str, Any]) -> dict[str, Any]:
    urn = _urn(name)
    return {"fullUrl": urn, "resource": {**resource, "id": urn.removeprefix("urn:uuid:")}}


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'dolomite-sample:{name}')}"


def _segments(number: int, person: Person) -> list[str]:
    sex = person.gender[0].upper()
    sent = _hl7_time(person.results[-1].taken)
    message = f"MSH|^~\\&|LIS|{LABORATORY}|DOLOMITE|NORTHGATE|{sent}||ORU^R01^ORU_R01|S{number:04}|P|2.5.1"
    born = person.birth_date.replace("-", "")
    who = f"PID|1||{person.mrn}^^^NORTHGATE^MR||{person.family}^{person.given}||{born}|{sex}"
    order = f"OBR|1|P{number:04}|F{number:04}|24321-2^Basic metabolic panel^LN|||{sent}"
    return [message, who, order, *(_obx(n, result) for n, result in enumerate(person.results, 1))]


def _obx(number: int, result: Measured) -> str:
    code = f"{result.loinc}^{result.name}^LN"
    taken = _hl7_time(result.taken)
    return f"OBX|{number}|NM|{code}||{result.value}|{result.unit}|{result.low}-{result.high}|N|||F|||{taken}"


def _hl7_time(moment: str) -> str:
    """2025-09-16T08:10:00-04:00 as 20250916081000-0400."""
    day, rest = moment.split("T")
    return f"{day.replace('-', '')}{rest.replace(':', '')}"
