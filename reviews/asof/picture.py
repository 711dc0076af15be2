"""What is shown of a patient as of a day: the same for the page and for the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from labs.models import LabResult
from patients.models import Patient, SymptomAnswer, SymptomEpisode, Visit
from patients.symptoms import Answer
from regimens.models import DoseStep
from reviews.asof.record import RecordAsOf
from reviews.models import Flag
from reviews.pages.chart_figure import state_of

URGENCIES = ("ACT_TODAY", "OVERDUE", "THIS_WEEK", "WINDOW_OPEN")


@dataclass(frozen=True)
class Picture:
    """One patient at the end of a day; every row is a version of then."""

    on: date
    protocol_version: int
    patient: Patient
    steps: Sequence[DoseStep]
    elemental_mg_per_day: Decimal
    symptoms: Sequence[SymptomAnswer]
    episodes: Sequence[SymptomEpisode]
    results: Sequence[LabResult]
    # Each with `state`, as of the day (`reviews.windows.State`).
    owed: Sequence[Any]
    flags: Sequence[Flag]
    visits: Sequence[Visit]


def picture_of(record: RecordAsOf) -> Picture:
    on = record.now.on
    return Picture(
        on=on,
        protocol_version=record.now.protocol.version,
        patient=record.patient,
        steps=record.steps_on(on),
        elemental_mg_per_day=record.dose_on(on).elemental_mg_per_day,
        symptoms=_latest_answers(record),
        episodes=sorted(
            record.episodes, key=lambda episode: (episode.onset_on, episode.symptom), reverse=True
        ),
        results=_newest_results(record),
        owed=[_with_state(row, on) for row in reversed(record.reevaluations)],
        flags=sorted(record.standing_flags, key=_urgency),
        visits=list(reversed(record.visits)),
    )


def _urgency(flag: Any) -> int:
    """The worst first; the newest of each kind before the others."""
    return URGENCIES.index(flag.urgency)


def _with_state(row: Any, on: date) -> Any:
    row.state = str(state_of(row, on))
    return row


def _latest_answers(record: RecordAsOf) -> list[SymptomAnswer]:
    """What was last said of each symptom that anybody asked about, the newest first."""
    asked = [answer for answer in record.answers if answer.answer != Answer.NOT_ASKED]
    latest = {answer.symptom: answer for answer in asked}
    return sorted(latest.values(), key=lambda answer: answer.visit.visited_on, reverse=True)


def _newest_results(record: RecordAsOf) -> list[LabResult]:
    """The newest counting result of each analyte, the newest first."""
    newest = {result.analyte: result for result in record.results}
    return sorted(newest.values(), key=lambda result: result.collected_at, reverse=True)
