"""All that the demo says is valid FHIR R4: by the models of fhir.resources, and by rules beyond them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome
from pytest_django.plugin import DjangoDbBlocker

from accounts.actors import Actor
from accounts.models import Clinic, Membership
from accounts.permissions import Role
from demo.seeding import seed
from fhir.serving.offered import OFFERS
from labs.models import LabResult
from tests.database import empty_tables
from tests.fhir.calling import BASE, Json, Reader
from tests.stories import at_the_clock

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
# Code systems whose codes go out, with the form of a code.
SYSTEMS = {
    "http://loinc.org": r"\d{1,7}-\d",
    "http://snomed.info/sct": r"\d{6,18}",
    "http://www.nlm.nih.gov/research/umls/rxnorm": r"\d+",
    "http://www.whocc.no/atc": r"[A-Z]\d\d[A-Z]{2}\d\d",
}
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
CODE = re.compile(r"[^\s]+( [^\s]+)*")


@dataclass(frozen=True)
class Said:
    """Every resource of the demo's larger clinic, withdrawn and superseded ones too."""

    rows: list[Json]

    def of(self, kind: str) -> list[Json]:
        return [row for row in self.rows if row["resourceType"] == kind]


@pytest.fixture(scope="module")
def said(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Said]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        seed(NOW)
        at_the_clock(patch, NOW)
        clinic = Clinic.objects.get(slug="northgate")
        person = Membership.objects.filter(clinic=clinic, roles__contains=[Role.CLINICIAN]).first()
        assert person is not None
        reader = Reader(Actor.of(person, "test"))
        whole = {"_count": 200, "_lastUpdated": "ge2000"}
        yield Said([row for kind in OFFERS for row in reader.all(kind, **whole)])
        empty_tables()


def test_there_is_enough_of_everything(said: Said) -> None:
    for kind in OFFERS:
        assert len(said.of(kind)) > 50, kind
    statuses = {row["status"] for row in said.of("MedicationStatement")}
    assert {"active", "completed", "stopped"} <= statuses
    results = [row for row in said.of("Observation") if "laboratory" in str(row["category"])]
    assert len(results) == LabResult.objects.filter(clinic__slug="northgate").count()


@pytest.mark.parametrize("kind", list(OFFERS))
def test_each_resource_is_what_the_models_of_fhir_accept_and_give_back(said: Said, kind: str) -> None:
    model = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    for row in said.of(kind):
        read = model.model_validate(row)
        assert set(read.model_dump(mode="json", exclude_none=True)) == set(row)


def parts(value: Any) -> Iterator[tuple[str, Any]]:
    """(name, value) of every element, however deep."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield name, part
            yield from parts(part)
    elif isinstance(value, list):
        for part in value:
            yield from parts(part)


def test_no_element_is_empty_and_no_name_is_a_null(said: Said) -> None:
    """ele-1: every element has a value or children."""
    for row in said.rows:
        for name, part in parts(row):
            assert part is not None and part not in ("", [], {}), (name, row)
            if isinstance(part, str):
                assert part == part.strip(), (name, part)


def test_ids_are_ids_and_are_unique(said: Said) -> None:
    ids = [row["id"] for row in said.rows]
    assert len(ids) == len(set(ids)) and all(ID.fullmatch(key) for key in ids)
    assert all(ID.fullmatch(row["meta"]["versionId"]) for row in said.rows)


def test_every_reference_leads_to_a_resource_of_the_same_patient(said: Said) -> None:
    """ref-1, and more: what is pointed at is there, is of the type that is said, and is nobody else's."""
    known = {f"{row['resourceType']}/{row['id']}": row for row in said.rows}
    for row in said.rows:
        owner = row.get("subject", {}).get("reference")
        assert (owner in known) is (row["resourceType"] != "Patient")
        for name, part in parts(row):
            if name == "reference" and part.startswith("#"):
                assert part[1:] in [inside["id"] for inside in row["contained"]]
            elif name == "reference":
                there = known[part]
                assert there is known[owner] or there["subject"]["reference"] == owner
            if isinstance(part, dict) and "type" in part and "reference" in part:
                assert part["type"] == part["reference"].partition("/")[0]


def test_codes_belong_to_a_system_and_look_like_it(said: Said) -> None:
    for row in said.rows:
        for name, part in parts(row):
            for coding in part if name == "coding" else []:
                assert CODE.fullmatch(coding["code"]), coding
                assert coding["system"].startswith(("http://", "urn:dolomite:"))
                form = SYSTEMS.get(coding["system"], ".*")
                assert re.fullmatch(form, coding["code"]), coding


def test_quantities_of_ucum_have_a_code(said: Said) -> None:
    """qty-3, and a number that has not become an exponent."""
    for row in said.rows:
        for _, part in parts(row):
            if isinstance(part, dict) and "value" in part and "unit" in part:
                assert ("code" in part) is (part.get("system") == "http://unitsofmeasure.org")
                assert "e" not in repr(part["value"]).lower()


def test_periods_begin_before_they_end(said: Said) -> None:
    """per-1."""
    for row in said.rows:
        for name, part in parts(row):
            named = name in ("period", "effectivePeriod") and isinstance(part, dict)
            if named and {"start", "end"} <= set(part):
                start, end = (datetime.fromisoformat(part[name]) for name in ("start", "end"))
                assert start <= end, row


def test_observations_have_a_value_or_say_why_not_and_ranges_have_a_limit(said: Said) -> None:
    """obs-3, obs-6 and obs-7."""
    for row in said.of("Observation"):
        values = [name for name in row if name.startswith("value")]
        assert len(values) + ("dataAbsentReason" in row) == 1, row
        assert all("low" in limits or "high" in limits for limits in row.get("referenceRange", []))
        own = {(c["system"], c["code"]) for c in row["code"]["coding"]}
        for part in row.get("component", []):
            assert not own & {(c["system"], c["code"]) for c in part["code"]["coding"]}
            assert len([name for name in part if name.startswith("value")]) == 1


def test_dosages_keep_the_rules_of_timing(said: Said) -> None:
    """tim-1 to tim-10: a frequency with a period and its unit, and clock times without other moments."""
    for row in said.of("MedicationStatement"):
        for dosage in row.get("dosage", []):
            repeat = dosage.get("timing", {}).get("repeat")
            if repeat:
                assert repeat["period"] == 1 and repeat["periodUnit"] == "d" and repeat["frequency"] >= 1
                assert "when" not in repeat
                assert len(repeat.get("timeOfDay", [])) in (0, repeat["frequency"])


def test_the_server_describes_itself_and_its_refusals_validly(client: Any) -> None:
    statement = client.get("/fhir/R4/metadata").json()
    read = CapabilityStatement.model_validate(statement)
    assert (statement["fhirVersion"], statement["kind"]) == ("4.0.1", "instance")
    assert statement["implementation"]["url"] == BASE
    assert [one.type for rest in read.rest or [] for one in rest.resource] == list(OFFERS)
    for one in statement["rest"][0]["resource"]:
        offered = {parameter["name"] for parameter in one["searchParam"]}
        assert offered == set(OFFERS[one["type"]].parameters)
    (operation,) = statement["rest"][0]["resource"][0]["operation"]
    assert operation["name"] == "everything"
    OperationOutcome.model_validate(client.get("/fhir/R4/Patient").json())
