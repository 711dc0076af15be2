"""The panel on pages, as a file and in the API: one number, one list, everywhere the same."""

import csv
import io
import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import Actor
from accounts.wording import NO_BREAK
from audit.models import AuditEvent
from reviews import panel as panels
from reviews.models import Flag, Reevaluation
from reviews.moments import Moment
from reviews.night import check
from reviews.panel import panel, panel_for_page
from tests.api.calling import Caller, done, faults, results
from tests.factories import NOW, TODAY, PatientFactory
from tests.reviews.test_panel import without_the_group
from tests.stories import Clock, a_clinician, a_patient, a_researcher, at_the_clock, taking

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def by(clock: Clock) -> Actor:
    return a_clinician()


def _get(client: Client, by: Actor, name: str, *args: str) -> str:
    client.force_login(by.user)
    answer = client.get(reverse(f"reviews:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode().replace(NO_BREAK, " ").replace("‑", "-").replace("&#x27;", "'")


def _some_patients(by: Actor) -> None:
    """One overdue, one in the window, one who takes nothing, and one whose next date is lost."""
    taking(a_patient(by, family_name="Overdue", owner=by.membership), by, since=TODAY - timedelta(days=60))
    taking(a_patient(by, family_name="Window"), by, since=TODAY - timedelta(days=30))
    a_patient(by, family_name="=cmd()")
    patient = a_patient(by, family_name="Nodate")
    taking(patient, by, since=TODAY - timedelta(days=60))
    Reevaluation.objects.filter(patient=patient).update(met_on=TODAY)
    Flag.objects.filter(patient=patient).update(
        state="RESOLVED", closed_at=NOW, closed_by=by.user, action="ADVISED"
    )


def test_the_strip_on_the_queue_adds_up_and_what_needs_a_look_stands_out(client: Client, by: Actor) -> None:
    _some_patients(by)
    page = _get(client, by, "queue")
    strip = page[page.index('class="panel-strip"') : page.index("</nav>", page.index("panel-strip"))]
    *groups, total, no_owner = (int(n) for n in re.findall(r"<b>(\d+)</b>", strip))
    assert (len(groups), sum(groups), total, no_owner) == (11, 4, 4, 1)
    standing_out = re.findall(r'class="(?:apart )?stands-out"><a href="([^"]+)"', strip)
    assert standing_out == ["/panel/no-due-date/", "/panel/no-owner/"]


def test_each_number_opens_its_list(client: Client, by: Actor) -> None:
    _some_patients(by)
    page = _get(client, by, "panel_group", "overdue")
    assert "OVERDUE, Sara" in page and "WINDOW" not in page
    assert "22 Feb 2026" in page and str(by.user) in page
    assert "NODATE, Sara" in _get(client, by, "panel_group", "no-due-date")
    assert "WINDOW, Sara" in _get(client, by, "panel_group", "no-owner")
    assert "Nobody" in _get(client, by, "panel_group", "deceased")
    assert client.get("/panel/nothing/").status_code == 404


def test_a_panel_that_does_not_add_up_stands_in_red_and_the_lost_patient_is_named(
    client: Client, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking(a_patient(by), by, since=TODAY)
    a_patient(by, family_name="Lost")
    check(by.clinic, at=NOW)
    assert "does not add up" not in _get(client, by, "queue")
    without_the_group(monkeypatch, "NO_REGIMEN")
    check(by.clinic, at=NOW + timedelta(minutes=1))
    page = _get(client, by, "queue")
    assert 'role="alert"' in page
    assert "The panel does not add up. The groups hold 1 of 2 patients." in page
    assert "Sum" in _get(client, by, "panel") and "of 2 patients, counted apart" in _get(client, by, "panel")
    everybody = _get(client, by, "panel_group", "all")
    assert everybody.count("in no group") == 1 and "LOST, Sara" in everybody


def test_a_clinic_too_large_to_count_at_each_look_shows_what_its_last_check_counted(
    client: Client, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_patient(by)
    check(by.clinic, at=NOW)
    a_patient(by)
    now = Moment.of(by.clinic, NOW)
    shown = panel_for_page(now)
    assert (shown.is_live, shown.panel.total) == (True, 2)
    monkeypatch.setattr(panels, "LARGE", 0)
    shown = panel_for_page(now)
    assert (shown.is_live, shown.panel.total, shown.panel.adds_up) == (False, 1, True)
    assert "as counted 12 Mar 2026, 11:00" in _get(client, by, "queue")
    assert "of 2 patients, counted apart" in _get(client, by, "panel")


def test_lists_are_paged_and_cost_the_same_however_long(client: Client, by: Actor) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            _get(client, by, "panel_group", "no-regimen")
        return len(asked)

    a_patient(by, mrn="first")
    cost()
    few = cost()
    PatientFactory.create_batch(60, clinic=by.clinic, created_by=by.user)
    page = _get(client, by, "panel_group", "no-regimen")
    assert page.count("data-row>") == 50 and 'rel="next"' in page
    assert cost() == few


def test_the_file_holds_the_list_no_formula_and_leaves_an_event(client: Client, by: Actor) -> None:
    _some_patients(by)
    client.force_login(by.user)
    answer = client.get(reverse("reviews:panel_file", args=["all"]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="panel-all-2026-03-12.csv"' in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode())))
    assert {row["family_name"]: row["group"] for row in rows} == {
        "'=cmd()": "NO_REGIMEN", "Nodate": "NO_DUE_DATE", "Overdue": "OVERDUE", "Window": "WINDOW_OPEN",
    }  # fmt: skip
    due = {row["family_name"]: (row["due_on"], row["owner"]) for row in rows}
    assert due["Overdue"] == ("2026-02-22", str(by.user)) and due["Window"][1] == ""
    event = AuditEvent.objects.get(act="EXPORT_PANEL")
    assert (event.user, event.after) == (by.user, {"group": "ALL", "on": "2026-03-12"})


def test_a_file_that_is_refused_leaves_no_event(client: Client, by: Actor) -> None:
    client.force_login(a_researcher(by.clinic).user)
    assert client.get(reverse("reviews:panel_file", args=["all"])).status_code == 403
    assert not AuditEvent.objects.filter(act="EXPORT_PANEL").exists()


def test_the_api_tells_the_counts_and_the_people_behind_them(by: Actor) -> None:
    _some_patients(by)
    caller = Caller(by)
    told = done(caller.get("panel/"))
    assert told["counts"] == dict(panel(Moment.of(by.clinic, NOW)).counts)
    assert (told["total"], told["adds_up"], told["mismatch"], told["no_owner"]) == (4, True, "", 1)
    everyone = results(caller.get("panel/patients/"))
    assert Counter(row["group"] for row in everyone) == {k: n for k, n in told["counts"].items() if n}
    (row,) = results(caller.get("panel/patients/", group="OVERDUE"))
    assert by.membership is not None
    assert (row["family_name"], row["due_on"], row["owner"]) == ("Overdue", "2026-02-22", by.membership.pk)
    (row,) = results(caller.get("panel/patients/", group="NO_OWNER"))
    assert row["family_name"] == "Window"
    assert list(faults(caller.get("panel/patients/", group="NOBODY"))) == ["group"]
    first = done(caller.get("panel/patients/", page_size=3))
    assert len(first["results"]) == 3 and first["next"]
    assert AuditEvent.objects.filter(act="READ_LIST", after={"list": "api-panel-patients"}).count() == 4
