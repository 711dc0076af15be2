"""Exports as long work: asked for, worked on, cancelled, released and taken away; whole or not at all."""

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from accounts.actors import Actor
from accounts.long_work import LEASE
from audit.models import AuditEvent
from audit.releasing import change_releasing
from caseseries import tasks
from caseseries.acts_exports import (
    cancel_export,
    export_now,
    release_export,
    retry_export,
    take_file,
)
from caseseries.exporting import job, making
from caseseries.exporting.job import Past, work_on
from caseseries.exporting.making import Made
from caseseries.exporting.scanner import Hit
from caseseries.exporting.work import Work
from caseseries.files.writing import NAMES
from caseseries.models import Disclosure, Export, Profile
from caseseries.storage import folder_of, new_draft
from patients.models import Patient
from tests.caseseries.exports_made import (
    a_definition,
    asked_for,
    exported,
    files_of,
    json_of,
    rows_of,
    worked_on,
)
from tests.caseseries.people import a_person, the_article_series
from tests.factories import NOW, TODAY
from tests.stories import Clock, a_clinic, a_clinician

pytestmark = pytest.mark.django_db
DISK_FULL = OSError(28, "No space left on device")


def events(act: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(act=act))


def left_in(exports_dir: Path) -> list[str]:
    return sorted(path.name for path in exports_dir.iterdir()) if exports_dir.exists() else []


# --- made


@pytest.mark.usefixtures("article")
def test_an_export_is_made_by_a_worker_with_files_that_only_their_owner_reads(
    by: Actor, exports_dir: Path
) -> None:
    waiting = asked_for(by)
    assert (waiting.state, waiting.files, left_in(exports_dir)) == ("WAITING", [], [])
    made = worked_on(waiting)
    assert (made.state, made.done, made.released_by) == ("DONE", made.total, by.user)
    folder = exports_dir / str(made.pk)
    assert [entry["name"] for entry in made.files] == list(NAMES)
    assert {path.name for path in folder.iterdir()} == set(NAMES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, exports_dir)} == {0o700}
    assert made.counts == {"people": 50, "rows": 50, "suppressed_cells": made.counts["suppressed_cells"]}
    (event,) = events("EXPORT_CASE_SERIES")
    assert (event.object_id, event.user, event.origin) == (str(made.pk), by.user, "worker")


@pytest.mark.usefixtures("article")
def test_only_the_formats_that_were_asked_for_are_made(by: Actor) -> None:
    made = exported(by, formats=["json"])
    names = [entry["name"] for entry in made.files]
    assert names == ["summary.json", "dictionary.csv", "manifest.json", "case-series.zip"]
    assert made.counts["rows"] == 0


@pytest.mark.parametrize("how", [{"formats": []}, {"formats": ["doc"]}, {"profile": "NONE"}])
def test_what_cannot_be_asked_for_is_refused_by_name(by: Actor, how: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        asked_for(by, **how)
    assert set(refused.value.message_dict) == set(how)
    assert Export.objects.count() == 0


def test_a_data_cut_in_the_future_is_refused(by: Actor) -> None:
    with pytest.raises(ValidationError, match="in the future"):
        asked_for(by, cut=TODAY + timedelta(days=1))


def test_a_cohort_of_nobody_of_one_and_below_the_threshold(by: Actor) -> None:
    for people in (0, 1, 9):
        for _ in range(people):
            a_person(by, gad7={-1: 12, 84: 6})
        made = exported(by)
        assert rows_of(files_of(made)["people.csv"]) == []
        assert made.counts["people"] == (0 if people == 0 else None)


# --- interrupted


def test_a_worker_that_was_killed_is_followed_by_another(by: Actor, exports_dir: Path) -> None:
    row = asked_for(by)
    hold = Export.objects.take_hold(row.pk, NOW)
    assert hold is not None
    (new_draft(row.pk, hold.attempt) / "people.csv").write_text("half")
    work_on(row.pk, lambda: NOW + LEASE / 2)
    assert Export.objects.get(pk=row.pk).state == "RUNNING"
    work_on(row.pk, lambda: NOW + LEASE)
    assert Export.objects.get(pk=row.pk).state == "DONE"
    assert left_in(exports_dir) == [str(row.pk)]


def test_a_worker_that_wakes_late_writes_nothing(
    by: Actor, exports_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked_for(by)
    clock = Clock(NOW)

    def slow(work: Work, past: Past) -> Made:
        made = making.make(work, past)
        # While it slept, another worker took the export over.
        later = clock.forward(minutes=10)
        assert Export.objects.take_hold(row.pk, later) is not None
        return made

    monkeypatch.setattr(job, "make", slow)
    work_on(row.pk, clock.now)
    late = Export.objects.get(pk=row.pk)
    assert (late.state, late.attempt, late.files) == ("RUNNING", 2, [])
    assert left_in(exports_dir) == [] and events("EXPORT_CASE_SERIES") == []


def test_cancelling_halfway_leaves_nothing_to_take(
    by: Actor, exports_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked_for(by)

    def cancelled(*_: object) -> list[Hit]:
        cancel_export(export=row, by=by, at=NOW)
        return []

    monkeypatch.setattr(making, "check_nobody_is_in", cancelled)
    ended = worked_on(row)
    assert (ended.state, ended.error, ended.files) == ("FAILED", f"Cancelled by {by.user}.", [])
    assert left_in(exports_dir) == [] and len(events("CANCEL_EXPORT")) == 1
    assert take_file(export=ended, name="people.csv", by=by, at=NOW) is None
    with pytest.raises(ValidationError, match="finished already"):
        cancel_export(export=ended, by=by, at=NOW)


def test_a_full_disk_fails_with_words_and_keeps_nothing(
    by: Actor, exports_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DISK_FULL

    with monkeypatch.context() as patched:
        patched.setattr("caseseries.files.writing.write_archive", full)
        failed = worked_on(asked_for(by))
    assert failed.state == "FAILED"
    assert failed.error.startswith(
        "The files could not be written: No space left on device. Nothing was kept."
    )
    assert left_in(exports_dir) == [] and Disclosure.objects.count() == 0
    again = worked_on(retry_export(export=failed, by=by, at=NOW))
    assert (again.state, again.error) == ("DONE", "")


def test_a_failing_commit_keeps_neither_row_nor_files(
    by: Actor, exports_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no audit")

    row = asked_for(by)
    monkeypatch.setattr(job, "record", fail)
    failed = worked_on(row)
    assert (failed.state, failed.files, failed.released_at) == ("FAILED", [], None)
    assert "the worker's log has the details" in failed.error
    assert left_in(exports_dir) == [] and Disclosure.objects.count() == 0


def test_a_record_that_changes_while_it_is_read_is_read_again(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_article_series(by, people=12)
    changed: list[Patient] = []
    check = making._check_consent

    def meanwhile(*given: object) -> None:
        check(*given)  # type: ignore[arg-type]
        if not changed:
            changed.append(a_person(by))
            Patient.objects.order_by("pk").first().outcomes.update(total=1)

    monkeypatch.setattr(making, "_check_consent", meanwhile)
    made = exported(by)
    assert changed and made.counts["people"] == 13


def test_workers_that_keep_dying_are_given_up(by: Actor) -> None:
    row = asked_for(by)
    Export.objects.filter(pk=row.pk).update(attempt=job.MOST_ATTEMPTS)
    failed = worked_on(row)
    assert (failed.state, failed.error) == ("FAILED", job.GAVE_UP)
    assert worked_on(retry_export(export=failed, by=by, at=NOW)).state == "DONE"


def test_the_clock_rings_for_those_that_wait(
    by: Actor, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(tasks.work_on_export, "delay", rung.append)
    row = asked_for(by)
    assert tasks.ring_exports() == 1 and rung == [str(row.pk)]
    tasks.work_on_export(str(row.pk))
    assert tasks.ring_exports() == 0
    assert clock.now() == Export.objects.get(pk=row.pk).finished_at


def test_a_broker_that_is_down_fails_nobody(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(_: str) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(tasks.work_on_export, "delay", down)
    tasks.ring_export(asked_for(by).pk)


# --- what the database allows


WRITTEN_ONCE = ("caseseries_definition", "caseseries_export", "caseseries_disclosure")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE caseseries_export SET threshold = 1",
        *(f"UPDATE {table} SET clinic_id = 1" for table in WRITTEN_ONCE),
        *(f"DELETE FROM {table}" for table in WRITTEN_ONCE),
    ],
)
def test_what_was_asked_for_is_written_once(by: Actor, statement: str) -> None:
    exported(by)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_an_export_belongs_to_the_clinic_of_its_definition(by: Actor) -> None:
    made = exported(by)
    made.pk, made.clinic = None, a_clinic("southbank")
    with pytest.raises(IntegrityError, match="same_clinic"), transaction.atomic():
        made.save(force_insert=True)
        connection.check_constraints()


# --- the attack


@pytest.mark.usefixtures("article")
def test_an_identifier_in_a_file_stops_the_export_and_is_not_told(
    by: Actor, exports_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_person(by, family_name="Zyxwvutq", gad7={-1: 12, 84: 6})
    monkeypatch.setattr("caseseries.files.writing.dictionary.HEAD", ("column", "Zyxwvutq", "unit", "source"))
    monkeypatch.setattr("caseseries.exporting.attacking.words_of_nobody", frozenset)
    failed = worked_on(asked_for(by))
    assert failed.state == "FAILED"
    assert "dictionary.csv holds a name of a patient or member." in failed.error
    assert "series.xlsx" in failed.error and "case-series.zip" in failed.error
    assert "zyxwvutq" not in failed.error.lower() and left_in(exports_dir) == []


# --- released


def second_releaser(by: Actor) -> Actor:
    change_releasing(by=by, at=NOW, version=1, needs_second_releaser=True)
    by.clinic.refresh_from_db()
    return a_clinician(by.clinic)


@pytest.mark.usefixtures("article")
def test_a_second_person_releases_what_leaves(by: Actor) -> None:
    second = second_releaser(by)
    made = exported(by)
    assert made.waits_for_release
    assert take_file(export=made, name="people.csv", by=by, at=NOW) is None
    with pytest.raises(ValidationError, match="Another person must release it"):
        release_export(export=made, by=by, at=NOW)
    released = release_export(export=made, by=second, at=NOW)
    assert released.released_by == second.user and len(events("RELEASE_EXPORT")) == 1
    assert take_file(export=released, name="people.csv", by=by, at=NOW) is not None
    with pytest.raises(ValidationError, match="not released yet"):
        release_export(export=released, by=second, at=NOW)


def test_the_database_refuses_one_person_where_two_are_needed(by: Actor) -> None:
    second_releaser(by)
    made = exported(by)
    with pytest.raises(IntegrityError, match="second_releaser"), transaction.atomic():
        Export.objects.filter(pk=made.pk).update(released_at=NOW, released_by=by.user)


def test_people_who_differ_by_one_cannot_be_exported_twice(by: Actor) -> None:
    the_article_series(by, people=20)
    exported(by)
    a_person(by, gad7={-1: 12, 84: 6})
    failed = worked_on(asked_for(by))
    assert failed.state == "FAILED"
    assert "the same people but for fewer than 11" in failed.error and "wait until 11" in failed.error


def test_a_changed_answer_hides_the_cells_that_the_first_export_would_tell(by: Actor) -> None:
    people = the_article_series(by, people=40, less=20)
    first = json_of(files_of(exported(by))["summary.json"])
    assert first["less_anxious"]["less_of_all"]["n"] == 20
    people[0].outcomes.filter(total=8).update(total=10)
    second = exported(by)
    assert json_of(files_of(second)["summary.json"])["less_anxious"]["less_of_all"]["n"] is None
    assert {row["anxiety"] for row in rows_of(files_of(second)["people.csv"])} == {"SUPPRESSED"}


def test_what_waits_is_compared_again_when_it_is_released(by: Actor) -> None:
    second = second_releaser(by)
    people = the_article_series(by, people=20)
    waiting = exported(by)
    Patient.objects.filter(pk=people[0].pk).update(research_consent=False)
    other = exported(by)
    release_export(export=other, by=second, at=NOW)
    with pytest.raises(ValidationError, match="but for fewer than 11"):
        release_export(export=waiting, by=second, at=NOW)
    assert Export.objects.get(pk=waiting.pk).waits_for_release


# --- publication with individual consent


CONSENTED: dict[str, Any] = {"profile": Profile.PUBLICATION_WITH_CONSENT}


def test_everybody_must_have_consented_to_publication(by: Actor) -> None:
    people = the_article_series(by, people=20)
    Patient.objects.exclude(pk__in=[people[0].pk, people[1].pk]).update(publication_consent_on=TODAY)
    Patient.objects.filter(pk=people[0].pk).update(publication_consent_on=TODAY + timedelta(days=1))
    failed = worked_on(asked_for(by, **CONSENTED))
    assert failed.error.startswith("2 of 20 people have not consented to publication by 2026-03-12.")


def test_with_consent_counts_from_5_and_single_people_are_shown_and_two_release(by: Actor) -> None:
    the_article_series(by, people=24, twitching=6)
    Patient.objects.update(publication_consent_on=TODAY)
    made = exported(by, **CONSENTED)
    assert (made.threshold, made.needs_second_releaser, made.released_at) == (5, True, None)
    summary = json_of(files_of(made)["summary.json"])
    (twitching,) = [each for each in summary["new_symptoms"] if each["symptom"] == "MUSCLE_TWITCHING"]
    assert twitching["new"]["n"] == 6
    assert len(files_of(made)["report.pdf"]) > len(files_of(exported(by))["report.pdf"])


# --- taken away


def test_taking_a_file_is_in_the_audit_log(by: Actor) -> None:
    made = exported(by)
    path = take_file(export=made, name="manifest.json", by=by, at=NOW)
    assert path is not None and b"people" in path.read_bytes()
    (event,) = events("DOWNLOAD_EXPORT")
    assert event.after == {"file": "manifest.json"}


@pytest.mark.parametrize("name", ["../secret-key", "people.ods", "", "/etc/passwd"])
def test_only_a_name_of_the_export_is_a_file(by: Actor, name: str) -> None:
    assert take_file(export=exported(by), name=name, by=by, at=NOW) is None
    assert events("DOWNLOAD_EXPORT") == []


def test_the_command_works_in_its_own_process(by: Actor) -> None:
    made = export_now(definition=a_definition(by), by=by, clock=lambda: NOW)
    assert made.is_released and folder_of(made.pk).is_dir()
