"""Log lines: one event each, with the request that it belongs to, and never a patient's data.

Only routes are logged (`/patients/<uuid:patient_id>/`), not paths with ids, queries or bodies.
"""

import logging.config
import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.typing import EventDict, Processor, WrappedLogger

log = structlog.get_logger("dolomite.request")

# Who has the address of a calendar can read it (reviews/calendars).
SECRET_ADDRESS = re.compile(r"/calendar/[\w-]+")


def without_secrets(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Cut the secret out of every text of a line, also of one that a library wrote, such as for a 500."""
    return {
        key: SECRET_ADDRESS.sub("/calendar/...", value) if isinstance(value, str) else value
        for key, value in event.items()
    }


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configured_logging(*, as_json: bool) -> None:
    """Send the lines of all libraries through structlog to standard error."""
    readable = structlog.dev.ConsoleRenderer(colors=False)
    last: Processor = structlog.processors.JSONRenderer() if as_json else readable
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_secrets,
            last,
        ],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": "INFO"},
            "loggers": {"django.request": {"level": "ERROR"}, "axes": {"level": "WARNING"}},
        }
    )


class RequestLogMiddleware:
    """One line per request: route, status and milliseconds, under an id that every other line carries too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=uuid.uuid4().hex)
        started = time.monotonic()
        response = self.get_response(request)
        match = request.resolver_match
        log.info(
            "request",
            method=request.method,
            route=match.route if match else "",
            status=response.status_code,
            milliseconds=round((time.monotonic() - started) * 1000),
        )
        return response
