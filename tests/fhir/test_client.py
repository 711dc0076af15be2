"""A FHIR client from the registry, which knows nothing of us, reads a live server."""

from typing import Any

import pytest
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import AuthorizationError, OperationOutcome, ResourceNotFound
from pytest_django.live_server_helper import LiveServer

from accounts.actors import Actor
from patients.models import Patient
from tests.factories import LabResultFactory
from tests.fhir.calling import Reader
from tests.stories import a_flag, a_patient, a_visit, taking

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient(by: Actor) -> Patient:
    patient = a_patient(by, mrn="M-1")
    taking(patient, by)
    a_flag(by, patient)
    a_visit(patient, by, gad7_total=7)
    for number in range(7):
        LabResultFactory.create(patient=patient, source_id=f"R{number}")
    return patient


@pytest.fixture
def client(live_server: LiveServer, by: Actor) -> SyncFHIRClient:
    return SyncFHIRClient(f"{live_server.url}/fhir/R4", authorization=_bearer(by))


def _bearer(by: Actor) -> str:
    return Reader(by, "Bearer").headers["Authorization"]


def test_the_client_reads_the_metadata_before_it_signs_in(live_server: LiveServer) -> None:
    stranger = SyncFHIRClient(f"{live_server.url}/fhir/R4")
    said = stranger.execute("metadata", method="get")
    assert (said["resourceType"], said["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    with pytest.raises(AuthorizationError):
        stranger.resources("Patient").fetch()


def test_the_client_finds_the_patient_and_pages_through_all_observations(
    client: SyncFHIRClient, patient: Patient
) -> None:
    found = client.resources("Patient").search(identifier="M-1").get()
    assert (found.id, found["name"][0]["family"]) == (str(patient.pk), "Lindqvist")
    asked = client.resources("Observation").search(patient=found.id).limit(2)
    rows = asked.fetch_all()
    assert len(rows) == len({row.id for row in rows}) == 9
    assert {row["subject"]["reference"] for row in rows} == {f"Patient/{patient.pk}"}
    assert rows[0]["subject"].to_resource().id == str(patient.pk)
    newest = client.resources("Observation").search(patient=found.id, category="laboratory").sort("-date")
    (first,) = newest.limit(1).fetch()
    assert first["valueQuantity"]["value"] == 0.5


def test_the_client_counts_when_it_asks_leniently(
    live_server: LiveServer, by: Actor, patient: Patient
) -> None:
    """It sends a parameter of another server beside `_count=0`."""
    lenient = SyncFHIRClient(
        f"{live_server.url}/fhir/R4", authorization=_bearer(by), extra_headers={"Prefer": "handling=lenient"}
    )
    assert lenient.resources("Observation").search(patient=str(patient.pk)).count() == 9


def test_the_client_fetches_everything_of_the_patient(client: SyncFHIRClient, patient: Patient) -> None:
    bundle: Any = client.reference("Patient", str(patient.pk)).execute("$everything", method="get")
    kinds = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert kinds == {"Patient", "Observation", "MedicationStatement", "Encounter", "Flag"}
    assert bundle["total"] == len(bundle["entry"])


def test_the_client_refreshes_what_it_has_and_understands_refusals(
    client: SyncFHIRClient, patient: Patient
) -> None:
    row = client.reference("Patient", str(patient.pk)).to_resource()
    assert row.refresh()["id"] == str(patient.pk)
    with pytest.raises(ResourceNotFound):
        client.reference("Observation", str(patient.pk)).to_resource()
    with pytest.raises(OperationOutcome, match="colour"):
        client.resources("Patient").search(colour="red").fetch()
    with pytest.raises(OperationOutcome, match="POST"):
        client.resource("Patient").save()
