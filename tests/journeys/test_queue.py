"""Working the queue: with the keyboard alone, and two people at once."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from accounts.actors import Actor
from reviews.models import Flag
from reviews.queue import ROWS
from tests.factories import TODAY
from tests.journeys.conftest import SitDown
from tests.journeys.desk import Desk
from tests.stories import Clock, a_clinician, a_flag, a_patient, a_result, an_assistant, taking

pytestmark = pytest.mark.browser

NAMES = ("Adams", "Brown", "Clark", "Davis")


@pytest.fixture
def flagged(clinician: Actor) -> list[Flag]:
    """Four patients with tingling, in the order of the queue."""
    people = [a_patient(clinician, family_name=name, given_name="Ann") for name in NAMES]
    return [a_flag(clinician, patient) for patient in people]


def row(desk: Desk, name: str) -> Locator:
    return desk.page.locator("[data-row]").filter(has_text=name.upper())


def focused(desk: Desk) -> str:
    return str(desk.page.evaluate("document.activeElement.textContent.trim()"))


def snooze_until_tomorrow(desk: Desk) -> None:
    """By keys, on the row that has the focus."""
    desk.page.keyboard.press("s")
    expect(desk.dialog).to_be_visible()
    desk.page.get_by_role("radio", name="Tomorrow").focus()
    desk.page.keyboard.press("Space")
    desk.page.keyboard.press("Control+Enter")
    expect(desk.dialog).to_have_count(0)


def test_the_queue_is_worked_with_the_keyboard_alone(desk: Desk, flagged: list[Flag]) -> None:
    desk.open("reviews:queue")
    keys = desk.page.keyboard
    order = [name.inner_text().split(",")[0] for name in desk.page.locator("[data-row-link]").all()]

    # j and k move the focus from patient to patient.
    keys.press("j")
    assert focused(desk).startswith(order[0])
    keys.press("j")
    keys.press("j")
    keys.press("k")
    assert focused(desk).startswith(order[1])

    # w says why, Esc goes back to where the person was.
    keys.press("w")
    desk.sees("Why this flag is open", within=desk.dialog)
    keys.press("Escape")
    expect(desk.dialog).to_have_count(0)

    # a acknowledges, and the row stays.
    keys.press("a")
    desk.sees("acknowledged", within=row(desk, order[1]))

    # s snoozes: the row leaves, and the focus goes to the one in its place.
    snooze_until_tomorrow(desk)
    expect(row(desk, order[1])).to_be_hidden()
    expect(row(desk, order[2]).locator("[data-row-link]")).to_be_focused()

    # e resolves with an action by its number and a note.
    keys.press("e")
    desk.sees("What did you do?", within=desk.dialog)
    keys.press("3")
    desk.note.focus()
    keys.type("Told by phone.")
    keys.press("Control+Enter")
    expect(row(desk, order[2])).to_have_count(0)
    desk.sees("2 patients with open flags", "resolved, advised")
    flags = {flag.patient.family_name.upper(): flag for flag in Flag.objects.select_related("patient")}
    states = [flags[name].state for name in order]
    assert states == ["OPEN", "SNOOZED", "RESOLVED", "OPEN"]
    assert flags[order[2]].note == "Told by phone."


def test_a_key_pressed_while_the_list_comes_again_means_the_same_patient(
    desk: Desk, flagged: list[Flag]
) -> None:
    desk.open("reviews:queue")
    names = [name.inner_text() for name in desk.page.locator("[data-row-link]").all()]
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("j")
    desk.page.evaluate(
        """window.addEventListener("htmx:afterSwap", () => {
             if (document.activeElement !== document.body) throw new Error("The list took no focus away.");
             document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "s", bubbles: true}));
           }, {capture: true, once: true})"""
    )
    desk.page.keyboard.press("a")
    desk.sees(names[1], within=desk.dialog)


def test_after_the_last_row_of_a_group_the_keys_are_at_its_head(
    desk: Desk, clinician: Actor, flagged: list[Flag]
) -> None:
    taking(a_patient(clinician, family_name="Evans"), clinician, since=TODAY - timedelta(days=60))
    desk.open("reviews:queue")
    keys = desk.page.keyboard
    for _ in range(5):
        keys.press("j")
    assert focused(desk).startswith("DAVIS")
    snooze_until_tomorrow(desk)
    expect(row(desk, "Davis")).to_be_hidden()
    expect(desk.page.locator("#group-THIS_WEEK > summary")).to_be_focused()
    keys.press("k")
    assert focused(desk).startswith("EVANS")


def test_rows_are_selected_by_key_and_set_aside_together(desk: Desk, flagged: list[Flag]) -> None:
    desk.open("reviews:queue")
    keys = desk.page.keyboard
    bar = desk.page.get_by_role("form", name="Selected rows")
    expect(bar).to_be_hidden()
    keys.press("j")
    keys.press("x")
    keys.press("j")
    keys.press("x")
    expect(bar).to_contain_text("2 selected")
    # An act on one row leaves the selection as it is.
    keys.press("j")
    keys.press("a")
    desk.sees("acknowledged", within=row(desk, "Clark"))
    expect(bar).to_contain_text("2 selected")
    keys.press("Shift+S")
    desk.sees("Snooze 2 selected", within=desk.dialog)
    desk.page.get_by_role("radio", name="In 3 days").focus()
    keys.press("Space")
    keys.press("Control+Enter")
    expect(desk.dialog).to_have_count(0)
    desk.sees("2 snoozed")
    expect(bar).to_be_hidden()
    expect(row(desk, "Adams")).to_be_hidden()
    desk.press("Undo")
    desk.sees("2 undone")
    expect(row(desk, "Adams")).to_be_visible()
    assert sorted(Flag.objects.values_list("state", flat=True)) == ["ACKNOWLEDGED", "OPEN", "OPEN", "OPEN"]


def test_all_rows_shown_are_acknowledged_with_one_press(desk: Desk, flagged: list[Flag]) -> None:
    desk.open("reviews:queue")
    desk.page.get_by_label("Select all rows shown").check()
    desk.page.get_by_role("form", name="Selected rows").get_by_role("button", name="Acknowledge").click()
    desk.sees("4 acknowledged")
    assert set(Flag.objects.values_list("state", flat=True)) == {"ACKNOWLEDGED"}


def test_without_scripts_rows_are_ticked_filtered_and_saved(sit_down: SitDown, flagged: list[Flag]) -> None:
    desk = sit_down(a_clinician(flagged[0].clinic), java_script_enabled=False)
    desk.open("reviews:queue")
    desk.press("Select all rows shown")
    row(desk, "Adams").get_by_role("checkbox").uncheck()
    desk.page.get_by_role("form", name="Selected rows").get_by_role("button", name="Snooze").click()
    desk.pick("Tomorrow")
    desk.page.locator("form[data-main]").get_by_role("button", name="Snooze").click()
    desk.sees("3 snoozed", "1 patient with open flags")
    desk.page.locator("summary").filter(has_text="Filters").click()
    desk.fill("Name or MRN", "ad")
    desk.page.get_by_label("State").select_option("open")
    desk.press("Apply")
    desk.sees("1 patient with open flags in this selection")
    desk.press("Save this view")
    desk.fill("Name", "A open")
    desk.press("Save view")
    desk.sees("Saved as “A open”")
    expect(desk.page.get_by_role("link", name="A open")).to_have_attribute("aria-current", "true")


def test_filters_change_the_address_and_back_takes_them_away(desk: Desk, flagged: list[Flag]) -> None:
    desk.open("reviews:queue")
    desk.page.locator("summary").filter(has_text="Filters").click()
    desk.fill("Name or MRN", "bro")
    desk.page.keyboard.press("Enter")
    expect(row(desk, "Adams")).to_have_count(0)
    expect(row(desk, "Brown")).to_be_visible()
    expect(desk.page).to_have_url(re.compile(r"\?text=bro$"))
    desk.page.go_back()
    expect(row(desk, "Adams")).to_be_visible()
    desk.press("Symptoms")
    expect(desk.page).to_have_url(re.compile(r"\?rule=SYMPTOM$"))
    # What is done afterwards keeps the filter.
    row(desk, "Adams").locator("[data-row-link]").focus()
    desk.page.keyboard.press("a")
    desk.sees("acknowledged", within=row(desk, "Adams"))
    expect(desk.page.get_by_role("link", name="Symptoms")).to_have_attribute("aria-current", "true")


def test_a_closed_group_that_somebody_opened_stays_open(
    desk: Desk, clinician: Actor, flagged: list[Flag]
) -> None:
    for name in ("Evans", "Foster"):
        taking(a_patient(clinician, family_name=name), clinician, since=TODAY - timedelta(days=30))
    desk.open("reviews:queue")
    desk.page.locator("summary").filter(has_text="Window open").click()
    row(desk, "Evans").locator("[data-row-link]").focus()
    desk.page.keyboard.press("a")
    desk.sees("acknowledged", within=row(desk, "Evans"))
    expect(row(desk, "Foster")).to_be_visible()
    expect(row(desk, "Evans").locator("[data-row-link]")).to_be_focused()


def test_more_rows_come_below_those_that_are_there(desk: Desk, clinician: Actor, flagged: list[Flag]) -> None:
    for number in range(ROWS):
        a_flag(clinician, a_patient(clinician, family_name=f"Zeta{number:02}"))
    desk.open("reviews:queue")
    rows = desk.page.locator("[data-row]")
    expect(rows).to_have_count(ROWS)
    desk.press("Show more of review this week")
    expect(rows).to_have_count(ROWS + len(flagged))
    # An act keeps what was loaded.
    rows.last.locator("[data-row-link]").focus()
    desk.page.keyboard.press("a")
    desk.sees("acknowledged", within=rows.last)
    expect(rows).to_have_count(ROWS + len(flagged))


def test_an_act_is_taken_back_from_its_message(desk: Desk, flagged: list[Flag]) -> None:
    desk.open("reviews:queue")
    desk.press("Resolve", within=row(desk, "Adams"))
    desk.pick("Referred", within=desk.dialog)
    desk.note.fill("To cardiology.")
    desk.dialog.get_by_role("button", name="Resolve").click()
    expect(row(desk, "Adams")).to_have_count(0)
    desk.press("Undo")
    expect(row(desk, "Adams")).to_be_visible()
    flagged[0].refresh_from_db()
    assert flagged[0].state == "OPEN"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_two_people_resolve_one_flag_and_the_second_is_told_who_and_when(
    scripts: bool, desk: Desk, sit_down: SitDown, flagged: list[Flag], clock: Clock
) -> None:
    first = desk
    second = sit_down(a_clinician(flagged[0].clinic, name="Jana Olsen"), java_script_enabled=scripts)
    for person in (first, second):
        person.open("reviews:queue")
        person.press("Resolve", within=row(person, "Adams"))
        person.pick("Advised")
        person.note.fill(f"Note of {id(person)}")
    first.page.locator("form[data-main]").get_by_role("button", name="Resolve").click()
    expect(row(first, "Adams")).to_have_count(0)
    clock.forward(minutes=4)
    second.page.locator("form[data-main]").get_by_role("button", name="Resolve").click()
    second.sees("Resolved by Maria Alvarez, 11:00.", "nothing of yours was stored")
    expect(second.note).to_have_value(f"Note of {id(second)}")
    flagged[0].refresh_from_db()
    assert flagged[0].note == f"Note of {id(first)}"


def test_a_result_that_came_back_is_reviewed_with_one_key(
    desk: Desk, clinician: Actor, flagged: list[Flag]
) -> None:
    patient = a_patient(clinician, family_name="Evans")
    taking(patient, clinician, since=TODAY - timedelta(days=35))
    a_result(patient, clinician, "0.52", reference_low="0.46", reference_high="0.60")
    desk.open("reviews:queue")
    desk.page.locator("summary").filter(has_text="Window open").click()
    desk.sees("result back, not reviewed", within=row(desk, "Evans"))
    row(desk, "Evans").locator("[data-row-link]").focus()
    desk.page.keyboard.press("r")
    desk.sees("reviewed")
    expect(row(desk, "Evans")).to_have_count(0)


def test_an_assistant_sees_why_and_sets_aside_but_does_not_resolve(
    sit_down: SitDown, flagged: list[Flag]
) -> None:
    desk = sit_down(an_assistant(flagged[0].clinic))
    desk.open("reviews:queue")
    expect(desk.page.get_by_role("link", name="Resolve")).to_have_count(0)
    desk.press("Why", within=row(desk, "Adams"))
    desk.sees("A clinician resolves it.", within=desk.dialog)
    desk.press("Acknowledge", within=desk.dialog)
    desk.sees("acknowledged", within=row(desk, "Adams"))
