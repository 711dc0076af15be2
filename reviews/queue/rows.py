"""One row of the review queue: what a patient's flag, dose and ionized magnesium look like in a line."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Prefetch, Window
from django.db.models.functions import RowNumber

from accounts.models import Membership
from accounts.wording import ago, day, left, over
from labs.analytes import Analyte
from labs.models import LabResult
from labs.units import amount
from protocols.models import Protocol
from regimens.models import DoseStep
from reviews.models import Flag, Reevaluation, Rule
from reviews.moments import Moment
from reviews.pages.figures import Point, Spark, spark
from reviews.pages.lab_points import with_changes
from reviews.queue.addresses import addresses_of
from reviews.queue.groups import GROUPS
from reviews.queue.holders import Holders
from reviews.queue.standing import Place
from reviews.sentences import form_name, sentence, short, spec

SPARK_RESULTS = 6
SIDES = {"LOW": -1, "CRITICAL_LOW": -1, "HIGH": 1, "CRITICAL_HIGH": 1}


# What the sparkline reads of a result; the rows of results are wide, and each page shows some 300.
_READ = (
    "patient_id", "collected_on", "canonical_value", "interpretation", "interval_low", "interval_high",
    "comparator", "doubt", "awaits_dose", "loinc", "ph_adjusted", "analyzer", "laboratory", "method",
    "status", "superseded_by_id", "cancelled_by_id",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One patient as the queue shows it.

    `also` are the other standing flags in short, `urgent` those of them that are more urgent than this one;
    `holder` is who answers for the flag now, None for the pool; `offered_to` who may take it over.
    """

    flag: Flag
    sentence: str
    mark: str
    claim: str
    also: list[str]
    urgent: list[str]
    since: str
    since_hint: str
    dose_mg: Decimal | None
    forms: str
    spark: Spark | None
    value: str
    word: str
    side: int
    result_back: bool
    holder: Membership | None
    offered_to: Membership | None
    is_new: bool
    urls: dict[str, str]


@dataclass(frozen=True)
class _Beside:
    """What is read for all rows at once."""

    flags: dict[UUID, Flag]
    places: dict[UUID, list[Place]]
    # Steps with their derived doses, which the types do not know.
    doses: dict[UUID, list[Any]]
    results: dict[UUID, list[LabResult]]
    holders: Holders
    new_since: datetime | None


def rows_of(
    now: Moment, places: Sequence[Place], holders: Holders, new_since: datetime | None = None
) -> dict[int, list[Row]]:
    """{rank: rows} of those who head one, in order; new is what was raised after `new_since`.

    So many queries, however many rows: their patients' flags with what these point at, doses in force, last
    ionized magnesium.
    """
    rows: dict[int, list[Row]] = defaultdict(list)
    if not places:
        return rows
    by_patient: dict[UUID, list[Place]] = defaultdict(list)
    for place in places:
        by_patient[place.patient].append(place)
    flags = _flags(now, [place.flag for place in places])
    beside = _Beside(
        flags, by_patient, _doses(now, by_patient), _results(now, by_patient), holders, new_since
    )
    for place in places:
        # Between the two statements a flag may have been closed.
        if place.heads and place.flag in flags:
            rows[place.rank].append(_row(now, place, beside))
    return rows


def _row(now: Moment, place: Place, beside: _Beside) -> Row:
    flag = beside.flags[place.flag]
    steps = beside.doses.get(place.patient, [])
    results = beside.results.get(place.patient, [])
    since, hint = _since(flag, place, now)
    rule = spec(flag)
    newest = results[-1] if results else None
    at_start = newest is not None and any(newest.collected_on <= step.regimen.started_on for step in steps)
    others = [
        other
        for other in beside.places[place.patient]
        if other.flag != flag.pk and other.flag in beside.flags
    ]
    return Row(
        flag=flag,
        sentence=sentence(flag, now.on),
        mark=rule.mark,
        claim=rule.claim,
        also=[_also(other, beside, now) for other in others if other.rank >= place.rank],
        urgent=[_also(other, beside, now) for other in others if other.rank < place.rank],
        since=since,
        since_hint=hint,
        dose_mg=sum((step.elemental_mg_per_day for step in steps), Decimal(0)) if steps else None,
        forms=", ".join(sorted({form_name(step.regimen.product.form) for step in steps})),
        spark=_spark(results),
        value=newest.comparator + amount(Analyte.IONIZED_MG, newest.canonical_value) if newest else "",
        word=_word(newest, at_start),
        side=SIDES.get(newest.interpretation, 0) if newest else 0,
        result_back=flag.reevaluation is not None and flag.reevaluation.result_id is not None,
        holder=beside.holders.holder(flag),
        offered_to=beside.holders.offered_to(flag),
        is_new=beside.new_since is not None and _is_new([place, *others], beside, beside.new_since),
        urls=addresses_of(flag),
    )


def _is_new(places: Iterable[Place], beside: _Beside, since: datetime) -> bool:
    return any(beside.flags[place.flag].raised_at > since for place in places)


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


def _since(flag: Flag, place: Place, now: Moment) -> tuple[str, str]:
    """How long it has waited, and since what."""
    since = place.since_on
    if GROUPS[place.rank].key == "SNOOZED" and flag.snoozed_until:
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


def _also(place: Place, beside: _Beside, now: Moment) -> str:
    """Another standing flag in a few words."""
    words = short(beside.flags[place.flag], now.on)
    return f"{words}, snoozed" if GROUPS[place.rank].key == "SNOOZED" else words


def _flags(now: Moment, ids: list[UUID]) -> dict[UUID, Flag]:
    """What they point at is fetched by keys: one join of ten tables takes longer to plan than to answer."""
    windows = Reevaluation.objects.select_related("result", "step__regimen__product")
    # The numbers of a protocol are many, and a row tells only its version.
    protocols = Protocol.objects.defer("values")
    beside: list[Any] = [
        "patient",
        "lab_result",
        Prefetch("reevaluation", windows),
        Prefetch("protocol", protocols),
    ]
    flags = Flag.objects.of(now.clinic).standing().filter(pk__in=ids).prefetch_related(*beside)
    return {flag.pk: flag for flag in flags}


def _doses(now: Moment, patients: Iterable[UUID]) -> dict[UUID, list[Any]]:
    steps = DoseStep.objects.of(now.clinic).filter(patient__in=patients).in_force(now.on).with_dose()
    found: dict[UUID, list[Any]] = defaultdict(list)
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
    last = rows.only(*_READ).annotate(n=newest).filter(n__lte=SPARK_RESULTS)
    for result in last.order_by("collected_at"):
        found[result.patient_id].append(result)
    return found
