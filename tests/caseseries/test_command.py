"""`export_case_series`: what it prints, writes and refuses."""

import hashlib
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.actors import Actor
from accounts.models import SERVICE_EMAIL
from audit.models import AuditEvent
from audit.releasing import change_releasing
from caseseries.files.writing import NAMES
from caseseries.models import Export
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def export(definition: Path, out: Path, clinic: str = "northgate") -> list[str]:
    printed = StringIO()
    call_command("export_case_series", clinic=clinic, definition=definition, out=out, stdout=printed)
    return printed.getvalue().splitlines()


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    path = tmp_path / "definition.json"
    path.write_text(json.dumps({"name": "Founding series", "form": "GLYCINATE", "minimum_weeks": 12}))
    return path


@pytest.mark.usefixtures("article", "clock")
def test_it_prints_the_paths_and_the_checksum_of_the_manifest(definition: Path, tmp_path: Path) -> None:
    *paths, checksum = export(definition, tmp_path / "out")
    assert paths == [str(tmp_path / "out" / name) for name in NAMES]
    manifest = (tmp_path / "out" / "manifest.json").read_bytes()
    assert checksum == hashlib.sha256(manifest).hexdigest() == Export.objects.get().manifest_sha256
    assert (tmp_path / "out" / "people.csv").read_text().count("\n") == 51


@pytest.mark.usefixtures("article", "clock")
def test_twice_gives_the_same_bytes(definition: Path, tmp_path: Path) -> None:
    first, second = (export(definition, tmp_path / name)[-1] for name in ("one", "two"))
    assert first == second
    for name in NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_it_is_audited_in_the_name_of_the_service(by: Actor, definition: Path, tmp_path: Path) -> None:
    export(definition, tmp_path / "out", by.clinic.slug)
    event = AuditEvent.objects.select_related("user").get(act="EXPORT_CASE_SERIES")
    assert event.user is not None
    assert (event.user.email, event.origin) == (SERVICE_EMAIL, "export_case_series")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"followed": 12}', "followed: followed is not a key"),
        ('{"minimum_weeks": -1}', "minimum_weeks: Enter a whole number"),
        ("[1]", "definition: Send a definition as an object"),
        ("{", "is not JSON"),
    ],
)
@pytest.mark.usefixtures("by")
def test_what_cannot_be_is_refused_by_name_and_nothing_is_written(
    content: str, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "definition.json"
    path.write_text(content)
    with pytest.raises(CommandError, match=sentence):
        export(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert Export.objects.count() == 0


@pytest.mark.usefixtures("by")
def test_a_full_disk_is_said_and_nothing_partial_is_left(
    definition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("caseseries.files.writing.write_workbook", full)
        with pytest.raises(CommandError, match="No space left on device"):
            export(definition, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr("caseseries.management.commands.export_case_series.new_private", full)
    with pytest.raises(CommandError, match="cannot be written to"):
        export(definition, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_what_a_second_person_must_release_is_not_copied(by: Actor, definition: Path, tmp_path: Path) -> None:
    change_releasing(by=by, at=NOW, version=1, needs_second_releaser=True)
    with pytest.raises(CommandError, match="a second person releases what leaves"):
        export(definition, tmp_path / "out")
    assert not (tmp_path / "out").exists() and Export.objects.get().waits_for_release


@pytest.mark.usefixtures("by")
def test_a_file_that_is_not_there_and_an_unknown_clinic_are_named(definition: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        export(tmp_path / "none.json", tmp_path / "out")
    with pytest.raises(CommandError, match="no clinic 'westgate'"):
        export(definition, tmp_path / "out", "westgate")
