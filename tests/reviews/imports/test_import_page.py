"""A file on its page: dropped, looked at, stored, undone."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.actors import Actor
from audit.models import AuditEvent
from labs.models import Import, ImportRow, ImportStage, LabResult, Settled
from patients.models import Patient
from reviews.acts.patients import change_status
from tests.factories import NOW
from tests.reviews.importing.files import TOTAL, Line, checked, committed, csv_of, settled
from tests.reviews.imports.desk import Desk, once, told
from tests.stories import Clock, a_patient

pytestmark = pytest.mark.django_db
SAMPLES = Path(settings.BASE_DIR) / "demo" / "samples"


def mixed(sara: Patient, ben: Patient) -> str:
    """Ready, converted, twice the same, of nobody, and wrong."""
    return csv_of(
        Line(sara),
        Line(sara, "2.1", "mg/dL", TOTAL, low="1.7", high="2.4"),
        Line(sara),
        Line(ben, mrn="107002", birth_date="1969-05-17", family="Nobody"),
        Line(ben, "5.1"),
    )


def test_a_small_file_is_checked_at_once_and_leads_to_its_page(
    desk: Desk, sara: Patient, ben: Patient
) -> None:
    source = desk.dropped(mixed(sara, ben))
    page = told(desk.get("import_file", source.pk))
    assert source.stage == ImportStage.CHECKED
    assert "CSV, 5 rows" in page and "Nothing is stored yet." in page
    assert "All 5" in page and "Ready 1" in page and "Unit converted 1" in page
    assert "Already stored 1" in page and "Patient not matched 1" in page and "Error 1" in page
    assert "2 results will be stored. 2 rows stay out, 1 is already stored." in page
    assert "can be undone until 13 Mar 2026, 11:00" in page
    assert LabResult.objects.count() == 0


def test_rows_say_what_happens_to_them_problems_first(desk: Desk, sara: Patient, ben: Patient) -> None:
    source = desk.dropped(mixed(sara, ben))
    page = told(desk.get("import_file", source.pk))
    order = ["5.1 mmol/L", "107 002, born 17 May 1969", "2.1 mg/dL", "The same as", "0.52 mmol/L"]
    places = [page.rindex(words) for words in order]
    assert places == sorted(places)
    assert "2.1 mg/dL 0.86 mmol/L" in page and "× 0.4114. In range." in page
    assert "It will wait under Unmatched." in page
    assert "Link patient" not in page
    in_file = told(desk.get("import_file", source.pk, order="file"))
    assert in_file.index("0.52 mmol/L") < in_file.index("2.1 mg/dL") < in_file.index("107 002")
    assert "Problems first: off" in in_file


def test_a_value_out_of_its_interval_says_so_with_the_interval(
    desk: Desk, sara: Patient, ben: Patient
) -> None:
    very_low = Line(ben, "0.95", "mg/dL", TOTAL, low="1.7", high="2.4")
    source = desk.dropped(csv_of(Line(sara, "0.42"), very_low))
    page = told(desk.get("import_file", source.pk))
    assert "0.42 mmol/L low" in page and "Below 0.44–0.59." in page
    assert "× 0.4114. Below the alert limit. As in the file" in page


def test_a_filter_shows_one_kind_and_a_bad_one_shows_all(desk: Desk, sara: Patient, ben: Patient) -> None:
    source = desk.dropped(mixed(sara, ben))
    errors = told(desk.get("import_file", source.pk, show="ERROR"))
    assert "1 of 1 row shown" in errors and "5.1 mmol/L" in errors and "2.1 mg/dL" not in errors
    for bad in ({"show": "NONE"}, {"from": "x"}, {"from": "9" * 30}, {"show": "STORED"}, {"order": "\0"}):
        assert "All 5" in told(desk.get("import_file", source.pk, **bad))


def test_a_long_list_is_read_fifty_rows_at_a_time(
    desk: Desk, sara: Patient, ben: Patient, django_assert_max_num_queries: Any
) -> None:
    times = [NOW - timedelta(hours=n) for n in range(1, 121)]
    source = desk.dropped(csv_of(*(Line(sara, at=at) for at in times), Line(ben, "5.1")))
    with django_assert_max_num_queries(24):
        page = told(desk.get("import_file", source.pk))
    assert "50 of 121 rows shown Show 50 more" in page
    last = told(desk.get("import_file", source.pk, target="import-more", **{"from": 100}))
    assert "121 of 121 rows shown" in last and "more" not in last and "Labs import" not in last


def test_committing_stores_what_is_ready_and_says_where_each_row_went(
    desk: Desk, sara: Patient, ben: Patient
) -> None:
    source = desk.dropped(mixed(sara, ben))
    form = once(desk.get("import_file", source.pk), "commit")
    assert desk.post("import_commit", source.pk, **form).status_code == 302
    page = told(desk.get("import_file", source.pk))
    assert "5 rows = 2 stored + 1 already stored + 1 parked + 1 refused ." in page
    assert "Committed by Maria Alvarez on 12 Mar 2026, 11:00." in page
    assert "Undo import" in page and "Link patient" in page
    assert LabResult.objects.filter(patient=sara).count() == 2
    assert "1 of 1 row shown" in told(desk.get("import_file", source.pk, show="PARKED"))


def test_a_double_click_commits_once(desk: Desk, sara: Patient) -> None:
    source = desk.dropped(csv_of(Line(sara)))
    form = once(desk.get("import_file", source.pk), "commit")
    answers = [desk.post("import_commit", source.pk, **form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert LabResult.objects.count() == 1
    assert AuditEvent.objects.filter(act="COMMIT_IMPORT").count() == 1


def test_a_chart_that_changed_since_the_check_stores_nothing_and_says_which_rows(
    desk: Desk, by: Actor, sara: Patient, ben: Patient
) -> None:
    source = desk.dropped(csv_of(Line(sara), Line(ben)))
    died: dict[str, Any] = {
        "status": "DECEASED",
        "deceased_on": date(2026, 3, 1),
        "reason": "Told by the family",
    }
    change_status(patient=ben, by=by, at=NOW, version=ben.version, **died)
    desk.post("import_commit", source.pk, version=source.version)
    page = told(desk.get("import_file", source.pk))
    assert "Charts changed since the check: line 3. Nothing was stored." in page
    assert "1 result will be stored. 1 row stays out." in page
    assert LabResult.objects.count() == 0


def test_an_undone_file_says_so_and_leaves_the_chart_as_it_was(desk: Desk, by: Actor, sara: Patient) -> None:
    source = committed(csv_of(Line(sara)), by)
    form = once(desk.get("import_file", source.pk), "undo")
    assert desk.post("import_undo", source.pk, **form).status_code == 302
    assert "Undone by Maria Alvarez on 12 Mar 2026, 11:00." in told(desk.get("import_file", source.pk))
    assert not LabResult.objects.counting().exists()


def test_after_a_day_there_is_no_undo(desk: Desk, clock: Clock, by: Actor, sara: Patient) -> None:
    source = committed(csv_of(Line(sara)), by)
    clock.forward(hours=24, seconds=1)
    page = told(desk.get("import_file", source.pk))
    assert "Undo import" not in page and "The time for undoing ended on 13 Mar 2026, 11:00." in page
    refused = desk.post("import_undo", source.pk, version=source.version)
    assert "older than 24 hours" in told(refused, 400)


def test_who_was_faster_is_named_and_nothing_is_done_twice(desk: Desk, by: Actor, sara: Patient) -> None:
    source = desk.dropped(csv_of(Line(sara)))
    form = once(desk.get("import_file", source.pk), "commit")
    desk.post("import_discard", source.pk, version=source.version)
    page = told(desk.post("import_commit", source.pk, **form), 409)
    assert "Changed by Maria Alvarez at 11:00 meanwhile. Nothing was done." in page
    assert "Discarded." in page
    assert LabResult.objects.count() == 0


@pytest.mark.parametrize("act", ["import_commit", "import_undo", "import_discard", "import_check"])
def test_an_act_without_a_version_is_refused(act: str, desk: Desk, sara: Patient) -> None:
    source = desk.dropped(csv_of(Line(sara)))
    told(desk.post(act, source.pk), 400)
    assert Import.objects.get().stage == ImportStage.CHECKED


def test_a_file_that_cannot_be_read_says_why_and_what_to_do(desk: Desk) -> None:
    source = desk.dropped(b"%PDF-1.7 \x00\x01")
    page = told(desk.get("import_file", source.pk))
    assert source.stage == ImportStage.REFUSED
    assert "The whole file was refused, and nothing of it is stored." in page
    assert source.refusal and " ".join(source.refusal.split()) in page
    assert "drop it anew" in page


def test_no_row_that_can_be_stored_means_no_commit(desk: Desk, sara: Patient) -> None:
    source = desk.dropped(csv_of(Line(sara, "5.1")))
    page = told(desk.get("import_file", source.pk))
    assert "No result can be stored. 1 row stays out." in page
    assert "Commit 0" not in page


def test_rows_of_nobody_can_be_parked_without_a_result_to_store(desk: Desk, sara: Patient) -> None:
    source = desk.dropped(csv_of(Line(sara, mrn="424242")))
    page = desk.get("import_file", source.pk)
    assert "Park 1 row" in told(page)
    desk.post("import_commit", source.pk, **once(page, "commit"))
    assert ImportRow.objects.get().settled == Settled.PARKED


def test_one_empty_file_does_not_keep_the_others_out(desk: Desk, sara: Patient) -> None:
    page = told(desk.drop(csv_of(Line(sara)), b""), 400)
    assert "results.csv: The file is empty." in page
    assert Import.objects.get().stage == ImportStage.CHECKED


def test_many_files_lead_to_the_list_which_shows_them_newest_first(
    desk: Desk, clock: Clock, sara: Patient, ben: Patient
) -> None:
    desk.drop(csv_of(Line(sara)), name="first.csv")
    clock.forward(minutes=1)
    assert desk.drop(csv_of(Line(ben)), csv_of(Line(ben, "0.50")), name="second.csv").status_code == 302
    page = told(desk.get("import_list"))
    assert page.index("second.csv") < page.index("first.csv")
    assert page.count("Checked, nothing stored") == 3


def test_nothing_chosen_is_said(desk: Desk) -> None:
    assert "Choose one or more files." in told(desk.post("import_list"), 400)


def test_the_same_file_again_is_the_same_import(desk: Desk, sara: Patient) -> None:
    first = desk.dropped(csv_of(Line(sara)))
    assert desk.dropped(csv_of(Line(sara))) == first
    assert ImportRow.objects.count() == 1


def test_the_original_comes_back_byte_for_byte_to_be_saved(desk: Desk) -> None:
    content = b"mrn;value\r\n\xff\xfe <script>\r\n"
    source = desk.dropped(content, name='a"b\u00e9.csv')
    answer = desk.get("import_original", source.pk)
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"


def test_rows_left_out_are_a_csv_that_no_spreadsheet_runs(desk: Desk, sara: Patient, ben: Patient) -> None:
    lines = csv_of(Line(sara), Line(ben, mrn="107003", family="=1+1", birth_date="1969-05-17"))
    source = desk.dropped(lines)
    answer = desk.get("import_left_out", source.pk)
    text = b"".join(answer.streaming_content).decode()
    head, line, end = text.split("\r\n")
    assert head.startswith("row,place,status,reason,mrn") and end == ""
    assert line.startswith("2,") and "Not matched" in line and ",'=1+1," in line
    assert 'filename="results-left-out.csv"' in answer["Content-Disposition"]


def test_reading_a_file_leaves_an_event_and_asking_for_progress_does_not(desk: Desk, sara: Patient) -> None:
    source = desk.dropped(csv_of(Line(sara)))
    events = AuditEvent.objects.filter(act="READ_LIST", object_id=str(source.pk))
    desk.get("import_file", source.pk)
    assert events.count() == 1
    desk.get("import_file", source.pk, target="import-progress")
    assert events.count() == 1


@pytest.mark.parametrize("name", ["results.csv", "results.hl7"])
def test_the_samples_of_the_demo_are_read_and_their_people_parked(name: str, desk: Desk) -> None:
    source = desk.dropped((SAMPLES / name).read_bytes(), name=name)
    assert source.stage == ImportStage.CHECKED, source.refusal
    page = told(desk.get("import_file", source.pk))
    assert "Patient not matched" in page and "HOLLIS, Mara" in page
    assert "Passed over" in page or "is not known" in page


def test_a_stored_sample_is_on_the_charts_of_its_people(desk: Desk, by: Actor) -> None:
    mara = a_patient(by, mrn="900417", family_name="Hollis", given_name="Mara", birth_date=date(1979, 3, 22))
    source = checked((SAMPLES / "results.csv").read_bytes(), by)
    form = once(desk.get("import_file", source.pk), "commit")
    desk.post("import_commit", source.pk, **form)
    assert LabResult.objects.filter(patient=mara, source="CSV").count() == 4
    assert "STORED" in settled(source) and "PARKED" in settled(source)
