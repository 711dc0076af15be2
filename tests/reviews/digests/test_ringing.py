"""The clock task: it asks for what is owed and rings each row; what fails is rung again."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.conf import LazySettings
from django.conf import settings as configured
from kombu.exceptions import OperationalError

from accounts.models import Membership
from reviews.models import Message, MessageState
from reviews.tasks import ring_messages, send_message
from tests.reviews.digests.conftest import MORNING
from tests.reviews.digests.mailbox import Mailbox
from tests.stories import Clock, at_the_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch, MORNING)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows that a worker was told of."""
    found: list[int] = []
    monkeypatch.setattr(send_message, "delay", found.append)
    return found


def test_the_clock_knows_the_task_every_quarter_of_an_hour() -> None:
    (entry,) = [
        entry
        for entry in configured.CELERY_BEAT_SCHEDULE.values()
        if entry["task"] == "reviews.tasks.ring_messages"
    ]
    schedule: Any = entry["schedule"]
    assert schedule.minute == {0, 15, 30, 45}
    assert entry["task"] in current_app.tasks


def test_a_day_from_asking_to_the_mailbox(
    member: Membership, mailbox: Mailbox, clock: Clock, rung: list[int]
) -> None:
    assert ring_messages() == 1
    send_message(rung[0])
    clock.forward(minutes=15)
    assert ring_messages() == 0
    assert len(mailbox.mails) == 1 and Message.objects.get().state == MessageState.SENT


def test_without_a_mail_server_nothing_is_asked_for(
    member: Membership, clock: Clock, rung: list[int], settings: LazySettings
) -> None:
    settings.SENDS_MAIL = False
    assert ring_messages() == 0
    assert not Message.objects.exists()


def test_a_broker_that_is_down_fails_nobody_and_is_made_good(
    member: Membership, mailbox: Mailbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_: int) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(send_message, "delay", down)
    assert ring_messages() == 1
    assert Message.objects.get().state == MessageState.PENDING
    clock.forward(minutes=15)
    rung: list[Any] = []
    monkeypatch.setattr(send_message, "delay", rung.append)
    assert ring_messages() == 1 and rung == [Message.objects.get().pk]


def test_a_clock_that_was_away_until_the_evening_sends_nothing_late(
    member: Membership, mailbox: Mailbox, clock: Clock, rung: list[int]
) -> None:
    ring_messages()
    clock.forward(hours=9)
    assert ring_messages() == 0
    assert Message.objects.get().state == MessageState.DROPPED
    clock.forward(hours=15)
    assert ring_messages() == 1
    assert Message.objects.latest("on").on == MORNING.date() + timedelta(days=1)
