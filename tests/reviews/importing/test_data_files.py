"""Real files of laboratories do what is said of them; they lie beside the project, not in it."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.models import Clinic
from fhir.people import people_in
from labs.models import LabResult
from tests import stories
from tests.factories import NOW

DATA = settings.BASE_DIR.parent / "shared" / "data"
PLACES = ("ready", "converted", "already_stored", "unmatched", "errors")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.exists(), reason="../shared/data is not here"),
]


@pytest.fixture
def clinic() -> Clinic:
    """A clinic that knows the people of the bundles, and no result of theirs."""
    by = stories.a_clinician()
    for path in (DATA / "fhir-r4").glob("*.json"):
        with path.open("rb") as stream:
            (arrival,) = people_in(stream, by.clinic.zone, on=NOW.date())
        person = arrival.person
        names: dict[str, Any] = {"family_name": person.family_name, "given_name": person.given_name}
        stories.a_patient(by, mrn=person.mrn, birth_date=person.birth_date, sex=person.sex, **names)
    return by.clinic


def imported(*names: str, commit: bool = False) -> list[dict[str, Any]]:
    out = StringIO()
    paths = [str(DATA / name) for name in names]
    call_command("import_labs", *paths, clinic="northgate", commit=commit, json=True, stdout=out)
    answers: list[dict[str, Any]] = json.loads(out.getvalue())
    for answer in answers:
        assert answer["rows"] == sum(answer[place] for place in PLACES)
    return answers


def test_a_file_in_our_dialect_with_everything_that_can_be_wrong(clinic: Clinic) -> None:
    (answer,) = imported("labs/iso-comma.csv")
    found = {place: answer[place] for place in ("rows", *PLACES)}
    assert found == {
        "rows": 13, "ready": 6, "converted": 2, "already_stored": 1, "unmatched": 2, "errors": 2,
    }  # fmt: skip
    reasons = {problem["row"]: problem["reason"] for problem in answer["problems"]}
    assert "unit" in reasons[7]
    assert "another birth date and another name" in reasons[9]
    assert "no MRN" in reasons[10]
    assert "No such date" in reasons[11]
    assert not LabResult.objects.exists()


def test_it_is_stored_once(clinic: Clinic) -> None:
    (answer,) = imported("labs/iso-comma.csv", commit=True)
    assert answer["settled"] == {"rows": 13, "stored": 8, "already_stored": 1, "parked": 2, "refused": 2}
    below = LabResult.objects.get(comparator="<")
    assert (str(below.value.normalize()), below.interpretation) == ("0.2", "CRITICAL_LOW")
    (again,) = imported("labs/iso-comma.csv", commit=True)
    assert (again["ready"], again["converted"], again["already_stored"]) == (0, 0, 9)
    assert LabResult.objects.filter(derived_from=None).count() == 8


def test_another_laboratory_s_dialect(clinic: Clinic) -> None:
    (answer,) = imported("labs/semicolon-decimal-comma-latin1.csv", commit=True)
    assert (answer["rows"], answer["ready"], answer["converted"], answer["errors"]) == (4, 3, 1, 0)
    wyman = LabResult.objects.get(patient__family_name="Wyman")
    assert (str(wyman.value.normalize()), wyman.unit, wyman.interpretation) == ("0.52", "mmol/l", "LOW")
    assert wyman.collected_at.isoformat() == "2026-11-09T12:45:00+00:00"
    assert wyman.zone_assumed
    creatinine = LabResult.objects.get(analyte="CREATININE")
    assert str(creatinine.canonical_value) == "0.8032"


@pytest.mark.parametrize("is_first", [False, True])
def test_a_correction_stands_before_and_after_what_it_corrects(clinic: Clinic, is_first: bool) -> None:
    both = ["hl7v2/oru-ionized-mg.hl7", "hl7v2/oru-corrected.hl7"]
    imported(*(both[::-1] if is_first else both), commit=True)
    standing = LabResult.objects.counting().get(patient__family_name="Conn", analyte="IONIZED_MG")
    assert str(standing.value.normalize()) == "0.56"
    old = LabResult.objects.valid().exclude(superseded_by=None).get()
    assert (str(old.value.normalize()), old.superseded_by) == ("0.66", standing)


def test_a_message_that_was_cut_is_refused_as_a_whole(clinic: Clinic) -> None:
    (answer,) = imported("hl7v2/oru-truncated.hl7", commit=True)
    assert (answer["rows"], answer["committed"], len(answer["problems"])) == (0, False, 1)
    assert "OBX" in answer["problems"][0]["reason"]


@pytest.mark.parametrize("name", ["ORU-R01-RMGEAD.hl7", "ORU-R01-01.hl7"])
def test_messages_of_other_systems_store_nothing_and_say_why(clinic: Clinic, name: str) -> None:
    (answer,) = imported(f"hl7v2/{name}", commit=True)
    assert answer["ready"] == answer["converted"] == 0
    assert answer["problems"] or answer["passed_over"]
    assert not LabResult.objects.exists()


def test_a_bundle_of_a_whole_life(clinic: Clinic) -> None:
    path = next((DATA / "fhir-r4").glob("Lupe*.json"))
    (answer,) = imported(str(Path("fhir-r4") / path.name), commit=True)
    assert answer["format"] == "FHIR R4"
    assert answer["ready"] + answer["converted"] > 0
    assert answer["unmatched"] == answer["errors"] == 0
    assert answer["passed_over"]
