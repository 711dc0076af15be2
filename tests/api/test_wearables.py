"""Wearables on the API: a batch is stored whole or not at all, once, and read page by page."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import Actor
from audit.models import AuditEvent
from patients.models import Patient
from tests.api.calling import Caller, done, faults, made, results
from tests.factories import NOW, TODAY
from tests.stories import (
    a_clinic,
    a_clinician,
    a_device,
    a_patient,
    a_researcher,
    an_assistant,
    some_readings,
)
from wearables.api import MOST_READINGS
from wearables.models import Device, Reading

pytestmark = pytest.mark.django_db
RING = {"maker": "Oura", "model": "Ring 4", "serial": "2F9C"}
READINGS = "wearables/readings/"


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


def a_reading(n: int = 0, **change: Any) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=5 * n)).isoformat()
    return {"kind": "RESTING_HEART_RATE", "value": 61, "unit": "/min", "at": at} | change


def a_body(patient: Patient, /, *readings: dict[str, Any], **change: Any) -> dict[str, Any]:
    told = {"patient": str(patient.pk), "device": RING, "readings": list(readings)}
    return told | change


def test_a_batch_of_an_unknown_device_is_stored_with_the_device_and_sent_again_changes_nothing(
    by: Actor, patient: Patient
) -> None:
    caller, body = Caller(by), a_body(patient, a_reading(), a_reading(1, value="62.5"))
    first = made(caller.post(READINGS, **body))
    assert (first["stored"], first["already_stored"]) == (2, 0)
    again = made(caller.post(READINGS, **body | {"device": first["device"]}))
    assert again == {"batch": None, "device": first["device"], "stored": 0, "already_stored": 2}
    (device,) = results(caller.get("wearables/devices/", patient=str(patient.pk)))
    assert (device["id"], device["serial"], device["worn_as"]) == (first["device"], "2F9C", "OTHER")
    (batch,) = results(caller.get("wearables/batches/", patient=str(patient.pk)))
    assert (batch["id"], batch["stored"], batch["source"]) == (first["batch"], 2, "API")


def test_with_a_key_the_same_batch_gets_the_same_answer(by: Actor, patient: Patient) -> None:
    caller, body = Caller(by), a_body(patient, a_reading())
    first, second = (caller.post(READINGS, once="k", **body) for _ in range(2))
    assert made(first) == made(second) and second["Idempotent-Replayed"] == "true"
    assert caller.post(READINGS, once="k", **a_body(patient, a_reading(1))).status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": "mmol/L"}, "unit"),
        ({"unit": ""}, "unit"),
        ({"unit": "a\x00b"}, "unit"),
        ({"kind": "HEART_RATE_VARIABILITY"}, "kind"),
        ({"kind": 7}, "kind"),
        ({"value": 900}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": None}, "value"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2027-01-01T00:00:00Z"}, "at"),
        ({"at": "0001-01-01T00:00:00Z"}, "at"),
    ],
)
def test_a_faulty_row_is_named_and_nothing_is_stored_not_even_the_device(
    by: Actor, patient: Patient, change: dict[str, Any], field: str
) -> None:
    rows = [a_reading(n) for n in range(18)]
    rows[17] |= change
    said = faults(Caller(by).post(READINGS, **a_body(patient, *rows)))["readings"]
    assert {row: list(named) for row, named in said.items()} == {"17": [field]}
    assert not Reading.objects.exists() and not Device.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"device": "no-id"}, "device"),
        ({"device": 7}, "device"),
        ({"device": {"maker": "Oura"}}, "device"),
        ({"device": RING | {"serial": ""}}, "device"),
        ({"patient": "no-id"}, "patient"),
        ({"readings": []}, "readings"),
        ({"readings": "none"}, "readings"),
        ({"readings": [7]}, "readings"),
    ],
)
def test_what_is_no_batch_is_refused_with_the_field(
    by: Actor, patient: Patient, change: dict[str, Any], field: str
) -> None:
    assert list(faults(Caller(by).post(READINGS, **a_body(patient, a_reading(), **change)))) == [field]


def test_ten_thousand_readings_are_taken_at_once_and_one_more_is_not(by: Actor, patient: Patient) -> None:
    caller = Caller(by)
    rows = [a_reading(n) for n in range(MOST_READINGS)]
    assert made(caller.post(READINGS, **a_body(patient, *rows)))["stored"] == MOST_READINGS
    more = caller.post(READINGS, **a_body(patient, *rows, a_reading(MOST_READINGS)))
    assert list(faults(more)) == ["readings"]


def test_readings_of_one_patient_are_read_newest_first_page_by_page(by: Actor, patient: Patient) -> None:
    device = a_device(patient, by)
    some_readings(device, by, [str(50 + n) for n in range(7)])
    some_readings(device, by, ["7.5"], kind="SLEEP_DURATION", unit="h")
    caller, whose = Caller(by), str(patient.pk)
    page = caller.get(READINGS, patient=whose, kind="RESTING_HEART_RATE", page_size=5)
    assert [row["value"] for row in results(page)] == [56, 55, 54, 53, 52]
    rest = caller.client.get(page.json()["next"])
    assert [row["value"] for row in results(rest)] == [51, 50]
    days = {"from": str(TODAY - timedelta(days=2)), "to": str(TODAY - timedelta(days=1))}
    assert [row["value"] for row in results(caller.get(READINGS, patient=whose, **days))] == [55, 54]
    (sleep,) = results(caller.get(READINGS, patient=whose, kind="SLEEP_DURATION"))
    assert (sleep["canonical_value"], sleep["canonical_unit"]) == (7.5, "h")
    assert done(caller.get(f"{READINGS}{sleep['id']}/"))["id"] == sleep["id"]
    assert AuditEvent.objects.filter(act="READ_CHART", patient_id=patient.pk).count() >= 4


@pytest.mark.parametrize(
    "query", [{"from": "0001-01-01"}, {"to": "9999-12-31"}, {"from": "9999-12-31", "to": "0001-01-01"}]
)
def test_days_beyond_the_calendar_of_records_are_no_failure(
    by: Actor, patient: Patient, query: dict[str, str]
) -> None:
    assert results(Caller(by).get(READINGS, patient=str(patient.pk), **query)) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [({}, "patient"), ({"kind": "NONE"}, "kind"), ({"from": "soon"}, "from"), ({"device": "x"}, "device")],
)
def test_a_list_asks_for_a_patient_and_for_what_can_be(
    by: Actor, patient: Patient, query: dict[str, str], field: str
) -> None:
    whose = {} if field == "patient" else {"patient": str(patient.pk)}
    assert list(faults(Caller(by).get(READINGS, **whose, **query))) == [field]


def test_a_device_is_added_ended_and_withdrawn_with_its_readings(by: Actor, patient: Patient) -> None:
    caller = Caller(by)
    device = made(caller.post("wearables/devices/", patient=str(patient.pk), **RING, measures=["SWEAT_PH"]))
    wrong = caller.post(READINGS, **a_body(patient, a_reading(), device=device["id"]))
    assert "not recorded as measuring" in str(faults(wrong)["readings"])
    ph = a_reading(kind="SWEAT_PH", value=5.9, unit="[pH]")
    assert made(caller.post(READINGS, **a_body(patient, ph, device=device["id"])))["stored"] == 1
    path = f"wearables/devices/{device['id']}/"
    assert done(caller.post(f"{path}end/", version=1, until=str(TODAY)))["until"] == str(TODAY)
    assert caller.post(f"{path}end/", version=1, until=str(TODAY)).status_code == 409
    done(caller.post(f"{path}entered-in-error/", version=2, reason="Not hers"))
    assert results(caller.get(READINGS, patient=str(patient.pk))) == []


def test_a_batch_is_withdrawn(by: Actor, patient: Patient) -> None:
    caller = Caller(by)
    batch = made(caller.post(READINGS, **a_body(patient, a_reading())))["batch"]
    path = f"wearables/batches/{batch}/entered-in-error/"
    assert done(caller.post(path, version=1, reason="Wrong person"))["error_reason"] == "Wrong person"
    assert results(caller.get(READINGS, patient=str(patient.pk))) == []


def test_an_order_is_chosen_and_changed_only_as_it_was_read(by: Actor, patient: Patient) -> None:
    caller, path = Caller(by), "wearables/source-orders/"
    devices = [str(a_device(patient, by, serial=serial).pk) for serial in ("1", "2")]
    told = {"patient": str(patient.pk), "kind": "SWEAT_PH"}
    row = made(caller.post(path, **told, devices=devices))
    assert (row["devices"], row["on_chart"], row["version"]) == (devices, True, 1)
    stale = caller.post(path, **told, devices=devices[::-1])
    assert (stale.status_code, stale.json()["current"]["version"]) == (409, 1)
    changed = made(caller.post(path, **told, devices=devices[::-1], on_chart=False, version=1))
    assert (changed["devices"], changed["on_chart"], changed["version"]) == (devices[::-1], False, 2)


def test_an_assistant_writes_and_a_researcher_does_not(by: Actor, patient: Patient) -> None:
    body = a_body(patient, a_reading())
    made(Caller(an_assistant(by.clinic)).post(READINGS, **body))
    reader = Caller(a_researcher(by.clinic))
    assert reader.post(READINGS, **body).status_code == 403
    assert reader.get(READINGS, patient=str(patient.pk)).status_code == 403


def test_another_clinic_neither_reads_nor_writes(by: Actor, patient: Patient) -> None:
    device = a_device(patient, by)
    some_readings(device, by, ["61"])
    stranger = a_clinician(a_clinic("southbank"))
    caller = Caller(stranger)
    assert results(caller.get(READINGS, patient=str(patient.pk))) == []
    assert caller.post(READINGS, **a_body(patient, a_reading())).status_code == 404
    mine = a_patient(stranger)
    answer = caller.post(READINGS, **a_body(mine, a_reading(), device=str(device.pk)))
    assert answer.status_code == 404
