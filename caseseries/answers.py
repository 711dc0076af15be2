"""How pages and API hand out a file."""

from django.http import HttpResponse


def attached(name: str, content: bytes) -> HttpResponse:
    """A file to keep: never shown by the browser, and never guessed at."""
    kind = "text/csv; charset=utf-8" if name.endswith(".csv") else "application/json"
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
