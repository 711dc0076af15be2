"""What committing would close and open is found before, and nothing of the rehearsal stays."""

from datetime import timedelta

import pytest

from accounts.actors import Actor
from audit.models import AuditEvent
from labs.models import Import, ImportRow, LabResult
from patients.models import Patient
from reviews.models import Flag
from reviews.pages import views_imports
from reviews.pages.import_rehearsal import rehearse_import
from tests.factories import NOW, TODAY
from tests.reviews.importing.files import Line, csv_of
from tests.reviews.imports.desk import Desk, told
from tests.stories import a_dose_change, a_low_result, taking

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(desk: Desk, by: Actor, sara: Patient, ben: Patient) -> Import:
    """A low result for Ben; a result in range for Sara, who had a low one and owes a re-evaluation."""
    a_low_result(sara, by, days_ago=3)
    taking(ben, by)
    return desk.dropped(csv_of(Line(sara, "0.52"), Line(ben, "0.41")))


def test_flags_that_would_open_and_close_are_counted_and_stand_at_their_rows(
    desk: Desk, source: Import, by: Actor
) -> None:
    page = told(desk.get("import_file", source.pk, effects="1"))
    assert "opens 1" in page.lower()
    assert "Opens: ionized Mg" in page
    part = told(desk.get("import_file", source.pk, target="effects"))
    assert "Opens: ionized Mg" in part and "Labs import" not in part


def test_an_answer_to_an_owed_re_evaluation_says_that_it_is_to_be_reviewed(
    desk: Desk, by: Actor, sara: Patient
) -> None:
    regimen = taking(sara, by, since=TODAY - timedelta(days=90))
    a_dose_change(regimen, by, on=TODAY - timedelta(days=50))
    source = desk.dropped(csv_of(Line(sara)))
    page = told(desk.get("import_file", source.pk, effects="1"))
    assert "Answers the re-evaluation that is owed: to be marked reviewed." in page


def test_a_rehearsal_leaves_nothing(desk: Desk, source: Import) -> None:
    def all_of_it() -> list[object]:
        rows = ImportRow.objects.order_by("pk").values_list("settled", "version", "result")
        acts = AuditEvent.objects.exclude(act__startswith="READ").count()
        return [list(rows), LabResult.objects.count(), Flag.objects.count(), acts]

    before = all_of_it()
    told(desk.get("import_file", source.pk, target="effects"))
    assert all_of_it() == before


def test_what_the_rehearsal_says_is_what_the_commit_does(desk: Desk, source: Import, by: Actor) -> None:
    standing = Flag.objects.of(by.clinic).standing()
    before = set(standing.values_list("pk", flat=True))
    effects = rehearse_import(source, by=by, at=NOW)
    desk.post("import_commit", source.pk, version=source.version)
    after = set(standing.values_list("pk", flat=True))
    assert (effects.closes, effects.opens) == (len(before - after), len(after - before))
    assert effects.opens == 1


def test_more_rows_than_can_be_rehearsed_say_nothing(
    desk: Desk, source: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_imports, "MOST_REHEARSED", 1)
    page = told(desk.get("import_file", source.pk, effects="1"))
    assert "Opens:" not in page and "See what it closes and opens." not in page
    assert "2 results will be stored." in page
