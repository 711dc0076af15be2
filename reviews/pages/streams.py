"""Files that are sent piece by piece, so that none is held as a whole; always to be saved, never shown."""

import gzip
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from labs.models import Import

_CHUNK = 64 * 1024


def attachment(name: str, parts: Iterable[bytes | str], content_type: str) -> HttpResponse:
    """The parts as a file of that name."""
    answer = StreamingHttpResponse(parts, content_type=content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    # No browser guesses that a text is a page.
    answer.headers["X-Content-Type-Options"] = "nosniff"
    # An answer to a view like any other; Django's types keep the two apart.
    return cast(HttpResponse, answer)


def original(source: Import) -> Iterator[bytes]:
    """The file as it came, byte for byte."""
    with gzip.open(BytesIO(bytes(source.content))) as content:
        while chunk := content.read(_CHUNK):
            yield chunk
