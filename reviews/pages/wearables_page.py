"""What the page of wearables shows of each kind: figure, table, who speaks, and silences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.wording import day, number
from patients.timeline import Drawing
from reviews.pages.chart_context import day_lines
from reviews.pages.chart_figure import Table, dose_stretches
from reviews.pages.chart_record import ChartRecord
from wearables.figure import draw_kind
from wearables.kinds import KINDS
from wearables.record import KindRecord, Wearables
from wearables.sources import Gap

PERIODS = {"3m": ("3 months", 92), "6m": ("6 months", 183), "1y": ("1 year", 366)}
# Silences that are listed in words; the figure and the table have them all.
MOST_GAPS = 3


@dataclass(frozen=True)
class KindCard:
    """One kind in the period; `days` is on how many of `of_days` there was a reading."""

    record: KindRecord
    drawing: Drawing
    table: Table
    days: int
    of_days: int
    gaps: Sequence[Gap]
    more_gaps: int


def kind_cards(wearables: Wearables, record: ChartRecord) -> list[KindCard]:
    """The kinds with a reading in the period. Dose steps stand beside them as dates, and explain nothing."""
    steps = [
        (stretch.from_on, f"{number(stretch.elemental_mg)} mg/day") for stretch in dose_stretches(record)
    ]
    return [_card(kind, wearables, steps) for kind in wearables.kinds]


def _card(kind: KindRecord, wearables: Wearables, steps: Sequence[tuple[date, str]]) -> KindCard:
    first = max(wearables.first, kind.daily.days[0].on)
    gaps = list(reversed(kind.daily.gaps))
    return KindCard(
        record=kind,
        drawing=draw_kind(kind.row(), wearables.first, wearables.last, steps),
        table=_table(kind),
        days=len(kind.daily.days),
        of_days=(wearables.last - first).days + 1,
        gaps=gaps[:MOST_GAPS],
        more_gaps=max(len(gaps) - MOST_GAPS, 0),
    )


def _table(kind: KindRecord) -> Table:
    facts = KINDS[kind.kind]
    head = ("Day", f"{facts.short_label}, {facts.unit_label}", "Device", "Readings", "Beside it")
    silences = [
        (gap.first, (day(gap.first), f"none until {day(gap.last)}", "", "", "")) for gap in kind.daily.gaps
    ]
    spoken = zip((shown.on for shown in reversed(kind.daily.days)), day_lines(kind), strict=True)
    rows: list[tuple[date, tuple[str, ...]]] = [*spoken, *silences]
    rows.sort(key=lambda row: row[0], reverse=True)
    return Table(facts.label, head, [row for _, row in rows])
