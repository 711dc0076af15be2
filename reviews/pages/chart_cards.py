"""The cards of the chart: values by day, visits in a line each, the regimen, what else bears on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.wording import day, number
from labs.analytes import ANALYTES, Analyte
from labs.models import LabResult
from labs.units import amount
from patients.models import DatedEntry, Outcome, SymptomAnswer, Visit
from patients.symptoms import Answer
from regimens.models import DoseStep
from reviews.pages.chart_labs import ratio_of
from reviews.pages.chart_record import ChartRecord
from reviews.sentences import analyte_name, interval_words


@dataclass(frozen=True)
class LabCell:
    """One value of one day; `side` is high, low or blank."""

    value: str
    side: str = ""
    interval: str = ""
    caveat: str = ""


@dataclass(frozen=True)
class LabDay:
    on: date
    cells: list[LabCell | None]
    ratio: str


@dataclass(frozen=True)
class LabTable:
    """Values by day, newest first; only analytes that were measured have a column."""

    columns: list[tuple[str, str]]
    days: list[LabDay]
    has_ratio: bool
    more: int


@dataclass(frozen=True)
class VisitLine:
    visit: Visit
    words: str
    gad7: int | None


@dataclass(frozen=True)
class DoseLine:
    """One regimen as it is taken today."""

    step: DoseStep
    elemental_mg: Decimal
    compound_mg: Decimal
    share_percent: Decimal
    history: list[Decimal] = field(default_factory=list)


@dataclass(frozen=True)
class EntryLine:
    """One dated entry with the words of its value."""

    entry: DatedEntry
    kind: str
    words: str


def lab_table(results: Sequence[LabResult], most: int | None = None) -> LabTable:
    """The newest `most` days (all when None) of counting results."""
    by_day: dict[date, dict[str, LabResult]] = {}
    for result in results:
        by_day.setdefault(result.collected_on, {})[result.analyte] = result
    measured = {result.analyte for result in results} | {Analyte.IONIZED_MG}
    columns = [analyte for analyte in Analyte if analyte in measured]
    newest = sorted(by_day, reverse=True)
    days = [
        LabDay(on, [_cell(by_day[on].get(analyte)) for analyte in columns], _ratio(by_day[on]))
        for on in newest[:most]
    ]
    return LabTable(
        columns=[(analyte_name(analyte), ANALYTES[analyte].unit_label) for analyte in columns],
        days=days,
        has_ratio=any(day.ratio for day in days),
        more=len(newest) - len(days),
    )


def _cell(result: LabResult | None) -> LabCell | None:
    if result is None:
        return None
    side = {"LOW": "low", "CRITICAL_LOW": "low", "HIGH": "high", "CRITICAL_HIGH": "high"}
    return LabCell(
        value=result.comparator + _shown(Analyte(result.analyte), result.canonical_value),
        side=side.get(result.interpretation, ""),
        interval=interval_words(result.analyte, result.interval_low, result.interval_high),
        caveat=result.caveat,
    )


def _shown(analyte: Analyte, value: Decimal) -> str:
    """The number without its unit, which stands above; eGFR without a needless zero."""
    shown = amount(analyte, value)
    return number(Decimal(shown)) if analyte is Analyte.EGFR else shown


def _ratio(day: dict[str, LabResult]) -> str:
    """Ionized Ca to ionized Mg: exploratory, it has no limits (clinical facts 4.4)."""
    calcium, magnesium = day.get(Analyte.IONIZED_CA), day.get(Analyte.IONIZED_MG)
    if calcium is None or magnesium is None:
        return ""
    ratio = ratio_of(calcium, magnesium)
    return f"{ratio:.2f}" if ratio is not None else ""


def visit_lines(record: ChartRecord) -> list[VisitLine]:
    """Visits newest first, each with what was said, changed and scored."""
    answers: dict[Any, list[SymptomAnswer]] = {}
    for answer in record.answers:
        answers.setdefault(answer.visit_id, []).append(answer)
    gone = {(episode.symptom, episode.resolved_on) for episode in record.episodes if episode.resolved_on}
    totals = {outcome.visit_id: outcome.total for outcome in record.outcomes}
    steps: dict[Any, list[DoseStep]] = {}
    for step in record.steps:
        steps.setdefault(step.visit_id, []).append(step)
    return [
        VisitLine(
            visit,
            _visit_words(visit, answers.get(visit.pk, []), gone, steps.get(visit.pk, [])),
            totals.get(visit.pk),
        )
        for visit in reversed(record.visits)
    ]


def _visit_words(
    visit: Visit, answers: list[SymptomAnswer], gone: set[tuple[str, date]], steps: list[DoseStep]
) -> str:
    said = ["Re\N{NON-BREAKING HYPHEN}evaluation"] if visit.is_re_evaluation else []
    said += [f"Told by {visit.get_told_by_display()}"] if visit.told_by else []
    said += [_present_words(answer) for answer in answers if answer.answer == Answer.PRESENT]
    said += [
        f"{answer.label} gone"
        for answer in answers
        if answer.answer == Answer.ABSENT and (answer.symptom, visit.visited_on) in gone
    ]
    if visit.adherence_percent is not None:
        said.append(f"Adherence {visit.adherence_percent}\N{NO-BREAK SPACE}%")
    said += [
        f"Dose {number(step.dose().elemental_mg_per_day)} mg/day elemental from {day(step.effective_on)}"
        for step in steps
    ]
    return ". ".join(said) + "." if said else ""


def _present_words(answer: SymptomAnswer) -> str:
    grade = f"grade {answer.grade}" if answer.grade else "grade not recorded"
    night = ", at night" if answer.nocturnal else ""
    since = f" since {day(answer.onset_on)}" if answer.onset_on else ""
    return f"{answer.other_text or answer.label}, {grade}{night}{since}"


def dose_lines(record: ChartRecord) -> list[DoseLine]:
    """What is taken today, regimen by regimen."""
    return [_dose_line(record, step) for step in record.steps_on(record.now.on)]


def _dose_line(record: ChartRecord, step: DoseStep) -> DoseLine:
    dose, product = step.dose(), step.regimen.product
    history = [
        other.dose().elemental_mg_per_day for other in record.steps if other.regimen_id == step.regimen_id
    ]
    share = product.elemental_mg_per_unit / product.compound_mg_per_unit * 100
    return DoseLine(
        step, dose.elemental_mg_per_day, dose.compound_mg_per_day, share.quantize(Decimal("0.1")), history
    )


def entry_lines(record: ChartRecord, kind: str, entries: Sequence[DatedEntry]) -> list[EntryLine]:
    """Entries in force today, with what is known of each."""
    return [EntryLine(entry, kind, _entry_words(entry)) for entry in entries if entry.holds_on(record.now.on)]


# UCUM as people write it.
PLAIN_UNITS = {"mg/d": "mg/day", "ug/d": "µg/day", "ug": "µg"}


def _entry_words(entry: DatedEntry) -> str:
    times = ", ".join(f"{at:%H:%M}" for at in getattr(entry, "taken_at", []))
    amount = f"{entry.value} {PLAIN_UNITS.get(entry.unit, entry.unit)}".strip()
    return ", ".join(word for word in (amount, times) if word)


def gad7_change(outcomes: Sequence[Outcome]) -> tuple[Outcome, Outcome] | None:
    """The first and the newest total; None until there are two."""
    return (outcomes[0], outcomes[-1]) if len(outcomes) > 1 else None
