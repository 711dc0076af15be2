"""The moment of a request: one for the page and the frame around it."""

from django.http import HttpRequest
from django.utils import timezone

from reviews.moments import Moment


def now_of(request: HttpRequest) -> Moment:
    """Read from the clock when it is first asked for; the request belongs to a member of a clinic."""
    found: Moment | None = getattr(request, "moment", None)
    if found is None:
        found = Moment.of(request.membership.clinic, timezone.now())  # type: ignore[attr-defined]
        request.moment = found  # type: ignore[attr-defined]
    return found
