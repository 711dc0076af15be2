"""What the menu of every page shows of this room: patients in the queue, results that wait for a match."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.permissions import Act
from reviews.moments import Moment
from reviews.queue import badge
from reviews.waiting import waiting


def queue_badge(request: HttpRequest) -> dict[str, object]:
    """Context processor: `queue_count` and `unmatched`, counted only by pages that show the menu."""
    membership = getattr(request, "membership", None)
    found: dict[str, object] = {}
    if membership is not None and membership.may(Act.SEE_QUEUE):
        found["queue_count"] = SimpleLazyObject(lambda: badge(Moment.of(membership.clinic, timezone.now())))
    if membership is not None and membership.may(Act.IMPORT_RESULTS):
        found["unmatched"] = SimpleLazyObject(lambda: waiting(membership.clinic, timezone.now()))
    return found
