"""The committed sample files, and the import of FHIR bundles: every entry is accounted for, once."""

import csv
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.models import Clinic
from audit.models import AuditEvent
from demo.sample_files import PEOPLE, files
from labs.models import LabResult
from patients.models import Patient
from reviews.models import Flag
from tests import stories

SAMPLES = settings.BASE_DIR / "demo" / "samples"
SHARED = settings.BASE_DIR.parent / "shared" / "data" / "fhir-r4"
BUNDLE = SAMPLES / "fhir-bundle.json"
PLACES = ("ready", "converted", "already_stored", "unmatched", "errors")

shared_bundles = [
    pytest.param(
        path,
        id=path.stem,
        marks=pytest.mark.skipif(not path.exists(), reason="../shared/data/fhir-r4 is not here"),
    )
    for path in sorted(SHARED.glob("*.json")) or [SHARED / "no-bundle.json"]
]


@pytest.fixture
def clinic(db: None) -> Clinic:
    return stories.a_clinic("northgate")


def import_fhir(*paths: Path, commit: bool = True) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("import_fhir", *map(str, paths), clinic="northgate", commit=commit, json=True, stdout=out)
    answers: list[dict[str, Any]] = json.loads(out.getvalue())
    return answers


def stored() -> tuple[int, int, int]:
    return Patient.objects.count(), LabResult.objects.count(), Flag.objects.count()


def account_for(path: Path, answer: dict[str, Any]) -> None:
    """Each entry of the bundle is a person, a result that went to one place, or is named as passed over."""
    entries = json.loads(path.read_text())["entry"]
    people = sum(entry["resource"]["resourceType"] == "Patient" for entry in entries)
    assert answer["rows"] == sum(answer[place] for place in PLACES)
    assert answer["patients_created"] + answer["patients_matched"] == people
    assert len(entries) == people + answer["rows"] + sum(answer["passed_over"].values())


def test_the_committed_files_are_what_the_demo_writes(tmp_path: Path) -> None:
    call_command("write_samples", out=tmp_path, stdout=StringIO())
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {name: (SAMPLES / name).read_bytes() for name in files()}


def test_the_three_files_hold_the_same_results() -> None:
    bundle = json.loads(files()["fhir-bundle.json"])
    observations = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Observation"]
    told = sorted((o["code"]["coding"][0]["code"], o["valueQuantity"]["value"]) for o in observations)
    table = csv.DictReader(StringIO(files()["results.csv"]))
    assert sorted((row["loinc"], float(row["value"])) for row in table) == told
    segments = re.findall(r"OBX\|\d+\|NM\|([^^]+)\^[^|]+\|\|([\d.]+)\|", files()["results.hl7"])
    assert sorted((code, float(value)) for code, value in segments) == told


def test_a_preview_of_the_sample_stores_nothing(clinic: Clinic) -> None:
    (answer,) = import_fhir(BUNDLE, commit=False)
    assert (answer["patients_created"], answer["committed"], stored()) == (2, False, (0, 0, 0))


def test_the_sample_is_imported_with_units_converted_and_the_rest_counted(clinic: Clinic) -> None:
    (answer,) = import_fhir(BUNDLE)
    account_for(BUNDLE, answer)
    assert (answer["ready"], answer["converted"], answer["errors"]) == (5, 3, 0)
    assert answer["passed_over"] == {"Condition": 2, "Observation 718-7": 1}
    names = Patient.objects.order_by("mrn").values_list("mrn", "family_name", "given_name")
    assert list(names) == [(person.mrn, person.family, person.given) for person in PEOPLE]
    quayle = LabResult.objects.get(patient__family_name="Quayle", analyte="EGFR")
    assert quayle.derived_from is not None and quayle.derived_from.unit == "umol/L"


def test_a_second_run_changes_nothing(clinic: Clinic) -> None:
    import_fhir(BUNDLE)
    before = stored()
    (again,) = import_fhir(BUNDLE)
    assert (again["already_stored"], again["ready"], again["patients_matched"]) == (8, 0, 2)
    assert stored() == before


def test_old_results_of_the_sample_flag_nobody(clinic: Clinic) -> None:
    import_fhir(BUNDLE)
    assert not Flag.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"resourceType": "Bundle", "entry": [', "JSON"),
        (b'{"resourceType": "Patient"}', "holds no results"),
        (b"\x00\x01\xff", "NUL"),
        (b"[]", "no FHIR resource"),
    ],
)
def test_a_broken_file_gives_a_clear_problem_and_stores_nothing(
    clinic: Clinic, tmp_path: Path, content: bytes, words: str
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(content)
    (answer,) = import_fhir(broken)
    (problem,) = answer["problems"]
    assert words in problem["reason"]
    assert (answer["committed"], stored()) == (False, (0, 0, 0))


def test_a_broken_file_does_not_stop_the_others(clinic: Clinic, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    first, second = import_fhir(broken, BUNDLE)
    assert (first["committed"], second["committed"]) == (False, True)


def test_an_observation_that_cannot_be_read_is_an_error_and_the_rest_is_stored(
    clinic: Clinic, tmp_path: Path
) -> None:
    bundle = json.loads(BUNDLE.read_text())
    potassium = next(e["resource"] for e in bundle["entry"] if "2823-3" in json.dumps(e))
    del potassium["valueQuantity"]["unit"], potassium["valueQuantity"]["code"]
    damaged = tmp_path / "no-unit.json"
    damaged.write_text(json.dumps(bundle))
    (answer,) = import_fhir(damaged)
    account_for(damaged, answer)
    assert (answer["errors"], answer["ready"]) == (1, 4)
    assert not LabResult.objects.filter(analyte="POTASSIUM").exists()


@pytest.mark.parametrize("path", shared_bundles)
def test_a_whole_life_is_accounted_for_and_imported_once(clinic: Clinic, path: Path) -> None:
    (answer,) = import_fhir(path)
    account_for(path, answer)
    assert answer["ready"] + answer["converted"] > 0
    before = stored()
    events = AuditEvent.objects.filter(act="RECORD_RESULT").count()
    (again,) = import_fhir(path)
    account_for(path, again)
    assert again["already_stored"] == answer["ready"] + answer["converted"]
    assert stored() == before
    assert AuditEvent.objects.filter(act="RECORD_RESULT").count() == events
