"""Printing patient data: the queue to tick off, the chart as one sheet, and the events that they leave."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.wording import NO_BREAK
from audit.models import AuditEvent
from reviews.acts.flags import snooze
from reviews.models import Flag
from reviews.pages import views_print
from tests.factories import NOW, TODAY
from tests.stories import (
    Clock,
    a_clinic,
    a_clinician,
    a_patient,
    a_researcher,
    a_visit,
    at_the_clock,
    present,
    taking,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def by(clock: Clock) -> Actor:
    return a_clinician(name="Dr Elena Marsh")


def _read(client: Client, by: Actor, address: str) -> str:
    client.force_login(by.user)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace(NO_BREAK, " ").replace("‑", "-").replace("&#x27;", "'")


def _events() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(act__startswith="PRINT").order_by("pk"))


def _everybody(by: Actor) -> None:
    """One patient in an open group, one in a window, one snoozed."""
    a_visit(a_patient(by, family_name="Today"), by, present("IRREGULAR_HEARTBEAT", 2))
    taking(a_patient(by, family_name="Window"), by, since=TODAY - timedelta(days=30))
    asleep = a_patient(by, family_name="Asleep")
    a_visit(asleep, by, present("TINGLING", 1))
    flag = Flag.objects.get(patient=asleep)
    snooze(flag=flag, by=by, at=NOW, version=flag.version, until=NOW + timedelta(days=1))


def test_the_paper_holds_every_group_with_a_tick_box_and_the_rule_of_each_row(
    client: Client, by: Actor
) -> None:
    _everybody(by)
    page = _read(client, by, reverse("reviews:print_queue"))
    assert [name in page for name in ("TODAY, Sara", "WINDOW, Sara", "ASLEEP, Sara")] == [True] * 3
    assert page.count('class="tick"') == 3
    assert "rule SYMPTOM, protocol 1" in page and "rule RE_EVALUATION, protocol 1" in page
    assert "Review queue, Northgate Clinic · printed 12 Mar 2026, 11:00 by Dr Elena Marsh" in page
    assert "data-print-now" in page


def test_printing_the_queue_leaves_an_event_that_names_nobody(client: Client, by: Actor) -> None:
    _everybody(by)
    _read(client, by, f"{reverse('reviews:print_queue')}?rule=SYMPTOM&text=today")
    (event,) = _events()
    assert (event.act, event.user, event.patient_id) == ("PRINT_QUEUE", by.user, None)
    assert event.after == {"patients": 1, "filters": ["rule", "text"]}


def test_the_paper_says_what_it_leaves_out(
    client: Client, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_print, "MOST", 2)
    monkeypatch.setattr("reviews.queue.listing.ROWS", 2)
    monkeypatch.setattr("reviews.queue.listing.LEAST", 2)
    for _ in range(3):
        a_visit(a_patient(by), by, present("TINGLING", 1))
    page = _read(client, by, reverse("reviews:print_queue"))
    assert page.count('class="tick"') == 2
    assert "The first 2 of 3; the others are on the screen only." in page


def test_printing_a_chart_leaves_an_event_and_leads_to_the_chart(client: Client, by: Actor) -> None:
    patient = a_patient(by)
    client.force_login(by.user)
    answer = client.get(reverse("reviews:print_chart", args=[patient.pk]), {"period": "1y"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('patients:chart', args=[patient.pk])}?period=1y#print"
    (event,) = _events()
    assert (event.act, event.patient_id, event.user) == ("PRINT_CHART", patient.pk, by.user)


def test_queue_and_chart_have_a_button_that_prints(client: Client, by: Actor) -> None:
    patient = a_patient(by)
    a_visit(patient, by, present("TINGLING", 1))
    assert f'href="{reverse("reviews:print_queue")}?rule=SYMPTOM"' in _read(client, by, "/?rule=SYMPTOM")
    chart = _read(client, by, reverse("patients:chart", args=[patient.pk]))
    assert f'href="{reverse("reviews:print_chart", args=[patient.pk])}"' in chart


def test_the_row_of_the_queue_carries_a_tick_box_and_its_rule_for_paper_only(
    client: Client, by: Actor
) -> None:
    a_visit(a_patient(by), by, present("TINGLING", 1))
    page = _read(client, by, "/")
    assert page.count('class="tick print-only"') == 1
    assert re.search(r'class="also print-only">Rule SYMPTOM, protocol 1<', page)


def test_what_the_browser_prints_by_itself_is_told_and_written_down(client: Client, by: Actor) -> None:
    patient = a_patient(by)
    client.force_login(by.user)
    chart = reverse("patients:chart", args=[patient.pk])
    for address in (chart, "/"):
        assert client.post(reverse("reviews:printed"), {"address": address}).status_code == 204
    found = {event.after["page"]: event.patient_id for event in _events() if event.after}
    assert found == {"patients:chart": patient.pk, "reviews:queue": None}


@pytest.mark.parametrize("address", ["", "/nowhere/", "https://example.org/", "/" * 400])
def test_a_page_that_is_none_of_ours_is_refused(client: Client, by: Actor, address: str) -> None:
    client.force_login(by.user)
    answer = client.post(reverse("reviews:printed"), {"address": address})
    assert (answer.status_code, answer.content) == (400, b"address: no page of Dolomite.")
    assert _events() == []


def test_the_chart_of_another_clinic_is_not_printed(client: Client, by: Actor) -> None:
    foreign = a_patient(a_clinician(a_clinic("southbank")))
    client.force_login(by.user)
    assert client.get(reverse("reviews:print_chart", args=[foreign.pk])).status_code == 404
    told = {"address": reverse("patients:chart", args=[foreign.pk])}
    assert client.post(reverse("reviews:printed"), told).status_code == 404
    assert _events() == []


def test_who_sees_no_queue_prints_none(client: Client, by: Actor) -> None:
    client.force_login(a_researcher(by.clinic).user)
    assert client.get(reverse("reviews:print_queue")).status_code == 403
    assert _events() == []
