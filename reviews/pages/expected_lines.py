"""Results that are owed, in words, for the list of the clinic and the card of the chart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.wording import ago, day, over
from labs.models import ExpectedResult, Owed
from regimens.models import patients_taking
from reviews.moments import Moment
from reviews.rule_parts import recalled


@dataclass(frozen=True)
class ExpectedLine:
    """One owed result. `late` is how many days it is over, in words; empty until its day has passed."""

    row: ExpectedResult
    why: str
    due: str
    late: str
    flagged: bool

    @classmethod
    def of(cls, row: ExpectedResult, on: date) -> "ExpectedLine":
        ordered = row.why == Owed.ORDERED
        why = f"Ordered {day(row.owed_from)}" if ordered else "Yearly kidney check"
        late = over(row.due_on, on) if row.due_on < on else ""
        return cls(row, why, ago(row.due_on, on), late, row.alert_on <= on)

    @property
    def may_be_withdrawn(self) -> bool:
        return self.row.why == Owed.ORDERED


def owed(now: Moment) -> QuerySet[ExpectedResult]:
    """What is awaited of patients who are recalled; a kidney check only while magnesium is taken."""
    rows = ExpectedResult.objects.of(now.clinic).awaited().filter(recalled(now), patient__error_at=None)
    asked = Q(why=Owed.ORDERED) | Q(patient__in=patients_taking(now.on))
    found: QuerySet[ExpectedResult] = rows.filter(asked).select_related("patient__owner__user")
    return found


def lines(rows: Iterable[ExpectedResult], on: date) -> list[ExpectedLine]:
    return [ExpectedLine.of(row, on) for row in rows]


def of_the_chart(rows: Iterable[ExpectedResult], on: date) -> list[ExpectedLine]:
    """Those of one patient that have not come, the most pressing first."""
    awaited = [row for row in rows if row.met_by_id is None and row.withdrawn_at is None]
    return lines(sorted(awaited, key=lambda row: (row.due_on, row.analyte)), on)
