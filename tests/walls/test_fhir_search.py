"""Searches of FHIR: rows of another clinic in any parameter find nothing."""

import json
from urllib.parse import quote

import pytest
from django.test import Client

from tests.walls.addresses import FHIR_ROWS
from tests.walls.furniture import House
from tests.walls.test_every_route import BACKEND

pytestmark = pytest.mark.django_db
TYPES = sorted(set(FHIR_ROWS.values()))


def found(house: House, address: str) -> list[str]:
    """The ids that a search gives to whoever has every role in the house."""
    client = Client()
    client.force_login(house.all_roles.user, backend=BACKEND)
    answer = client.get(f"/fhir/R4/{address}")
    assert answer.status_code == 200, (address, answer.content)
    said = json.loads(answer.content)
    assert said["total"] == len(said.get("entry", []))
    return [entry["resource"]["id"] for entry in said.get("entry", [])]


def questions(house: House) -> list[str]:
    """Every search that names a row of the house, or what only it has."""
    rows = {kind: str(house.rows[kind].pk) for kind in FHIR_ROWS}
    patient = house.rows["patients"]
    asked = [f"{FHIR_ROWS[kind]}?_id={key}" for kind, key in rows.items()]
    for name in ("patient", "subject"):
        asked += [f"{kind}?{name}={rows['patients']}" for kind in TYPES if kind != "Patient"]
    asked += [f"{kind}?encounter={rows['visits']}" for kind in ("Observation", "Flag")]
    system = f"urn:dolomite:clinic:{house.clinic.slug}:mrn"
    names = {"name": patient.family_name, "family": patient.family_name, "identifier": patient.mrn}
    asked += [f"Patient?{name}={quote(text)}" for name, text in names.items()]
    asked += [f"Patient?identifier={quote(f'{system}|{patient.mrn}')}"]
    regimen = house.rows["regimens"]
    return [
        *asked,
        f"MedicationStatement?code=urn:dolomite:product|{regimen.product_id}&patient={patient.pk}",
    ]


def test_a_house_finds_its_own_rows_by_every_question(untouched: tuple[House, House]) -> None:
    """So that what a stranger does not find is not just a question that finds nothing."""
    house = untouched[0]
    assert [asked for asked in questions(house) if not found(house, asked)] == []


def test_a_stranger_finds_nothing_by_any_of_them(untouched: tuple[House, House]) -> None:
    house, neighbour = untouched
    assert [asked for asked in questions(house) if found(neighbour, asked)] == []


@pytest.mark.parametrize("kind", TYPES)
def test_a_search_without_a_question_stays_at_home(kind: str, untouched: tuple[House, House]) -> None:
    house, neighbour = untouched
    for query in ("", "?_lastUpdated=ge2000", "?_count=200"):
        own, theirs = found(neighbour, f"{kind}{query}"), found(house, f"{kind}{query}")
        assert own and theirs and not set(own) & set(theirs)
