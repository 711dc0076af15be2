"""Sending: once, looked at again at that moment, and written down whatever happens."""

import re
import threading
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection

from accounts.actors import Actor
from accounts.models import Clinic, Membership, User
from reviews.acts.flags import resolve
from reviews.digests.asking import DAY_OVER, MOST_ATTEMPTS, ask_for_digests, waiting_messages
from reviews.digests.sending import HOLD, LEFT, NOTHING, TURNED_OFF, WAITS, _fail, send, take_hold
from reviews.models import Flag, Message, MessageState
from tests.reviews.digests.conftest import MORNING
from tests.reviews.digests.mailbox import Mailbox, plain

pytestmark = pytest.mark.django_db
FEW_MINUTES = timedelta(minutes=5)


@pytest.fixture
def message(member: Membership) -> Message:
    ask_for_digests(MORNING)
    return Message.objects.get(membership=member)


def test_the_mail_arrives_with_counts_and_links(message: Message, mailbox: Mailbox) -> None:
    assert send(message.pk, MORNING) is MessageState.SENT
    (mail,) = mailbox.mails
    assert mailbox.recipients == ["marsh@northgate.test"]
    assert mail["Subject"] == "Dolomite: 1 review this week"
    assert "Review this week: 1" in plain(mail) and "https://dolomite.example/?mine=1" in plain(mail)
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.attempt) == (MessageState.SENT, MORNING, 1)
    assert message.counts["this_week"] == 1 and message.held_until is None and message.error == ""


def test_no_name_no_value_and_no_key_leaves_the_house(message: Message, mailbox: Mailbox) -> None:
    flag = Flag.objects.select_related("patient").get()
    send(message.pk, MORNING)
    patient = flag.patient
    secrets = [patient.family_name, patient.given_name, patient.mrn, "Tingling", "Elena"]
    secrets += [str(patient.pk), patient.pk.hex, str(flag.pk), flag.pk.hex]
    for secret in secrets:
        assert secret.lower() not in mailbox.text.lower()
    links = re.findall(r"https?://\S+", plain(mailbox.mails[0]))
    assert links and all(
        re.fullmatch(r"https://dolomite\.example/[a-z/]*(\?\w+=\w+)?", link) for link in links
    )


def test_it_is_sent_once_however_often_it_is_rung(message: Message, mailbox: Mailbox) -> None:
    outcomes = [send(message.pk, MORNING + FEW_MINUTES * n) for n in range(4)]
    assert outcomes == [MessageState.SENT, None, None, None]
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    ("how", "why"), [("off", TURNED_OFF), ("ended", LEFT), ("closed account", LEFT), ("assistant", LEFT)]
)
def test_it_is_looked_at_again_when_it_goes(message: Message, mailbox: Mailbox, how: str, why: str) -> None:
    if how == "off":
        Membership.objects.update(gets_digest=False)
    elif how == "ended":
        Membership.objects.update(ended_at=MORNING, ended_by=message.membership.user)
    elif how == "assistant":
        Membership.objects.update(roles=["ASSISTANT"])
    else:
        User.objects.filter(pk=message.membership.user_id).update(is_active=False)
    assert send(message.pk, MORNING) is MessageState.DROPPED
    assert mailbox.mails == [] and Message.objects.get().error == why


def test_after_hours_it_does_not_go(message: Message, mailbox: Mailbox) -> None:
    Clinic.objects.update(works_until="09:30")
    assert send(message.pk, MORNING + timedelta(minutes=30)) is MessageState.DROPPED
    assert Message.objects.get().error == DAY_OVER and mailbox.mails == []


def test_with_nothing_left_to_say_it_does_not_go(message: Message, mailbox: Mailbox) -> None:
    by = Actor.of(message.membership, "test")
    resolve(flag=Flag.objects.get(), by=by, at=MORNING, version=1, action="ADVISED", note="told")
    assert send(message.pk, MORNING + FEW_MINUTES) is MessageState.DROPPED
    assert Message.objects.get().error == NOTHING and mailbox.mails == []


def test_counts_are_those_of_the_moment_of_sending(message: Message, mailbox: Mailbox) -> None:
    later = MORNING + timedelta(days=8)
    Message.objects.update(on=message.clinic.local_date(later))
    assert send(message.pk, later) is MessageState.SENT
    assert mailbox.mails[0]["Subject"] == "Dolomite: 1 late"


def test_a_server_that_refuses_is_tried_again_with_growing_waits(message: Message, mailbox: Mailbox) -> None:
    mailbox.refuses = "451 4.3.2 come back later"
    at, tries = MORNING, 0
    while at < MORNING.replace(hour=21):
        for pk in waiting_messages(at):
            assert send(pk, at) is MessageState.FAILED
            tries += 1
            assert send(pk, at + WAITS[min(tries, len(WAITS)) - 1] - timedelta(seconds=1)) is None
        at += timedelta(minutes=15)
    row = Message.objects.get()
    assert tries == row.attempt == MOST_ATTEMPTS
    assert (row.state, row.sent_at) == (MessageState.FAILED, None)
    assert row.error == "The mail server answered 451 4.3.2 come back later"
    assert mailbox.mails == []


def test_a_server_that_comes_back_gets_it(message: Message, mailbox: Mailbox) -> None:
    mailbox.refuses = "451 4.3.2 come back later"
    send(message.pk, MORNING)
    mailbox.refuses = ""
    assert send(message.pk, MORNING + WAITS[0]) is MessageState.SENT
    row = Message.objects.get()
    assert (row.state, row.attempt, row.error) == (MessageState.SENT, 2, "")


def test_a_server_that_is_not_there_is_a_failure_in_words(
    message: Message, mailbox: Mailbox, settings: LazySettings
) -> None:
    settings.EMAIL_PORT = 1
    assert send(message.pk, MORNING) is MessageState.FAILED
    assert Message.objects.get().error == "The mail server was not reached: ConnectionRefusedError"


def test_a_worker_that_was_killed_before_it_wrote_leaves_a_row_that_the_next_one_takes(
    message: Message, mailbox: Mailbox
) -> None:
    """The gap of at-least-once: the mail had left. The twin bears the same Message-ID."""
    held = take_hold(message.pk, MORNING)
    assert held is not None
    send_and_die(held.message.pk, mailbox)
    assert send(message.pk, MORNING + HOLD - timedelta(seconds=1)) is None
    assert send(message.pk, MORNING + HOLD) is MessageState.SENT
    first, second = mailbox.mails
    assert first["Message-ID"] == second["Message-ID"]


def send_and_die(message_id: int, mailbox: Mailbox) -> None:
    """What a killed worker had done: the mail is with the server, the row says nothing of it."""
    row = Message.objects.get(pk=message_id)
    Message.objects.update(held_until=None)
    send(message_id, MORNING)
    assert len(mailbox.mails) == 1
    Message.objects.update(
        state=row.state, held_until=row.held_until, attempt=row.attempt, sent_at=None, counts={}
    )


def test_a_worker_that_wakes_late_does_not_overwrite(message: Message, mailbox: Mailbox) -> None:
    late = take_hold(message.pk, MORNING)
    assert late is not None
    assert send(message.pk, MORNING + HOLD) is MessageState.SENT
    assert _fail(late, OSError(), MORNING + HOLD) is None
    assert Message.objects.get().state == MessageState.SENT


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_sends(message: Message, mailbox: Mailbox) -> None:
    start, outcomes = threading.Barrier(6), []

    def work() -> None:
        start.wait()
        outcomes.append(send(message.pk, MORNING))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(map(str, outcomes)) == [*["None"] * 5, "SENT"]
    assert len(mailbox.mails) == 1
