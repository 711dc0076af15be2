"""Which resources a search finds, and which questions it refuses."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.actors import Actor
from reviews.acts.flags import resolve
from reviews.acts.sources import add_source
from reviews.models import Flag
from tests.factories import NOW, TODAY
from tests.fhir.calling import BASE, Reader, link, refusal, resources
from tests.stories import (
    a_clinic,
    a_clinician,
    a_dose_change,
    a_flag,
    a_low_result,
    a_patient,
    a_result,
    a_visit,
    an_entry,
    present,
    product,
    taking,
)

Rows = dict[str, str]


@pytest.fixture
def people(by: Actor) -> Rows:
    """{family name: id} of four patients."""
    told = [
        ("Lindqvist", "Sara", "1980-05-17", "FEMALE", "M-1"),
        ("Brandão-Weiß", "José María", "1951-02-28", "MALE", "M-2"),
        ("Sørensen", "Lin", "1980-05-18", "OTHER", "123 456"),
        ("O'Brien", "Zoë", "1999-12-31", "UNKNOWN", "M,4|x"),
    ]
    names = ("family_name", "given_name", "birth_date", "sex", "mrn")
    found = {}
    for row in told:
        particulars: dict[str, Any] = dict(zip(names, row, strict=True))
        particulars["birth_date"] = date.fromisoformat(particulars["birth_date"])
        found[row[0]] = str(a_patient(by, **particulars).pk)
    return found


@pytest.mark.parametrize(
    ("query", "families"),
    [
        ("family=lindq", ["Lindqvist"]),
        ("family=BRANDAO", ["Brandão-Weiß"]),
        ("family=weiss", ["Brandão-Weiß"]),
        ("family=sorensen,obrien", ["Sørensen", "O'Brien"]),
        ("family=sara", []),
        ("family=lin", ["Lindqvist"]),
        ("given=lin", ["Sørensen"]),
        ("given=jose+maria", ["Brandão-Weiß"]),
        ("given=maria&family=brand", ["Brandão-Weiß"]),
        ("name=lin", ["Lindqvist", "Sørensen"]),
        ("name=lin+sara", ["Lindqvist"]),
        ("name=%25", []),
        ("family=-", []),
        ("identifier=M-1", ["Lindqvist"]),
        ("identifier=m-1", []),
        ("identifier=123456", ["Sørensen"]),
        ("identifier=urn:dolomite:clinic:northgate:mrn|M-2", ["Brandão-Weiß"]),
        ("identifier=urn:dolomite:clinic:southbank:mrn|M-2", []),
        ("identifier=|M-2", []),
        (r"identifier=M\,4\|x", ["O'Brien"]),
        ("identifier=M-1,M-2", ["Lindqvist", "Brandão-Weiß"]),
        ("birthdate=1980-05-17", ["Lindqvist"]),
        ("birthdate=1980", ["Lindqvist", "Sørensen"]),
        ("birthdate=gt1980-05-17", ["Sørensen", "O'Brien"]),
        ("birthdate=ge1980-05-17&birthdate=lt1980-05-18", ["Lindqvist"]),
        ("birthdate=le1951-02-28", ["Brandão-Weiß"]),
        ("birthdate=1980-05-17,1999-12-31", ["Lindqvist", "O'Brien"]),
        ("gender=male,other", ["Brandão-Weiß", "Sørensen"]),
        ("gender=MALE", ["Brandão-Weiß"]),
        ("active=true", ["Lindqvist", "Brandão-Weiß", "Sørensen", "O'Brien"]),
        ("active=false", []),
        ("_id=not-an-id", []),
    ],
)
def test_patients_are_found(reader: Reader, people: Rows, query: str, families: list[str]) -> None:
    bundle = reader.get(f"Patient?{query}")
    found = {one["name"][0]["family"] for one in resources(bundle)}
    assert (found, bundle["total"]) == (set(families), len(families))


def test_ids_find_patients_and_a_search_without_any_finds_all(reader: Reader, people: Rows) -> None:
    one, other = list(people.values())[:2]
    assert reader.ids("Patient", _id=f"{one},{other}") == {one, other}
    assert reader.ids("Patient") == set(people.values())


@pytest.fixture
def chart(by: Actor) -> Rows:
    """{what: id} of one patient's rows, beside those of another patient."""
    patient, other = a_patient(by), a_patient(by)
    regimen = taking(patient, by, since=TODAY - timedelta(days=35))
    taking(other, by)
    step = a_dose_change(regimen, by, on=TODAY)
    told = a_visit(patient, by, present("TINGLING"), gad7_total=8, kind="PHONE")
    earlier = a_visit(patient, by, present("FATIGUE"), on=TODAY - timedelta(days=20))
    a_visit(other, by, present("TINGLING"))
    a_low_result(other, by)
    rows = {
        "patient": patient,
        "ionized": a_low_result(patient, by),
        "potassium": a_result(patient, by, "4.1", analyte="POTASSIUM", days_ago=20),
        "tingling": told.visit.symptom_answers.get(),
        "fatigue": earlier.visit.symptom_answers.get(),
        "gad7": told.visit.outcomes.get(),
        "visit": told.visit,
        "earlier": earlier.visit,
        "first": regimen.dose_steps.exclude(pk=step.pk).get(),
        "second": step,
        "pill": an_entry(patient, by, "medications", "OMEPRAZOLE", since=TODAY - timedelta(days=60)),
        "old pill": an_entry(
            patient, by, "medications", "IRON", since=TODAY - timedelta(days=90),
            until=TODAY - timedelta(days=40),
        ),
        "undated": an_entry(patient, by, "medications", "LEVOTHYROXINE", taken_at=[time(7)]),
        "antacid": add_source(
            patient=patient, by=by, at=NOW, product=product("X1"), units_per_day=Decimal(1)
        ),
    }  # fmt: skip
    flags = Flag.objects.filter(patient=patient)
    rows["flag"] = flags.get(rule="LAB_OUT_OF_RANGE")
    closed = flags.get(symptom_answer=rows["tingling"])
    resolve(flag=closed, by=by, at=NOW, version=1, action="ADVISED", note="")
    rows["closed"] = closed
    return {name: str(row.pk) for name, row in rows.items()}


SNOMED = "http://snomed.info/sct"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("Observation?", ["ionized", "potassium", "tingling", "fatigue", "gad7"]),
        ("Observation?category=laboratory", ["ionized", "potassium"]),
        ("Observation?category=survey", ["tingling", "fatigue", "gad7"]),
        ("Observation?category=laboratory,survey", ["ionized", "potassium", "tingling", "fatigue", "gad7"]),
        ("Observation?category=exam", []),
        ("Observation?category=http://example.org|survey", []),
        ("Observation?code=73572-0", ["ionized"]),
        ("Observation?code=http://loinc.org|73572-0,http://loinc.org|70274-6", ["ionized", "gad7"]),
        ("Observation?code=http://loinc.org|", ["ionized", "potassium", "gad7"]),
        ("Observation?code=http://snomed.info/sct|73572-0", []),
        ("Observation?code=|73572-0", []),
        (f"Observation?code={SNOMED}|91019004", ["tingling"]),
        (f"Observation?code={SNOMED}|", ["tingling", "fatigue"]),
        ("Observation?code=urn:dolomite:symptom|FATIGUE", ["fatigue"]),
        ("Observation?code=73572-0&code=2823-3", []),
        ("Observation?date=2026-03-12", ["ionized", "tingling", "gad7"]),
        ("Observation?date=lt2026-03-12", ["potassium", "fatigue"]),
        ("Observation?date=ge2026-02-20&date=le2026-02-20", ["potassium", "fatigue"]),
        # At 11:00 in New York; a day that began before a moment is neither wholly before nor after it.
        ("Observation?date=2026-03-12T15:00:00Z", ["ionized"]),
        ("Observation?date=2026-03-12T11:00", ["ionized"]),
        ("Observation?date=gt2026-03-12T15:00:00Z", ["tingling", "gad7"]),
        ("Observation?date=ge2026-03-12T15:00:00Z", ["ionized", "tingling", "gad7"]),
        ("Observation?date=gt2026-03-12", []),
        ("Observation?status=final", ["ionized", "potassium", "tingling", "fatigue", "gad7"]),
        ("Observation?status=preliminary,cancelled", []),
        ("Observation?encounter={visit}", ["tingling", "gad7"]),
        ("Observation?encounter=Encounter/{earlier}", ["fatigue"]),
        ("Encounter?", ["visit", "earlier"]),
        ("Encounter?date=2026-02-20", ["earlier"]),
        ("Encounter?class=VR", ["visit"]),
        ("Encounter?class=http://terminology.hl7.org/CodeSystem/v3-ActCode|AMB", ["earlier"]),
        ("Encounter?type=PHONE", ["visit"]),
        ("Encounter?type=RE_EVALUATION", []),
        ("Encounter?status=finished", ["visit", "earlier"]),
        ("Encounter?status=planned", []),
        ("MedicationStatement?", ["first", "second", "pill", "old pill", "undated", "antacid"]),
        ("MedicationStatement?status=active", ["second", "pill", "undated", "antacid"]),
        ("MedicationStatement?status=completed", ["first", "old pill"]),
        ("MedicationStatement?effective=ge2026-03-12", ["second", "pill"]),
        # A period is found by a span that it lies in as a whole.
        ("MedicationStatement?date=2026-02", []),
        ("MedicationStatement?effective=ge2026-02-05&effective=le2026-03-11", ["first", "pill"]),
        ("MedicationStatement?effective=lt2026-02-05", ["pill", "old pill"]),
        ("MedicationStatement?code=http://www.whocc.no/atc|A02BC01", ["pill"]),
        ("MedicationStatement?code=A02AA04", ["antacid"]),
        ("MedicationStatement?code=urn:dolomite:medicine|IRON", ["old pill"]),
        ("MedicationStatement?code=urn:dolomite:product|", ["first", "second", "antacid"]),
        ("MedicationStatement?code=urn:dolomite:product|{p02}", ["first", "second"]),
        ("MedicationStatement?code=A12CC30", []),
        ("Flag?code=LAB_OUT_OF_RANGE", ["flag"]),
        ("Flag?status=inactive&code=SYMPTOM", ["closed"]),
        ("Flag?code=urn:dolomite:rule|SYMPTOM&encounter={visit}", ["closed"]),
        ("Flag?code=SYMPTOM,LAB_OUT_OF_RANGE&date=eq2026-03-12", ["closed"]),
        ("Flag?code=LAB_OUT_OF_RANGE&date=ge2026-03-13", ["flag"]),
        ("Flag?code=LAB_OUT_OF_RANGE&date=lt2026-03-12", []),
    ],
)  # fmt: skip
def test_rows_of_one_patient_are_found(reader: Reader, chart: Rows, query: str, names: list[str]) -> None:
    asked = query.format(p02=product("P02").pk, **chart)
    bundle = reader.get(f"{asked}&patient={chart['patient']}")
    found = {one["id"] for one in resources(bundle)}
    known = {key: name for name, key in chart.items()}
    assert {known.get(key, key) for key in found} == set(names)
    assert bundle["total"] == len(names)


@pytest.mark.parametrize("form", ["{}", "Patient/{}", f"{BASE}/Patient/{{}}"])
@pytest.mark.parametrize("name", ["patient", "subject"])
def test_a_patient_is_named_in_three_ways(reader: Reader, chart: Rows, form: str, name: str) -> None:
    query = {name: form.format(chart["patient"])}
    assert reader.ids("Encounter", **query) == {chart["visit"], chart["earlier"]}


@pytest.mark.parametrize("key", ["x", "Group/{}", "http://elsewhere.test/fhir/R4/Patient/{}", "urn:uuid:{}x"])
def test_what_is_no_patient_of_this_server_has_nothing(reader: Reader, chart: Rows, key: str) -> None:
    assert reader.found("Encounter", patient=key.format(chart["patient"])) == []


def test_several_patients_are_asked_for_with_commas_and_none_by_two_parameters(
    reader: Reader, chart: Rows, by: Actor
) -> None:
    other = a_patient(by)
    visit = a_visit(other, by).visit
    both = reader.ids("Encounter", patient=f"{chart['patient']},Patient/{other.pk}")
    assert both == {chart["visit"], chart["earlier"], str(visit.pk)}
    assert reader.found(f"Encounter?patient={chart['patient']}&subject={other.pk}") == []


@pytest.mark.parametrize("path", ["Patient", "Observation", "MedicationStatement", "Encounter", "Flag"])
def test_another_clinic_is_not_there(by: Actor, reader: Reader, path: str) -> None:
    stranger = a_clinician(a_clinic("southbank"))
    theirs = a_patient(stranger, mrn="M-1")
    taking(theirs, stranger)
    a_flag(stranger, theirs)
    row = Reader(stranger).found(path)[0]
    for query in ({}, {"_id": row["id"]}, {"_lastUpdated": "ge2000"}):
        assert reader.found(path, **query) == []
    refusal(reader.ask(f"{path}/{row['id']}"), 404)
    if path != "Patient":
        assert reader.found(path, patient=theirs.pk) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("Observation?colour=red", "'colour' is not offered"),
        ("Observation?patient.identifier=M-1", "'patient.identifier' is not offered"),
        ("Observation?code:not=2823-3", "The modifier 'not' of code is not offered"),
        ("Observation?_include=Observation:subject", "not offered"),
        ("Patient?patient=1", "not offered"),
        ("Observation?date=yesterday", "not a date"),
        ("Observation?_lastUpdated=ap2026", "'ap' is not offered"),
        ("Observation?code=", "empty"),
        ("Observation?code=%00", "NUL"),
        ("Patient?name=a%00b", "NUL"),
        ("Patient?identifier=%00", "NUL"),
        ("Observation?_count=-1", "not a whole number"),
        ("Observation?_count=٣", "not a whole number"),
        ("Observation?_count=1e3", "not a whole number"),
        ("Observation?_sort=code", "'code' is not offered"),
        ("Observation?_cursor=abc", "no cursor of this server"),
        ("Observation?code=" + ",".join(["1"] * 201), "201 values"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(reader: Reader, query: str, words: str) -> None:
    assert words in refusal(reader.ask(query), 400)["diagnostics"]


def test_every_fault_is_told_with_its_parameter(reader: Reader) -> None:
    answer = reader.ask("Observation?colour=red&date=now&code=2823-3")
    refusal(answer, 400)
    assert [issue["expression"] for issue in answer.json()["issue"]] == [["http.colour"], ["http.date"]]


def test_who_asks_for_leniency_sees_what_was_heeded(reader: Reader, chart: Rows) -> None:
    query = f"Encounter?patient={chart['patient']}&colour=red&date=2026-03-12"
    answer = reader.ask(query, Prefer="return=minimal; handling=lenient")
    assert answer.status_code == 200
    address = link(answer.json(), "self")
    assert address == f"{BASE}/Encounter?patient={chart['patient']}&date=2026-03-12"
    assert {one["id"] for one in resources(answer.json())} == {chart["visit"]}
    refusal(reader.ask("Encounter?date=now", Prefer="handling=lenient"), 400)
    refusal(reader.ask(query, Prefer="handling=strict"), 400)


def test_a_status_is_found_under_the_word_that_the_resource_says(reader: Reader, chart: Rows) -> None:
    """What a search by status leaves out is what does not say that status."""
    for path in ("Observation", "MedicationStatement", "Encounter", "Flag"):
        rows = reader.all(path, _lastUpdated="ge2000")
        for status in {row["status"] for row in rows}:
            said = {row["id"] for row in rows if row["status"] == status}
            assert reader.ids(path, status=status, _lastUpdated="ge2000") == said
