"""FHIR resources for tests."""

import json
from typing import Any

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
MR = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}
TAKEN = "2026-11-03T08:15:00-05:00"

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"value": "other"}, {"type": MR, "value": "77"}],
    "name": [
        {"use": "old", "family": "Before"},
        {"use": "official", "family": "Conn", "given": ["Liz", "E"]},
    ],
    "birthDate": "1986-11-28",
    "gender": "female",
}


def quantity(value: Any, unit: str = "mmol/L", **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit, **more}


def observation(**changes: Any) -> dict[str, Any]:
    """An ionized magnesium; an element that is None is left out."""
    plain = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"system": LOINC, "code": "73572-0"}], "text": "Magnesium ionized"},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": TAKEN,
        "valueQuantity": quantity(0.47),
    }
    return {key: value for key, value in (plain | changes).items() if value is not None}


def bundle(*resources: dict[str, Any], kind: str = "collection") -> str:
    """A bundle of resources, each with its id as fullUrl."""
    entries = [{"fullUrl": f"urn:x:{resource.get('id')}", "resource": resource} for resource in resources]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries})


def of_patient(*resources: dict[str, Any]) -> str:
    return bundle(PATIENT, *resources)
