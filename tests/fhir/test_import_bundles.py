"""Importing bundles: once, of the right patient, and with the laboratory's corrections."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from accounts.actors import Actor
from audit.models import AuditEvent
from fhir.importing import import_bundle
from labs.models import LabResult
from patients.models import Patient
from reviews.acts.errors import mark_in_error
from tests.factories import NOW, TODAY
from tests.stories import a_clinic, a_clinician, a_patient, standing, taking

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).parents[3] / "shared" / "data" / "fhir-r4"


@pytest.fixture
def by() -> Actor:
    return a_clinician(a_clinic())


def person(number: str = "p1", mrn: str = "M-1", **fields: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": number,
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": mrn}],
        "name": [{"family": "Lindqvist", "given": ["Sara"]}],
        "birthDate": "1980-05-17",
        "gender": "female",
        **fields,
    }


def result(number: str = "o1", value: str = "0.52", **fields: Any) -> dict[str, Any]:
    """Ionized magnesium of yesterday."""
    return {
        "resourceType": "Observation",
        "id": number,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "73572-0"}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": (NOW - timedelta(days=1)).isoformat(),
        "valueQuantity": quantity(value),
        **fields,
    }


def quantity(value: str, unit: str = "mmol/L") -> dict[str, Any]:
    return {"value": Decimal(value), "code": unit, "unit": unit, "system": "http://unitsofmeasure.org"}


class Report(SimpleNamespace):
    """The answer of an import, by names."""


def taken(by: Actor, *resources: dict[str, Any], commit: bool = True) -> Report:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    content = json.dumps(bundle, default=float).encode()
    report = Report(**import_bundle(content, file_name="b.json", by=by, at=NOW, commit=commit))
    counted = report.ready + report.converted + report.already_stored + report.unmatched + report.errors
    assert report.rows == counted
    return report


def values() -> list[str]:
    return [
        str(value) for value in LabResult.objects.valid().order_by("value").values_list("value", flat=True)
    ]


def test_a_preview_stores_nothing_and_says_what_a_commit_would(by: Actor) -> None:
    preview = taken(by, person(), result(), commit=False)
    assert (preview.ready, preview.patients_created, preview.committed) == (1, 1, False)
    assert Patient.objects.count() == LabResult.objects.count() == 0


def test_a_second_run_changes_nothing(by: Actor) -> None:
    taken(by, person(), result())
    events = AuditEvent.objects.filter(act="RECORD_RESULT").count()
    again = taken(by, person(), result())
    assert (again.already_stored, again.ready, again.patients_matched) == (1, 0, 1)
    assert values() == ["0.5200"] and AuditEvent.objects.filter(act="RECORD_RESULT").count() == events == 1


def test_what_a_person_marked_in_error_does_not_come_back(by: Actor) -> None:
    taken(by, person(), result())
    row = LabResult.objects.get()
    mark_in_error(row=row, by=by, at=NOW, version=row.version, reason="wrong tube")
    assert taken(by, person(), result()).already_stored == 1
    assert values() == []


@pytest.mark.parametrize(
    "after", [{"valueQuantity": quantity("0.30")}, {"status": "corrected"}, {"status": "amended"}]
)
def test_a_correction_takes_the_place_of_what_it_corrects(by: Actor, after: dict[str, Any]) -> None:
    patient = a_patient(by, mrn="M-1")
    taking(patient, by)
    taken(by, person(), result())
    assert taken(by, person(), result(**after)).ready == 1
    (old, new) = LabResult.objects.order_by("pk")
    assert (old.superseded_by, new.superseded_by) == (new, None)
    assert ("LAB_OUT_OF_RANGE" in standing(patient)) is (new.value == Decimal("0.30"))
    for bundle in (result(**after), result()):
        assert taken(by, person(), bundle).already_stored == 1


def test_a_preliminary_result_becomes_final(by: Actor) -> None:
    taken(by, person(), result(status="preliminary"))
    assert LabResult.objects.counting().count() == 0
    taken(by, person(), result())
    assert (LabResult.objects.counting().count(), LabResult.objects.valid().count()) == (1, 2)


@pytest.mark.parametrize(
    "other",
    [
        {"birthDate": "1955-05-17"},
        {"name": [{"family": "Holm", "given": ["Anna"]}]},
    ],
)
def test_an_mrn_alone_or_with_a_namesake_is_not_the_patient(by: Actor, other: dict[str, Any]) -> None:
    a_patient(by, mrn="M-1")
    report = taken(by, person(**other), result())
    assert (report.unmatched, report.patients_matched, report.patients_created) == (1, 0, 0)
    assert "of another" in report.problems[0]["reason"]
    assert values() == []


def test_a_patient_who_married_is_the_same_patient(by: Actor) -> None:
    a_patient(by, mrn="M-1")
    assert taken(by, person(name=[{"family": "Holm", "given": ["Sára"]}]), result()).patients_matched == 1


@pytest.mark.parametrize("mrn", ["000", "Unknown", "N/A", "-"])
def test_a_placeholder_is_nobody_s_number(by: Actor, mrn: str) -> None:
    report = taken(by, person(mrn=mrn), result())
    assert report.unmatched == 1 and Patient.objects.count() == 0


def test_another_clinic_s_patient_with_the_same_number_is_not_touched(by: Actor) -> None:
    stranger = a_clinician(a_clinic("southbank"))
    theirs = a_patient(stranger, mrn="M-1")
    taken(by, person(), result())
    assert theirs.lab_results.count() == 0
    assert LabResult.objects.get().clinic == by.clinic


def test_the_same_number_twice_in_one_bundle_is_one_patient_or_a_problem(by: Actor) -> None:
    twice = taken(
        by, person(), person("p2"), result(), result("o2", "0.55", subject={"reference": "Patient/p2"})
    )
    assert (twice.patients_created, twice.ready, Patient.objects.count()) == (1, 2, 1)
    stranger = person("p3", name=[{"family": "Holm", "given": ["Anna"]}], birthDate="1955-01-01")
    mixed = taken(by, person(), stranger, result("o3", "0.57", subject={"reference": "Patient/p3"}))
    assert (mixed.unmatched, Patient.objects.count()) == (1, 1)


def test_one_identity_for_results_of_two_patients_or_of_two_values_is_an_error(by: Actor) -> None:
    taken(by, person(), result())
    other = person(mrn="M-2", name=[{"family": "Holm", "given": ["Anna"]}])
    assert taken(by, other, result()).errors == 1
    assert taken(by, person(), result("o9"), result("o9", "0.58")).errors == 1
    assert values() == ["0.5200", "0.5200"]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"valueQuantity": {"value": Decimal("0.52")}}, "unit of ionized magnesium is missing"),
        ({"valueQuantity": quantity("0.52", "mmol")}, "not a unit"),
        ({"valueQuantity": quantity("52")}, "not plausible"),
        ({"valueQuantity": {}}, "value"),
        ({"effectiveDateTime": "2026-01-05"}, "time"),
        ({"effectiveDateTime": "2999-01-05T10:00:00Z"}, "future"),
        ({"referenceRange": [{"low": quantity("1.1", "mg/dL")}]}, "mg/dL"),
    ],
)
def test_what_cannot_be_a_result_is_counted_with_its_reason(
    by: Actor, wrong: dict[str, Any], reason: str
) -> None:
    report = taken(by, person(), result(**wrong), result("o2"))
    assert (report.errors, report.ready) == (1, 1)
    assert reason in report.problems[0]["reason"]


def test_the_normal_interval_counts_and_no_other(by: Actor) -> None:
    critical = {"type": {"coding": [{"code": "critical"}]}, "low": quantity("0.20")}
    ranges = [critical, {"low": quantity("0.46"), "high": quantity("0.60")}]
    taken(by, person(), result(referenceRange=ranges))
    row = LabResult.objects.get()
    assert (row.interval_low, row.interval_high) == (Decimal("0.46"), Decimal("0.60"))


def test_a_comparator_is_kept(by: Actor) -> None:
    taken(by, person(), result(valueQuantity=quantity("0.35") | {"comparator": "<"}))
    assert LabResult.objects.get().interpretation == "CRITICAL_LOW"


def test_a_death_that_the_chart_does_not_know_is_told(by: Actor) -> None:
    a_patient(by, mrn="M-1")
    report = taken(by, person(deceasedDateTime=TODAY.isoformat()), result())
    assert "has died" in report.problems[0]["reason"]
    assert "has died" in taken(by, person(mrn="M-2", deceasedBoolean=True)).problems[0]["reason"]


def test_a_result_after_death_is_refused_and_the_rest_is_stored(by: Actor) -> None:
    died = (TODAY - timedelta(days=10)).isoformat()
    earlier = result("o2", effectiveDateTime=(NOW - timedelta(days=30)).isoformat())
    report = taken(by, person(deceasedDateTime=died), result(), earlier)
    assert (report.errors, report.ready) == (1, 1)
    assert Patient.objects.get().status == "DECEASED" and standing(Patient.objects.get()) == []


@pytest.mark.parametrize("content", [[], {}, {"resourceType": "Patient"}, None, 5])
def test_what_is_no_bundle_is_refused_as_a_whole(by: Actor, content: object) -> None:
    told = json.dumps(content).encode()
    answer = import_bundle(told, file_name="b.json", by=by, at=NOW, commit=True)
    assert (answer["rows"], answer["committed"], len(answer["problems"])) == (0, False, 1)


@pytest.fixture
def run(by: Actor, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def called(*files: Path) -> str:
        call_command("import_fhir", *map(str, files), clinic=by.clinic.slug, commit=True, json=True)
        return capsys.readouterr().out

    return called


def test_a_broken_file_does_not_stop_the_next(run: Callable[..., str], tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    first, second = json.loads(run(broken, tmp_path / "missing.json"))
    assert first["problems"][0]["reason"] and "No such file" in second["problems"][0]["reason"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the sample bundles are not beside this checkout")
def test_the_sample_bundles_are_taken_once(run: Callable[..., str]) -> None:
    files = sorted(SHARED.glob("*.json"))
    run(*files)
    once = (Patient.objects.count(), LabResult.objects.count())
    assert once[0] == len(files) and once[1] > 0
    run(*files)
    assert (Patient.objects.count(), LabResult.objects.count()) == once
