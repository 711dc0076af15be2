"""Files of results on the API: as a form or as the body, stored and undone, and parked rows decided."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actors import Actor
from audit.models import AuditEvent
from labs.models import Import, ImportRow, Laboratory, LabResult
from patients.models import Patient
from reviews import at_once
from tests.api.calling import ROOT, Caller, done, faults, made, results
from tests.factories import NOW
from tests.reviews.importing.files import Line, committed, csv_of, message
from tests.stories import Clock, a_clinic, a_clinician, a_patient, a_researcher

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def sara(by: Actor) -> Patient:
    return a_patient(by)


@pytest.fixture
def caller(by: Actor) -> Caller:
    return Caller(by)


def sent(caller: Caller, content: str | bytes, name: str = "results.csv", key: str = "", **more: Any) -> Any:
    data = content.encode() if isinstance(content, str) else content
    headers = {"Idempotency-Key": key} if key else {}
    body = {"file": SimpleUploadedFile(name, data), **more}
    return caller.client.post(f"{ROOT}lab-imports/", body, format="multipart", headers=headers)


def sent_raw(caller: Caller, content: str | bytes, kind: str, query: str = "") -> Any:
    return caller.client.post(f"{ROOT}lab-imports/{query}", content, content_type=kind)


def mixed(sara: Patient) -> str:
    return csv_of(
        Line(sara),
        Line(sara, "2.1", "mg/dL", "2601-3", low="", high=""),
        Line(sara, "5.1"),
        Line(sara, mrn="77"),
    )


def test_a_file_is_checked_when_the_answer_comes_with_its_counts(caller: Caller, sara: Patient) -> None:
    row = made(sent(caller, mixed(sara), laboratory="Northgate lab"))
    assert (row["stage"], row["state"], row["format"], row["channel"]) == ("CHECKED", "DONE", "CSV", "API")
    assert row["checked"] == {
        "rows": 4, "ready": 1, "converted": 1, "already_stored": 0, "unmatched": 1, "errors": 1
    }  # fmt: skip
    assert row["settled"] is None and row["undo_until"] is None
    assert row["laboratory"] == str(Laboratory.objects.get(name="Northgate lab").pk)
    assert row["dialect"] and row["file_name"] == "results.csv"


@pytest.mark.parametrize(
    ("kind", "format"),
    [("text/csv", "CSV"), ("text/csv; charset=utf-8", "CSV"), ("application/hl7-v2", "HL7_V2"),
     ("x-application/hl7-v2+er7", "HL7_V2")],
)  # fmt: skip
def test_the_body_itself_may_be_the_file(kind: str, format: str, caller: Caller, sara: Patient) -> None:
    content = csv_of(Line(sara)) if format == "CSV" else message(sara, "0.52")
    row = made(sent_raw(caller, content, kind, "?laboratory=North"))
    assert (row["stage"], row["format"], row["checked"]["ready"]) == ("CHECKED", format, 1)
    assert row["laboratory"] == str(Laboratory.objects.get(name="North").pk)


@pytest.mark.parametrize("kind", ["application/fhir+json", "application/json"])
def test_json_is_taken_for_fhir_and_a_file_that_is_none_is_kept_as_refused(kind: str, caller: Caller) -> None:
    row = made(sent_raw(caller, '{"resourceType": "Nothing"}', kind))
    assert (row["stage"], bool(row["refusal"])) == ("REFUSED", True)
    assert row["checked"]["rows"] == 0


@pytest.mark.parametrize(
    "kind",
    [
        "application/fhir+xml",
        "application/xml",
        "text/xml",
        "application/x-www-form-urlencoded",
        "text/plain",
    ],
)
def test_xml_and_other_kinds_are_415(kind: str, caller: Caller) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert sent_raw(caller, bomb, kind).status_code == 415
    assert not Import.objects.exists()


def test_a_body_that_is_too_big_is_413_and_a_form_may_be_bigger(caller: Caller, sara: Patient) -> None:
    big = csv_of(Line(sara)) + "\n" * 3_000_000
    assert sent_raw(caller, big, "text/csv").status_code == 413
    row = made(sent(caller, big))
    assert (row["stage"], row["state"]) == ("READING", "WAITING")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "file"),
        ({"file": "text"}, "file"),
        ({"laboratory": "x" * 121}, "laboratory"),
        ({"laboratory": "\0"}, "laboratory"),
    ],
)
def test_a_form_without_a_file_or_with_a_wrong_field_names_it(
    body: dict[str, str], field: str, caller: Caller
) -> None:
    answer = caller.client.post(f"{ROOT}lab-imports/", body, format="multipart")
    assert field in faults(answer)


def test_two_files_in_one_request_are_refused_so_that_none_is_lost(caller: Caller) -> None:
    files = [SimpleUploadedFile(f"{n}.csv", b"a,b\n") for n in range(2)]
    answer = caller.client.post(f"{ROOT}lab-imports/", {"file": files}, format="multipart")
    assert faults(answer) == {"file": ["Send one file in one request."]}


@pytest.mark.parametrize("kind", ["form", "body"])
def test_an_empty_file_is_refused(kind: str, caller: Caller) -> None:
    answer = sent(caller, b"") if kind == "form" else sent_raw(caller, "", "text/csv")
    assert "file" in faults(answer)


def test_a_key_is_of_the_content_of_the_file(caller: Caller, sara: Patient) -> None:
    big = csv_of(Line(sara)) + "\n" * 3_000_000
    first, again = sent(caller, big, key="k1"), sent(caller, big, key="k1")
    assert made(first)["id"] == made(again)["id"] and again["Idempotent-Replayed"] == "true"
    assert sent(caller, big + "\n", key="k1").status_code == 422
    assert sent(caller, big, key="k1", laboratory="Other").status_code == 422
    assert Import.objects.count() == 1


def test_commit_and_undo_answer_with_where_the_rows_went(caller: Caller, sara: Patient) -> None:
    row = made(sent(caller, mixed(sara)))
    row = done(caller.post(f"lab-imports/{row['id']}/commit/", version=row["version"]))
    assert row["settled"] == {"stored": 2, "already_stored": 0, "parked": 1, "refused": 1}
    assert sum(row["settled"].values()) == row["checked"]["rows"] == 4
    assert row["undo_until"] == "2026-03-13T11:00:00-04:00"
    assert LabResult.objects.counting().count() == 2
    row = done(caller.post(f"lab-imports/{row['id']}/undo/", version=row["version"]))
    assert (row["stage"], row["settled"]) == ("UNDONE", None)
    assert not LabResult.objects.counting().exists()


def test_check_and_discard(caller: Caller, by: Actor, sara: Patient) -> None:
    row = made(sent(caller, csv_of(Line(sara, mrn="77001"))))
    assert row["checked"]["unmatched"] == 1
    a_patient(by, mrn="77001")
    row = done(caller.post(f"lab-imports/{row['id']}/check/", version=row["version"]))
    assert row["checked"]["ready"] == 1
    row = done(caller.post(f"lab-imports/{row['id']}/discard/", version=row["version"]))
    assert row["stage"] == "DISCARDED"
    assert "stage" in faults(caller.post(f"lab-imports/{row['id']}/commit/", version=row["version"]))


def test_an_old_version_is_409_with_the_import_as_it_stands(caller: Caller, sara: Patient) -> None:
    row = made(sent(caller, csv_of(Line(sara))))
    done(caller.post(f"lab-imports/{row['id']}/discard/", version=row["version"]))
    answer = caller.post(f"lab-imports/{row['id']}/commit/", version=row["version"])
    assert (answer.status_code, answer.json()["current"]["stage"]) == (409, "DISCARDED")


def test_after_a_day_an_import_is_not_undone(caller: Caller, by: Actor, sara: Patient, clock: Clock) -> None:
    source = committed(csv_of(Line(sara)), by)
    clock.at = NOW + timedelta(hours=24, seconds=1)
    late = Caller(by).post(f"lab-imports/{source.pk}/undo/", version=source.version)
    assert "24 hours" in faults(late)["stage"][0]


def test_rows_come_in_order_of_the_file_and_are_filtered(caller: Caller, sara: Patient) -> None:
    row = made(sent(caller, mixed(sara)))
    path = f"lab-imports/{row['id']}/rows/"
    first = caller.get(path, page_size=3)
    rows = results(first) + results(caller.client.get(first.json()["next"]))
    assert [one["number"] for one in rows] == [1, 2, 3, 4]
    assert (rows[1]["canonical_value"], rows[1]["canonical_unit"]) == (pytest.approx(0.864), "mmol/L")
    assert rows[0]["reported"]["value"] == "0.52" and rows[0]["raw"]
    assert [one["number"] for one in results(caller.get(path, outcome="ERROR"))] == [3]
    assert list(faults(caller.get(path, outcome="GONE"))) == ["outcome"]
    assert AuditEvent.objects.filter(act="READ_LIST", object_id=row["id"]).count() == 3


def test_imports_are_listed_newest_first_and_by_stage(caller: Caller, sara: Patient) -> None:
    ids = [made(sent(caller, csv_of(Line(sara, value))))["id"] for value in ("0.50", "0.51")]
    assert [row["id"] for row in results(caller.get("lab-imports/"))] == ids[::-1]
    assert results(caller.get("lab-imports/", stage="COMMITTED")) == []
    assert list(faults(caller.get("lab-imports/", stage="GONE"))) == ["stage"]
    assert done(caller.get(f"lab-imports/{ids[0]}/"))["id"] == ids[0]


def test_a_list_of_imports_takes_a_fixed_number_of_queries(
    caller: Caller, sara: Patient, django_assert_max_num_queries: Any
) -> None:
    for n in range(4):
        made(sent(caller, csv_of(Line(sara, f"0.5{n}"))))
    with django_assert_max_num_queries(8):
        assert len(results(caller.get("lab-imports/"))) == 4


def test_a_long_file_is_left_to_a_worker(
    caller: Caller,
    sara: Patient,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(at_once, "ring_import", rung.append)
    monkeypatch.setattr(at_once, "LARGEST_READ_AT_ONCE", 0)
    with django_capture_on_commit_callbacks(execute=True):
        row = made(sent(caller, csv_of(Line(sara))))
    assert (row["stage"], row["state"], [str(pk) for pk in rung]) == ("READING", "WAITING", [row["id"]])


@pytest.fixture
def parked(by: Actor, sara: Patient) -> ImportRow:
    source = committed(csv_of(Line(sara, mrn="77001")), by)
    return ImportRow.objects.get(source=source)


def test_a_parked_row_is_matched_and_taken_back(caller: Caller, parked: ImportRow, sara: Patient) -> None:
    (row,) = results(caller.get("unmatched-rows/"))
    path = f"unmatched-rows/{row['id']}/"
    row = done(caller.post(f"{path}match/", version=row["version"], patient=str(sara.pk)))
    assert (row["settled"], row["patient"], bool(row["result"])) == ("STORED", str(sara.pk), True)
    assert results(caller.get("unmatched-rows/")) == []
    row = done(caller.post(f"{path}take-back/", version=row["version"]))
    assert (row["settled"], row["patient"], row["result"]) == ("PARKED", None, None)
    assert not LabResult.objects.counting().exists()


def test_a_parked_row_is_refused_with_a_reason(caller: Caller, parked: ImportRow) -> None:
    path = f"unmatched-rows/{parked.pk}/"
    assert list(faults(caller.post(f"{path}refuse/", version=parked.version, reason=""))) == ["reason"]
    row = done(caller.post(f"{path}refuse/", version=parked.version, reason="Not ours"))
    assert row["settled"] == "REFUSED" and "Not ours" in row["reason"]
    stale = caller.post(f"{path}match/", version=parked.version, patient=str(parked.pk))
    assert (stale.status_code, stale.json()["current"]["settled"]) == (409, "REFUSED")


def test_a_patient_of_another_clinic_is_404_and_stores_nothing(caller: Caller, parked: ImportRow) -> None:
    stranger = a_patient(a_clinician(a_clinic("meadow")))
    answer = caller.post(
        f"unmatched-rows/{parked.pk}/match/", version=parked.version, patient=str(stranger.pk)
    )
    assert answer.status_code == 404
    assert not LabResult.objects.exists()


def test_reading_a_parked_row_is_an_event(caller: Caller, parked: ImportRow) -> None:
    done(caller.get(f"unmatched-rows/{parked.pk}/"))
    assert AuditEvent.objects.filter(act="READ_LIST", object_id=str(parked.pk)).count() == 1


def test_a_researcher_may_neither_send_nor_read(by: Actor, parked: ImportRow) -> None:
    caller = Caller(a_researcher(by.clinic))
    assert sent(caller, b"a").status_code == 403
    for path in ("lab-imports/", f"lab-imports/{parked.source_id}/rows/", "unmatched-rows/"):
        assert caller.get(path).status_code == 403
