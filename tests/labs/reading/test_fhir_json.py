"""FHIR R4: what an Observation says, with what it points at, and what is counted instead."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.labs.reading.bundles import LOINC, MR, PATIENT, TAKEN, bundle, observation, of_patient, quantity
from tests.labs.reading.reads import read, refusal_of, row_of, rows_of, told

ORGANIZATION = {"resourceType": "Organization", "id": "org", "name": "North Lab"}
SPECIMEN = {
    "resourceType": "Specimen",
    "id": "s1",
    "type": {"coding": [{"display": "Venous blood"}]},
    "collection": {"collectedDateTime": TAKEN},
    "container": [{"additiveCodeableConcept": {"text": "Li-heparin"}}],
    "condition": [{"coding": [{"code": "HEM"}]}],
}


def test_a_result_says_all_that_its_resource_does() -> None:
    result = observation(
        valueQuantity=quantity(0.47, comparator="<"),
        referenceRange=[{"low": quantity(0.44), "high": quantity(0.59)}],
        issued="2026-11-03T09:00:00.000-05:00",
        performer=[{"reference": "Practitioner/1", "display": "Dr X"}, {"reference": "Organization/org"}],
        method={"text": "ISE"},
        specimen={"reference": "Specimen/s1"},
        device={"display": "NOVA 8"},
        interpretation=[{"coding": [{"code": "L"}]}],
        identifier=[{"system": "urn:lab", "value": "F1"}],
    )
    found, (row,) = read(of_patient(ORGANIZATION, SPECIMEN, result))
    assert row.problem == ""
    assert (row.mrn, row.family_name, row.given_name, row.sex) == ("77", "Conn", "Liz E", "FEMALE")
    assert row.birth_date == date(1986, 11, 28)
    assert (row.loinc, row.local_name) == ("73572-0", "Magnesium ionized")
    assert (row.value, row.comparator, row.unit) == (Decimal("0.47"), "<", "mmol/L")
    assert (row.reference_low, row.reference_high, row.abnormal_flag) == (
        Decimal("0.44"),
        Decimal("0.59"),
        "L",
    )
    assert (row.collected_at, row.zone_assumed) == (datetime(2026, 11, 3, 13, 15, tzinfo=UTC), False)
    assert row.reported_at == datetime(2026, 11, 3, 14, tzinfo=UTC)
    assert (row.laboratory, row.method, row.analyzer) == ("North Lab", "ISE", "NOVA 8")
    assert (row.specimen, row.anticoagulant, row.haemolysed) == ("Venous blood", "Li-heparin", True)
    assert (row.source_id, row.place) == ("urn:lab|F1", "entry 4")
    assert found.dialect == ["FHIR Bundle (collection)", "Encoding: UTF-8"]
    assert dict(found.passed_over) == {"Organization": 1, "Specimen": 1}


def test_the_order_of_the_entries_does_not_matter() -> None:
    assert told(row_of(bundle(observation(), PATIENT))) | {"place": ""} == told(
        row_of(bundle(PATIENT, observation()))
    ) | {"place": ""}


@pytest.mark.parametrize("kind", ["collection", "transaction", "searchset", "message", "batch"])
def test_kinds_of_bundle(kind: str) -> None:
    found, rows = read(bundle(PATIENT, observation(), kind=kind))
    assert (len(rows), found.dialect[0]) == (1, f"FHIR Bundle ({kind})")


@pytest.mark.parametrize(
    ("reference", "mrn"),
    [
        ("Patient/p1", "77"),
        ("urn:x:p1", "77"),
        ("https://server/fhir/Patient/p1", "77"),
        ("Patient/p1/_history/3", "77"),
        ("Patient/p2", ""),
        ("#p1", ""),
    ],
)
def test_references_to_the_patient(reference: str, mrn: str) -> None:
    assert row_of(of_patient(observation(subject={"reference": reference}))).mrn == mrn


def test_a_patient_inside_the_result_and_one_by_number_alone() -> None:
    inside = observation(contained=[PATIENT], subject={"reference": "#p1"})
    assert row_of(json.dumps(inside)).family_name == "Conn"
    row = row_of(json.dumps(observation(subject={"identifier": {"type": MR, "value": "78"}})))
    assert (row.mrn, row.family_name, row.place) == ("78", "", "resource")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"birthDate": "1986-13-28"}, "Its Patient: birthDate: No such date"),
        ({"birthDate": "28.11.1986"}, "Its Patient: birthDate: Not a complete date"),
        ({"birthDate": "2030-01-01"}, "Its Patient: birthDate: The birth date 2030-01-01 lies in the future"),
    ],
)
def test_a_patient_who_cannot_be_is_named_in_each_of_their_rows(change: dict[str, Any], words: str) -> None:
    rows = rows_of(bundle(PATIENT | change, observation(), observation(id="o2")))
    assert [words in row.problem for row in rows] == [True, True]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"birthDate": "1986"}, ("77", "Conn", None)),
        ({"identifier": [{"value": "5"}]}, ("5", "Conn", date(1986, 11, 28))),
        ({"identifier": [{"value": "5"}, {"value": "6"}]}, ("", "Conn", date(1986, 11, 28))),
        (
            {"identifier": [{"type": MR, "value": "5"}, {"type": MR, "value": "6"}]},
            ("", "Conn", date(1986, 11, 28)),
        ),
        (
            {"identifier": [{"type": MR, "value": "5", "use": "old"}, {"type": MR, "value": "6"}]},
            ("6", "Conn", date(1986, 11, 28)),
        ),
        ({"identifier": "x", "name": 5, "birthDate": None, "gender": []}, ("", "", None)),
    ],
)
def test_who_a_patient_is(change: dict[str, Any], expected: tuple[Any, ...]) -> None:
    row = row_of(bundle(PATIENT | change, observation()))
    assert (row.mrn, row.family_name, row.birth_date) == expected


def test_a_reference_that_means_two_patients_means_nobody() -> None:
    row = row_of(bundle(PATIENT, PATIENT | {"birthDate": "1990-01-01"}, observation()))
    assert (row.mrn, "two different ones" in row.problem) == ("", True)


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        ("preliminary", "PRELIMINARY"), ("final", "FINAL"), ("corrected", "CORRECTED"),
        ("amended", "CORRECTED"),
        ("cancelled", "CANCELLED"), ("entered-in-error", "WRONG"),
    ],
)  # fmt: skip
def test_statuses(status: str, kept: str) -> None:
    row = row_of(of_patient(observation(status=status)))
    assert (row.status, row.problem, row.source_id) == (kept, "", "urn:x:o1")


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_what_is_taken_back_needs_no_value(status: str) -> None:
    row = row_of(of_patient(observation(status=status, valueQuantity=None)))
    assert (row.value, row.problem) == (None, "")


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        (observation(status="registered"), "Observation status registered"),
        (observation(code={"coding": [{"system": LOINC, "code": "718-7"}]}), "Observation 718-7"),
        (observation(code={"text": "Pain"}, category=None), "Observation without LOINC"),
        (
            observation(code={"text": "Colour"}, valueQuantity=None, valueString="red"),
            "Observation without LOINC",
        ),
        ({"resourceType": "Condition", "id": "c"}, "Condition"),
        ({"resourceType": "DiagnosticReport", "id": "d"}, "DiagnosticReport"),
        ({}, "entry without resource"),
    ],
)
def test_what_is_no_result_of_ours_is_counted(resource: dict[str, Any], kind: str) -> None:
    found, rows = read(of_patient(resource, observation()))
    assert [row.place for row in rows] == ["entry 3"]
    assert dict(found.passed_over) == {kind: 1}


def test_a_local_name_of_a_laboratory_is_a_row() -> None:
    row = row_of(of_patient(observation(code={"coding": [{"code": "MGI", "display": "Mg ion"}]})))
    assert (row.loinc, row.local_name, row.problem) == ("", "Mg ion", "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valueQuantity": None}, "valueQuantity.value: no numeric value"),
        ({"valueQuantity": None, "valueString": "0.47"}, "valueQuantity.value: no numeric value"),
        ({"valueQuantity": {"unit": "mmol/L"}}, "valueQuantity.value: no numeric value"),
        ({"valueQuantity": quantity(True)}, "valueQuantity.value: no numeric value"),
        ({"valueQuantity": quantity("0.4O")}, "valueQuantity.value: Not a number: letter O"),
        ({"valueQuantity": quantity(0.4, comparator="ad")}, "valueQuantity.comparator: 'ad' is none of"),
        ({"status": "maybe"}, "status: 'maybe' is no status of a result"),
        ({"status": None}, "status: "),
        ({"effectiveDateTime": None}, "effectiveDateTime: the sample time is missing"),
        ({"effectiveDateTime": "2026-11-03"}, "effectiveDateTime: 2026-11-03 has no time of day"),
        ({"effectiveDateTime": "2026-11"}, "effectiveDateTime: Not a complete date"),
        ({"effectiveDateTime": "2026-10-32T08:00:00Z"}, "effectiveDateTime: No such date"),
        ({"effectiveDateTime": "2100-01-01T08:00:00Z"}, "effectiveDateTime: 2100-01-01 lies in the future"),
        ({"effectiveDateTime": 1_700_000_000}, "effectiveDateTime: not a date in quotes"),
        ({"issued": 5}, "issued: not a date in quotes"),
        ({"valueDigits": 4}, "valueDigits: Extra inputs are not permitted"),
        (
            {"referenceRange": [{"low": quantity(1, "mg/dL")}]},
            "the interval is in mg/dL, the value in mmol/L",
        ),
        ({"code": {"coding": [{"system": LOINC, "code": "73572-1"}]}}, "its check digit is wrong"),
        ({"subject": {"reference": 5}}, "subject.reference"),
    ],
)
def test_a_malformed_result_names_its_element(changes: dict[str, Any], words: str) -> None:
    bad, good = rows_of(of_patient(observation(**changes), observation(id="o2")))
    assert words in bad.problem
    assert good.problem == ""


def test_only_the_normal_interval_is_taken() -> None:
    low = {"low": quantity(0.44)}
    treatment = {"low": quantity(1), "type": {"coding": [{"code": "treatment"}]}}
    pregnant = {"low": quantity(2), "appliesTo": [{"text": "pregnant"}]}
    assert row_of(
        of_patient(observation(referenceRange=[treatment, low, pregnant]))
    ).reference_low == Decimal("0.44")
    assert row_of(of_patient(observation(referenceRange=[low, low]))).reference_low is None
    words = row_of(of_patient(observation(referenceRange=[{"text": "0.44 - 0.59"}])))
    assert (words.reference_low, words.reference_high) == (Decimal("0.44"), Decimal("0.59"))
    found, _ = read(of_patient(observation(referenceRange=[{"text": "see note"}])))
    assert "Reference ranges left out, for they are no intervals: 1, such as 'see note'" in found.dialect


def test_a_time_without_zone_is_no_fhir() -> None:
    row = row_of(of_patient(observation(effectiveDateTime="2026-11-03T08:15:00")))
    assert "effectiveDateTime" in row.problem


def test_a_period_and_a_specimen_tell_the_time_too() -> None:
    period = observation(effectiveDateTime=None, effectivePeriod={"start": TAKEN})
    specimen = observation(effectiveDateTime=None, specimen={"reference": "Specimen/s1"})
    expected = datetime(2026, 11, 3, 13, 15, tzinfo=UTC)
    assert [row.collected_at for row in rows_of(of_patient(SPECIMEN, period, specimen))] == [expected] * 2


def test_a_report_tells_what_its_results_do_not_say() -> None:
    bare = observation(subject=None, effectiveDateTime=None)
    report = {
        "resourceType": "DiagnosticReport", "id": "d", "status": "final", "code": {"text": "x"},
        "subject": {"reference": "Patient/p1"}, "effectiveDateTime": TAKEN, "issued": TAKEN,
        "performer": [{"display": "North Lab"}], "result": [{"reference": "urn:x:o1"}],
    }  # fmt: skip
    row = row_of(of_patient(report, bare))
    assert (row.mrn, row.laboratory, row.problem) == ("77", "North Lab", "")
    assert row.collected_at == row.reported_at == datetime(2026, 11, 3, 13, 15, tzinfo=UTC)


def test_a_report_with_results_inside() -> None:
    bare = observation(subject=None, effectiveDateTime=None)
    report = {
        "resourceType": "DiagnosticReport", "id": "d", "identifier": [{"value": "R1"}],
        "contained": [PATIENT, bare, bare | {"id": "o2", "code": {"text": "Other"}, "valueQuantity": None}],
        "subject": {"reference": "#p1"}, "effectiveDateTime": TAKEN,
    }  # fmt: skip
    found, (row,) = read(json.dumps(report))
    assert (row.mrn, row.source_id, row.place) == ("77", "R1#o1", "resource, contained 2")
    assert dict(found.passed_over) == {"DiagnosticReport": 1, "Observation without LOINC": 1}
    (again,) = rows_of(bundle(report))
    assert again.place == "entry 1, contained 2"


@pytest.mark.parametrize(
    ("inserted", "words"),
    [
        ('"status": "preliminary", ', "The key 'status' stands twice in one object"),
        ('"resourceType": "Condition", ', "The key 'resourceType' stands twice in one object"),
        ('"valueInteger": 1e999, ', "Not a number that a result can have: 1E+999"),
    ],
)
def test_keys_that_stand_twice_and_numbers_beyond_all_bounds(inserted: str, words: str) -> None:
    text = of_patient(observation(), observation(id="o2")).replace('"id": "o1", ', f'{inserted}"id": "o1", ')
    bad, good = rows_of(text)
    assert words in bad.problem
    assert good.problem == ""


def test_numbers_stay_as_they_were_told() -> None:
    row = row_of(of_patient(observation()).replace("0.47", "0.470"))
    assert str(row.value) == "0.470"
    assert '"value": 0.470,' in row.raw


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            '{"resourceType": "Bundle", "entry": [',
            "The file ends in the middle of its JSON, after entry 0: it is cut",
        ),
        (of_patient(observation())[:-1], "The file ends in the middle of its JSON, after entry 2: it is cut"),
        (of_patient(observation()) + "{}", "More than one JSON text"),
        ('{"resourceType": "Bundle", "total": NaN}', "This is not JSON"),
        ('{"resourceType": "Bundle", "total": Infinity}', "This is not JSON"),
        ('{"resourceType": "Bundle", "total": 1e99999999999999999999}', "has too many digits"),
        ('{"resourceType": "Bundle", "total": 1e999}', "The bundle cannot be read: Not a number"),
        ('{"resourceType": "Bundle", "resourceType": "Patient"}', "The key 'resourceType' stands twice"),
        ('{"resourceType": "Bundle", "entry": [], "entry": []}', "The key 'entry' stands twice"),
        ("[]", "it must be one object"),
        ('{"a": 1}', "it has no resourceType"),
        ('{"resourceType": "Patient"}', "A FHIR Patient holds no results"),
        ('{"resourceType": "List", "entry": [{}]}', "A FHIR List holds no results"),
        ('{"resourceType": "Bundle", "a": ' + "[" * 90 + "]" * 90 + "}", "nested deeper than 60 levels"),
        ("{rtf", "This is not JSON"),
    ],
)
def test_what_is_no_fhir_is_refused(content: str, words: str) -> None:
    assert words in refusal_of(content)


def test_an_empty_bundle_holds_nothing() -> None:
    assert rows_of('{"resourceType": "Bundle", "type": "searchset", "total": 0}') == []


def test_encodings() -> None:
    text = bundle(PATIENT | {"name": [{"family": "Müßig"}]}, observation())
    text = text.replace("M\\u00fc\\u00dfig", "Müßig")
    for data in (text.encode(), text.encode("utf-8-sig"), text.encode("utf-16"), text.encode("cp1252")):
        assert row_of(data).family_name == "Müßig"


def test_characters_that_nothing_can_keep_do_no_harm() -> None:
    odd = PATIENT | {"name": [{"family": "Co\0nn\u2028", "given": ["L\ud800iz"]}]}
    row = row_of(bundle(odd, observation(method={"text": "a\0b"})))
    assert (row.family_name, row.method) == ("Co nn", "a b")
