"""A clinician writes what else is taken, and prints the day plan for the patient to take home."""

import re
from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from accounts.actors import Actor
from audit.models import AuditEvent
from patients.models import Patient
from tests.factories import TODAY
from tests.journeys.desk import Desk
from tests.journeys.test_screens import look_at
from tests.stories import a_patient, a_result, an_entry, taking

pytestmark = pytest.mark.browser

A_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


@pytest.fixture
def patient(clinician: Actor) -> Patient:
    """On levothyroxine too close to the morning's magnesium, with calcium and vitamin B6."""
    patient = a_patient(clinician)
    taking(patient, clinician, since=TODAY - timedelta(days=60))
    a_result(patient, clinician, "0.50", days_ago=40, reference_low="0.46", reference_high="0.60")
    a_result(patient, clinician, "0.53", days_ago=3, reference_low="0.46", reference_high="0.60")
    an_entry(
        patient, clinician, "medications", "LEVOTHYROXINE", value="50", unit="ug", taken_at=[time(6, 30)]
    )
    an_entry(patient, clinician, "co-treatments", "CALCIUM", value="500", taken_at=[time(18)])
    an_entry(patient, clinician, "co-treatments", "VITAMIN_B6", value="10", taken_at=[time(8)])
    an_entry(patient, clinician, "modifiers", "TRPM6_GENOTYPE", value="REDUCED", source="Panel")
    an_entry(patient, clinician, "modifiers", "BIFIDOBACTERIUM", value="NOT_TESTED")
    return patient


def add_an_antacid(desk: Desk, patient: Patient) -> None:
    desk.open("regimens:detail", patient.pk)
    desk.press("Add another source")
    product = desk.page.get_by_label("Product")
    wanted = product.locator("option", has_text="hydroxide suspension").first
    product.select_option(value=wanted.get_attribute("value"))
    desk.fill("Units a day", 1)
    desk.press("Add to the ledger")
    desk.sees("466.4", "Antacid", "above")


def test_what_is_taken_beside_it_reaches_the_ledger_and_the_printed_plan(
    desk: Desk, patient: Patient
) -> None:
    add_an_antacid(desk, patient)
    desk.press("Advice given today")
    desk.sees("given on 12 Mar 2026")
    desk.press("Day plan")
    desk.sees(
        "466.4 mg elemental",
        "Magnesium at 08:00 is too close to Levothyroxine (06:30). 10:30 would do.",
        "Call your emergency number at once",
    )
    printed = desk.page.pdf(prefer_css_page_size=True)
    assert 1 <= len(A_PAGE.findall(printed)) <= 2
    read = AuditEvent.objects.filter(act="READ_CHART", patient_id=patient.pk, after={"tab": "day-plan"})
    assert read.count() == 1


def test_on_paper_the_plan_is_light_and_bears_its_head(desk: Desk, patient: Patient) -> None:
    desk.open("reviews:day_plan", patient.pk)
    desk.page.emulate_media(media="print", color_scheme="dark", reduced_motion="reduce")
    head = desk.page.locator(".print-head")
    expect(head).to_contain_text("LINDQVIST, Sara")
    expect(head).to_contain_text("printed 12")
    for gone in (".sidebar", ".topbar", ".banner", ".page-head .actions"):
        expect(desk.page.locator(gone)).to_be_hidden()
    colour = desk.page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert colour == "rgb(0, 0, 0)"


def test_a_regimen_is_not_taken_for_some_days_and_then_again(desk: Desk, patient: Patient) -> None:
    desk.open("regimens:detail", patient.pk)
    desk.press("Not taken")
    desk.fill("First day without it", TODAY - timedelta(days=4))
    desk.press("Save the days without it")
    desk.sees("interrupted since 8 Mar 2026")
    desk.open("reviews:day_plan", patient.pk)
    desk.sees("not taken since 8 Mar 2026")
    desk.open("regimens:detail", patient.pk)
    desk.press("Taken again")
    desk.fill("Last day without it", TODAY - timedelta(days=1))
    desk.press("Save that it is taken again")
    desk.sees("8 Mar 2026 to 11 Mar 2026")


def test_the_screens_of_what_is_taken(desk: Desk, patient: Patient) -> None:
    add_an_antacid(desk, patient)
    source, regimen = patient.other_sources.get(), patient.regimens.get()
    look_at(desk, **{
        "regimen with its ledger": lambda: desk.open("regimens:detail", patient.pk),
        "day plan": lambda: desk.open("reviews:day_plan", patient.pk),
        "pillars and modifiers": lambda: desk.chart(patient),
        "add a source": lambda: desk.open("reviews:add_source", patient.pk),
        "end a source": lambda: desk.open("reviews:end_source", patient.pk, source.pk),
        "interrupt": lambda: desk.open("reviews:interrupt_regimen", patient.pk, regimen.pk),
        "advice": lambda: desk.open("reviews:give_advice", patient.pk),
        "a co-supplement": lambda: desk.open("reviews:add_entry", patient.pk, "co-treatments"),
    })  # fmt: skip
