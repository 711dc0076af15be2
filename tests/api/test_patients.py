"""Patients on the API: find, register, edit, change the status."""

import pytest

from audit.models import AuditEvent
from patients.models import Patient
from tests.api.calling import Caller, done, faults, made, results
from tests.stories import a_clinic, a_clinician, a_patient, a_researcher, an_admin, an_assistant

pytestmark = pytest.mark.django_db
SARA = {
    "mrn": "104 882",
    "family_name": "Lindqvist",
    "given_name": "Sara",
    "birth_date": "1980-05-17",
    "sex": "FEMALE",
}


def test_a_registered_patient_is_found_by_beginnings_of_words_in_any_order() -> None:
    by = a_clinician()
    caller = Caller(by)
    row = made(caller.post("patients/", **SARA, research_consent=True))
    assert (row["status"], row["version"], row["research_consent_on"]) == ("ACTIVE", 1, "2026-03-12")
    assert [found["id"] for found in results(caller.get("patients/", search="sar lindq"))] == [row["id"]]
    assert [found["id"] for found in results(caller.get("patients/", mrn="104 882"))] == [row["id"]]
    assert results(caller.get("patients/", search="bengt")) == []


def test_the_day_of_consent_to_publication_is_kept_changed_and_taken_back() -> None:
    caller = Caller(a_clinician())
    row = made(caller.post("patients/", **SARA, publication_consent_on="2026-03-12"))
    assert row["publication_consent_on"] == "2026-03-12"
    address = f"patients/{row['id']}/"
    refused = caller.patch(address, version=1, publication_consent_on="2026-03-13")
    assert list(faults(refused)) == ["publication_consent_on"]
    assert done(caller.patch(address, version=1, contact="by post"))["publication_consent_on"] == "2026-03-12"
    assert (
        done(caller.patch(address, version=2, publication_consent_on=None))["publication_consent_on"] is None
    )


def test_reading_a_patient_and_a_list_leaves_audit_events() -> None:
    by = a_clinician()
    patient = a_patient(by)
    caller = Caller(by)
    assert done(caller.get(f"patients/{patient.pk}/"))["mrn"] == patient.mrn
    results(caller.get("patients/"))
    acts = AuditEvent.objects.filter(act__startswith="READ").order_by("id").values_list("act", "patient_id")
    assert list(acts) == [("READ_CHART", patient.pk), ("READ_LIST", None)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"birth_date": "2026-03-13"}, "birth_date"),
        ({"birth_date": "1066-10-14"}, "birth_date"),
        ({"birth_date": "yesterday"}, "birth_date"),
        ({"sex": "F"}, "sex"),
        ({"sex": "\ud800"}, "sex"),
        ({"mrn": ""}, "mrn"),
        ({"family_name": "Lind\x00qvist"}, "family_name"),
        ({"given_name": "\ud800"}, "given_name"),
        ({"contact": "x" * 201}, "contact"),
        ({"publication_consent_on": "2026-03-13"}, "publication_consent_on"),
        ({"publication_consent_on": "soon"}, "publication_consent_on"),
    ],
)
def test_bad_particulars_are_refused_with_the_field(change: dict[str, str], field: str) -> None:
    answer = Caller(a_clinician()).post("patients/", **(SARA | change))
    assert list(faults(answer)) == [field]
    assert not Patient.objects.exists()


def test_a_taken_mrn_is_refused_in_the_clinic_and_free_in_another() -> None:
    by = a_clinician()
    made(Caller(by).post("patients/", **SARA))
    assert "belongs to another patient" in faults(Caller(by).post("patients/", **SARA))["mrn"][0]
    made(Caller(a_clinician(a_clinic("southbank"))).post("patients/", **SARA))


def test_an_edit_needs_the_version_and_a_stale_one_gets_the_row_as_it_stands() -> None:
    by = a_clinician()
    patient = a_patient(by)
    caller = Caller(by)
    path = f"patients/{patient.pk}/"
    assert list(faults(caller.patch(path, contact="0123"))) == ["version"]
    assert done(caller.patch(path, contact="0123", version=1))["version"] == 2
    late = caller.patch(path, contact="0456", version=1)
    assert late.status_code == 409
    assert (late.json()["current"]["contact"], late.json()["current"]["version"]) == ("0123", 2)


def test_a_status_is_changed_with_its_reason_and_date_or_refused_by_name() -> None:
    by = a_clinician()
    patient = a_patient(by)
    path = f"patients/{patient.pk}/"
    caller = Caller(by)
    assert set(faults(caller.patch(path, version=1, status="PAUSED"))) == {"returns_on", "status_reason"}
    paused = caller.patch(
        path, version=1, status="PAUSED", status_reason="Abroad", returns_on="2026-05-01", contact="1"
    )
    assert (done(paused)["status"], paused.json()["contact"], paused.json()["version"]) == ("PAUSED", "1", 3)
    assert done(caller.patch(path, version=3, status="ACTIVE"))["returns_on"] is None


def test_an_assistant_edits_and_may_not_change_the_status() -> None:
    clinic = a_clinic()
    by = an_assistant(clinic)
    patient = a_patient(by)
    caller = Caller(by)
    answer = caller.patch(
        f"patients/{patient.pk}/", version=1, contact="1", status="LEFT", status_reason="Moved"
    )
    assert answer.status_code == 403
    patient.refresh_from_db()
    assert (patient.version, patient.contact) == (1, "")
    done(caller.patch(f"patients/{patient.pk}/", version=1, contact="1"))


def test_an_owner_is_a_member_of_the_clinic() -> None:
    by, stranger = a_clinician(), a_clinician(a_clinic("southbank"))
    assert by.membership and stranger.membership
    row = made(Caller(by).post("patients/", **SARA, owner=by.membership.pk))
    assert row["owner"] == by.membership.pk
    answer = Caller(by).patch(f"patients/{row['id']}/", version=1, owner=stranger.membership.pk)
    assert answer.status_code == 404


def test_others_see_no_patient() -> None:
    by = a_clinician()
    patient = a_patient(by)
    path = f"patients/{patient.pk}/"
    stranger = Caller(a_clinician(a_clinic("southbank")))
    assert stranger.get(path).status_code == 404
    assert stranger.patch(path, version=1, contact="1").status_code == 404
    assert results(stranger.get("patients/")) == []
    for who in (a_researcher(by.clinic), an_admin(by.clinic)):
        assert Caller(who).get(path).status_code == 403
        assert Caller(who).post("patients/", **SARA).status_code == 403
