"""Working the queue: with the keyboard alone, and two people at once."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from accounts.actors import Actor
from reviews.models import Flag
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
