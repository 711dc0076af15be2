"""A person's own settings: turning the e-mail and the calendar on and off, and what was sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import CalendarFeed, Membership
from audit.models import AuditEvent
from reviews.models import Message, MessageKind
from tests.factories import NOW, TODAY
from tests.stories import a_clinician, a_researcher, at_the_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    at_the_clock(monkeypatch)
    return a_clinician()


@pytest.fixture
def signed_in(client: Client, by: Actor) -> Client:
    client.force_login(by.user)
    return client


def page(client: Client) -> str:
    answer = client.get(reverse("reviews:settings"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_menu_leads_there(signed_in: Client) -> None:
    assert 'href="/settings/"' in signed_in.get("/").content.decode()


def test_the_digest_is_turned_off_and_on_with_an_event_for_each_change(signed_in: Client, by: Actor) -> None:
    for wanted in ("0", "0", "1"):
        answer = signed_in.post(reverse("reviews:choose_digest"), {"wanted": wanted}, follow=True)
        assert f"The daily e-mail is {'on' if wanted == '1' else 'off'}." in answer.content.decode()
        assert Membership.objects.get(pk=by.membership.pk).gets_digest is (wanted == "1")
    changes = AuditEvent.objects.filter(act="CHOOSE_DIGEST").order_by("id").values_list("after", flat=True)
    assert list(changes) == [{"gets_digest": False}, {"gets_digest": True}]


def test_a_new_address_is_shown_once_and_works(signed_in: Client, settings: LazySettings) -> None:
    settings.PUBLIC_URL, settings.SENDS_MAIL = "https://dolomite.example", True
    made = signed_in.post(reverse("reviews:calendar_address")).content.decode()
    address = made.split("<code>")[1].split("</code>")[0]
    assert address.startswith("https://dolomite.example/calendar/") and address.endswith(".ics")
    path = address.removeprefix("https://dolomite.example")
    assert Client().get(path).status_code == 200
    assert path not in page(signed_in)


def test_renewing_ends_the_one_before_and_revoking_the_last(signed_in: Client) -> None:
    for _ in range(2):
        signed_in.post(reverse("reviews:calendar_address"))
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1
    answer = signed_in.post(reverse("reviews:calendar_address"), {"revoke": "1"}, follow=True)
    assert "The address is revoked." in answer.content.decode()
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 0
    acts = AuditEvent.objects.filter(act__endswith="CALENDAR").order_by("id").values_list("act", flat=True)
    assert list(acts) == ["MAKE_CALENDAR", "MAKE_CALENDAR", "REVOKE_CALENDAR"]


def test_a_failing_event_takes_the_address_back(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("no event")

    monkeypatch.setattr("reviews.acts.calendars.record", fails)
    with pytest.raises(RuntimeError):
        signed_in.post(reverse("reviews:calendar_address"))
    assert CalendarFeed.objects.count() == 0


def a_message(to: Membership, days_ago: int, state: str, **fields: Any) -> Message:
    told: dict[str, Any] = {"clinic": to.clinic, "kind": MessageKind.DIGEST, "asked_at": NOW}
    on = TODAY - timedelta(days=days_ago)
    return Message.objects.create(membership=to, on=on, state=state, **told, **fields)


def test_what_was_sent_is_listed_and_only_to_whom_it_was_sent(signed_in: Client, by: Actor) -> None:
    mine, theirs = by.membership, a_clinician(by.clinic).membership
    assert mine and theirs
    a_message(mine, 0, "SENT", sent_at=NOW, counts={"act_today": 2, "late": 0})
    a_message(mine, 1, "FAILED", attempt=5, error="The mail server answered 550 no such address")
    a_message(mine, 2, "DROPPED", error="There was nothing to say.")
    a_message(theirs, 0, "FAILED", error="of somebody else")
    shown = page(signed_in)
    for words in ("2 act today", "Sent", "550 no such address", "attempt 5", "Not needed", "nothing to say"):
        assert words in shown
    assert "0 late" not in shown and "of somebody else" not in shown


def test_without_a_mail_server_the_page_says_so(signed_in: Client, settings: LazySettings) -> None:
    settings.SENDS_MAIL = True
    assert "No mail server" not in page(signed_in)
    settings.SENDS_MAIL = False
    assert "No mail server" in page(signed_in)


def test_who_is_no_clinician_is_told_why_there_is_nothing(client: Client, by: Actor) -> None:
    client.force_login(a_researcher(by.clinic).user)
    assert "are for clinicians" in page(client)
    assert client.post(reverse("reviews:choose_digest"), {"wanted": "1"}).status_code == 403
    assert client.post(reverse("reviews:calendar_address")).status_code == 403
