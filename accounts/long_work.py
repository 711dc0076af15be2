"""Long work that a worker does, as a row: where it stands and who holds it.

The row is the truth and a task only a doorbell. A worker holds the row by a lease; one that wakes late finds
another attempt on it and writes nothing; where a worker was killed, the next begins when the lease is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Q

LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Hold:
    """A row as one worker holds it: no other attempt may have begun since."""

    pk: Any
    attempt: int


class WorkState(models.TextChoices):
    WAITING = "WAITING", "Waiting"
    RUNNING = "RUNNING", "Running"
    DONE = "DONE", "Done"
    FAILED = "FAILED", "Failed"


class LongWorkQuerySet(models.QuerySet[Any]):
    def free(self, at: datetime) -> Self:
        """Rows that wait for a worker, and those whose worker has not been heard of for a lease."""
        late = Q(state=WorkState.RUNNING) & (Q(lease_until=None) | Q(lease_until__lte=at))
        return self.filter(Q(state=WorkState.WAITING) | late)

    def held(self, hold: Hold, at: datetime) -> Self:
        """The row of `hold`, or nothing when its lease is over or another attempt began."""
        mine = self.filter(pk=hold.pk, attempt=hold.attempt, state=WorkState.RUNNING)
        return mine.filter(lease_until__gt=at)

    @transaction.atomic
    def take_hold(self, pk: Any, at: datetime) -> Hold | None:
        """Begin or go on with a row; None when it is finished, or another worker has it."""
        row = self.free(at).select_for_update(skip_locked=True, no_key=True).filter(pk=pk).first()
        if row is None:
            return None
        row.state, row.lease_until, row.attempt = WorkState.RUNNING, at + LEASE, row.attempt + 1
        row.save(update_fields=["state", "lease_until", "attempt"])
        return Hold(row.pk, row.attempt)

    def let_go(self, hold: Hold) -> None:
        """Leave an unfinished row to whoever comes next."""
        rows = self.filter(pk=hold.pk, attempt=hold.attempt, state=WorkState.RUNNING)
        rows.update(state=WorkState.WAITING, lease_until=None)

    def renew(self, hold: Hold, at: datetime, **progress: Any) -> bool:
        """Write progress and hold on for another lease; False when the hold is lost."""
        return bool(self.held(hold, at).update(lease_until=at + LEASE, **progress))


class LongWork(models.Model):
    """Abstract base of the rows of long work; `done` of `total` is the progress."""

    state = models.CharField(max_length=8, choices=WorkState, default=WorkState.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True
