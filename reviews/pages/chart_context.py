"""The rows of the timeline's lane for wearables: context beside the course, never a fact of it."""

from collections.abc import Sequence
from datetime import date

from accounts.wording import day
from patients.course import ContextRow
from patients.models import Patient
from reviews.moments import Moment
from wearables.record import KindRecord, Wearables

# The lane stays quiet: so many kinds, the others are on the page of wearables.
MOST_ROWS = 4
CLAIM = "C30"


def context_rows(patient: Patient, now: Moment, first: date) -> list[ContextRow]:
    """The kinds that stand on the chart, from `first` to today."""
    wearables = Wearables(patient, now.clinic, first, now.on)
    chosen = [record for record in wearables.kinds if record.on_chart]
    return [record.row() for record in chosen[:MOST_ROWS]]


def context_lines(rows: Sequence[ContextRow]) -> list[tuple[str, ...]]:
    """The same numbers as lines of the table, a day each, after the facts of the course."""
    said: dict[date, list[str]] = {}
    for row in rows:
        for run in row.runs:
            for point in run:
                said.setdefault(point.on, []).append(f"{row.name} {row.shown(point.value)} {row.unit}")
    return [(day(on), "Wearables, investigational", "; ".join(said[on])) for on in sorted(said)]


def day_lines(record: KindRecord) -> list[tuple[str, ...]]:
    """The table under the figure of one kind, newest first: who speaks, of how many readings, who beside."""
    row = record.row()
    return [
        (
            day(shown.on),
            row.shown(shown.spoken.value),
            str(record.device(shown.spoken.device)),
            str(shown.spoken.count),
            "; ".join(f"{record.device(other.device)}: {row.shown(other.value)}" for other in shown.beside),
        )
        for shown in reversed(record.daily.days)
    ]
