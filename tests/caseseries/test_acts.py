"""Looking, locking, exporting and taking away: audited, and whole or not at all."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from accounts.actors import Actor
from audit.models import AuditEvent
from caseseries import acts
from caseseries.acts import export_series, lock_definition, look_at_definition, look_at_series, take_file
from caseseries.models import Definition, Export
from protocols.models import Protocol
from protocols.thresholds import Thresholds
from tests.caseseries.people import GLYCINATE, the_article_series
from tests.factories import NOW, TODAY, ProtocolFactory
from tests.stories import a_clinic, a_clinician, a_member

pytestmark = pytest.mark.django_db


def kept(by: Actor) -> Definition:
    return lock_definition(cohort=GLYCINATE, by=by, at=NOW, name="Founding series")


def events(act: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(act=act))


def test_a_look_is_in_the_audit_log_with_what_was_asked(by: Actor) -> None:
    series = look_at_series(cohort=GLYCINATE, by=by, at=NOW)
    (event,) = events("READ_CASE_SERIES")
    assert event.after is not None
    assert event.after["sha256"] == series.definition.sha256
    assert event.after["cohort"]["form"] == "GLYCINATE"


def test_a_failing_audit_write_shows_nothing(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(acts, "record", fail)
    monkeypatch.setattr(acts, "read_series", lambda *_, **__: pytest.fail("figures were read"))
    with pytest.raises(RuntimeError, match="no audit"):
        look_at_series(cohort=GLYCINATE, by=by, at=NOW)


@pytest.mark.parametrize(
    ("roles", "threshold"),
    [
        (["CLINICIAN"], 1),
        (["RESEARCHER"], 11),
        (["RESEARCHER", "CLINICIAN"], 1),
        (["RESEARCHER", "ASSISTANT"], 1),
        (["RESEARCHER", "ADMIN"], 11),
    ],
)
def test_who_sees_patients_sees_counts_and_nobody_else(by: Actor, roles: list[str], threshold: int) -> None:
    person = a_member(by.clinic, *roles)
    assert look_at_series(cohort=GLYCINATE, by=person, at=NOW).summary.threshold == threshold


def test_a_command_sees_what_may_leave(by: Actor) -> None:
    assert look_at_series(cohort=GLYCINATE, by=Actor.service(by.clinic, "x"), at=NOW).summary.threshold == 11


def test_the_threshold_is_the_clinics(by: Actor, researcher: Actor) -> None:
    by.clinic.small_cell_threshold = 20
    by.clinic.save()
    researcher.clinic.refresh_from_db()
    assert look_at_series(cohort=GLYCINATE, by=researcher, at=NOW).summary.threshold == 20


def test_a_data_cut_in_the_future_is_refused(by: Actor) -> None:
    with pytest.raises(ValidationError, match="in the future"):
        look_at_series(cohort=GLYCINATE, by=by, at=NOW, data_cut_on=TODAY + timedelta(days=1))
    with pytest.raises(ValidationError, match="in the future"):
        export_series(definition=kept(by), by=by, at=NOW, data_cut_on=TODAY + timedelta(days=1))
    assert Export.objects.count() == 0


# --- definitions


def test_the_same_definition_is_kept_once_and_another_clinic_keeps_its_own(by: Actor) -> None:
    first = kept(by)
    assert lock_definition(cohort=GLYCINATE, by=by, at=NOW, name="Another name") == first
    other = kept(a_clinician(a_clinic("southbank")))
    assert (other.sha256, other == first) == (first.sha256, False)
    assert len(events("LOCK_DEFINITION")) == 2


def test_a_locked_definition_keeps_its_outcomes_when_the_protocol_changes(by: Actor) -> None:
    the_article_series(by, people=20, less=20)
    locked = kept(by)
    stricter = Thresholds(gad7_improved_drop=5).to_json()
    ProtocolFactory.create(clinic=by.clinic, values=stricter)
    assert look_at_definition(definition=locked, by=by, at=NOW).summary.less_anxious.less_of_all.n == 20
    assert look_at_series(cohort=GLYCINATE, by=by, at=NOW).summary.less_anxious.less_of_all.n == 0
    assert kept(by) != locked
    assert Protocol.objects.in_force(by.clinic).version == 2


@pytest.mark.parametrize("table", ["caseseries_definition", "caseseries_export"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET clinic_id = 1", "DELETE FROM {table}"])
def test_definitions_and_exports_are_written_once(by: Actor, table: str, statement: str) -> None:
    export_series(definition=kept(by), by=by, at=NOW)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement.format(table=table))


def test_an_export_belongs_to_the_clinic_of_its_definition(by: Actor) -> None:
    made = export_series(definition=kept(by), by=by, at=NOW)
    made.pk, made.clinic = None, a_clinic("southbank")
    with pytest.raises(IntegrityError, match="same_clinic"), transaction.atomic():
        made.save(force_insert=True)
        connection.check_constraints()


# --- exports


@pytest.mark.usefixtures("article")
def test_an_export_writes_files_that_only_their_owner_reads(by: Actor, exports_dir: Path) -> None:
    made = export_series(definition=kept(by), by=by, at=NOW)
    folder = exports_dir / str(made.pk)
    assert {path.name for path in folder.iterdir()} == {entry["name"] for entry in made.files}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, exports_dir)} == {0o700}
    assert made.counts == {"people": 50, "rows": 50, "suppressed_cells": made.counts["suppressed_cells"]}


@pytest.mark.usefixtures("article")
def test_files_are_suppressed_whoever_asks(by: Actor, researcher: Actor) -> None:
    manifests = {
        export_series(definition=kept(by), by=who, at=NOW).manifest_sha256 for who in (by, researcher)
    }
    assert len(manifests) == 1
    assert set(Export.objects.values_list("threshold", flat=True)) == {11}


def test_an_export_and_its_event_stand_together(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    definition = kept(by)
    made = export_series(definition=definition, by=by, at=NOW)
    (event,) = events("EXPORT_CASE_SERIES")
    assert (event.object_id, event.user) == (str(made.pk), by.user)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(acts, "record", fail)
    with pytest.raises(RuntimeError, match="no audit"), transaction.atomic():
        export_series(definition=definition, by=by, at=NOW)
    assert Export.objects.count() == 1


def test_an_export_whose_files_cannot_be_written_leaves_nothing(
    by: Actor, exports_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition, written = kept(by), []

    def full(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        path.write_bytes(content)

    monkeypatch.setattr("caseseries.storage.write_private", full)
    with pytest.raises(OSError, match="No space left"), transaction.atomic():
        export_series(definition=definition, by=by, at=NOW)
    assert list(exports_dir.iterdir()) == []
    assert (Export.objects.count(), events("EXPORT_CASE_SERIES")) == (0, [])


def test_taking_a_file_is_in_the_audit_log(by: Actor) -> None:
    made = export_series(definition=kept(by), by=by, at=NOW)
    content = take_file(export=made, name="manifest.json", by=by, at=NOW)
    assert content is not None and b"people" in content
    (event,) = events("DOWNLOAD_EXPORT")
    assert event.after == {"file": "manifest.json"}


@pytest.mark.parametrize("name", ["../secret-key", "people.xlsx", "", "/etc/passwd"])
def test_only_a_name_of_the_export_is_a_file(by: Actor, name: str) -> None:
    made = export_series(definition=kept(by), by=by, at=NOW)
    assert take_file(export=made, name=name, by=by, at=NOW) is None
    assert events("DOWNLOAD_EXPORT") == []
