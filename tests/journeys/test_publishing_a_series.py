"""From a saved definition to files that left the clinic: versions, the checklist, and a second person."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, expect

from accounts.actors import Actor
from caseseries.exporting.job import work_on
from caseseries.files.writing import PEOPLE
from caseseries.models import Export, SavedSeries, Statement
from patients.models import Patient
from tests.caseseries.people import the_article_series
from tests.factories import PASSWORD
from tests.journeys.conftest import SitDown
from tests.journeys.desk import Desk, plain
from tests.journeys.test_main_job import downloaded
from tests.stories import Clock, a_clinician, a_researcher, an_admin

pytestmark = pytest.mark.browser

NAME = "Founding series"
STALE_MINUTES = 6
FURTHEST_TAB = 150
# Where each of two answers leads that are asked for at the same time.
SEND_TWICE = """async form => {
  const send = () => fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form))});
  return (await Promise.all([send(), send()])).map(answer => answer.url);
}"""


@pytest.fixture
def people(clinician: Actor) -> list[Patient]:
    """Twenty who took glycinate, each of the name of Lindqvist."""
    return the_article_series(clinician, people=20)


def save_as(desk: Desk, name: str) -> None:
    desk.fill("Name of the series", name)
    desk.press("Save cohort")
    expect(desk.page.get_by_role("heading", name=name, level=1)).to_be_visible()


def ask_for_a_drop_of(desk: Desk, points: int) -> None:
    """In the outcome, and until the figures are those of it."""
    outcome = desk.page.locator("#cohort details").filter(has_text="Day of the outcome")
    drop = outcome.get_by_label("Drop, points in pts", exact=True)
    if not drop.is_visible():
        outcome.locator("summary").click()
    drop.fill(str(points))
    drop.press("Tab")
    desk.sees(f"lower by {points} or more on day 84")
    expect(desk.page).to_have_url(re.compile(rf"drop={points}\b"))


def says_versions(desk: Desk, *lines: str) -> None:
    """Each version in its line, and no other."""
    rows = desk.page.get_by_role("region", name="Versions").get_by_role("listitem")
    expect(rows).to_have_count(len(lines))
    expect(rows).to_contain_text([plain(line) for line in lines])


def test_a_changed_outcome_is_the_next_version_and_going_back_makes_no_other(
    desk: Desk, people: list[Patient]
) -> None:
    desk.open("caseseries:index")
    save_as(desk, NAME)
    desk.sees("Locked 12 Mar 2026 by Maria Alvarez, before its outcomes were shown")
    says_versions(desk, "version 1")

    # When the outcome changes under the same name, then it is version 2, and the page says what changed.
    desk.press("Case series", within=desk.page.locator(".page-head"))
    ask_for_a_drop_of(desk, 6)
    save_as(desk, NAME)
    says_versions(desk, "version 1", "version 2 12 Mar 2026 by Maria Alvarez. drop of GAD-7: 6, before 4")

    # Who goes back and saves again gets the version that stands.
    desk.page.go_back()
    expect(desk.page.get_by_label("Drop, points in pts", exact=True)).to_have_value("6")
    desk.sees("lower by 6 or more on day 84")
    other = desk.another_tab()
    other.page.goto(desk.page.url)
    save_as(desk, NAME)
    says_versions(desk, "version 1", "version 2")

    # When a second tab has saved meanwhile, then the page says what this one asks otherwise than that one.
    ask_for_a_drop_of(other, 5)
    save_as(other, NAME)
    says_versions(other, "version 1", "version 2", "drop of GAD-7: 5, before 6")
    desk.page.go_back()
    save_as(desk, NAME)
    says_versions(desk, "version 1", "version 2", "version 3", "drop of GAD-7: 6, before 5")
    assert sorted(SavedSeries.objects.values_list("version", flat=True)) == [1, 2, 3, 4]


def item(desk: Desk, states: str) -> Locator:
    """One of the 30, by what it states."""
    return desk.page.get_by_role("listitem").filter(has=desk.page.get_by_role("heading", name=states))


def test_the_checklist_is_filled_by_records_and_by_people(desk: Desk, people: list[Patient]) -> None:
    desk.open("caseseries:index")
    save_as(desk, NAME)
    desk.press("Reporting checklist")
    inclusion = item(desk, "Complete inclusion")
    registration = item(desk, "Registration number, or none")
    aims = item(desk, "Background, rationale, aims")
    funding = item(desk, "Funding, conflicts with sales")
    desk.sees("done, from the records", "20 patients, 20 included", within=inclusion)
    desk.sees("missing, asked once", within=registration)
    desk.sees("open, by the author", within=aims)
    desk.sees("14 of 14 questions are not answered yet")

    # When one is attested and one is written, then each says done, and what nobody answered is still missing.
    desk.fill("Registration number", "None: it was not planned.")
    desk.fill("Background, rationale and aims", "Whether sleep was resolved by magnesium.")
    desk.press("Keep answers")
    desk.sees("2 answers kept.", within=desk.messages)
    desk.page.reload()
    desk.sees("done, asked once", within=registration)
    desk.sees("done, by the author", "Claims a cause: resolved.", within=aims)
    expect(desk.page.get_by_label("Registration number", exact=True)).to_have_value(
        "None: it was not planned."
    )
    expect(funding.get_by_text("missing, asked once")).to_have_count(4)
    desk.sees("13 of 14 questions are not answered yet")

    # The next version of the series is not asked again.
    desk.press("The series")
    desk.press("Case series", within=desk.page.locator(".page-head"))
    ask_for_a_drop_of(desk, 6)
    save_as(desk, NAME)
    desk.press("Reporting checklist")
    desk.sees("done, asked once", within=registration)
    desk.sees("13 of 14 questions are not answered yet")
    assert Statement.objects.count() == 2


def export_bar(desk: Desk) -> Locator:
    return desk.page.get_by_role("form", name="Export")


def confirm_password(desk: Desk) -> None:
    expect(desk.page.get_by_role("heading", name="Confirm your password")).to_be_visible()
    desk.fill("Password", PASSWORD)
    desk.press("Confirm")


def a_worker_comes(desk: Desk) -> Export:
    desk.sees("Waiting for a worker.")
    export = Export.objects.get()
    work_on(export.pk, timezone.now)
    return export


def with_a_password(person: Actor) -> Actor:
    person.user.set_password(PASSWORD)
    person.user.save()
    return person


def asks_for_an_export(desk: Desk) -> Export:
    """With the password, because the sign-in is some minutes old."""
    desk.open("caseseries:index")
    desk.press("Export", within=export_bar(desk))
    confirm_password(desk)
    desk.press("Export", within=export_bar(desk))
    return a_worker_comes(desk)


def names_nobody(desk: Desk, words: str) -> None:
    """On the page that says `words`."""
    desk.sees(words)
    expect(desk.page.locator("body")).not_to_contain_text(re.compile("lindqvist", re.IGNORECASE))


def test_a_second_person_releases_what_the_first_asked_for(
    sit_down: SitDown, clinician: Actor, people: list[Patient], clock: Clock
) -> None:
    clinic = clinician.clinic
    admin, researcher = sit_down(an_admin(clinic)), sit_down(a_researcher(clinic))
    first = sit_down(with_a_password(clinician))
    second = sit_down(a_clinician(clinic, name="Jana Olsen", password=PASSWORD))
    admin.open("accounts:releasing")
    admin.pick("A second person releases each export")
    admin.press("Save")
    admin.sees("It holds for exports that are asked for from now on.")
    clock.forward(minutes=STALE_MINUTES)

    # When the first has asked, then the export waits, and is not the first one's to release or to take.
    export = asks_for_an_export(first)
    first.sees("Waits for release", "You asked for it: another person must release it.", PEOPLE)
    expect(first.page.get_by_role("button", name="Release")).to_have_count(0)
    file = reverse("caseseries:download", args=[export.pk, PEOPLE])
    assert first.page.request.get(file).status == 404

    # When a second one confirms who it is and releases it, then the files leave.
    second.open("caseseries:exports")
    second.page.get_by_role("row", name="Waits for release").get_by_role("link").click()
    second.press("Release")
    confirm_password(second)
    second.press("Release")
    second.sees("Released 12 Mar 2026 by Jana Olsen")
    rows = downloaded(second, PEOPLE)
    assert len(rows) == len(people) and "lindqvist" not in str(rows).lower()
    first.page.reload()
    first.sees("Released 12 Mar 2026 by Jana Olsen")

    # Then a researcher sees the export and no person.
    researcher.open("caseseries:index")
    names_nobody(researcher, "Glycinate, at least 12 weeks since the start")
    researcher.open("caseseries:export", export.pk)
    names_nobody(researcher, "20 people, 20 de-identified rows.")
    chart = researcher.page.goto(reverse("patients:chart", args=[people[0].pk]))
    assert chart is not None and chart.status == 403
    names_nobody(researcher, "To see patients and their charts takes the role of")


def tab_to(desk: Desk, goal: Locator) -> None:
    """By the key alone."""
    for _ in range(FURTHEST_TAB):
        desk.page.keyboard.press("Tab")
        if goal.evaluate("it => it === document.activeElement"):
            break
    expect(goal).to_be_focused()


def test_an_export_by_keys_and_a_double_click_that_asks_once(desk: Desk, people: list[Patient]) -> None:
    desk.open("caseseries:index")
    keys, bar = desk.page.keyboard, export_bar(desk)
    tab_to(desk, bar.get_by_role("checkbox", name="Excel workbook"))
    keys.press("Space")
    tab_to(desk, bar.get_by_role("button", name="Export"))
    keys.press("Enter")
    export = a_worker_comes(desk)
    assert export.formats == ["pdf", "csv", "json"]
    desk.sees("20 people", "No identifier was found in any file.")
    tab_to(desk, desk.page.get_by_role("link", name=PEOPLE))
    with desk.page.expect_download() as download:
        keys.press("Enter")
    assert download.value.suggested_filename == PEOPLE

    # A double click asks once; so do two presses that both get through.
    desk.open("caseseries:index")
    bar.get_by_role("button", name="Export").dblclick()
    desk.sees("Waiting for a worker.")
    desk.open("caseseries:index")
    first, second = bar.evaluate(SEND_TWICE)
    assert first == second
    desk.open("caseseries:exports")
    expect(desk.page.get_by_role("table").get_by_role("link")).to_have_count(3)
