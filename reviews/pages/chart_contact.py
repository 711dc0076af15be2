"""The card of the chart that says what is owed, for when it is booked, and who was reached."""

from dataclasses import dataclass

from reviews.models import ContactAttempt, Reevaluation
from reviews.pages.chart_record import ChartRecord
from reviews.recall_ladder import Rung, Step
from reviews.recalls import rungs_from

# What the card shows; the page of an attempt shows all of its re-evaluation.
RECENT_ATTEMPTS = 5


@dataclass(frozen=True)
class OwedLine:
    """One re-evaluation that is owed; `step` is what is due next, empty when nothing is."""

    row: Reevaluation
    step: str
    is_due: bool


@dataclass(frozen=True)
class ContactCard:
    owed: list[OwedLine]
    attempts: list[ContactAttempt]


def contact_card(rows: ChartRecord) -> ContactCard:
    """One query: the attempts."""
    on = rows.now.on
    owed = [row for row in rows.reevaluations if _is_owed(row, rows)]
    attempts = ContactAttempt.objects.of(rows.now.clinic).valid().filter(patient=rows.patient)
    tried = list(attempts.select_related("created_by"))
    rungs = rungs_from(owed, tried, rows.now)
    lines = [
        OwedLine(row, _words(row, rungs[row.pk], rows), rungs[row.pk].is_due(on))
        for row in sorted(owed, key=lambda row: (row.closes_on, row.pk))
    ]
    return ContactCard(lines, tried[:RECENT_ATTEMPTS])


def _is_owed(row: Reevaluation, rows: ChartRecord) -> bool:
    """The Python twin of `ReevaluationQuerySet.owed`."""
    ends = [end for end in (row.superseded_on, row.stopped_on) if end is not None]
    return row.met_on is None and all(end > rows.now.on for end in ends)


def _words(row: Reevaluation, rung: Rung, rows: ChartRecord) -> str:
    """What is due next while the window is open and nothing came; a booked day stands there anyway."""
    on = rows.now.on
    asks = row.opens_on <= on and row.result_id is None and rows.patient.is_recalled(on)
    return rung.words(on) if asks and rung.step is not Step.BOOKED else ""
