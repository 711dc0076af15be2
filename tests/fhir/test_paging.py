"""Pages: nothing lost, nothing twice, whatever happens meanwhile, and never more queries."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from patients.models import Patient
from tests.factories import NOW, LabResultFactory, OutcomeFactory, SymptomAnswerFactory, VisitFactory
from tests.fhir.calling import BASE, Reader, link, refusal, resources
from tests.stories import a_dose_change, a_flag, a_patient, a_visit, an_entry, taking

# Of the laboratory, each once.
NUMBERS = itertools.count()
SORTS = ["", "date", "-date", "_lastUpdated", "-_lastUpdated", "_id", "-_id"]


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


def fill(patient: Patient, rounds: int) -> None:
    """Rows of all three kinds of observation, some with the same moment."""
    for n in range(rounds):
        at = NOW - timedelta(days=n // 2)
        told = {"patient": patient, "created_by": patient.created_by}
        LabResultFactory.create(**told, collected_at=at, source_id=f"result-{next(NUMBERS)}")
        visit = VisitFactory.create(**told, visited_on=at.date())
        SymptomAnswerFactory.create(**told, visit=visit)
        OutcomeFactory.create(**told, answered_on=at.date())


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("count", [1, 4, 50])
def test_pages_hold_every_row_once_in_order(reader: Reader, patient: Patient, sort: str, count: int) -> None:
    fill(patient, 7)
    query: dict[str, Any] = {"patient": patient.pk, "_count": count} | ({"_sort": sort} if sort else {})
    bundles = list(reader.pages("Observation", **query))
    rows = [row for bundle in bundles for row in resources(bundle)]
    assert len(rows) == len({row["id"] for row in rows}) == 21
    assert {bundle["total"] for bundle in bundles} == {21}
    assert [len(resources(bundle)) for bundle in bundles[:-1]] == [count] * (len(bundles) - 1)
    keys = [_key(row, sort) for row in rows]
    assert keys == sorted(keys, reverse=sort.startswith("-") or not sort)


def _key(row: dict[str, Any], sort: str) -> str:
    if sort.endswith("date"):
        return str(row["effectiveDateTime"])[:10]
    return str(row["meta"]["lastUpdated"] if sort.endswith("_lastUpdated") else row["id"])


@pytest.mark.parametrize("sort", ["", "-date", "date", "_lastUpdated", "_id"])
def test_rows_that_come_and_go_meanwhile_hide_and_repeat_none(
    reader: Reader, patient: Patient, sort: str
) -> None:
    fill(patient, 4)
    asked = {"patient": patient.pk, "_count": 3} | ({"_sort": sort} if sort else {})
    before = {row["id"] for row in reader.all("Observation", patient=patient.pk)}
    seen = []
    for bundle in reader.pages("Observation", **asked):
        seen += [row["id"] for row in resources(bundle)]
        fill(patient, 1) if len(seen) < 12 else None
    assert before <= set(seen)
    assert len(seen) == len(set(seen))


def test_links_name_this_server_and_the_question(reader: Reader, patient: Patient) -> None:
    fill(patient, 1)
    bundle = reader.get("Observation", patient=patient.pk, _count=2)
    assert link(bundle, "self") == f"{BASE}/Observation?patient={patient.pk}&_count=2"
    assert link(bundle, "next").startswith(f"{BASE}/Observation?patient={patient.pk}&_count=2&_cursor=")
    entry = bundle["entry"][0]
    assert entry["fullUrl"] == f"{BASE}/Observation/{entry['resource']['id']}"
    assert entry["search"] == {"mode": "match"}
    assert link(reader.get("Observation", patient=patient.pk), "next") == ""


def test_a_count_of_none_counts_and_one_above_the_most_gets_the_most(
    reader: Reader, patient: Patient
) -> None:
    fill(patient, 70)
    assert reader.get("Observation", _count=0)["total"] == 210
    assert "entry" not in reader.get("Observation", _count=0)
    assert len(reader.found("Observation", _count=100000)) == 200
    assert len(reader.found("Observation")) == 50


def test_a_cursor_cannot_be_written_by_hand_or_carried_to_another_order(
    reader: Reader, patient: Patient
) -> None:
    fill(patient, 2)
    cursor = link(reader.get("Observation", _count=2), "next").partition("_cursor=")[2]
    assert reader.ask(f"Observation?_count=2&_cursor={cursor}").status_code == 200
    for other in (f"{cursor}x", cursor[:-1], cursor.swapcase()):
        refusal(reader.ask(f"Observation?_count=2&_cursor={other}"), 400)
    assert (
        "another order" in refusal(reader.ask(f"Observation?_sort=date&_cursor={cursor}"), 400)["diagnostics"]
    )


def everything(by: Actor) -> Patient:
    patient = a_patient(by)
    regimen = taking(patient, by)
    a_dose_change(regimen, by)
    an_entry(patient, by, "medications", "OMEPRAZOLE")
    a_flag(by, patient)
    a_visit(patient, by, gad7_total=5)
    fill(patient, 3)
    return patient


def test_everything_of_a_patient_begins_with_the_patient(by: Actor, reader: Reader) -> None:
    patient = everything(by)
    everything(by)
    path = f"Patient/{patient.pk}/$everything"
    whole = reader.get(path)
    rows = resources(whole)
    assert (rows[0]["resourceType"], link(whole, "next")) == ("Patient", "")
    kinds = {"Patient", "Observation", "MedicationStatement", "Encounter", "Flag"}
    assert {row["resourceType"] for row in rows} == kinds
    owners = {row["subject"]["reference"] for row in rows[1:]}
    assert owners == {f"Patient/{patient.pk}"}
    apart = {row["id"] for kind in kinds - {"Patient"} for row in reader.all(kind, patient=patient.pk)}
    assert {row["id"] for row in rows} == apart | {str(patient.pk)}
    assert whole["total"] == len(rows) == len(apart) + 1
    assert [row["id"] for row in reader.all(path, _count=4)] == [row["id"] for row in rows]
    some = reader.found(path, _type="Encounter,Flag")
    assert {row["resourceType"] for row in some} == {"Encounter", "Flag"}


PATHS = ["Patient", "Observation", "MedicationStatement", "Encounter", "Flag", "Patient/{}/$everything"]
QUERIES: list[dict[str, str]] = [
    {},
    {"_lastUpdated": "ge2000"},
    {"_sort": "_lastUpdated"},
    {"_sort": "-date"},
]


@pytest.fixture
def counted(by: Actor, reader: Reader) -> Callable[..., int]:
    def count(path: str, query: dict[str, str]) -> int:
        with CaptureQueriesContext(connection) as queries:
            reader.get(path, **query)
        return len(queries)

    return count


@pytest.mark.parametrize("path", PATHS)
def test_more_rows_take_no_more_queries(by: Actor, reader: Reader, counted: Any, path: str) -> None:
    patient = everything(by)
    path = path.format(patient.pk)
    queries = [{}, {"_since": "2000"}] if "everything" in path else QUERIES
    reader.get(path)
    few = [counted(path, query) for query in queries]
    for _ in range(3):
        everything(by)
    fill(patient, 12)
    a_dose_change(taking(a_patient(by), by), by)
    assert [counted(path, query) for query in queries] == few
    assert max(few) <= (40 if "everything" in path else 20)
