"""What many pages show of this room: patients in the queue, results to match, and how fresh it all is."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.permissions import Act
from reviews.freshness import freshness
from reviews.pages.moment import now_of
from reviews.queue import badge
from reviews.waiting import waiting


def queue_badge(request: HttpRequest) -> dict[str, object]:
    """Context processor: `queue_count`, `unmatched` and `fresh`, asked only by the pages that show them."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {}
    found: dict[str, object] = {}
    if membership.may(Act.SEE_QUEUE):
        found["queue_count"] = SimpleLazyObject(lambda: badge(now_of(request)))
    if membership.may(Act.SEE_PATIENTS):
        found["fresh"] = SimpleLazyObject(lambda: freshness(now_of(request)))
    if membership.may(Act.IMPORT_RESULTS):
        found["unmatched"] = SimpleLazyObject(lambda: waiting(membership.clinic, timezone.now()))
    return found
