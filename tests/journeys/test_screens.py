"""Each screen: nothing that axe minds, in both themes, wide and narrow; no sideways scroll."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe
from playwright.sync_api import FilePayload, expect

from accounts.actors import Actor
from patients.models import Patient
from regimens.models import Regimen
from reviews.acts.expected import order_result
from reviews.acts.laboratories import laboratory_named, name_test
from reviews.models import Flag
from tests.factories import NOW, PASSWORD, TODAY
from tests.factories_labs import LabNoticeFactory
from tests.journeys.conftest import SitDown
from tests.journeys.desk import Desk
from tests.stories import (
    a_device,
    a_dose_change,
    a_low_result,
    a_patient,
    a_result,
    a_visit,
    absent,
    an_admin,
    an_entry,
    present,
    some_readings,
    taking,
)

pytestmark = pytest.mark.browser

WIDE, NARROW, NARROWEST = 1440, 390, 320
HEIGHT = 1000
# Of the rules of axe, one reads colours: the dark theme needs no other.
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
Theme = Literal["light", "dark"]
THEMES: dict[Theme, dict[str, list[str]]] = {"light": DEFAULT_OPTIONS, "dark": COLOURS}


@pytest.fixture
def patient(clinician: Actor) -> Patient:
    """One of whom everything is known: results, steps, visits, entries, and flags of three kinds."""
    patient = a_patient(clinician, research_consent=True)
    a_result(patient, clinician, "88", analyte="CREATININE", unit="umol/L", days_ago=60)
    regimen = taking(patient, clinician, since=TODAY - timedelta(days=90), kidney_reason="")
    a_dose_change(regimen, clinician, on=TODAY - timedelta(days=50))
    a_result(patient, clinician, "0.52", reference_low="0.46", reference_high="0.60", days_ago=55)
    a_low_result(patient, clinician, days_ago=10)
    before = TODAY - timedelta(days=55)
    a_visit(
        patient, clinician, absent("TINGLING"), on=before, gad7_total=12, adherence_percent=90, note="Calm."
    )
    a_visit(
        patient, clinician, present("MUSCLE_TWITCHING", 2, nocturnal=True), present("FATIGUE"), gad7_total=7
    )
    an_entry(patient, clinician, "conditions", "ALLERGY", value="Penicillin")
    an_entry(patient, clinician, "medications", "OMEPRAZOLE", value="20", unit="mg")
    an_entry(patient, clinician, "medications", "CIPROFLOXACIN", taken_at=[time(9, 30)])
    return patient


@pytest.fixture
def emergency(clinician: Actor) -> Flag:
    person = a_patient(clinician, family_name="Okafor", given_name="Ben")
    a_visit(person, clinician, present("IRREGULAR_HEARTBEAT", 3), present("CHEST_PAIN", 2))
    return Flag.objects.standing().filter(patient=person, emergency=True)[0]


def violations(desk: Desk, screen: str) -> Iterator[str]:
    """What axe finds, in both themes and at both widths."""
    for width in (WIDE, NARROW):
        desk.page.set_viewport_size({"width": width, "height": HEIGHT})
        for theme, rules in THEMES.items():
            # Without motion: a colour halfway to the other theme is nobody's.
            desk.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            for found in Axe().run(desk.page, options=rules).response["violations"]:
                where = ", ".join(node["html"][:120] for node in found["nodes"][:3])
                yield f"{screen} {theme} {width}: {found['id']}: {where}"


def sideways(desk: Desk, screen: str) -> Iterator[str]:
    desk.page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
    width = desk.page.evaluate("document.documentElement.scrollWidth")
    if width > NARROWEST:
        yield f"{screen} is {width} wide at {NARROWEST}"


def look_at(desk: Desk, **screens: Callable[[], object]) -> None:
    found: list[str] = []
    for screen, look in screens.items():
        desk.page.set_viewport_size({"width": WIDE, "height": HEIGHT})
        look()
        expect(desk.page.locator("h1").or_(desk.dialog).first).to_be_visible()
        found += [*violations(desk, screen), *sideways(desk, screen)]
    assert not found, "\n".join(found)


def test_the_screens_of_the_queue_and_the_chart(desk: Desk, patient: Patient, emergency: Flag) -> None:
    flag = Flag.objects.standing().filter(patient=patient, rule="SYMPTOM").first()

    def in_a_dialog() -> None:
        desk.open("reviews:queue")
        desk.page.get_by_role("link", name="Resolve the flag").first.click()
        expect(desk.dialog).to_be_visible()

    look_at(desk, **{
        "queue": lambda: desk.open("reviews:queue"),
        "dialog": in_a_dialog,
        "why and resolve": lambda: desk.open("reviews:resolve_flag", flag.pk, query="?action=LAB_ORDERED"),
        "emergency": lambda: desk.open("reviews:resolve_flag", emergency.pk),
        "snooze": lambda: desk.open("reviews:snooze_flag", flag.pk),
        "chart": lambda: desk.chart(patient),
        "chart, labs": lambda: desk.open("patients:chart", patient.pk, query="?tab=labs"),
        "chart, visits": lambda: desk.open("patients:chart", patient.pk, query="?tab=visits"),
        "chart, regimens": lambda: desk.open("patients:chart", patient.pk, query="?tab=regimens"),
        "chart, history": lambda: desk.open("patients:chart", patient.pk, query="?tab=history"),
    })  # fmt: skip


def test_the_screens_where_a_clinician_writes(desk: Desk, patient: Patient) -> None:
    regimen = Regimen.objects.get(patient=patient)

    def refused_visit() -> None:
        desk.open("reviews:log_visit", patient.pk)
        desk.pick("Irregular heartbeat", "Chest pain")
        desk.fill("or in percent", 120)
        desk.press("Save visit")
        desk.sees("Not saved. Please check:")

    def typed_regimen() -> None:
        """Above the level, too close to a medicine, refused: with every block of fields."""
        desk.open("reviews:start_regimen", patient.pk)
        desk.page.get_by_role("combobox", name="Product").select_option(index=2)
        desk.page.get_by_label("Intakes in a day").fill("3")
        desk.page.get_by_label("Daily dose").fill("900")
        desk.press("Start regimen")
        desk.sees("Not saved. Please check:")

    look_at(desk, **{
        "log visit": lambda: desk.open("reviews:log_visit", patient.pk),
        "log visit, refused": refused_visit,
        "patients": lambda: desk.open("patients:list"),
        "register": lambda: desk.open("patients:new"),
        "edit": lambda: desk.open("patients:edit", patient.pk),
        "status": lambda: desk.open("patients:status", patient.pk),
        "regimen": lambda: desk.open("regimens:detail", patient.pk),
        "start": lambda: desk.open("reviews:start_regimen", patient.pk),
        "start, typed": typed_regimen,
        "change dose": lambda: desk.open("reviews:change_dose", patient.pk, regimen.pk),
        "switch": lambda: desk.open("reviews:switch_product", patient.pk, regimen.pk),
        "supervise": lambda: desk.open("reviews:supervise_regimen", patient.pk, regimen.pk),
        "stop": lambda: desk.open("reviews:stop_regimen", patient.pk, regimen.pk),
        "results": lambda: desk.open("reviews:record_results", patient.pk),
        "add an entry": lambda: desk.open("reviews:add_entry", patient.pk, "medications"),
        "entered in error": lambda: desk.open("reviews:mark_in_error", "regimens", regimen.pk),
    })  # fmt: skip


def test_the_screens_of_wearables(desk: Desk, patient: Patient, clinician: Actor) -> None:
    ring = a_device(patient, clinician, since=TODAY - timedelta(days=80))
    some_readings(ring, clinician, ["61", "58", "64"] * 10, until=NOW - timedelta(days=30))
    watch = a_device(patient, clinician, model="Pulse", serial="W1", since=TODAY - timedelta(days=20))
    some_readings(watch, clinician, ["66", "63"] * 8)
    some_readings(ring, clinician, ["62"])

    def refused_file() -> None:
        desk.open("reviews:wearables", patient.pk)
        lines = b"device,kind,value,unit,time\n9999,SWEAT_PH,5.9,[pH],2026-03-10T06:40Z\n"
        file = FilePayload(name="night.csv", mimeType="text/csv", buffer=lines)
        desk.page.get_by_label("File").set_input_files([file])
        desk.press("Upload")
        desk.sees("is the number of none of this patient's devices")

    look_at(desk, **{
        "chart with wearables": lambda: desk.chart(patient),
        "wearables": lambda: desk.open("reviews:wearables", patient.pk),
        "upload, refused": refused_file,
        "add a device": lambda: desk.open("reviews:add_device", patient.pk),
        "end a device": lambda: desk.open("reviews:end_device", patient.pk, watch.pk),
        "order": lambda: desk.open("reviews:choose_sources", patient.pk, "RESTING_HEART_RATE"),
    })  # fmt: skip


def test_the_screens_of_the_clinic(sit_down: SitDown, clinician: Actor, patient: Patient) -> None:
    for n in range(12):
        taking(a_patient(clinician, research_consent=True), clinician, since=TODAY - timedelta(weeks=13 + n))
    desk, admin, nobody = (
        sit_down(clinician),
        sit_down(an_admin(clinician.clinic, password=PASSWORD)),
        sit_down(None),
    )
    look_at(desk, **{
        "case series": lambda: desk.open("caseseries:index"),
        "exports": lambda: desk.open("caseseries:exports"),
        "protocol": lambda: desk.open("protocols:index"),
        "claims": lambda: desk.open("protocols:claims"),
        "claims, refused": lambda: desk.open("protocols:claims", query="?danger=MUCH"),
        "nothing here": lambda: desk.page.goto("/nothing-here/"),
    })  # fmt: skip
    look_at(admin, **{
        "members": lambda: admin.open("accounts:members"),
        "audit": lambda: admin.open("audit:events"),
        "password": lambda: admin.open("account_change_password"),
        "no permission": lambda: admin.open("patients:list"),
    })  # fmt: skip
    look_at(nobody, sign_in=lambda: nobody.open("account_login"))


def test_the_screens_of_laboratories_and_of_what_is_expected(
    desk: Desk, clinician: Actor, patient: Patient
) -> None:
    laboratory = laboratory_named("Northfield Lab", by=clinician, at=NOW)
    test = name_test(laboratory=laboratory, local_name="Mg", analyte="TOTAL_MG", by=clinician, at=NOW)
    LabNoticeFactory.create(test=test)
    LabNoticeFactory.create(test=test, sentence="Seen.", seen_at=NOW, seen_by=clinician.user)
    due_on = TODAY + timedelta(days=7)
    order = order_result(patient=patient, analyte="POTASSIUM", due_on=due_on, by=clinician, at=NOW)
    address = (laboratory.pk, test.pk)
    look_at(desk, **{
        "laboratories": lambda: desk.open("reviews:laboratories"),
        "laboratory": lambda: desk.open("reviews:laboratory", laboratory.pk),
        "what a test is": lambda: desk.open("reviews:laboratory_test", *address),
        "own interval": lambda: desk.open("reviews:laboratory_interval", *address),
        "expected": lambda: desk.open("reviews:expected_results"),
        "mark lab ordered": lambda: desk.open("reviews:order_result", patient.pk),
        "withdraw": lambda: desk.open("reviews:withdraw_expected", order.pk),
    })  # fmt: skip
