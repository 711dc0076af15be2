"""How pages and API hand out a file."""

from collections.abc import Iterator
from pathlib import Path

from django.http import StreamingHttpResponse

KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".py": "text/x-python; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
CHUNK = 1 << 16


def attached(path: Path) -> StreamingHttpResponse:
    """A file to keep: never shown by the browser, never guessed at, and never whole in memory."""
    headers = {
        "Content-Disposition": f'attachment; filename="{path.name}"',
        "Content-Length": str(path.stat().st_size),
    }
    return StreamingHttpResponse(_chunks(path), content_type=KINDS[path.suffix], headers=headers)


def _chunks(path: Path) -> Iterator[bytes]:
    """Opened when it is sent, so that nothing stays open where nobody reads."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
