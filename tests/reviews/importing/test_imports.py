"""A file from drop to undo: every row accounted for, nothing on the wrong person, nothing half in."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.records import StaleVersion
from labs.models import Import, ImportRow, ImportStage, LabResult, RowOutcome, Settled
from patients.models import Patient
from reviews.acts.errors import mark_in_error
from reviews.acts.expected import order_result
from reviews.acts.imports import check_again, commit_import, discard_import, undo_import
from reviews.acts.patients import change_status
from reviews.importing.counting import counts_checked, counts_settled
from reviews.importing.steps import work_on
from reviews.models import Flag
from tests.factories import NOW, TODAY
from tests.reviews.importing.files import (
    CREATININE,
    SAMPLED,
    TOTAL,
    Line,
    checked,
    committed,
    counting,
    csv_of,
    outcomes,
    reasons,
    settled,
    undone,
)
from tests.stories import a_clinic, a_clinician, a_patient, standing, taking

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def sara(by: Actor) -> Patient:
    return a_patient(by)


def test_every_row_has_one_outcome_and_nothing_is_stored_by_the_check(by: Actor, sara: Patient) -> None:
    source = checked(
        csv_of(
            Line(sara),
            Line(sara, "2.1", "mg/dL", TOTAL, low="1.7", high="2.4"),
            Line(sara),
            Line(sara, mrn="999123"),
            Line(sara, unit=""),
        ),
        by,
    )
    assert source.stage == ImportStage.CHECKED
    assert outcomes(source) == ["READY", "CONVERTED", "ALREADY_STORED", "UNMATCHED", "ERROR"]
    assert counts_checked(source) == {
        "rows": 5, "ready": 1, "converted": 1, "already_stored": 1, "unmatched": 1, "errors": 1,
    }  # fmt: skip
    assert "The same as line 2" in reasons(source)[2]
    assert "unit" in reasons(source)[4]
    assert not LabResult.objects.exists()


def test_a_commit_stores_what_is_ready_parks_and_refuses_the_rest(by: Actor, sara: Patient) -> None:
    source = committed(csv_of(Line(sara), Line(sara, mrn="999123"), Line(sara, "0.5O")), by)
    assert settled(source) == ["STORED", "PARKED", "REFUSED"]
    assert counts_settled(source) == {"rows": 3, "stored": 1, "already_stored": 0, "parked": 1, "refused": 1}
    assert counting(sara) == ["IONIZED_MG 0.52"]
    row = ImportRow.objects.get(source=source, settled=Settled.STORED)
    assert row.result is not None and row.result.patient == sara
    assert row.raw.startswith(sara.mrn)


def test_the_same_file_again_changes_nothing(by: Actor, sara: Patient) -> None:
    content = csv_of(Line(sara), Line(sara, "71", "umol/L", CREATININE, low="45", high="84"))
    committed(content, by)
    before = LabResult.objects.count()
    again = committed(content, by, at=NOW + timedelta(minutes=5))
    assert settled(again) == ["ALREADY_STORED", "ALREADY_STORED"]
    assert LabResult.objects.count() == before == 3


def test_the_same_file_that_still_waits_is_the_same_import(by: Actor, sara: Patient) -> None:
    first, second = checked(csv_of(Line(sara)), by), checked(csv_of(Line(sara)), by)
    assert first.pk == second.pk
    assert ImportRow.objects.count() == 1


def test_a_result_out_of_range_raises_its_flag_and_undo_takes_both_back(by: Actor, sara: Patient) -> None:
    taking(sara, by)
    before = standing(sara)
    source = committed(csv_of(Line(sara, "0.30")), by)
    assert standing(sara) == sorted([*before, "LAB_OUT_OF_RANGE"])
    undone(source, by, at=NOW + timedelta(hours=23))
    source.refresh_from_db()
    assert source.stage == ImportStage.UNDONE
    assert standing(sara) == before
    assert (counting(sara), settled(source)) == ([], [""])
    assert Flag.objects.get(rule="LAB_OUT_OF_RANGE").cleared_because == "ENTERED_IN_ERROR"


def test_a_file_meets_an_order_and_undoing_it_leaves_the_order_open(by: Actor, sara: Patient) -> None:
    order = order_result(
        patient=sara, analyte="TOTAL_MG", due_on=TODAY + timedelta(days=7), by=by, at=NOW - timedelta(days=2)
    )
    source = committed(csv_of(Line(sara, "0.9", loinc=TOTAL, low="0.7", high="1.1")), by)
    order.refresh_from_db()
    assert order.met_by == LabResult.objects.get()
    undone(source, by)
    order.refresh_from_db()
    assert order.met_by is None


def test_what_was_undone_can_come_again(by: Actor, sara: Patient) -> None:
    content = csv_of(Line(sara))
    undone(committed(content, by), by)
    assert settled(committed(content, by, at=NOW + timedelta(minutes=5))) == ["STORED"]
    assert counting(sara) == ["IONIZED_MG 0.52"]


def test_what_a_person_marked_in_error_does_not_come_again(by: Actor, sara: Patient) -> None:
    committed(csv_of(Line(sara)), by)
    result = LabResult.objects.get()
    mark_in_error(row=result, by=by, at=NOW, version=result.version, reason="Wrong tube")
    again = checked(csv_of(Line(sara), Line(sara, "0.53", at=SAMPLED - timedelta(hours=1))), by)
    assert outcomes(again) == ["ALREADY_STORED", "READY"]
    assert "marked entered in error" in reasons(again)[0]


def test_undo_ends_after_24_hours(by: Actor, sara: Patient) -> None:
    source = committed(csv_of(Line(sara)), by)
    with pytest.raises(ValidationError, match="older than 24 hours"):
        undo_import(source=source, by=by, at=NOW + timedelta(hours=24, seconds=1), version=source.version)
    undone(source, by, at=NOW + timedelta(hours=24))
    assert counting(sara) == []


def test_a_chart_that_changed_since_the_check_stops_the_whole_commit(by: Actor, sara: Patient) -> None:
    other = a_patient(by, given_name="Ada")
    source = checked(csv_of(Line(sara), Line(other)), by)
    change_status(
        patient=other, by=by, at=NOW, version=other.version, status="DECEASED", reason="Told by the family",
        deceased_on=TODAY - timedelta(days=9),
    )  # fmt: skip
    commit_import(source=source, by=by, at=NOW, version=source.version)
    work_on(source.pk, lambda: NOW)
    source.refresh_from_db()
    assert (source.stage, source.state) == (ImportStage.CHECKED, "DONE")
    assert "line 3" in source.error
    assert outcomes(source) == ["READY", "ERROR"]
    assert "died" in reasons(source)[1]
    assert not LabResult.objects.exists()
    commit_import(source=source, by=by, at=NOW, version=source.version)
    work_on(source.pk, lambda: NOW)
    assert settled(source) == ["STORED", "REFUSED"]


def test_a_result_that_somebody_typed_meanwhile_is_not_stored_twice(by: Actor, sara: Patient) -> None:
    source = checked(csv_of(Line(sara)), by)
    committed(csv_of(Line(sara), Line(sara, "0.9", loinc=TOTAL, low="0.7", high="1.1")), by)
    commit_import(source=source, by=by, at=NOW, version=source.version)
    work_on(source.pk, lambda: NOW)
    assert settled(source) == ["ALREADY_STORED"]
    assert LabResult.objects.count() == 2


@pytest.mark.parametrize("lines", [2, 3])
def test_two_acts_on_one_version_of_a_file_are_told_apart(by: Actor, sara: Patient, lines: int) -> None:
    source = checked(csv_of(*[Line(sara, f"0.5{n}") for n in range(lines)]), by)
    stale = source.version
    commit_import(source=source, by=by, at=NOW, version=stale)
    with pytest.raises(StaleVersion):
        discard_import(source=Import.objects.get(pk=source.pk), by=by, at=NOW, version=stale)


def test_acts_that_do_not_fit_the_stage_say_so(by: Actor, sara: Patient) -> None:
    source = committed(csv_of(Line(sara)), by)
    for act in (check_again, commit_import, discard_import):
        with pytest.raises(ValidationError):
            act(source=source, by=by, at=NOW, version=source.version)
    source = undone(source, by)
    with pytest.raises(ValidationError, match="Only a file that is stored can be undone"):
        undo_import(source=source, by=by, at=NOW, version=source.version)


def test_ionized_that_is_not_below_total_of_the_same_sample_is_an_error_on_both_rows(
    by: Actor, sara: Patient
) -> None:
    source = checked(csv_of(Line(sara, "0.95"), Line(sara, "0.9", loinc=TOTAL, low="0.7", high="1.1")), by)
    assert outcomes(source) == ["ERROR", "ERROR"]
    assert "unit error" in reasons(source)[0]


def test_another_value_of_a_stored_sample_is_said_before_both_stand(by: Actor, sara: Patient) -> None:
    committed(csv_of(Line(sara, "0.52")), by)
    source = checked(csv_of(Line(sara, "0.57")), by)
    assert outcomes(source) == ["READY"]
    assert "Another value of this sample is there: 0.52 mmol/L. Both will stand." in reasons(source)[0]


def test_another_clinic_s_patient_of_the_same_number_is_nobody_here(by: Actor, sara: Patient) -> None:
    elsewhere = a_clinician(a_clinic("southbank"))
    source = committed(csv_of(Line(sara)), elsewhere)
    assert settled(source) == ["PARKED"]
    assert not LabResult.objects.exists()


def test_a_file_that_cannot_be_read_is_refused_as_a_whole(by: Actor) -> None:
    source = checked(b"%PDF-1.7 nothing", by)
    assert (source.stage, source.state) == (ImportStage.REFUSED, "DONE")
    assert source.refusal
    assert not ImportRow.objects.exists()


def test_an_empty_file_and_one_that_is_too_large_are_not_even_kept(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviews.acts.imports.LARGEST", 1024)
    for content, words in ((b"", "empty"), (b"x" * 2000, "MiB")):
        with pytest.raises(ValidationError, match=words):
            checked(content, by)
    assert not Import.objects.exists()


def test_a_worker_that_lost_the_file_writes_nothing(by: Actor, sara: Patient) -> None:
    source = checked(csv_of(Line(sara)), by)
    commit_import(source=source, by=by, at=NOW, version=source.version)
    late = Import.objects.take_hold(source.pk, NOW)
    assert late is not None
    work_on(source.pk, lambda: NOW)  # it is held: nothing is done
    assert settled(source) == [""]
    work_on(source.pk, lambda: NOW + timedelta(minutes=6))  # the lease is over
    assert settled(source) == ["STORED"]
    assert not Import.objects.renew(late, NOW, done=1)


def test_rows_of_a_reading_that_was_killed_do_not_stay(by: Actor, sara: Patient) -> None:
    source = checked(csv_of(Line(sara)), by)
    check_again(source=source, by=by, at=NOW, version=source.version)
    assert Import.objects.take_hold(source.pk, NOW)
    work_on(source.pk, lambda: NOW + timedelta(minutes=6))
    assert outcomes(source) == [RowOutcome.READY]
