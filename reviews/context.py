"""What the menu of every page shows of this room: how many patients wait in the queue."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.permissions import Act
from reviews.moments import Moment
from reviews.queue import badge


def queue_badge(request: HttpRequest) -> dict[str, object]:
    """Context processor: `queue_count`, counted only by pages that show the menu."""
    membership = getattr(request, "membership", None)
    if membership is None or not membership.may(Act.SEE_QUEUE):
        return {}
    return {"queue_count": SimpleLazyObject(lambda: badge(Moment.of(membership.clinic, timezone.now())))}
