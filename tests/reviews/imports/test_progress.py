"""Long files go through the worker: the page says how far they are, and when nobody takes them up."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import Actor
from labs.models import Import, ImportStage, LabResult
from patients.models import Patient
from reviews import at_once
from tests.factories import NOW
from tests.reviews.importing.files import Line, checked, csv_of
from tests.reviews.imports.desk import Desk, told
from tests.stories import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Files of which a worker was told; every file is long here."""
    told_of: list[Any] = []
    monkeypatch.setattr(at_once, "ring_import", told_of.append)
    monkeypatch.setattr(at_once, "LARGEST_READ_AT_ONCE", 0)
    monkeypatch.setattr(at_once, "MOST_STORED_AT_ONCE", 0)
    return told_of


def test_a_long_file_waits_for_a_worker(
    desk: Desk, sara: Patient, rung: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        source = desk.dropped(csv_of(Line(sara)))
    assert rung == [source.pk]
    page = told(desk.get("import_file", source.pk))
    assert "Reading the file Waiting for a worker." in page and "No worker has taken this up." not in page


def test_after_two_minutes_the_page_says_that_no_worker_runs(
    desk: Desk, sara: Patient, rung: list[Any], clock: Clock
) -> None:
    source = desk.dropped(csv_of(Line(sara)))
    clock.forward(minutes=2, seconds=1)
    assert "No worker has taken this up." in told(desk.get("import_file", source.pk))


def test_asking_again_for_an_old_file_begins_the_wait_anew(
    desk: Desk, by: Actor, sara: Patient, clock: Clock
) -> None:
    source = checked(csv_of(Line(sara)), by)
    clock.forward(days=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(at_once, "LARGEST_READ_AT_ONCE", 0)
        desk.post("import_check", source.pk, version=source.version)
    assert "No worker has taken this up." not in told(desk.get("import_file", source.pk))
    clock.forward(minutes=3)
    assert "No worker has taken this up." in told(desk.get("import_file", source.pk))


def test_a_commit_under_way_counts_rows_of_those_that_are_ready(desk: Desk, by: Actor, sara: Patient) -> None:
    times = [NOW - timedelta(hours=n) for n in range(1, 5)]
    source = checked(csv_of(*(Line(sara, at=at) for at in times)), by)
    Import.objects.filter(pk=source.pk).update(
        stage=ImportStage.COMMITTING, state="RUNNING", done=3, lease_until=NOW + timedelta(minutes=5),
        committed_at=NOW, committed_by=by.user,
    )  # fmt: skip
    part = told(desk.get("import_file", source.pk, target="import-progress"))
    assert "Storing the results Stored: row 3 of 4." in part
    Import.objects.filter(pk=source.pk).update(lease_until=NOW - timedelta(seconds=1))
    assert "The worker was interrupted." in told(desk.get("import_file", source.pk))


def test_when_the_step_is_done_the_whole_page_is_asked_for(desk: Desk, sara: Patient) -> None:
    source = desk.dropped(csv_of(Line(sara)))
    answer = desk.get("import_file", source.pk, target="import-progress")
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_a_long_commit_is_rung_and_stores_nothing_in_the_request(
    desk: Desk, by: Actor, sara: Patient, rung: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    source = checked(csv_of(Line(sara)), by)
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post("import_commit", source.pk, version=source.version)
    assert (answer.status_code, rung) == (302, [source.pk])
    assert LabResult.objects.count() == 0
    assert "Storing the results" in told(desk.get("import_file", source.pk))
