"""The timeline of one patient: the stored rows as a course, for a period, and the same as a table."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from accounts.wording import day, number
from labs.analytes import Analyte
from labs.interpretation import default_interval
from labs.models import LabResult
from patients.course import (
    Band,
    Contact,
    Course,
    DoseStretch,
    Limit,
    MgPoint,
    Score,
    SymptomBar,
    WindowSpan,
)
from patients.models import VisitKind
from patients.timeline import Drawing, draw
from protocols.claims import claim_of
from reviews.models import Reevaluation
from reviews.pages.chart_context import CLAIM, context_lines, context_rows
from reviews.pages.chart_record import ChartRecord
from reviews.pages.lab_points import with_changes
from reviews.sentences import interval_words
from reviews.windows import state

PERIODS = {"6m": ("6 months", 183), "1y": ("1 year", 365), "all": ("All", None)}
# So far the figure looks ahead: a window that opens soon, or a planned step.
AHEAD = timedelta(days=24)
FURTHEST = timedelta(days=60)
WINDOW_WORDS = {
    "MET": "met",
    "OVERDUE": "not met, overdue",
    "OPEN": "open",
    "RESULT_BACK": "result back, not reviewed",
    "UPCOMING": "to come",
    "SUPERSEDED": "closed by a later step",
    "STOPPED": "ended with the regimen",
}


@dataclass(frozen=True)
class Table:
    """The numbers of a figure in words."""

    caption: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True)
class Figure:
    """`rests_on`: (what is drawn on the article's word alone, its claim)."""

    drawing: Drawing
    table: Table
    since: date
    rests_on: list[tuple[str, str]]


def figure_of(record: ChartRecord, period: str) -> Figure:
    """The timeline of `period` (see PERIODS); an unknown period is six months."""
    course = course_of(record)
    first = _first_day(course, period)
    course = replace(course, context=context_rows(record.patient, record.now, first))
    last = max([record.now.on + AHEAD, *(w.closes_on + timedelta(days=3) for w in course.windows)])
    last = min(last, record.now.on + FURTHEST)
    return Figure(draw(course, first, last), table_of(record, course, first), first, rests_on(course))


def course_of(record: ChartRecord) -> Course:
    """What the figure draws."""
    ionized = [result for result in record.results if result.analyte == Analyte.IONIZED_MG]
    return Course(
        today=record.now.on,
        band=_band(record, ionized),
        mg=[
            MgPoint(point.on, point.value, point.side, point.comparator, point.is_doubtful, change)
            for point, change in with_changes(ionized)
        ],
        symptoms=[
            SymptomBar(
                episode.opened_by.other_text or episode.label,
                episode.onset_on,
                episode.resolved_on,
                episode.highest_grade,
                bool(episode.opened_by.nocturnal),
            )
            for episode in record.episodes
        ],
        doses=dose_stretches(record),
        limits=_limits(record),
        visits=[Contact(visit.visited_on, visit.kind != VisitKind.CLINIC) for visit in record.visits],
        scores=[Score(outcome.answered_on, outcome.total) for outcome in record.outcomes],
        windows=[span for row in record.reevaluations if (span := _window(row, record.now.on)) is not None],
    )


def rests_on(course: Course) -> list[tuple[str, str]]:
    """What of the figure stands on the article alone; the reader finds its claim in the register."""
    claims = dict.fromkeys(window.claim for window in course.windows if window.claim)
    windows = [("Re‑evaluation window after a dose", claim) for claim in claims]
    limits = [(f"{number(limit.mg)} mg/day", limit.claim) for limit in course.limits if limit.claim]
    return windows + limits + ([("Wearables", CLAIM)] if course.context else [])


def dose_stretches(record: ChartRecord) -> list[DoseStretch]:
    """The ledger over time: elemental mg/day over all regimens, from each day on which it changed."""
    reasons = {step.effective_on: step.reason for step in record.steps}
    stops = {step.regimen.stopped_on for step in record.steps if step.regimen.stopped_on}
    gaps = {row.from_on for row in record.interruptions}
    gaps |= {row.until_on + timedelta(days=1) for row in record.interruptions if row.until_on}
    days = sorted({*reasons, *stops, *gaps})
    stretches = []
    for n, from_on in enumerate(days):
        dose = record.dose_on(from_on).elemental_mg_per_day
        if dose:
            until = days[n + 1] if n + 1 < len(days) else None
            stretches.append(DoseStretch(from_on, until, dose, reasons.get(from_on, "")))
    return stretches


def table_of(record: ChartRecord, course: Course, first: date) -> Table:
    """Every fact of the figure since `first`, oldest first; then what wearables told beside it."""
    rows = [
        *_result_rows(record),
        *_symptom_rows(course),
        *_dose_rows(course),
        *_contact_rows(record, course),
    ]
    shown = sorted(row for row in rows if row[0] >= first)
    return Table(
        caption="Course",
        head=("Date", "What", "Value"),
        rows=[*((day(on), what, value) for on, what, value in shown), *context_lines(course.context)],
    )


def _first_day(course: Course, period: str) -> date:
    days = PERIODS.get(period, PERIODS["6m"])[1]
    if days is not None:
        return course.today - timedelta(days=days)
    seen = [
        *(point.on for point in course.mg),
        *(bar.onset_on for bar in course.symptoms),
        *(stretch.from_on for stretch in course.doses),
        *(visit.on for visit in course.visits),
    ]
    return min([*seen, course.today - timedelta(days=28)]) - timedelta(days=7)


def _band(record: ChartRecord, ionized: list[LabResult]) -> Band:
    """The interval of the newest result; the protocol's where none came with it."""
    newest = ionized[-1] if ionized else None
    if newest is not None and newest.interval_low is not None and newest.interval_high is not None:
        return _named(newest.interval_low, newest.interval_high, _WHOSE[newest.interval_source])
    default = default_interval(Analyte.IONIZED_MG, record.now.thresholds)
    if default is None or default.low is None or default.high is None:
        raise ValueError("The protocol has no range of ionized magnesium.")
    return _named(default.low, default.high, "Protocol range")


_WHOSE = {
    "RESULT": "Range of the latest result",
    "LABORATORY": "Range of the laboratory",
    "PROTOCOL": "Protocol range",
}


def _named(low: Decimal, high: Decimal, whose: str) -> Band:
    return Band(low, high, f"{whose} {interval_words(Analyte.IONIZED_MG, low, high)}")


def _limits(record: ChartRecord) -> list[Limit]:
    """The level of the jurisdiction, and the article's beside it."""
    limits = record.now.thresholds
    american = record.now.clinic.jurisdiction == "US"
    level = limits.supplement_level_us_mg if american else limits.supplement_level_eu_mg
    source = "IOM 1997" if american else "EFSA/SCF"
    return [
        Limit(level, f"{number(level)} upper level for supplements, {source}"),
        Limit(
            limits.article_cap_mg,
            f"Article: {number(limits.article_cap_mg)} unless supervised, unverified",
            claim_of("article_cap_mg"),
        ),
    ]


def _window(row: Reevaluation, on: date) -> WindowSpan | None:
    """One window; none for one that closed before it opened."""
    ends = [end for end in (row.superseded_on, row.stopped_on) if end is not None]
    closed_on = min(ends, default=None)
    if row.met_on is None and closed_on is not None and closed_on <= row.opens_on:
        return None
    stands = state_of(row, on)
    closes_on = min([row.closes_on, *ends]) if stands in ("SUPERSEDED", "STOPPED") else row.closes_on
    return WindowSpan(row.opens_on, closes_on, stands, row.met_on, row.grounds.claim)


def state_of(row: Reevaluation, on: date) -> str:
    """How a re-evaluation stands on a day; the words are in WINDOW_WORDS."""
    ends = (row.met_on, row.superseded_on, row.stopped_on)
    return state(row.opens_on, row.closes_on, *ends, row.result_id is not None, on)


Row = tuple[date, str, str]


def _result_rows(record: ChartRecord) -> list[Row]:
    return [
        (r.collected_on, "Ionized Mg, mmol/L", _result_words(r))
        for r in record.results
        if r.analyte == Analyte.IONIZED_MG
    ]


def _result_words(result: LabResult) -> str:
    interval = interval_words(result.analyte, result.interval_low, result.interval_high)
    words = f"{result.comparator}{result.canonical_value:.2f}, {result.get_interpretation_display()}"
    words += f", interval {interval}" if interval else ""
    return f"{words}, {result.caveat}" if result.caveat else words


def _symptom_rows(course: Course) -> list[Row]:
    rows = []
    for bar in course.symptoms:
        grade = f"grade {bar.grade}" if bar.grade else "grade not recorded"
        gone = f"gone {day(bar.gone_on)}" if bar.gone_on else "still present"
        night = ", at night" if bar.at_night else ""
        rows.append((bar.onset_on, bar.name, f"{grade}{night}, {gone}"))
    return rows


def _dose_rows(course: Course) -> list[Row]:
    rows = []
    for stretch in course.doses:
        until = f"until {day(stretch.until_on)}" if stretch.until_on else "until further notice"
        reason = f", {stretch.reason}" if stretch.reason else ""
        rows.append(
            (stretch.from_on, "Dose, mg/day elemental", f"{number(stretch.elemental_mg)} {until}{reason}")
        )
    return rows


def _contact_rows(record: ChartRecord, course: Course) -> list[Row]:
    windows = [
        (span.opens_on, "Re-evaluation window", f"until {day(span.closes_on)}, {_met(span)}")
        for span in course.windows
    ]
    visits = [(visit.visited_on, "Visit", visit.get_kind_display().lower()) for visit in record.visits]
    return [*windows, *visits, *((score.on, "GAD-7", str(score.total)) for score in course.scores)]


def _met(span: WindowSpan) -> str:
    return f"met {day(span.met_on)}" if span.met_on else WINDOW_WORDS[span.state]
