"""A file of results is dropped, looked at, stored, taken back; a parked row finds its patient."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.actors import Actor
from labs.models import Import, LabResult
from patients.models import Patient
from tests.journeys.conftest import SitDown
from tests.journeys.desk import Desk
from tests.journeys.test_screens import look_at
from tests.reviews.importing.files import Line, committed, csv_of
from tests.stories import a_patient, taking

pytestmark = pytest.mark.browser
SAMPLE = Path(settings.BASE_DIR) / "demo" / "samples" / "results.csv"


@pytest.fixture
def mara(clinician: Actor) -> Patient:
    """The first of the two people of the sample file; the clinic does not know the other."""
    born = date(1979, 3, 22)
    return a_patient(clinician, mrn="900417", family_name="Hollis", given_name="Mara", birth_date=born)


def choose(desk: Desk, *files: Path) -> None:
    desk.open("reviews:import_list")
    desk.page.get_by_label("Drop files here, or choose them").set_input_files(files)
    desk.press("Read and check")


def stored(of: Patient) -> int:
    return LabResult.objects.counting().filter(patient=of, derived_from=None).count()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_file_is_dropped_looked_at_stored_and_taken_back(
    scripts: bool, sit_down: SitDown, clinician: Actor, mara: Patient
) -> None:
    desk = sit_down(clinician, java_script_enabled=scripts)
    choose(desk, SAMPLE)
    desk.sees("4 results will be stored", "Nothing is stored yet.", "Patient not matched 4")
    desk.press("Patient not matched")
    desk.sees("QUAYLE, Edwin", "It will wait under Unmatched.")
    desk.press("All")
    desk.press("Commit 4 results")
    desk.sees("= 4 stored + 0 already stored + 4 parked", "Committed by Maria Alvarez")
    assert stored(mara) == 4
    desk.press("Undo import")
    desk.sees("Undone by Maria Alvarez")
    assert stored(mara) == 0


def test_what_it_closes_and_opens_stands_in_the_bar_without_asking(
    desk: Desk, clinician: Actor, mara: Patient, tmp_path: Path
) -> None:
    taking(mara, clinician)
    file = tmp_path / "low.csv"
    file.write_text(csv_of(Line(mara, "0.38")))
    choose(desk, file)
    bar = desk.page.get_by_role("region", name="Commit")
    desk.sees("Opens 1 flag.", within=bar)
    desk.sees("Opens: ionized Mg", within=desk.page.get_by_role("row", name="HOLLIS"))


def test_files_are_dropped_on_the_page(desk: Desk, mara: Patient) -> None:
    desk.open("reviews:import_list")
    zone = desk.page.locator("[data-drop]")
    dropped = desk.page.evaluate_handle(
        """(files) => {
            const data = new DataTransfer();
            for (const [name, text] of files) data.items.add(new File([text], name));
            return data;
        }""",
        [["first.csv", SAMPLE.read_text()], ["second.csv", csv_of(Line(mara))]],
    )
    zone.dispatch_event("dragover", {"dataTransfer": dropped})
    expect(zone).to_have_class(re.compile("is-over"))
    zone.dispatch_event("drop", {"dataTransfer": dropped})
    desk.sees("first.csv, second.csv", within=zone)
    desk.press("Read and check")
    expect(desk.page.get_by_role("row", name=re.compile("(first|second).csv"))).to_have_count(2)
    assert Import.objects.count() == 2


def test_a_parked_row_finds_its_patient_and_can_be_taken_back(
    desk: Desk, clinician: Actor, mara: Patient
) -> None:
    committed(csv_of(Line(mara, mrn="900714")), clinician)
    desk.open("reviews:queue")
    desk.press("Labs import")
    desk.page.get_by_role("navigation", name="Labs").get_by_role("link", name="Unmatched").click()
    desk.press("Link patient of row 1, HOLLIS, Mara")
    desk.page.get_by_role("main").get_by_label("Name or MRN").fill("hollis")
    desk.press("Search")
    desk.press("Compare HOLLIS, Mara, MRN 900417")
    both = desk.page.get_by_role("region", name="Are these one person?")
    desk.sees("900 714", "900 417", "differs", within=both)
    desk.press("Store for HOLLIS, Mara", within=both)
    desk.sees("Stored for HOLLIS, Mara.", within=desk.messages)
    assert stored(mara) == 1
    desk.press("Undo", within=desk.messages)
    desk.sees("waits again", within=desk.messages)
    assert stored(mara) == 0


def test_a_file_is_imported_with_the_keyboard_alone(desk: Desk, mara: Patient) -> None:
    page = desk.page
    desk.open("reviews:import_list")
    page.get_by_label("Drop files here, or choose them").set_input_files(SAMPLE)
    page.get_by_label("Laboratory").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Read and check")).to_be_focused()
    page.keyboard.press("Enter")
    desk.sees("4 results will be stored")
    walk_to(page, "Commit 4 results")
    page.keyboard.press("Enter")
    desk.sees("= 4 stored")


def walk_to(page: Page, button: str) -> None:
    """Tab on until the button has the focus."""
    wanted = page.get_by_role("button", name=button)
    for _ in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"{button!r} is not reached by the Tab key.")


def test_the_screens_of_imports(desk: Desk, clinician: Actor, mara: Patient) -> None:
    unknown = Line(mara, loinc="", test="Mg frei")
    source = committed(csv_of(Line(mara), Line(mara, mrn="900714"), Line(mara, "5.1")), clinician)
    parked = source.rows.get(settled="PARKED")
    file = csv_of(Line(mara, "0.38"), Line(mara, "1.2", "mg/dL"), unknown, Line(mara, mrn="900714"))

    def mixed() -> None:
        desk.open("reviews:import_list")
        desk.page.get_by_label("Laboratory").fill("Labor Süd")
        payload = {"name": "mixed.csv", "mimeType": "text/csv", "buffer": file.encode()}
        desk.page.get_by_label("Drop files here, or choose them").set_input_files(payload)  # type: ignore[arg-type]
        desk.press("Read and check")
        desk.sees("Names that are not known")
        desk.page.get_by_text("As in the file").first.click()

    def refused() -> None:
        desk.open("reviews:import_list")
        payload = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
        desk.page.get_by_label("Drop files here, or choose them").set_input_files(payload)  # type: ignore[arg-type]
        desk.press("Read and check")
        desk.sees("The whole file was refused")

    look_at(desk, **{
        "files": lambda: desk.open("reviews:import_list"),
        "a file, checked": mixed,
        "a file, refused": refused,
        "a file, stored": lambda: desk.open("reviews:import_file", source.pk),
        "unmatched": lambda: desk.open("reviews:unmatched"),
        "a row": lambda: desk.open("reviews:unmatched_row", parked.pk, query=f"?search=m&patient={mara.pk}"),
    })  # fmt: skip
