"""Parked rows wait on their page until a person, who has seen both identities, decides."""

from datetime import date

import pytest

from accounts.actors import Actor
from audit.models import AuditEvent
from labs.models import ImportRow, LabResult, Settled
from patients.models import Patient
from reviews.pages.unmatched import compared
from tests.reviews.importing.files import Line, committed, counting, csv_of, undone
from tests.reviews.imports.desk import Desk, told
from tests.stories import Clock, a_clinic, a_clinician, a_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(by: Actor, sara: Patient) -> ImportRow:
    """A result whose birth date is not that of the patient of its MRN."""
    source = committed(csv_of(Line(sara, birth_date="1981-05-17")), by)
    return ImportRow.objects.get(source=source)


def matching(row: ImportRow, patient: Patient) -> dict[str, object]:
    return {"version": row.version, "patient": str(patient.pk)}


def test_a_parked_row_shows_the_facts_of_the_file_and_the_reason(desk: Desk, row: ImportRow) -> None:
    page = told(desk.get("unmatched"))
    assert "LINDQVIST, Sara" in page and "born 17 May 1981" in page and "0.52 mmol/L" in page
    assert "of a patient of another birth date" in page and "results.csv" in page


@pytest.mark.parametrize(
    ("days", "words", "queue"),
    [(2, "2 days ago", ""), (3, "more than 2 days", "1 result waits for a match, for 3 days"),
     (8, "more than a week", "1 result waits for a match, for 8 days")],
)  # fmt: skip
def test_what_waits_long_is_marked_here_and_on_the_queue(
    days: int, words: str, queue: str, desk: Desk, row: ImportRow, clock: Clock
) -> None:
    clock.forward(days=days)
    assert words in told(desk.get("unmatched"))
    on_queue = told(desk.get("queue"))
    assert (queue in on_queue) if queue else ("for a match, for" not in on_queue)
    assert "1 result to match" in on_queue


def test_nobody_is_suggested_until_somebody_searches(desk: Desk, row: ImportRow, sara: Patient) -> None:
    page = told(desk.get("unmatched_row", row.pk))
    assert "Compare" not in page and "Store for" not in page
    found = told(desk.get("unmatched_row", row.pk, search="lindq"))
    assert "LINDQVIST, Sara MRN 100 001, born 17 May 1980" in found and "Store for" not in found
    assert "Nobody of this clinic is found." in told(desk.get("unmatched_row", row.pk, search="granite"))


def test_both_identities_stand_side_by_side_with_the_difference_in_words(
    desk: Desk, row: ImportRow, sara: Patient
) -> None:
    page = told(desk.get("unmatched_row", row.pk, patient=str(sara.pk)))
    assert "Born 17 May 1981 17 May 1980 differs in the year" in page
    assert "MRN 100 001 100 001 the same" in page
    assert "Store for LINDQVIST, Sara" in page


@pytest.mark.parametrize(
    ("born", "words"),
    [(date(1980, 5, 17), "the same"), (date(1980, 12, 5), "differs: day and month changed places"),
     (date(1981, 6, 17), "differs in the year and the month"), (None, "not told in the file")],
)  # fmt: skip
def test_a_birth_date_says_how_it_differs(
    born: date | None, words: str, by: Actor, row: ImportRow, sara: Patient
) -> None:
    sara.birth_date = date(1980, 5, 12) if words.startswith("differs: day") else date(1980, 5, 17)
    row.reported = {"birth_date": born.isoformat()} if born else {}
    (line,) = [one for one in compared(row, sara) if one.label == "Born"]
    assert line.verdict == words


def test_a_match_stores_the_result_and_can_be_taken_back(desk: Desk, row: ImportRow, sara: Patient) -> None:
    answer = desk.post("unmatched_row", row.pk, **matching(row, sara))
    assert answer.status_code == 302
    page = told(desk.get("unmatched"))
    assert "Nothing waits" in page and "Matched to LINDQVIST, Sara" in page
    assert "Stored for LINDQVIST, Sara." in page
    assert counting(sara) == ["IONIZED_MG 0.52"]
    row.refresh_from_db()
    assert desk.post("take_back_row", row.pk, version=row.version).status_code == 302
    row.refresh_from_db()
    assert (row.settled, counting(sara)) == (Settled.PARKED, [])
    assert "waits again" in told(desk.get("unmatched"))


def test_the_undo_of_the_message_carries_the_version_in_its_address(
    desk: Desk, row: ImportRow, sara: Patient
) -> None:
    desk.post("unmatched_row", row.pk, **matching(row, sara))
    row.refresh_from_db()
    page = desk.get("unmatched").content.decode()
    address = f"/labs/unmatched/{row.pk}/take-back/?version={row.version}"
    assert f'action="{address}"' in page
    assert desk.client.post(address).status_code == 302
    assert not LabResult.objects.counting().exists()


def test_a_refusal_needs_a_reason_and_is_remembered(desk: Desk, row: ImportRow) -> None:
    told(desk.post("refuse_row", row.pk, version=row.version, reason=" "), 400)
    assert (
        desk.post("refuse_row", row.pk, version=row.version, reason="Sent to us by mistake").status_code
        == 302
    )
    page = told(desk.get("unmatched"))
    assert "Refused by Maria Alvarez: Sent to us by mistake" in page and "Nothing waits" in page


def test_who_was_faster_is_named(desk: Desk, row: ImportRow, sara: Patient) -> None:
    desk.post("refuse_row", row.pk, version=row.version, reason="Not ours")
    page = told(desk.post("unmatched_row", row.pk, **matching(row, sara)), 409)
    assert "Changed by Maria Alvarez at 11:00" in page and "does not wait any more" in page
    assert LabResult.objects.count() == 0
    again = desk.post("take_back_row", row.pk, version=row.version)
    assert again.status_code == 302
    row.refresh_from_db()
    assert row.settled == Settled.REFUSED


def test_a_result_that_cannot_be_stored_for_this_patient_says_why(
    desk: Desk, by: Actor, row: ImportRow
) -> None:
    child = a_patient(by, birth_date=date(2026, 3, 12), family_name="Young", given_name="Ida")
    page = told(desk.post("unmatched_row", row.pk, **matching(row, child)), 400)
    assert "before" in page and "Are these one person?" in page
    row.refresh_from_db()
    assert row.settled == Settled.PARKED


@pytest.mark.parametrize("patient", ["", "nonsense"])
def test_a_match_with_nobody_is_refused(patient: str, desk: Desk, row: ImportRow) -> None:
    told(desk.post("unmatched_row", row.pk, version=row.version, patient=patient), 400)


def test_a_patient_of_another_clinic_is_not_found(desk: Desk, row: ImportRow) -> None:
    stranger = a_patient(a_clinician(a_clinic("meadow")))
    assert desk.get("unmatched_row", row.pk, patient=str(stranger.pk)).status_code == 404
    assert desk.post("unmatched_row", row.pk, **matching(row, stranger)).status_code == 404
    assert LabResult.objects.count() == 0


def test_an_undone_file_leaves_nothing_to_match(desk: Desk, by: Actor, row: ImportRow, sara: Patient) -> None:
    undone(row.source, by)
    assert "Nothing waits" in told(desk.get("unmatched"))
    row.refresh_from_db()
    told(desk.post("unmatched_row", row.pk, **matching(row, sara)), 400)


def test_looking_at_a_row_beside_a_patient_is_an_event_of_the_patient(
    desk: Desk, row: ImportRow, sara: Patient
) -> None:
    desk.get("unmatched_row", row.pk, patient=str(sara.pk))
    event = AuditEvent.objects.filter(act="READ_LIST", object_id=str(row.pk)).get()
    assert event.patient_id == sara.pk
