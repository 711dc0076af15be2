"""The labs of the chart: every result that anybody reported, and a small figure for each analyte."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.models import Clinic
from accounts.wording import clock, day
from labs.analytes import ANALYTES, Analyte
from labs.figure import Series, draw_series
from labs.loinc import WHAT
from labs.models import LabResult, ResultStatus
from labs.series import changes
from labs.units import display, is_canonical
from patients.models import Patient
from patients.timeline import Drawing
from reviews.moments import Moment
from reviews.pages.chart_figure import Table
from reviews.pages.figures import MG_HIGH, MG_LOW
from reviews.pages.lab_points import point_of, state_of
from reviews.sentences import analyte_name, interval_words

# A series of one day needs some breadth.
SHORTEST = timedelta(days=28)
NOTES = {
    Analyte.EGFR: "Calculated from creatinine by CKD-EPI 2021, unless the laboratory reported its own.",
    Analyte.TOTAL_MG: "Never on one axis with ionized magnesium: neither is converted into the other.",
}


@dataclass(frozen=True)
class ResultLine:
    """One result in words. `state` is empty, superseded, withdrawn or preliminary; `state_words` say why."""

    result: LabResult
    state: str
    state_words: str
    what: str
    compared: str
    interval: str
    interval_source: str
    measured_by: str
    sample: str

    @property
    def is_struck(self) -> bool:
        return self.state in ("superseded", "withdrawn")


@dataclass(frozen=True)
class LabFigure:
    """The small figure of one analyte, with its numbers as a table."""

    key: str
    name: str
    unit: str
    note: str
    drawing: Drawing
    table: Table


def every_result(patient: Patient) -> list[LabResult]:
    """All that nobody marked entered in error, oldest first: also what does not stand, or not yet counts."""
    rows = LabResult.objects.valid().filter(patient=patient).exclude(status=ResultStatus.ENTERED_IN_ERROR)
    rows = rows.select_related("superseded_by", "cancelled_by")
    return list(rows.order_by("collected_at", "created_at"))


def result_lines(results: Sequence[LabResult], now: Moment) -> list[ResultLine]:
    """The newest sample first."""
    return [_line(result, now.clinic) for result in reversed(results)]


def _line(result: LabResult, clinic: Clinic) -> ResultLine:
    analyte = Analyte(result.analyte)
    same = result.unit == ANALYTES[analyte].unit or is_canonical(analyte, result.unit)
    return ResultLine(
        result=result,
        state=state_of(result),
        state_words=state_words(result, clinic),
        what=WHAT.get(result.loinc, ""),
        compared="" if same else f"{result.comparator}{display(analyte, result.canonical_value)}",
        interval=interval_words(result.analyte, result.interval_low, result.interval_high),
        interval_source=result.get_interval_source_display(),
        measured_by=_measured_by(result),
        sample=_sample_words(result, clinic),
    )


def state_words(result: LabResult, clinic: Clinic) -> str:
    """Why a result does not count; empty where it does."""
    after, word = result.superseded_by, result.cancelled_by
    if after is not None:
        on = day(clinic.local_date(after.reported_at or after.received_at))
        return f"superseded by {after.get_status_display().lower()} result of {on}"
    if word is not None:
        on = day(clinic.local_date(word.reported_at or word.received_at))
        return f"withdrawn by the laboratory on {on}: {word.get_how_display()}"
    return "preliminary, does not count yet" if result.status == ResultStatus.PRELIMINARY else ""


def _measured_by(result: LabResult) -> str:
    told = (result.analyzer, result.method, result.laboratory)
    return ", ".join(word for word in told if word) or "not given"


def _sample_words(result: LabResult, clinic: Clinic) -> str:
    """What is known of the sample, beyond what casts doubt on it."""
    said = [result.specimen, result.anticoagulant, result.storage]
    said += [{True: "fasting", False: "not fasting", None: ""}[result.fasting]]
    said += [f"pH {result.ph}"] if result.ph is not None else []
    said += ["adjusted to pH 7.4"] if result.ph_adjusted else []
    if result.last_mg_dose_at is not None:
        said.append(f"last magnesium dose {_moment(result.last_mg_dose_at, clinic)}")
    return ", ".join(word for word in said if word)


def _moment(at: datetime, clinic: Clinic) -> str:
    local = at.astimezone(clinic.zone)
    return f"{day(local.date())} {clock(local)}"


def lab_figures(results: Sequence[LabResult], now: Moment) -> list[LabFigure]:
    """One figure for each analyte that was measured, all over the same time; `results` oldest first."""
    by_analyte: dict[Analyte, list[LabResult]] = {}
    for result in results:
        by_analyte.setdefault(Analyte(result.analyte), []).append(result)
    first = min((result.collected_on for result in results), default=now.on)
    first = min(first - timedelta(days=7), now.on - SHORTEST)
    last = max([now.on, *(result.collected_on for result in results)])
    found = (analyte for analyte in Analyte if analyte in by_analyte)
    return [_figure(analyte, by_analyte[analyte], first, last, now) for analyte in found]


def _figure(
    analyte: Analyte, results: Sequence[LabResult], first: date, last: date, now: Moment
) -> LabFigure:
    series = series_of(analyte, results)
    return LabFigure(
        key=f"lab-{analyte.value.lower().replace('_', '-')}",
        name=analyte_name(analyte),
        unit=ANALYTES[analyte].unit_label,
        note=NOTES.get(analyte, ""),
        drawing=draw_series(series, first, last),
        table=_table(series, results, now.clinic),
    )


def series_of(analyte: Analyte, results: Sequence[LabResult]) -> Series:
    facts, ionized = ANALYTES[analyte], analyte is Analyte.IONIZED_MG
    return Series(
        name=analyte_name(analyte),
        unit=facts.unit_label,
        decimals=facts.decimals,
        points=[point_of(result) for result in results],
        axis=(MG_LOW, MG_HIGH) if ionized else None,
        is_ionized_mg=ionized,
    )


def _table(series: Series, results: Sequence[LabResult], clinic: Clinic) -> Table:
    rows: list[tuple[str, ...]] = []
    for result, change in zip(results, changes(series.points), strict=True):
        value = f"{result.comparator}{series.shown(result.canonical_value)}"
        interval = interval_words(result.analyte, result.interval_low, result.interval_high)
        source = f"{interval}, {result.get_interval_source_display()}" if interval else "none"
        notes = [state_words(result, clinic), result.caveat, change]
        rows.append(
            (
                _moment(result.collected_at, clinic),
                value,
                result.get_interpretation_display(),
                source,
                _measured_by(result),
                ". ".join(note for note in notes if note),
            )
        )
    head = (
        "Sampled",
        series.unit or series.name,
        "Meaning",
        "Interval",
        "Analyzer, method, laboratory",
        "Note",
    )
    return Table(series.name, head, rows)


def ratio_of(calcium: LabResult, magnesium: LabResult) -> Decimal | None:
    """Ionized calcium to ionized magnesium of one sample; None where one is unclear.

    Exploratory: there are no limits (clinical facts 4.4).
    """
    unclear = any(result.comparator or result.doubt for result in (calcium, magnesium))
    if unclear or calcium.collected_at != magnesium.collected_at:
        return None
    return Decimal(calcium.canonical_value / magnesium.canonical_value)
