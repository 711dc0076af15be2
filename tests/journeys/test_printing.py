"""Printing in a browser: the dialog opens by itself, each printing is written down once, paper is paper."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.actors import Actor
from audit.models import AuditEvent
from tests.factories import TODAY
from tests.journeys.desk import Desk
from tests.stories import a_patient, taking

pytestmark = pytest.mark.browser

A_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
# As a browser does: the event comes first, then the dialog.
COUNTED = """window.print = () => {
    dispatchEvent(new Event("beforeprint"));
    window.dialogs = (window.dialogs || 0) + 1;
}"""
PATIENTS = 40


def _printings() -> list[str]:
    return list(
        AuditEvent.objects.filter(act__startswith="PRINT").order_by("pk").values_list("act", flat=True)
    )


def test_print_opens_the_dialog_once_and_every_printing_is_written_down(desk: Desk, clinician: Actor) -> None:
    patient = a_patient(clinician)
    taking(patient, clinician, since=TODAY - timedelta(days=60))
    desk.page.add_init_script(COUNTED)
    desk.open("reviews:queue")
    desk.page.get_by_role("link", name="Print", exact=True).click()
    desk.page.wait_for_function("window.dialogs === 1")
    assert _printings() == ["PRINT_QUEUE"]
    desk.open("patients:chart", patient.pk)
    desk.page.get_by_role("link", name="Print", exact=True).click()
    desk.page.wait_for_function("window.dialogs === 1 && location.hash === ''")
    assert _printings() == ["PRINT_QUEUE", "PRINT_CHART"]
    with desk.page.expect_response("**/printed/") as told:
        desk.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert told.value.status == 204
    assert _printings() == ["PRINT_QUEUE", "PRINT_CHART", "PRINT_PAGE"]
    assert AuditEvent.objects.get(act="PRINT_PAGE").patient_id == patient.pk


def test_the_paper_is_a4_with_light_colours_and_no_button_in_the_dark_theme_too(
    desk: Desk, clinician: Actor
) -> None:
    for n in range(PATIENTS):
        patient = a_patient(clinician, family_name=f"Overdue{n:02}")
        taking(patient, clinician, since=TODAY - timedelta(days=60 + n))
    desk.page.emulate_media(color_scheme="dark")
    desk.page.add_init_script("window.print = () => {}")
    desk.open("reviews:print_queue")
    paper = desk.page.pdf(prefer_css_page_size=True)
    assert len(A_PAGE.findall(paper)) > 1
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12]", paper)
    desk.page.emulate_media(media="print", color_scheme="dark")
    body = "getComputedStyle(document.body)"
    assert desk.page.evaluate(f"[{body}.color, {body}.backgroundColor]") == [
        "rgb(0, 0, 0)",
        "rgb(255, 255, 255)",
    ]
    shown = desk.page.locator("button:visible, .button:visible, .sidebar:visible, .topbar:visible")
    assert shown.count() == 0
    assert desk.page.locator(".tick:visible").count() == PATIENTS
    head = desk.page.locator(".print-head")
    expect(head).to_contain_text(
        "Review queue, Northgate Clinic · printed 12 Mar 2026, 11:00 by Maria Alvarez"
    )
    assert head.is_visible()
    desk.page.emulate_media(media="screen")
    assert not head.is_visible()
