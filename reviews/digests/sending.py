"""Sending one message: taken by one worker, looked at again, sent, and written down.

A row is sent at least once, and nearly always exactly once. Between the moment in which the mail server has
accepted a mail and the commit that says SENT lies a gap: a worker that is killed inside it leaves a row that
is held, and once `held_until` has passed the next ring sends it again. Both mails bear the same Message-ID,
which is made of the row alone, so that a mailbox can drop the twin. No order of the two steps closes the gap;
the other one would lose mails instead.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F

from accounts.absences import may_answer
from accounts.models import Membership
from reviews.digests.asking import DAY_OVER, free, may_go
from reviews.digests.counting import counts_of
from reviews.digests.wording import Counts, body, subject
from reviews.models import Message, MessageState
from reviews.moments import Moment

# Longer than the mail server is waited for (EMAIL_TIMEOUT), by far.
HOLD = timedelta(minutes=5)
# After the first failure, the second, and so on; the clock rings every 15 minutes, so these are the least.
WAITS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1))
LEFT, TURNED_OFF = "No longer a clinician of the clinic.", "The digest was turned off."
NOTHING = "There was nothing to say."
LONGEST_ERROR = 300

log = structlog.get_logger()


@dataclass(frozen=True)
class Held:
    """A message that this worker holds; `attempt` is the number that the hold made."""

    message: Message
    attempt: int


def send(message_id: int, at: datetime) -> MessageState | None:
    """Send the message if it is free and still wanted; the state it has now, None where another holds it."""
    held = take_hold(message_id, at)
    if held is None:
        return None
    why_not = not_wanted(held.message, at)
    if why_not:
        return _write(held, MessageState.DROPPED, error=why_not)
    counts = counts_of(held.message.membership, Moment.of(held.message.clinic, at))
    if counts.is_empty:
        return _write(held, MessageState.DROPPED, error=NOTHING)
    try:
        mail_of(held.message, counts, at).send()
    except (SMTPException, OSError, UnicodeError) as error:
        log.warning("message_not_sent", message=message_id, error=type(error).__name__)
        return _fail(held, error, at)
    return _write(held, MessageState.SENT, sent_at=at, counts=asdict(counts), error="")


def take_hold(message_id: int, at: datetime) -> Held | None:
    """Hold the message for a while, by one conditional UPDATE; of two workers one gets None."""
    rows = free(at).filter(pk=message_id)
    if not rows.update(held_until=at + HOLD, attempt=F("attempt") + 1):
        return None
    message = Message.objects.select_related("clinic", "membership__user").get(pk=message_id)
    return Held(message, message.attempt)


def not_wanted(message: Message, at: datetime) -> str:
    """Why it must not go, as things stand at the moment of sending; empty where it may."""
    member = Membership.objects.filter(may_answer(), pk=message.membership_id).first()
    if member is None:
        return LEFT
    if not member.gets_digest:
        return TURNED_OFF
    return "" if may_go(message, at) else DAY_OVER


def mail_of(message: Message, counts: Counts, at: datetime) -> EmailMessage:
    """The mail as it goes out; nothing in it, nor in its headers, says who is a patient."""
    clinic = message.clinic
    return EmailMessage(
        subject=subject(counts),
        body=body(counts, clinic.name, at.astimezone(clinic.zone), settings.PUBLIC_URL),
        to=[message.membership.user.email],
        headers={"Message-ID": message_id_of(message), "Auto-Submitted": "auto-generated"},
    )


def message_id_of(message: Message) -> str:
    """The same for each attempt at one row."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"<{uuid5(NAMESPACE_URL, f'{settings.PUBLIC_URL}/messages/{message.pk}')}@{host}>"


def _fail(held: Held, error: Exception, at: datetime) -> MessageState | None:
    """FAILED, to be tried again after a wait that grows; the last attempt stays FAILED."""
    wait = WAITS[min(held.attempt, len(WAITS)) - 1]
    return _write(held, MessageState.FAILED, held_until=at + wait, error=words_of(error)[:LONGEST_ERROR])


def words_of(error: Exception) -> str:
    """What the mail server said, without the address that it said it about."""
    if isinstance(error, SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return f"The mail server refused the address: {code} {_text(said)}"
    if isinstance(error, SMTPResponseException):
        return f"The mail server answered {error.smtp_code} {_text(error.smtp_error)}"
    if isinstance(error, UnicodeError):
        return "The address cannot be written in a mail."
    return f"The mail server was not reached: {type(error).__name__}"


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said


def _write(held: Held, state: MessageState, **fields: Any) -> MessageState | None:
    """Write the outcome unless another worker has taken the row meanwhile, whose outcome then counts."""
    rows = Message.objects.filter(pk=held.message.pk, attempt=held.attempt).exclude(state=MessageState.SENT)
    return state if rows.update(state=state, **({"held_until": None} | fields)) else None
