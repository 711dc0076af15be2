"""One row of the review queue: what a patient's flag, dose and ionized magnesium look like in a line."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.wording import ago, day, left, over
from labs.analytes import Analyte
from labs.models import LabResult
from labs.units import amount
from regimens.models import DoseStep
from reviews.models import Flag, Reevaluation, Rule
from reviews.moments import Moment
from reviews.pages.figures import Point, Spark, spark
from reviews.pages.lab_points import with_changes
from reviews.sentences import form_name, sentence, short, spec

SPARK_RESULTS = 6
SIDES = {"LOW": -1, "CRITICAL_LOW": -1, "HIGH": 1, "CRITICAL_HIGH": 1}


@dataclass(frozen=True)
class Row:
    """One patient as the queue shows it."""

    flag: Flag
    sentence: str
    mark: str
    claim: str
    also: list[str]
    since: str
    since_hint: str
    dose_mg: Decimal | None
    forms: str
    spark: Spark | None
    value: str
    word: str
    side: int
    result_back: bool


def rows_of(now: Moment, flags: Sequence[Any], others: QuerySet[Any]) -> dict[int, list[Row]]:
    """{rank: rows} of `flags`, one per patient; `others` are the further standing flags of these patients.

    Three queries, however many rows: the others, the doses in force, the last ionized magnesium results.
    """
    patients = [flag.patient_id for flag in flags]
    doses, results, also = _doses(now, patients), _results(now, patients), _also(now, others)
    rows: dict[int, list[Row]] = defaultdict(list)
    for flag in flags:
        steps = doses.get(flag.patient_id, [])
        measured = results.get(flag.patient_id, [])
        rows[flag.rank].append(_row(now, flag, steps, measured, also.get(flag.patient_id, [])))
    return rows


def _row(now: Moment, flag: Any, steps: list[Any], results: list[LabResult], also: list[str]) -> Row:
    since, hint = _since(flag, now)
    rule = spec(flag)
    newest = results[-1] if results else None
    side = SIDES.get(newest.interpretation, 0) if newest else 0
    at_start = newest is not None and any(newest.collected_on <= step.regimen.started_on for step in steps)
    return Row(
        flag=flag,
        sentence=sentence(flag, now.on),
        mark=rule.mark,
        claim=rule.claim,
        also=also,
        since=since,
        since_hint=hint,
        dose_mg=sum((step.elemental_mg_per_day for step in steps), Decimal(0)) if steps else None,
        forms=", ".join(sorted({form_name(step.regimen.product.form) for step in steps})),
        spark=_spark(results),
        value=newest.comparator + amount(Analyte.IONIZED_MG, newest.canonical_value) if newest else "",
        word=_word(newest, at_start),
        side=side,
        result_back=flag.reevaluation is not None and flag.reevaluation.result_id is not None,
    )


def _word(newest: LabResult | None, at_start: bool) -> str:
    if newest is None:
        return "no result"
    return "at start" if at_start else newest.get_interpretation_display()


def _spark(results: list[LabResult]) -> Spark | None:
    points = [
        Point(r.collected_on, r.canonical_value, SIDES.get(r.interpretation, 0), seen.joins, bool(change))
        for r, (seen, change) in zip(results, with_changes(results), strict=True)
    ]
    return spark(points, results[-1].interval_low, results[-1].interval_high) if results else None


SINCE_WORDS = {
    Rule.SYMPTOM: "reported",
    Rule.OUTCOME_WORSE: "answered",
    Rule.DOSE_ABOVE_CAP: "since",
    Rule.INTERACTION: "since",
}


def _since(flag: Any, now: Moment) -> tuple[str, str]:
    """How long it has waited, and since what."""
    since: date = flag.since_on
    if flag.standing_state == "SNOOZED" and flag.snoozed_until:
        until = now.clinic.local_date(flag.snoozed_until)
        return "snoozed", f"until {day(until, year=False)}"
    if flag.rule == Rule.RE_EVALUATION and flag.reevaluation:
        return _since_window(flag.reevaluation, now.on)
    if flag.rule == Rule.LAB_NOT_BACK:
        return over(since, now.on), f"expected {day(since, year=False)}"
    word = SINCE_WORDS.get(Rule(flag.rule), "result")
    if flag.expected_result_id:
        word = "due"
    return ago(since, now.on), f"{word} {day(since, year=False)}"


def _since_window(row: Reevaluation, on: date) -> tuple[str, str]:
    if row.result is not None:
        return ago(row.result.collected_on, on), f"due by {day(row.closes_on, year=False)}"
    if row.closes_on < on:
        return over(row.closes_on, on), f"due by {day(row.closes_on, year=False)}"
    return left(row.closes_on, on), f"opened {day(row.opens_on, year=False)}"


def _also(now: Moment, others: QuerySet[Any]) -> dict[UUID, list[str]]:
    """The other standing flags of the patients shown, in a few words each."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for flag in others:
        found[flag.patient_id].append(short(flag, now.on))
    return found


def _doses(now: Moment, patients: Iterable[UUID]) -> dict[UUID, list[DoseStep]]:
    steps = DoseStep.objects.of(now.clinic).filter(patient__in=patients).in_force(now.on).with_dose()
    found: dict[UUID, list[DoseStep]] = defaultdict(list)
    for step in steps.select_related("regimen__product"):
        found[step.patient_id].append(step)
    return found


def _results(now: Moment, patients: Iterable[UUID]) -> dict[UUID, list[LabResult]]:
    """The last ionized magnesium results of each patient, oldest first."""
    newest = Window(RowNumber(), partition_by=F("patient"), order_by=F("collected_at").desc())
    rows = (
        LabResult.objects.of(now.clinic).counting().filter(patient__in=patients, analyte=Analyte.IONIZED_MG)
    )
    found: dict[UUID, list[LabResult]] = defaultdict(list)
    for result in rows.annotate(n=newest).filter(n__lte=SPARK_RESULTS).order_by("collected_at"):
        found[result.patient_id].append(result)
    return found
