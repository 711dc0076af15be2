"""The page of results that are expected, the card of the chart, and the two forms."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import Actor
from audit.models import AuditEvent
from labs.models import ExpectedResult
from patients.models import Patient
from reviews.acts.expected import order_result
from reviews.acts.patients import change_status
from tests.factories import NOW, TODAY
from tests.stories import a_clinic, a_clinician, a_patient, a_result, an_assistant, at_the_clock, taking

pytestmark = pytest.mark.django_db
IN_A_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    at_the_clock(monkeypatch)
    return a_clinician(name="Dr Elena Marsh")


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


@pytest.fixture
def signed_in(client: Client, by: Actor) -> Client:
    client.force_login(by.user)
    return client


def ordered(patient: Patient, by: Actor, analyte: str = "IONIZED_MG", days_ago: int = 0) -> ExpectedResult:
    at = NOW - timedelta(days=days_ago)
    due_on = IN_A_WEEK - timedelta(days=days_ago)
    return order_result(patient=patient, analyte=analyte, due_on=due_on, by=by, at=at)


def words(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    text = unescape(re.sub(r"<[^>]+>", " ", main)).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", text)


def the_list(client: Client, show: str = "") -> str:
    return words(client.get(reverse("reviews:expected_results"), {"show": show} if show else {}))


def test_the_list_says_what_is_late_and_by_how_much(signed_in: Client, by: Actor, patient: Patient) -> None:
    ordered(patient, by)
    ordered(patient, by, "POTASSIUM", days_ago=21)
    page = the_list(signed_in)
    assert page.index("Potassium") < page.index("Ionized magnesium")
    assert "Potassium Ordered 19 Feb 2026 26 Feb 2026 14 days ago 14 days over on the queue" in page
    assert "Ionized magnesium Ordered 12 Mar 2026 19 Mar 2026 in 7 days not yet" in page
    late = the_list(signed_in, "overdue")
    assert "Potassium" in late
    assert "Ionized magnesium" not in late
    assert AuditEvent.objects.filter(act="READ_LIST").count() == 2


def test_mine_are_those_of_patients_who_are_mine(signed_in: Client, by: Actor, patient: Patient) -> None:
    ordered(patient, by)
    assert "No result matches this choice." in the_list(signed_in, "mine")
    Patient.objects.update(owner=by.membership)
    assert "Ionized magnesium" in the_list(signed_in, "mine")
    assert "Ionized magnesium" in the_list(signed_in, "nonsense")


def test_what_came_or_whose_recall_ended_is_not_listed(
    signed_in: Client, by: Actor, patient: Patient
) -> None:
    ordered(patient, by, days_ago=1)
    a_result(patient, by, "0.52")
    left = a_patient(by)
    ordered(left, by)
    change_status(patient=left, by=by, at=NOW, version=left.version, status="LEFT", reason="Moved")
    assert "Nothing is expected" in the_list(signed_in)


def test_the_kidney_check_is_listed_while_magnesium_is_taken(
    signed_in: Client, by: Actor, patient: Patient
) -> None:
    taking(patient, by)
    page = the_list(signed_in)
    assert "eGFR Yearly kidney check" in page
    assert "No result matches this choice." in the_list(signed_in, "ordered")
    assert "follows from the record" in page


def test_another_clinics_are_not_here(signed_in: Client) -> None:
    stranger = a_clinician(a_clinic("meadow"))
    theirs = ordered(a_patient(stranger, family_name="Strange"), stranger)
    assert "STRANGE" not in the_list(signed_in)
    address = reverse("reviews:withdraw_expected", args=[theirs.pk])
    assert signed_in.get(address).status_code == 404


def test_results_are_marked_ordered_all_or_none(signed_in: Client, by: Actor, patient: Patient) -> None:
    address = reverse("reviews:order_result", args=[patient.pk])
    assert "Dolomite places no order" in words(signed_in.get(address))
    typed: dict[str, Any] = {"analytes": ["POTASSIUM", "IONIZED_MG"], "due_on": f"{IN_A_WEEK}", "once": "a"}
    for _ in range(2):
        assert signed_in.post(address, typed).status_code == 302
    assert ExpectedResult.objects.count() == 2
    more = typed | {"analytes": ["CREATININE", "IONIZED_MG"], "once": "b"}
    assert "Ionized magnesium is noted already" in words(signed_in.post(address, more), 400)
    assert ExpectedResult.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"due_on": "2026-03-01"}, "The result cannot be expected in the past."),
        ({"due_on": ""}, "Result expected by: This field is required."),
        ({"due_on": "9999-01-01"}, "This is not a day that a record can have."),
        ({"analytes": []}, "Choose at least one."),
        ({"analytes": ["GOLD"]}, "GOLD is not one of the available choices."),
    ],
)
def test_an_order_that_cannot_be_is_said_at_its_field(
    signed_in: Client, patient: Patient, typed: dict[str, Any], said: str
) -> None:
    address = reverse("reviews:order_result", args=[patient.pk])
    told = {"analytes": ["POTASSIUM"], "due_on": f"{IN_A_WEEK}"} | typed
    assert said in words(signed_in.post(address, told), 400)


def test_the_chart_shows_what_is_expected_and_leads_to_both_forms(
    client: Client, by: Actor, patient: Patient
) -> None:
    row = ordered(patient, by)
    forms = [
        reverse("reviews:order_result", args=[patient.pk]),
        reverse("reviews:withdraw_expected", args=[row.pk]),
    ]
    for who, shown in ((by, forms), (an_assistant(by.clinic), forms[:1])):
        client.force_login(who.user)
        for tab in ("", "?tab=labs"):
            page = client.get(reverse("patients:chart", args=[patient.pk]) + tab).content.decode()
            assert [form for form in forms if f'"{form}"' in page] == shown
            assert "Ordered 12\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026" in page


def test_one_is_withdrawn_with_a_reason(signed_in: Client, by: Actor, patient: Patient) -> None:
    row = ordered(patient, by)
    address = reverse("reviews:withdraw_expected", args=[row.pk])
    assert "Nothing is cancelled at the laboratory" in words(signed_in.get(address))
    assert "Reason: This field is required." in words(
        signed_in.post(address, {"version": row.version, "reason": " "}), 400
    )
    assert "Look at both" in words(signed_in.post(address, {"version": 9, "reason": "Lost"}), 409)
    assert signed_in.post(address, {"version": row.version, "reason": "Lost"}).status_code == 302
    row.refresh_from_db()
    assert (row.withdrawn_reason, row.withdrawn_by) == ("Lost", by.user)
    again = {"version": row.version, "reason": "Lost"}
    assert "withdrawn already" in words(signed_in.post(address, again), 400)


def test_the_number_of_queries_does_not_grow_with_the_list(
    signed_in: Client, by: Actor, patient: Patient
) -> None:
    asked = []
    for analyte in ("POTASSIUM", "CREATININE"):
        for _ in range(3):
            ordered(a_patient(by, owner=by.membership), by, analyte)
        with CaptureQueriesContext(connection) as queries:
            the_list(signed_in)
        asked.append(len(queries))
    assert asked[0] == asked[1]
