"""The secret address: whom it shows what, and when it shows nothing."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from accounts.actors import Actor
from accounts.models import CalendarFeed, Clinic, Membership, User
from audit.models import AuditEvent
from config.logs import without_secrets
from patients.models import Patient
from reviews.acts.calendars import make_calendar, revoke_calendar
from reviews.acts.patients import change_status
from reviews.models import Reevaluation
from tests.factories import NOW, TODAY, AbsenceFactory
from tests.stories import Clock, a_clinic, a_clinician, a_patient, at_the_clock, taking

pytestmark = pytest.mark.django_db
STARTED = TODAY - timedelta(days=10)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def by(clock: Clock) -> Actor:
    return a_clinician()


@pytest.fixture
def patient(by: Actor) -> Patient:
    patient = a_patient(by, owner=by.membership, mrn="QF-77")
    taking(patient, by, since=STARTED)
    return patient


def secret_of(by: Actor) -> str:
    assert by.membership is not None
    return make_calendar(membership=by.membership, by=by, at=NOW).secret


def ask(secret: str) -> Any:
    return Client().get(reverse("reviews:calendar", args=[secret]))


def events(secret: str) -> list[tuple[str, Any, Any]]:
    answer = ask(secret)
    assert answer.status_code == 200
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return [(str(event["summary"]), event["dtstart"].dt, event["dtend"].dt) for event in found]


def test_the_window_of_my_patient_stands_in_it(by: Actor, patient: Patient) -> None:
    window = (STARTED + timedelta(days=28), STARTED + timedelta(days=43))
    assert events(secret_of(by)) == [("Re-evaluation S. L.", *window)]


def test_so_does_a_booked_visit(by: Actor, patient: Patient) -> None:
    booked = TODAY + timedelta(days=20)
    Reevaluation.objects.update(booked_on=booked)
    assert events(secret_of(by))[1] == ("Visit booked S. L.", booked, booked + timedelta(days=1))


def test_it_says_initials_and_nothing_else_of_the_patient(by: Actor, patient: Patient) -> None:
    secret = secret_of(by)
    content = ask(secret).content.decode().replace("\r\n ", "")
    owed = Reevaluation.objects.get()
    for told in (
        "Lindqvist",
        "Sara",
        "QF-77",
        patient.pk,
        patient.pk.hex,
        owed.pk,
        owed.pk.hex,
        secret,
        "mg",
    ):
        assert str(told) not in content


def test_a_colleagues_patient_is_not_in_it_until_i_stand_in(by: Actor, patient: Patient) -> None:
    deputy = a_clinician(by.clinic)
    secret = secret_of(deputy)
    assert events(secret) == []
    AbsenceFactory.create(membership=by.membership, deputy=deputy.membership)
    assert [summary for summary, *_ in events(secret)] == ["Re-evaluation S. L."]


def test_who_is_not_recalled_is_not_in_it(by: Actor, patient: Patient) -> None:
    change_status(patient=patient, by=by, at=NOW, version=patient.version, status="LEFT", reason="Moved")
    assert events(secret_of(by)) == []


def test_a_window_that_is_met_or_long_past_is_not_in_it(by: Actor, patient: Patient, clock: Clock) -> None:
    secret = secret_of(by)
    closes_on = STARTED + timedelta(days=42)
    clock.forward(days=(closes_on - TODAY).days + 60)
    assert len(events(secret)) == 1
    clock.forward(days=1)
    assert events(secret) == []
    Reevaluation.objects.update(closes_on=TODAY + timedelta(days=200))
    assert len(events(secret)) == 1
    Reevaluation.objects.update(met_on=TODAY)
    assert events(secret) == []


def test_it_is_kept_by_nobody_on_the_way(by: Actor) -> None:
    answer = ask(secret_of(by))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_the_secret_is_long_and_stored_only_as_its_digest(by: Actor) -> None:
    secret = secret_of(by)
    assert len(secret) >= 43
    row = CalendarFeed.objects.get()
    assert secret not in {str(value) for value in vars(row).values()}
    assert secret not in str(AuditEvent.objects.values())


def test_unknown_revoked_and_renewed_addresses_are_not_found_all_alike(by: Actor) -> None:
    assert by.membership is not None
    first = secret_of(by)
    second = secret_of(by)
    assert (ask(first).status_code, ask(second).status_code) == (404, 200)
    assert revoke_calendar(membership=by.membership, by=by, at=NOW)
    assert not revoke_calendar(membership=by.membership, by=by, at=NOW)
    answers = [ask(secret) for secret in (first, second, "never-was", "a" * 43)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("how", ["ended", "closed account", "assistant"])
def test_who_left_has_no_calendar(by: Actor, how: str) -> None:
    secret = secret_of(by)
    if how == "ended":
        Membership.objects.update(ended_at=NOW, ended_by=by.user)
    elif how == "assistant":
        Membership.objects.update(roles=["ASSISTANT"])
    else:
        User.objects.update(is_active=False)
    assert ask(secret).status_code == 404


def test_two_members_have_each_their_own_and_other_ids(by: Actor, patient: Patient) -> None:
    colleague = a_clinician(by.clinic)
    other_clinic = a_clinician(a_clinic("southbank"))
    mine, theirs, far = (secret_of(who) for who in (by, colleague, other_clinic))
    AbsenceFactory.create(membership=by.membership, deputy=colleague.membership)
    assert events(far) == []
    uids = [Calendar.from_ical(ask(secret).content).walk("VEVENT") for secret in (theirs, mine)]
    assert [len(found) for found in uids] == [1, 0]


def test_reading_is_an_event_once_a_local_day(by: Actor, clock: Clock) -> None:
    """NOW is 11:00 in New York: twelve hours on it is the same day, thirteen the next."""
    secret = secret_of(by)
    for hours in (0, 6, 6, 1):
        clock.forward(hours=hours)
        ask(secret)
    read = AuditEvent.objects.filter(act="READ_CALENDAR").order_by("at")
    assert [event.at - NOW for event in read] == [timedelta(0), timedelta(hours=13)]
    assert CalendarFeed.objects.get().last_read_at == NOW + timedelta(hours=13)
    assert {event.user for event in read} == {by.user}


def test_a_clinic_in_another_zone_has_its_own_day(clock: Clock) -> None:
    by = a_clinician(a_clinic("harbour", time_zone="Pacific/Auckland"))
    assert Clinic.objects.get(slug="harbour").local_date(NOW) == TODAY + timedelta(days=1)
    patient = a_patient(by, owner=by.membership)
    taking(patient, by, since=STARTED)
    assert len(events(secret_of(by))) == 1


def test_no_line_of_the_log_holds_the_secret(
    by: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the line of the request, nor what Django writes of an error."""
    secret = secret_of(by)
    monkeypatch.setattr("reviews.pages.views_calendar.entries_of", _fails)
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.INFO):
        assert client.get(reverse("reviews:calendar", args=[secret])).status_code == 500
    assert "calendar" in caplog.text
    for record in caplog.records:
        event = {"event": record.getMessage(), "route": str(record.__dict__)}
        assert secret not in str(without_secrets(None, "", event))


def _fails(*_: object) -> list[object]:
    raise ValueError("broken")


def test_the_processor_leaves_other_lines_as_they_are() -> None:
    line = {"event": "Not Found: /calendar/abc-DEF_1.ics", "status": 404, "route": "patients/"}
    assert without_secrets(None, "", line) == {
        "event": "Not Found: /calendar/....ics",
        "status": 404,
        "route": "patients/",
    }
