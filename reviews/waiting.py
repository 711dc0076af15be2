"""Results that wait for a person to say whose they are, and when that has lasted too long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from accounts.models import Clinic
from accounts.wording import count
from labs.models import ImportRow

# How long a result may lie without a chart: own assumption (S), a working day and a week.
WARN_AFTER = timedelta(days=2)
ALARM_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Waiting:
    """The parked rows of a clinic; `oldest_at` is None when there are none."""

    count: int
    oldest_at: datetime | None
    at: datetime

    @property
    def kind(self) -> str:
        """ "danger", "warn" or empty, by the age of the oldest."""
        return kind_of(self.oldest_at, self.at) if self.oldest_at else ""

    @property
    def words(self) -> str:
        """Such as "3 results wait for a match, the oldest for 4 days"."""
        many = "results wait" if self.count > 1 else "result waits"
        days = (self.at - self.oldest_at).days if self.oldest_at else 0
        oldest = ", the oldest for" if self.count > 1 else ", for"
        return f"{self.count} {many} for a match{oldest} {count(days, 'day')}"


def waiting(clinic: Clinic, at: datetime) -> Waiting:
    """Read by one query from the index of parked rows."""
    rows = ImportRow.objects.of(clinic).parked()
    found = rows.aggregate(n=Count("pk"), oldest=Min("created_at"))
    return Waiting(found["n"], found["oldest"], at)


def kind_of(since: datetime, at: datetime) -> str:
    """How alarming it is that a row has waited since `since`: "danger", "warn" or empty."""
    age = at - since
    if age > ALARM_AFTER:
        return "danger"
    return "warn" if age > WARN_AFTER else ""
