"""Listen for HL7 v2 messages over MLLP, one clinic on one port, until SIGINT or SIGTERM."""

import asyncio
import signal
import ssl
from argparse import ArgumentParser
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone
from hl7.mllp import InvalidBlockError, start_hl7_server

from accounts.actors import Actor
from accounts.models import Clinic
from labs.reading.acknowledging import acknowledgement, header_of_block
from reviews.importing.arriving import Answer, Code, take_message

# One message of one patient; a laboratory that sends more sends a file.
LARGEST = 4 * 1024 * 1024
TROUBLE = "The message could not be stored now. Send it again later."

log = structlog.get_logger()


class Command(BaseCommand):
    help = "Take in HL7 v2 messages over MLLP and answer each after it is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", required=True, help="slug of the clinic whose results come here")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on; loopback by default")
        parser.add_argument("--port", type=int, default=2575)
        parser.add_argument("--certificate", help="PEM file of certificate and key: TLS")
        parser.add_argument("--client-ca", help="PEM file: only clients with a certificate of this authority")

    def handle(self, *args: Any, **options: Any) -> None:
        clinic = Clinic.objects.filter(slug=options["clinic"]).first()
        if clinic is None:
            raise CommandError(f"No clinic has the slug {options['clinic']!r}.")
        if options["client_ca"] and not options["certificate"]:
            raise CommandError("--client-ca needs --certificate.")
        self._by = Actor.service(clinic, "mllp_listen")
        try:
            asyncio.run(self._serve(options["host"], options["port"], _tls(options)))
        except OSError as error:
            raise CommandError(f"{options['host']}:{options['port']}: {error.strerror or error}") from None

    async def _serve(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop.set)
        server = await start_hl7_server(self._talk, host, port, limit=LARGEST, ssl=tls)
        address, bound = server.sockets[0].getsockname()[:2]
        self.stdout.write(f"Listening on {address}:{bound} for {self._by.clinic}. Ctrl-C stops it.")
        self.stdout.flush()
        async with server:
            await stop.wait()

    async def _talk(self, reader: Any, writer: Any) -> None:
        """One connection, one message after the other; what is no frame ends it."""
        try:
            while True:
                block = await reader.readblock()
                writer.writeblock(await sync_to_async(self._answered)(block))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, InvalidBlockError, ValueError) as error:
            log.info("mllp_connection_ended", reason=type(error).__name__)
        finally:
            writer.close()

    def _answered(self, block: bytes) -> bytes:
        close_old_connections()
        header = header_of_block(block)
        try:
            name = f"mllp-{header.control_id or 'unnamed'}.hl7"
            answer = take_message(block, name=name, by=self._by, clock=timezone.now)
        except Exception as error:
            # Whatever it is, the sender must not take the message for stored.
            log.exception("mllp_message_failed", error=type(error).__name__)
            answer = Answer(Code.ERROR, TROUBLE)
        return acknowledgement(header, answer.code, answer.reason, at=timezone.now())


def _tls(options: dict[str, Any]) -> ssl.SSLContext | None:
    if not options["certificate"]:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(options["certificate"])
        if options["client_ca"]:
            context.load_verify_locations(options["client_ca"])
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as error:
        raise CommandError(f"TLS: {error}") from None
    return context
