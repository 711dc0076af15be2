"""A mail server on this machine: it takes mails, or refuses them, and keeps what it took."""

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message as Mail
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import LazySettings


class Mailbox:
    """What arrived; `refuses` is the answer to every mail, where it is set."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.recipients: list[str] = []
        self.refuses = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuses:
            return self.refuses
        self.mails.append(email.message_from_bytes(envelope.content))
        self.recipients += envelope.rcpt_tos
        return "250 OK"

    @property
    def text(self) -> str:
        """Everything that arrived, headers too, decoded."""
        return "\n".join(f"{dict(mail.items())}\n{plain(mail)}" for mail in self.mails)


def plain(mail: Mail) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def free_port() -> int:
    """The server asks itself at the port that it was given, so 0 does not serve."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(settings: LazySettings) -> Iterator[Mailbox]:
    """The server, on a free port, as the one that Django sends to; in a thread with a loop of its own."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), ready_timeout=30)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    settings.SENDS_MAIL = True
    try:
        yield mailbox
    finally:
        controller.stop()
