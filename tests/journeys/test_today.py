"""A morning: the list pasted, visits logged one after the other; a call in between; and how it all looks."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.actors import Actor
from patients.models import Patient, Visit
from reviews.acts.contacts import Contact, log_contact
from reviews.models import ContactAttempt, Reevaluation
from tests.factories import NOW, TODAY
from tests.journeys.desk import Desk
from tests.journeys.test_screens import look_at
from tests.stories import a_patient, a_visit, present, taking

pytestmark = pytest.mark.browser


@pytest.fixture
def owed(clinician: Actor) -> Reevaluation:
    """Of a patient who is overdue, and was called once in vain."""
    patient = a_patient(clinician, family_name="Okafor", given_name="Ben", contact="555 0134")
    taking(patient, clinician, since=TODAY - timedelta(days=50))
    row: Reevaluation = Reevaluation.objects.owed(TODAY).get(patient=patient)
    told = Contact(way="PHONE", outcome="NO_ANSWER", attempted_at=NOW - timedelta(days=9), reevaluation=row)
    log_contact(patient=patient, by=clinician, at=NOW, contact=told)
    return row


@pytest.fixture
def three(clinician: Actor) -> list[Patient]:
    return [a_patient(clinician, family_name=name) for name in ("Adams", "Baker", "Clark")]


def test_a_morning_goes_from_visit_to_visit_by_one_key(desk: Desk, three: list[Patient]) -> None:
    desk.open("reviews:today")
    desk.fill("MRNs or names, one per line", "Baker\nSara\nAdams")
    desk.press("Add lines")
    desk.sees("1 line to decide", "3 patients match.")
    desk.pick("CLARK, Sara")
    desk.press("Add these")
    desk.sees("Done 0 of 3.")
    for name, done in (("BAKER", 1), ("CLARK", 2)):
        desk.page.keyboard.press("v")
        desk.sees("Log visit", f"{name}, Sara")
        desk.pick("None of these")
        desk.press("Save visit")
        desk.sees(f"Done {done} of 3.")
    expect(desk.page.locator("a:focus")).to_have_text("ADAMS, Sara")
    desk.page.keyboard.press("v")
    desk.sees("Log visit", "ADAMS, Sara")
    assert Visit.objects.count() == 2


def test_a_booking_is_made_in_the_dialog_and_a_call_on_its_page(desk: Desk, owed: Reevaluation) -> None:
    desk.chart(owed.patient)
    desk.press("Book visit")
    expect(desk.dialog).to_be_visible()
    desk.fill("Visit on", TODAY - timedelta(days=1), desk.dialog)
    desk.press("Book visit", desk.dialog)
    desk.sees("is in the past", within=desk.dialog)
    # Sooner, a second press of the button would pass for a double click.
    desk.page.wait_for_timeout(800)
    desk.fill("Visit on", TODAY + timedelta(days=4), desk.dialog)
    desk.press("Book visit", desk.dialog)
    desk.sees("booked for 16 Mar 2026")
    expect(desk.dialog).to_have_count(0)
    desk.press("Log attempt")
    reason = desk.page.get_by_label("Reason")
    expect(reason).to_be_hidden()
    desk.pick("Moved away", "Left the clinic")
    expect(reason).to_be_visible()
    desk.fill("Reason", "Moved to Utrecht")
    desk.page.get_by_role("button", name="Log attempt").dblclick()
    desk.sees("Left the clinic")
    assert ContactAttempt.objects.count() == 2


def test_the_screens_of_a_morning(
    desk: Desk, clinician: Actor, owed: Reevaluation, three: list[Patient]
) -> None:
    a_visit(three[0], clinician, present("TINGLING"))

    def pasted() -> None:
        desk.open("reviews:today")
        desk.fill("MRNs or names, one per line", "Adams\nSara\nNobody\nOkafor")
        desk.press("Add lines")
        desk.sees("to decide")

    def emergency() -> None:
        desk.open("reviews:report_symptom", owed.patient_id)
        desk.pick("Irregular heartbeat", "Chest pain")
        desk.press("Save message")
        desk.sees("Not saved. Please check:")

    def refused() -> None:
        desk.open("reviews:log_contact", owed.pk)
        desk.pick("Refused")
        desk.press("Log attempt")
        desk.sees("Not saved. Please check:")

    look_at(desk, **{
        "today, empty": lambda: desk.open("reviews:today"),
        "today, to decide": pasted,
        "today": lambda: desk.open("reviews:today"),
        "missed windows": lambda: desk.open("reviews:recall"),
        "window closing": lambda: desk.open("reviews:recall", query="?show=closing"),
        "book": lambda: desk.open("reviews:book_reevaluation", owed.pk),
        "attempt, refused": refused,
        "not contactable": lambda: desk.open("reviews:reach", owed.patient_id),
        "report": emergency,
        "chart": lambda: desk.chart(owed.patient),
    })  # fmt: skip
