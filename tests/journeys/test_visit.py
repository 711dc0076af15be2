"""Logging a visit: few actions, and nothing typed is lost, doubled or put on another person's chart."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.actors import Actor
from patients.models import Patient, Visit
from reviews.models import Draft
from tests.factories import PASSWORD, TODAY
from tests.journeys.conftest import SitDown
from tests.journeys.desk import Desk, plain
from tests.stories import a_clinician, a_patient, a_visit, present, standing, taking

pytestmark = pytest.mark.browser


@pytest.fixture
def patient(clinician: Actor) -> Patient:
    """Takes glycinate for ten days: nothing is owed yet."""
    patient = a_patient(clinician)
    taking(patient, clinician, since=TODAY - timedelta(days=10))
    return patient


@pytest.fixture
def other(clinician: Actor) -> Patient:
    return a_patient(clinician, family_name="Okafor", given_name="Ben")


def visits(patient: Patient) -> list[Visit]:
    return list(Visit.objects.valid().filter(patient=patient).order_by("created_at"))


def start_a_visit(desk: Desk, patient: Patient) -> None:
    desk.open("reviews:log_visit", patient.pk)
    expect(desk.page.get_by_role("heading", name="Log visit")).to_be_visible()


def is_saved(desk: Desk) -> None:
    desk.sees("saved.", within=desk.messages)


def leave_the_note(desk: Desk) -> None:
    """Leaving a field saves the draft, with all that was typed until then."""
    typed = desk.note.input_value()
    with desk.page.expect_response(lambda answer: typed in (answer.request.post_data or "")):
        desk.note.blur()


MOST_ACTIONS = 6
GAD7_TOTAL = plain("GAD-7 total")


def test_a_routine_visit_takes_at_most_six_actions(desk: Desk, patient: Patient) -> None:
    desk.chart(patient)
    routine: list[Callable[[], None]] = [
        lambda: desk.press("Log visit"),
        lambda: desk.pick("None of these"),
        lambda: desk.pick("Every intake"),
        lambda: desk.page.get_by_label(GAD7_TOTAL).fill("6"),
        lambda: desk.press("Save visit"),
    ]
    for action in routine:
        action()
    is_saved(desk)
    assert len(routine) <= MOST_ACTIONS
    (visit,) = visits(patient)
    assert visit.adherence_percent == 100
    assert visit.outcomes.get().total == 6
    answers = set(visit.symptom_answers.exclude(answer="NOT_ASKED").values_list("answer", flat=True))
    assert answers == {"ABSENT"}
    assert standing(patient) == []


def test_a_visit_is_logged_with_the_keyboard_alone(desk: Desk, patient: Patient) -> None:
    start_a_visit(desk, patient)
    keys = desk.page.keyboard
    desk.page.get_by_role("checkbox", name="Tingling").focus()
    keys.press("Space")
    keys.press("Tab")
    keys.press("2")
    keys.press("n")
    keys.press("Control+Enter")
    is_saved(desk)
    answer = visits(patient)[0].symptom_answers.get(symptom="TINGLING")
    assert (answer.answer, answer.grade, answer.nocturnal) == ("PRESENT", 2, True)


def test_what_was_typed_survives_a_reload_as_a_draft(desk: Desk, patient: Patient) -> None:
    start_a_visit(desk, patient)
    desk.pick("Weakness")
    desk.note.fill("Climbs stairs more slowly.")
    leave_the_note(desk)
    desk.sees("Draft saved 11:00")
    desk.page.reload()
    expect(desk.note).to_have_value("Climbs stairs more slowly.")
    expect(desk.page.get_by_role("checkbox", name="Weakness", exact=True)).to_be_checked()
    desk.pick("2", within=desk.page.get_by_role("group", name="Weakness", exact=True))
    desk.press("Save visit")
    is_saved(desk)
    assert not Draft.objects.exists()


def test_a_draft_is_thrown_away_only_after_a_question(desk: Desk, patient: Patient) -> None:
    start_a_visit(desk, patient)
    desk.note.fill("Wrong person.")
    leave_the_note(desk)
    desk.press("Discard draft")
    desk.press("Keep it", within=desk.dialog)
    expect(desk.dialog).to_have_count(0)
    expect(desk.note).to_have_value("Wrong person.")
    desk.press("Discard draft")
    desk.press("Discard draft", within=desk.dialog)
    desk.sees("discarded", within=desk.messages)
    assert not Draft.objects.exists()


def test_who_was_overtaken_compares_field_by_field_and_saves_both(desk: Desk, patient: Patient) -> None:
    start_a_visit(desk, patient)
    desk.pick("Phone", "1–2 missed a week")
    desk.note.fill("Mine.")
    colleague = a_clinician(patient.clinic, name="Jana Olsen")
    a_visit(patient, colleague, present("TINGLING"), adherence_percent=100, note="Theirs.")

    desk.press("Save visit")
    desk.sees("Changed by Jana Olsen at 11:00 while you were editing. Your entries are kept.")
    expect(desk.note).to_have_value("Mine.")
    desk.pick("Use theirs", within=desk.page.get_by_role("group", name="Adherence", exact=True))
    desk.press("Save visit")
    is_saved(desk)
    theirs, mine = visits(patient)
    assert (theirs.note, mine.note) == ("Theirs.", "Mine.")
    assert (mine.kind, mine.adherence_percent) == ("PHONE", 100)


def test_two_tabs_never_mix_two_patients(desk: Desk, patient: Patient, other: Patient) -> None:
    start_a_visit(desk, patient)
    desk.note.fill("About Sara.")
    tab = desk.another_tab()
    start_a_visit(tab, other)
    tab.sees("OKAFOR, Ben")
    tab.note.fill("About Ben.")
    tab.press("Save visit")
    is_saved(tab)
    desk.press("Save visit")
    is_saved(desk)
    assert [visit.note for visit in visits(patient)] == ["About Sara."]
    assert [visit.note for visit in visits(other)] == ["About Ben."]


def test_a_form_about_one_patient_is_not_saved_for_another(
    desk: Desk, patient: Patient, other: Patient
) -> None:
    start_a_visit(desk, patient)
    desk.page.locator("form[data-main]").evaluate(
        "(form, to) => form.setAttribute('action', to)", f"/patients/{other.pk}/visits/new/"
    )
    desk.press("Save visit")
    desk.sees("The form was about another patient. Nothing was saved")
    assert visits(patient) == visits(other) == []


def test_a_double_click_saves_one_visit(desk: Desk, patient: Patient) -> None:
    start_a_visit(desk, patient)
    desk.page.get_by_role("button", name="Save visit").dblclick()
    is_saved(desk)
    assert len(visits(patient)) == 1


def test_who_goes_back_after_saving_finds_an_empty_form(desk: Desk, patient: Patient) -> None:
    desk.chart(patient)
    desk.press("Log visit")
    desk.note.fill("Once.")
    desk.press("Save visit")
    is_saved(desk)
    desk.page.go_back()
    expect(desk.page.get_by_role("heading", name="Log visit")).to_be_visible()
    expect(desk.note).to_have_value("")
    desk.page.go_back()
    expect(desk.page.get_by_role("heading", name="Visits")).to_be_visible()
    assert [visit.note for visit in visits(patient)] == ["Once."]


def test_who_was_signed_out_signs_in_again_and_saves(desk: Desk, patient: Patient, clinician: Actor) -> None:
    start_a_visit(desk, patient)
    desk.note.fill("Typed for ten minutes.")
    leave_the_note(desk)
    desk.page.context.clear_cookies(name="session")
    desk.press("Save visit")
    expect(desk.page.get_by_role("heading", name="Sign in")).to_be_visible()
    clinician.user.set_password(PASSWORD)
    clinician.user.save()
    desk.fill("E-mail", clinician.user.email)
    desk.fill("Password", PASSWORD)
    desk.press("Sign in")
    expect(desk.note).to_have_value("Typed for ten minutes.")
    desk.press("Save visit")
    is_saved(desk)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_wrong_entries_are_refused_at_their_fields_and_kept(
    scripts: bool, sit_down: SitDown, clinician: Actor, patient: Patient
) -> None:
    desk = sit_down(clinician, java_script_enabled=scripts)
    start_a_visit(desk, patient)
    desk.fill("Date of the visit", TODAY + timedelta(days=1))
    desk.fill("or in percent", 120)
    desk.page.get_by_label(GAD7_TOTAL).fill("22")
    desk.note.fill("Kept.")
    desk.press("Save visit")
    summary = desk.page.get_by_role("group", name="Not saved. Please check:")
    expect(summary.get_by_role("listitem")).to_have_count(3)
    expect(desk.note).to_have_value("Kept.")
    expect(desk.page.get_by_label("or in percent")).to_have_value("120")
    assert visits(patient) == []


def test_an_emergency_is_said_before_it_is_saved(desk: Desk, patient: Patient) -> None:
    start_a_visit(desk, patient)
    desk.pick("Irregular heartbeat", "Chest pain")
    expect(desk.page.locator("#rail").get_by_role("alert")).to_be_visible()
    assert visits(patient) == []
