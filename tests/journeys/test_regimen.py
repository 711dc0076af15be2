"""Writing a regimen: few actions, by keyboard alone, with and without scripts."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, expect

from accounts.actors import Actor
from patients.models import Patient
from regimens.models import DoseStep, Regimen
from tests.factories import TODAY
from tests.journeys.conftest import SitDown
from tests.journeys.desk import Desk
from tests.stories import a_patient, a_result, an_entry, standing, taking

pytestmark = pytest.mark.browser
with_and_without_scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
MOST_ACTIONS = 12
P02 = "99.9 mg elemental in a tablet"
CITRATE = "101 mg elemental in a tablet of 625 mg"


@pytest.fixture
def patient(clinician: Actor) -> Patient:
    """With a known kidney, and without magnesium."""
    patient = a_patient(clinician)
    a_result(patient, clinician, "84", analyte="EGFR", unit="mL/min/{1.73_m2}", days_ago=6)
    return patient


def choose(desk: Desk, product: str) -> None:
    products = desk.page.get_by_role("combobox", name="Product")
    option = products.locator("option", has_text=product).first
    products.select_option(option.get_attribute("value"))


def field(desk: Desk, label: str) -> Locator:
    """A field of the converter; its unit is in its name."""
    return desk.page.get_by_role("group", name="Converter").get_by_label(label)


def times(desk: Desk) -> list[str]:
    """The clock times that stand open."""
    rows = desk.page.locator("tr[data-intake]:not([hidden]) input[type=time]")
    return [rows.nth(n).input_value() for n in range(rows.count())]


def is_saved(desk: Desk, words: str) -> None:
    desk.sees(words, within=desk.messages)


def dose(on: date = TODAY) -> Decimal:
    step: DoseStep = DoseStep.objects.get(effective_on=on)
    return step.dose().elemental_mg_per_day


def test_glycinate_300_split_in_three_takes_few_actions(desk: Desk, patient: Patient) -> None:
    desk.open("regimens:detail", patient.pk)
    actions: list[Callable[[], None]] = [
        lambda: desk.press("Start a regimen"),
        lambda: desk.pick("Glycinate"),
        lambda: choose(desk, P02),
        lambda: field(desk, "Intakes").fill("3"),
        lambda: field(desk, "Daily dose").fill("300"),
        lambda: desk.pick("Asked: none of these"),
        lambda: desk.pick("Took none before"),
        lambda: desk.press("Start regimen"),
    ]
    for action in actions:
        action()
    is_saved(desk, "Started Magnesium bisglycinate strong.")
    assert len(actions) <= MOST_ACTIONS
    intakes = DoseStep.objects.get().intakes.order_by("at")
    assert [(f"{i.at:%H:%M}", i.units) for i in intakes] == [("08:00", 1), ("13:00", 1), ("19:00", 1)]
    assert Regimen.objects.get().prior_magnesium == "NO"
    assert standing(patient) == []


def test_a_regimen_is_written_with_the_keyboard_alone(desk: Desk, patient: Patient) -> None:
    desk.open("reviews:start_regimen", patient.pk)
    keys = desk.page.keyboard
    desk.page.get_by_role("radio", name="Glycinate").focus()
    keys.press("Space")
    keys.press("Tab")
    keys.type("Magnesium bisglycinate strong")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("100")
    keys.press("Tab")
    keys.type("3")
    expect(field(desk, "Daily dose")).to_have_value("299.7")
    # Enter only checks.
    keys.press("Enter")
    desk.sees("299.7 mg/day elemental")
    assert not Regimen.objects.exists()
    keys.press("Control+Enter")
    is_saved(desk, "Started")
    assert dose() == Decimal("299.7")


@with_and_without_scripts
def test_the_converter_leads_both_ways(
    scripts: bool, sit_down: SitDown, clinician: Actor, patient: Patient
) -> None:
    desk = sit_down(clinician, java_script_enabled=scripts)
    desk.open("reviews:start_regimen", patient.pk)
    choose(desk, P02)

    def settle() -> None:
        if not scripts:
            desk.press("Check")

    field(desk, "Intakes").fill("2")
    field(desk, "Elemental per intake").fill("150")
    settle()
    expect(field(desk, "Compound per intake")).to_have_value("1063.5")
    expect(field(desk, "Daily dose")).to_have_value("299.7")
    field(desk, "Compound per intake").fill("709")
    settle()
    expect(field(desk, "Elemental per intake")).to_have_value("99.9")
    field(desk, "Units per intake").fill("0.5")
    settle()
    expect(field(desk, "Daily dose")).to_have_value("99.9")
    field(desk, "Daily dose").fill("400")
    settle()
    expect(desk.page.get_by_label("Units of intake 1", exact=True)).to_have_value("2")
    assert times(desk) == ["08:00", "19:00"]
    # What is no whole number of quarters is said, and the intakes stay.
    field(desk, "Daily dose").fill("330")
    settle()
    desk.sees("Nearest: 1.5 tablets (299.7 mg a day over 2) or 1.75 tablets (349.65 mg a day over 2).")
    expect(desk.page.get_by_label("Units of intake 1", exact=True)).to_have_value("2")


@with_and_without_scripts
def test_a_clash_is_shown_and_moved(
    scripts: bool, sit_down: SitDown, clinician: Actor, patient: Patient
) -> None:
    an_entry(patient, clinician, "medications", "CIPROFLOXACIN", taken_at=[time(9, 30)])
    desk = sit_down(clinician, java_script_enabled=scripts)
    desk.open("reviews:start_regimen", patient.pk)
    choose(desk, P02)
    desk.fill("Time of intake 1", "08:00")
    desk.fill("Units of intake 1", "1")
    if not scripts:
        desk.press("Check")
    desk.sees("1 h 30 min before ciprofloxacin 09:30")
    desk.press("Move 08:00 to 11:30")
    desk.sees("Moved 08:00 to 11:30. Nothing is saved yet.")
    assert times(desk) == ["11:30"]
    expect(desk.page.get_by_role("button", name=re.compile("^Move"))).to_have_count(0)
    desk.press("Start regimen")
    is_saved(desk, "Started")
    assert standing(patient) == []


@with_and_without_scripts
def test_a_reason_is_asked_where_the_dose_is_above_the_level(
    scripts: bool, sit_down: SitDown, clinician: Actor, patient: Patient
) -> None:
    clinician.clinic.jurisdiction = "EU"
    clinician.clinic.save()
    desk = sit_down(clinician, java_script_enabled=scripts)
    desk.open("reviews:start_regimen", patient.pk)
    choose(desk, P02)
    expect(desk.page.get_by_role("group", name="Reason to go above the level")).to_be_hidden()
    field(desk, "Intakes").fill("3")
    field(desk, "Daily dose").fill("300")
    desk.press("Start regimen")
    desk.sees("Not saved. Please check:")
    desk.pick("Low ionized Mg at a lower dose")
    desk.press("Start regimen")
    is_saved(desk, "Started")
    assert DoseStep.objects.get().above_level_reason == "Low ionized Mg at a lower dose"


@with_and_without_scripts
def test_a_product_is_switched(scripts: bool, sit_down: SitDown, clinician: Actor, patient: Patient) -> None:
    old = taking(patient, clinician)
    desk = sit_down(clinician, java_script_enabled=scripts)
    desk.open("reviews:switch_product", patient.pk, old.pk)
    choose(desk, CITRATE)
    desk.press("Fill in the same elemental dose")
    desk.sees("303 mg/day is filled in.")
    compared = desk.page.get_by_role("region", name="Old and new side by side")
    desk.sees("299.7 mg/day", "303 mg/day", within=compared)
    desk.press("Switch product", within=desk.page.locator(".save-bar"))
    is_saved(desk, "Switched from Magnesium bisglycinate strong to Magnesium citrate.")
    assert Regimen.objects.get(replaces=old).product.code == "P05"


def test_a_step_is_planned(desk: Desk, clinician: Actor, patient: Patient) -> None:
    regimen = taking(patient, clinician)
    later = TODAY + timedelta(days=20)
    desk.open("reviews:change_dose", patient.pk, regimen.pk)
    desk.fill("From", later)
    field(desk, "Daily dose").fill("150")
    desk.sees("Planned for 1 Apr 2026: nothing changes before that day.", "Opens a re-evaluation 29 Apr 2026")
    desk.press("Change dose")
    is_saved(desk, "Planned for 1 Apr 2026: a new dose of Magnesium bisglycinate strong.")
    assert dose(later) == Decimal("149.85")


def test_intakes_are_added_split_and_removed_by_buttons(desk: Desk, patient: Patient) -> None:
    desk.open("reviews:start_regimen", patient.pk)
    choose(desk, P02)
    desk.fill("Time of intake 1", "08:00")
    desk.fill("Units of intake 1", "3")
    desk.press("Add intake")
    expect(desk.page.locator("tr[data-intake]:not([hidden])")).to_have_count(2)
    desk.press("Remove intake 2")
    expect(desk.page.locator("tr[data-intake]:not([hidden])")).to_have_count(1)
    desk.fill("Over so many intakes", 4)
    desk.press("Split evenly")
    expect(desk.page.get_by_label("Units of intake 4", exact=True)).to_have_value("0.75")
    assert times(desk) == ["08:00", "13:00", "19:00", "22:00"]
    # The button that was pressed keeps the focus.
    expect(desk.page.get_by_role("button", name="Split evenly")).to_be_focused()


@with_and_without_scripts
def test_a_stop_is_told_at_a_visit(
    scripts: bool, sit_down: SitDown, clinician: Actor, patient: Patient
) -> None:
    regimen = taking(patient, clinician)
    desk = sit_down(clinician, java_script_enabled=scripts)
    desk.open("reviews:log_visit", patient.pk)
    expect(desk.page.get_by_label("First day without it")).to_be_hidden()
    desk.page.locator(".dose-row").get_by_role("radio", name="Stopped").check()
    desk.fill("First day without it", TODAY - timedelta(days=3))
    desk.page.get_by_label("Why", exact=True).select_option("HARM")
    if scripts:
        desk.sees("Stops Magnesium bisglycinate strong, from 9 Mar 2026: harm.")
    desk.press("Save visit")
    is_saved(desk, "saved.")
    regimen.refresh_from_db()
    assert (regimen.stopped_on, regimen.stop_reason) == (TODAY - timedelta(days=3), "HARM")
