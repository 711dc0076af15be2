"""The main job, end to end: a start, a low result, a visit, three flags, a review, an error, an export.

The steps are those of README.
"""

import csv
import io
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from accounts.actors import Actor
from accounts.models import Clinic
from caseseries.exporting.job import work_on
from caseseries.files.writing import FIGURES, PEOPLE
from caseseries.models import Export
from config.local import BASE_DIR
from patients.models import Patient
from reviews.models import Flag
from tests.factories import TODAY
from tests.journeys.conftest import SitDown
from tests.journeys.desk import Desk
from tests.stories import a_patient, standing, taking

pytestmark = pytest.mark.browser

FIVE_WEEKS_AGO = TODAY - timedelta(days=35)
SAMPLED = datetime.combine(TODAY - timedelta(days=20), time(8, 30))
THIS_MORNING = datetime.combine(TODAY, time(9))
THREE = ["LAB_OUT_OF_RANGE", "RE_EVALUATION", "SYMPTOM"]


def import_two_people(clinic: Clinic) -> Patient:
    """The project's own FHIR sample; one of the two, whose eGFR nobody knows."""
    sample = BASE_DIR / "demo" / "samples" / "fhir-bundle.json"
    call_command("import_fhir", str(sample), clinic=clinic.slug, commit=True, stdout=io.StringIO())
    return Patient.objects.get(clinic=clinic, family_name="Hollis")


def find(desk: Desk, words: str, name: str) -> None:
    desk.open("patients:list")
    desk.fill("Name or MRN", words)
    desk.press("Search")
    desk.press(name)


def enter_result(
    desk: Desk, patient: Patient, analyte: str, value: str, unit: str, at: datetime, **interval: Any
) -> None:
    desk.open("reviews:record_results", patient.pk)
    desk.fill("Sampled at", at)
    row = desk.page.get_by_role("group", name=analyte)
    desk.fill("Value", value, within=row)
    row.get_by_label("Unit").select_option(unit)
    desk.fill("Interval from", interval.get("low", ""), within=row)
    desk.fill("to", interval.get("high", ""), within=row)
    desk.press("Record results")
    expect(desk.page.get_by_role("heading", name="Labs")).to_be_visible()


def start_glycinate(desk: Desk, patient: Patient, since: date) -> None:
    desk.open("reviews:start_regimen", patient.pk)
    products = desk.page.get_by_role("combobox", name="Product")
    tablet = products.locator("option", has_text="99.9 mg elemental in a tablet")
    products.select_option(tablet.first.get_attribute("value"))
    desk.fill("First day", since)
    for n, clock_time in enumerate(("08:00", "13:00", "21:00"), start=1):
        desk.fill(f"Time of intake {n}", clock_time)
        desk.fill(f"Units of intake {n}", "1")
    desk.press("Start regimen")
    desk.sees("299.7 mg/day elemental")


def log_twitching(desk: Desk, patient: Patient) -> None:
    desk.open("reviews:log_visit", patient.pk)
    desk.pick("Twitching")
    twitching = desk.page.get_by_role("group", name="Twitching", exact=True)
    desk.pick("2", "At night", within=twitching)
    twitching.get_by_label("Since").fill(str(TODAY - timedelta(days=7)))
    desk.press("Save visit")
    expect(desk.flags).to_have_count(3)


def resolve_as_advised(desk: Desk, title: str, note: str) -> None:
    desk.press("Resolve", within=desk.flag(title))
    desk.pick("Advised")
    desk.note.fill(note)
    desk.page.locator("form[data-main]").get_by_role("button", name="Resolve").click()
    expect(desk.flag(title)).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_a_start_to_an_export(scripts: bool, sit_down: SitDown, clinician: Actor) -> None:
    desk = sit_down(clinician, java_script_enabled=scripts)
    patient = import_two_people(clinician.clinic)
    find(desk, "mara holl", "HOLLIS, Mara")
    desk.sees("eGFR not recorded")

    # Given: glycinate for five weeks, a low ionized magnesium, and a visit with twitching at night.
    enter_result(desk, patient, "Creatinine", "0.94", "mg/dL", datetime.combine(FIVE_WEEKS_AGO, time(8)))
    start_glycinate(desk, patient, FIVE_WEEKS_AGO)
    enter_result(desk, patient, "Ionized magnesium", "0.42", "mmol/L", SAMPLED, low="0.46", high="0.60")
    log_twitching(desk, patient)
    assert standing(patient) == THREE

    # When a result of today comes: the re-evaluation asks for a review, and says so.
    enter_result(desk, patient, "Ionized magnesium", "0.50", "mmol/L", THIS_MORNING, low="0.46", high="0.60")
    desk.chart(patient)
    desk.sees("result back, not reviewed", within=desk.flag("Re"))
    desk.press("Mark reviewed")

    # Then its flag is cleared and names the result; without the result it is raised again, linked.
    expect(desk.flags).to_have_count(2)
    closed = desk.page.get_by_role("table").filter(has=desk.page.get_by_text("How it closed"))
    desk.sees("ionized Mg 0.50 mmol/L of 12 Mar 2026", within=closed)
    desk.open("patients:chart", patient.pk, query="?tab=labs")
    desk.page.get_by_role("row").filter(has_text="0.5 mmol/L").get_by_role("link").click()
    desk.fill("Why was it entered in error?", "Belongs to another patient")
    desk.press("Mark entered in error")
    desk.chart(patient)
    expect(desk.flags).to_have_count(3)
    again = Flag.objects.standing().get(patient=patient, rule="RE_EVALUATION")
    assert again.previous is not None and again.previous.state == "CLEARED"

    # When the others are resolved with a note: it stands with them.
    resolve_as_advised(desk, "Ionized Mg", "Repeat in two weeks; diet talked over.")
    resolve_as_advised(desk, "twitching", "Calcium and potassium asked for.")
    assert standing(patient) == ["RE_EVALUATION"]
    desk.sees("Repeat in two weeks; diet talked over.")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_person_is_registered_and_found(scripts: bool, sit_down: SitDown, clinician: Actor) -> None:
    desk = sit_down(clinician, java_script_enabled=scripts)
    desk.open("patients:new")
    desk.fill("Family name", "Brandão")
    desk.fill("Given name", "Luís")
    desk.fill("Born", date(1965, 8, 15))
    desk.fill("MRN", "200417")
    desk.pick("Female", "Consents to case series")
    desk.press("Register patient")
    desk.sees("BRANDÃO, Luís", "Allergies not recorded")
    find(desk, "luis 2004", "BRANDÃO, Luís")
    desk.sees("No regimen runs.")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_glycinate_series_is_exported(scripts: bool, sit_down: SitDown, clinician: Actor) -> None:
    people = 12
    for n in range(people):
        person = a_patient(clinician, mrn=f"77{n:04}", research_consent=True)
        taking(person, clinician, since=TODAY - timedelta(weeks=13))
    desk = sit_down(clinician, java_script_enabled=scripts)
    desk.open("caseseries:index")
    desk.page.get_by_label("Glycinate").check()
    desk.fill("Since the start, at least in weeks", 12)
    desk.press("Count")
    desk.press("Export", within=desk.page.locator(".export-bar"))
    desk.sees("Waiting for a worker.")
    work_on(Export.objects.get().pk, timezone.now)
    desk.page.reload()
    desk.sees(f"{people} people", "No identifier was found in any file.")
    assert len(downloaded(desk, PEOPLE)) == people
    assert {row["section"] for row in downloaded(desk, FIGURES)}


def downloaded(desk: Desk, name: str) -> list[dict[str, str]]:
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name=name).click()
    return list(csv.DictReader(io.StringIO(download.value.path().read_text())))
