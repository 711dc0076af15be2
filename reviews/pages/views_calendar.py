"""The calendar behind a secret address: no sign-in, because calendar programs have none."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from reviews.acts.calendars import calendar_behind, note_reading
from reviews.calendars.feed import written
from reviews.calendars.windows import entries_of

NAME = "Dolomite: windows"
HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Disposition": 'inline; filename="windows.ics"',
}


@require_GET
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The file; an address that is unknown, revoked or of somebody who left is not found, all alike."""
    now = timezone.now()
    feed = calendar_behind(secret)
    if feed is None:
        raise Http404
    note_reading(feed=feed, at=now, origin=request.META.get("REMOTE_ADDR", ""))
    content = written(entries_of(feed.membership, now), NAME, feed.digest, now)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=HEADERS)
