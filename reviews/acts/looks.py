"""A person looks at the queue: what was raised since they last did is new to them."""

from datetime import datetime, timedelta

from accounts.models import Membership
from reviews.models import QueueLook

# Looks that are less than this apart are one sitting.
SITTING = timedelta(minutes=30)
# Who comes back within it has not looked again: a page that is loaded over and over writes nothing.
KEPT_TO = timedelta(minutes=1)


def look_at_queue(*, membership: Membership, at: datetime) -> datetime | None:
    """Keep that the person looks now; returns since when flags are new to them, None at the first sitting.

    At most one row is written. Two looks at once read the same row, and so begin the same sitting.
    """
    row = QueueLook.objects.filter(membership=membership).first()
    if row is None:
        told = {"clinic": membership.clinic, "looked_at": at}
        row, _ = QueueLook.objects.get_or_create(membership=membership, defaults=told)
        return row.new_since
    since = _new_since(row, at)
    if at - row.looked_at >= KEPT_TO:
        unchanged = QueueLook.objects.filter(pk=row.pk, looked_at=row.looked_at)
        unchanged.update(looked_at=at, new_since=since)
    return since


def new_since(*, membership: Membership, at: datetime) -> datetime | None:
    """The same without a look: for parts of the page, files and print."""
    row = QueueLook.objects.filter(membership=membership).first()
    return _new_since(row, at) if row else None


def _new_since(row: QueueLook, at: datetime) -> datetime | None:
    """The end of the sitting before this one."""
    return row.looked_at if at - row.looked_at >= SITTING else row.new_since
