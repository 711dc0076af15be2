"""Missed windows on pages: the list and its file, booking one and many, an attempt, lost and found."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import Actor
from audit.models import AuditEvent
from patients.models import Patient
from reviews.acts.booking import book_reevaluation
from reviews.acts.contacts import Contact, log_contact
from reviews.models import ContactAttempt, Reevaluation
from tests.factories import NOW, TODAY
from tests.reviews.recall.conftest import overdue, owed_of, stable
from tests.stories import a_clinic, a_clinician, a_researcher, an_assistant

pytestmark = pytest.mark.django_db
SOON = TODAY + timedelta(days=8)
DIALOG = {"HX-Request": "true", "HX-Target": "dialog-body"}


@pytest.fixture
def signed_in(client: Client, by: Actor) -> Client:
    client.force_login(by.user)
    return client


def words(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer
    page = answer.content.decode()
    main = page.partition("<main")[2].partition("</main>")[0] if "<main" in page else page
    text = unescape(re.sub(r"<[^>]+>", " ", main)).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", text).replace("\N{NON-BREAKING HYPHEN}", "-")


def the_list(client: Client, **asked: str) -> str:
    return words(client.get(reverse("reviews:recall"), asked))


def tried(row: Reevaluation, by: Actor, days_ago: int, outcome: str = "NO_ANSWER", **told: Any) -> None:
    at = NOW - timedelta(days=days_ago)
    told |= {"reevaluation": row, "attempted_at": at}
    log_contact(patient=row.patient, by=by, at=NOW, contact=Contact(way="PHONE", outcome=outcome, **told))


def of(name: str, row: Reevaluation) -> str:
    return reverse(f"reviews:{name}", args=[row.pk])


def test_the_list_says_what_is_due_next_and_who_is_booked_alone(signed_in: Client, by: Actor) -> None:
    called, quiet = overdue(by, family_name="Called"), stable(by, family_name="Quiet")
    tried(owed_of(called), by, 3)
    page = the_list(signed_in)
    assert page.index("QUIET") < page.index("CALLED")
    assert "Attempt 2 on 16 Mar 2026" in page
    assert "Not called yet" in page
    assert "8 days over Stable" in page
    assert "Alone: also on the queue: eGFR due, no magnesium result" in page
    assert AuditEvent.objects.get(act="READ_LIST").after == {"list": "recall"}
    html = signed_in.get(reverse("reviews:recall")).content.decode()
    assert re.findall(r'name="row" value="([^:"]+)', html) == [str(owed_of(quiet).pk)]


def test_filters_show_what_is_due_what_waits_what_closes_and_mine(
    signed_in: Client, by: Actor, patient: Patient
) -> None:
    waiting = overdue(by, family_name="Waiting", owner=by.membership)
    tried(owed_of(waiting), by, 3)
    closing = overdue(by, days=36, family_name="Closing")
    overdue(by, days=34, family_name="Early")
    names = {"LINDQVIST", "WAITING", "CLOSING", "EARLY"}

    def shown(show: str) -> set[str]:
        page = the_list(signed_in, show=show)
        return {name for name in names if name in page}

    assert shown("") == {"LINDQVIST", "WAITING"}
    assert shown("due") == {"LINDQVIST"}
    assert shown("waiting") == {"WAITING"}
    assert shown("closing") == {"CLOSING"}
    assert shown("mine") == {"WAITING"}
    assert shown("nonsense") == {"LINDQVIST", "WAITING"}
    row = owed_of(closing)
    book_reevaluation(reevaluation=row, by=by, at=NOW, version=row.version, booked_on=SOON)
    assert "Nobody here" in the_list(signed_in, show="closing")


def test_an_empty_list_says_when_somebody_would_stand_here(signed_in: Client) -> None:
    assert "No window was missed" in the_list(signed_in)


def test_another_clinics_are_not_here(signed_in: Client, by: Actor) -> None:
    stranger = a_clinician(a_clinic("meadow"))
    theirs = owed_of(overdue(stranger, family_name="Strange"))
    assert "STRANGE" not in the_list(signed_in)
    for name in ("book_reevaluation", "log_contact"):
        assert signed_in.get(of(name, theirs)).status_code == 404
        assert signed_in.post(of(name, theirs), {}).status_code == 404
    assert signed_in.get(reverse("reviews:reach", args=[theirs.patient_id])).status_code == 404
    told = {"row": f"{theirs.pk}:1", "booked_on": f"{SOON}"}
    assert "Tick at least one patient." in words(signed_in.post(reverse("reviews:reschedule"), told), 400)


def test_the_number_of_queries_does_not_grow_with_the_list(signed_in: Client, by: Actor) -> None:
    asked = []
    for n in (1, 4):
        for _ in range(n):
            tried(owed_of(stable(by, owner=by.membership)), by, 3)
            tried(owed_of(overdue(by)), by, 3)
        with CaptureQueriesContext(connection) as queries:
            the_list(signed_in)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_long_list_has_pages(signed_in: Client, by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviews.pages.recall_lines.recall_page.__defaults__", (1,))
    for name in ("Adams", "Baker"):
        overdue(by, family_name=name)
    first = the_list(signed_in)
    second = the_list(signed_in, **{"from": "1"})
    assert ("ADAMS" in first) != ("ADAMS" in second)
    assert "Next" in first and "Previous" in second
    assert the_list(signed_in, **{"from": "99"}) == first


def test_the_file_holds_the_whole_list_and_runs_nothing(signed_in: Client, by: Actor) -> None:
    patient = overdue(by, family_name="=SUM(A1)", contact="+31 6 1234", mrn="7 8")
    tried(owed_of(patient), by, 3)
    answer = signed_in.get(reverse("reviews:recall_csv"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="missed-windows-2026-03-12.csv"' in answer["Content-Disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
    assert (row["family_name"], row["contact"], row["step"]) == ("'=SUM(A1)", "'+31 6 1234", "ATTEMPT")
    assert (row["due_on"], row["attempts_without_answer"]) == ("2026-03-16", "1")
    assert AuditEvent.objects.get(act="READ_LIST").after == {"list": "recall", "file": "csv"}


def test_stable_patients_are_booked_together_and_each_is_told_of(signed_in: Client, by: Actor) -> None:
    one, two = owed_of(stable(by)), owed_of(stable(by, family_name="Okafor"))
    told = {"row": [f"{one.pk}:{one.version}", f"{two.pk}:{two.version + 1}", "nonsense"], "once": "k"}
    for _ in range(2):  # a double click
        answer = signed_in.post(reverse("reviews:reschedule"), told | {"booked_on": f"{SOON}"})
        page = words(answer)
        assert "1 of 2 booked for 20 Mar 2026" in page
        assert "Not booked: Somebody changed it meanwhile; it is not booked." in page
    assert AuditEvent.objects.filter(act="BOOK").count() == 1
    again = signed_in.post(reverse("reviews:reschedule"), told | {"booked_on": f"{TODAY}"})
    assert "saved already" in words(again, 409)


@pytest.mark.parametrize(
    ("day", "said"),
    [("", "This field is required."), ("2026-03-11", "is in the past"), ("9999-01-01", "not a day")],
)
def test_a_day_for_many_that_cannot_be_keeps_the_ticks(
    signed_in: Client, by: Actor, day: str, said: str
) -> None:
    row = owed_of(stable(by))
    ticked = f"{row.pk}:{row.version}"
    answer = signed_in.post(reverse("reviews:reschedule"), {"row": ticked, "booked_on": day})
    assert said in words(answer, 400)
    assert re.search(rf'value="{ticked}"[^>]* checked', answer.content.decode())


def test_a_visit_is_booked_changed_and_cleared_on_its_page(
    signed_in: Client, by: Actor, owed: Reevaluation
) -> None:
    address, recall = of("book_reevaluation", owed), reverse("reviews:recall")
    assert "8 days over . Nothing is booked." in words(signed_in.get(address))
    told = {"version": owed.version, "booked_on": f"{SOON}", "next": recall, "once": "a"}
    for _ in range(2):
        answer = signed_in.post(address, told)
        assert (answer.status_code, answer["Location"]) == (302, recall)
    owed.refresh_from_db()
    assert (owed.booked_on, owed.version) == (SOON, told["version"] + 1)
    page = words(signed_in.post(address, told | {"booked_on": f"{TODAY}", "once": "b"}), 409)
    assert "Changed by Dr Elena Marsh" in page and "Use theirs: 2026-03-20" in page
    clear = {"version": owed.version, "booked_on": "", "clear": "1", "next": "https://elsewhere.test/"}
    answer = signed_in.post(address, clear)
    assert answer["Location"] == reverse("patients:chart", args=[owed.patient_id])
    owed.refresh_from_db()
    assert owed.booked_on is None


@pytest.mark.parametrize(
    ("day", "said"), [("", "Choose the day"), ("2026-03-11", "is in the past"), ("9999-01-01", "not a day")]
)
def test_a_booking_that_cannot_be_is_said_at_its_field(
    signed_in: Client, owed: Reevaluation, day: str, said: str
) -> None:
    told = {"version": owed.version, "booked_on": day}
    assert said in words(signed_in.post(of("book_reevaluation", owed), told), 400)


def test_in_the_dialog_the_page_comes_as_a_part_and_an_act_answers_with_nothing(
    signed_in: Client, owed: Reevaluation
) -> None:
    address = of("book_reevaluation", owed)
    part = signed_in.get(address, headers=DIALOG).content.decode()
    assert "<html" not in part and 'id="dialog-title"' in part
    refused = signed_in.post(address, {"version": owed.version, "booked_on": ""}, headers=DIALOG)
    assert "<html" not in refused.content.decode()
    told = {"version": owed.version, "booked_on": f"{SOON}"}
    answer = signed_in.post(address, told, headers=DIALOG)
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "flag-changed")


def contact_told(row: Reevaluation, outcome: str, **told: Any) -> dict[str, Any]:
    patient = Patient.objects.get(pk=row.patient_id)
    sent = {"version": row.version, "patient_version": patient.version, "way": "PHONE", "outcome": outcome}
    return sent | {"attempted_at": "2026-03-12T10:30"} | told


def test_an_attempt_is_logged_once_with_the_clinics_time(
    signed_in: Client, by: Actor, owed: Reevaluation
) -> None:
    address = of("log_contact", owed)
    assert "Not called yet" in words(signed_in.get(address))
    told = contact_told(owed, "NO_ANSWER", once="k", note="Rang twice", booked_on=f"{SOON}")
    for _ in range(2):
        assert signed_in.post(address, told).status_code == 302
    attempt = ContactAttempt.objects.get()
    assert (attempt.attempted_at.isoformat(), attempt.note) == ("2026-03-12T14:30:00+00:00", "Rang twice")
    assert attempt.booked_on is None  # typed for another outcome, and left out
    assert "Tried before" in words(signed_in.get(address))
    assert "saved already" in words(signed_in.post(address, told | {"note": "Thrice"}), 409)


@pytest.mark.parametrize(
    ("outcome", "more", "said"),
    [
        ("", {}, "Say how it ended."),
        ("AGREED", {}, "Say on which day the patient comes."),
        ("AGREED", {"booked_on": "2026-03-01"}, "is in the past"),
        ("CALL_LATER", {}, "Say on which day to call again."),
        ("REFUSED", {}, "Say what follows"),
        ("MOVED", {"afterwards": "LEFT"}, "a removal needs a reason"),
        ("NO_ANSWER", {"attempted_at": "2026-03-12T12:00"}, "This is in the future."),
        ("NO_ANSWER", {"attempted_at": "0001-01-01T00:00"}, "not a day that a record can have"),
        ("NO_ANSWER", {"attempted_at": "yesterday"}, "Enter a valid date/time."),
    ],
)
def test_an_attempt_that_cannot_be_is_said_at_its_field(
    signed_in: Client, owed: Reevaluation, outcome: str, more: dict[str, str], said: str
) -> None:
    told = contact_told(owed, outcome, note="Kept words", **more)
    page = words(signed_in.post(of("log_contact", owed), told), 400)
    assert said in page and "Kept words" in page
    assert not ContactAttempt.objects.exists()


def test_a_removal_says_what_it_did_and_a_stale_one_asks_again(
    signed_in: Client, patient: Patient, owed: Reevaluation
) -> None:
    told = contact_told(owed, "MOVED", afterwards="LEFT", reason="Moved to Utrecht", patient_version=99)
    assert "Somebody changed the patient meanwhile." in words(
        signed_in.post(of("log_contact", owed), told), 400
    )
    told["patient_version"] = Patient.objects.get(pk=patient.pk).version
    assert signed_in.post(of("log_contact", owed), told).status_code == 302
    assert Patient.objects.get(pk=patient.pk).status == "LEFT"


def test_an_assistant_calls_and_books_and_removes_nobody(
    client: Client, by: Actor, patient: Patient, owed: Reevaluation
) -> None:
    client.force_login(an_assistant(by.clinic).user)
    assert "A clinician takes a patient off the list." in words(client.get(of("log_contact", owed)))
    told = contact_told(owed, "MOVED", afterwards="LEFT", reason="Moved")
    assert "not one of the available choices" in words(client.post(of("log_contact", owed), told), 400)
    assert client.post(of("log_contact", owed), told | {"afterwards": "KEEP"}).status_code == 302
    assert client.get(reverse("reviews:reach", args=[patient.pk])).status_code == 403
    client.force_login(a_researcher(by.clinic).user)
    assert client.get(reverse("reviews:recall")).status_code == 403


def test_who_cannot_be_reached_is_marked_and_found_again_on_one_page(
    signed_in: Client, by: Actor, patient: Patient, owed: Reevaluation
) -> None:
    for days in (22, 15, 8):
        tried(owed, by, days)
    page = the_list(signed_in)
    assert "No answer to 3 attempts: lost to follow-up due 1 day ago" in page
    assert "Lost to follow-up" in page
    address = reverse("reviews:reach", args=[patient.pk])
    patient.refresh_from_db()
    assert "This field is required." in words(signed_in.post(address, {"version": patient.version}), 400)
    told = {"version": patient.version, "reason": "Three attempts, no answer"}
    assert signed_in.post(address, told).status_code == 302
    assert "No window was missed" in the_list(signed_in)
    chart = words(signed_in.get(reverse("patients:chart", args=[patient.pk])))
    assert "Contactable again" in chart
    assert "Not contactable since 12 Mar 2026: Three attempts, no answer" in words(signed_in.get(address))
    assert signed_in.post(address, {"version": patient.version}).status_code == 409
    patient.refresh_from_db()
    assert signed_in.post(address, {"version": patient.version}).status_code == 302
    assert "LINDQVIST" in the_list(signed_in)


def test_the_chart_shows_what_is_owed_what_is_booked_and_who_was_called(
    signed_in: Client, by: Actor, patient: Patient, owed: Reevaluation
) -> None:
    tried(owed, by, 3)
    chart = reverse("patients:chart", args=[patient.pk])
    page = words(signed_in.get(chart))
    assert "nothing booked Attempt 2 on 16 Mar 2026" in page
    assert "9 Mar 2026, 11:00 Phone No answer Dr Elena Marsh" in page
    html = signed_in.get(chart).content.decode()
    for address in (of("book_reevaluation", owed), of("log_contact", owed)):
        assert f'href="{address}"' in html
    attempt = ContactAttempt.objects.get()
    error = reverse("reviews:mark_in_error", args=["contact-attempts", attempt.pk])
    assert f'href="{error}"' in html
    assert signed_in.post(error, {"version": 1, "reason": "Another patient"}).status_code == 302
    assert "Not called yet" in words(signed_in.get(chart))
    assert "Phone: No answer" in words(signed_in.get(f"{chart}?tab=history"))


def test_a_row_of_the_queue_leads_to_booking_and_to_a_report(
    signed_in: Client, patient: Patient, owed: Reevaluation
) -> None:
    html = signed_in.get("/").content.decode()
    assert f'href="{of("book_reevaluation", owed)}" data-dialog' in html
    assert f'href="{reverse("reviews:report_symptom", args=[patient.pk])}"' in html


def test_who_did_not_come_is_said_in_the_flag(signed_in: Client, by: Actor, owed: Reevaluation) -> None:
    for day, said in (
        (SOON, "; visit on 20 Mar 2026."),
        (TODAY - timedelta(days=1), "; did not come on 11 Mar"),
    ):
        Reevaluation.objects.filter(pk=owed.pk).update(booked_on=day)
        assert said in words(signed_in.get("/"))
