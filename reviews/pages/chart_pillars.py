"""The four pillars on the chart: what the pure rules of `reviews.pillars` read, gathered from the record."""

from labs.analytes import Analyte
from patients.symptoms import Answer
from regimens.checks import Check
from reviews.facts.findings import checks_of
from reviews.facts.record import Record
from reviews.models import Reevaluation
from reviews.pages.chart_figure import state_of
from reviews.pillars import Pillar, Watched, pillars
from reviews.windows import State

ENDED = (State.MET, State.SUPERSEDED, State.STOPPED)


def pillars_of(record: Record) -> tuple[Pillar, ...]:
    """As of today."""
    return pillars(
        _checks(record),
        _watched(record),
        takes_dose=bool(record.steps_on(record.now.on)),
        phytate_advised_on=record.diet_advice[-1].given_on if record.diet_advice else None,
    )


def owed(record: Record) -> Reevaluation | None:
    """The re-evaluation that is owed today; of a stop for harm only where no dose owes another."""
    on = record.now.on
    open_ones = [row for row in record.reevaluations if state_of(row, on) not in ENDED]
    return min(open_ones, key=lambda row: (row.cause == "SAFETY", row.closes_on), default=None)


def _checks(record: Record) -> list[Check]:
    """The lines of the doses that are taken today; of the day's amount those of the newest step."""
    steps = record.steps_on(record.now.on)
    newest = max(steps, key=lambda step: (step.effective_on, step.created_at), default=None)
    return [
        check
        for step in steps
        for check in checks_of(record, step)
        if check.code != "LEVEL" or step == newest
    ]


def _watched(record: Record) -> Watched:
    on, row = record.now.on, owed(record)
    ionized = [
        result for result in record.results if result.analyte == Analyte.IONIZED_MG and not result.doubt
    ]
    last = record.visits[-1] if record.visits else None
    answers = [a for a in record.answers if last and a.visit_id == last.pk]
    return Watched(
        on=on,
        state=State(state_of(row, on)) if row else None,
        opens_on=row.opens_on if row else None,
        closes_on=row.closes_on if row else None,
        cause=row.cause if row else "",
        ionized_mg_mmol_l=ionized[-1].canonical_value if ionized else None,
        ionized_mg_on=ionized[-1].collected_on if ionized else None,
        last_visit_on=last.visited_on if last else None,
        asked=sum(answer.answer != Answer.NOT_ASKED for answer in answers),
    )
