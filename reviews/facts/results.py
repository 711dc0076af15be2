"""Facts of laboratory results: how concerning each is, and which ask for review."""

from datetime import timedelta
from itertools import groupby
from typing import Any

from labs.analytes import Analyte
from labs.interpretation import Interval, beyond, concern, default_interval, interpret
from labs.kidney import band, kidney_causes
from labs.models import LabResult
from reviews.facts.record import Record
from reviews.models import Flag, FlagState

FACTS = ("concern", "review_reason", "interval_low", "interval_high", "interval_source", "interpretation")


def keep_result_facts(record: Record) -> None:
    """Write concern and review reason of every counting result.

    Only the newest of an analyte is live, and only until it has a flag: it is judged by the version in force.
    All others keep the version by which they were judged.
    """
    before = {result.pk: _facts(result) for result in record.results}
    flagged = _flagged(record)
    results = sorted(record.results, key=lambda result: result.analyte)
    for analyte, group in groupby(results, key=lambda result: result.analyte):
        series = list(group)
        if series[-1].pk not in flagged:
            _judge_anew(record, series[-1])
        if analyte == Analyte.EGFR:
            _keep_kidney_facts(record, series, flagged)
        else:
            _keep_range_facts(record, series)
    changed = [result for result in results if _facts(result) != before[result.pk]]
    LabResult.objects.bulk_update(changed, [*FACTS, "protocol"])


def _facts(result: LabResult) -> tuple[Any, ...]:
    return result.protocol_id, *(getattr(result, name) for name in FACTS)


def _flagged(record: Record) -> set[Any]:
    rows = Flag.objects.filter(patient=record.patient, lab_result__isnull=False)
    return set(rows.exclude(state=FlagState.CLEARED).values_list("lab_result", flat=True))


def _judge_anew(record: Record, result: LabResult) -> None:
    """Interval and interpretation by the version in force; the laboratory's own interval stays."""
    if result.protocol_id == record.now.protocol.pk:
        return
    analyte, limits = Analyte(result.analyte), record.now.thresholds
    if result.interval_source not in ("RESULT", "LABORATORY"):
        interval = default_interval(analyte, limits)
        result.interval_low, result.interval_high = (
            (interval.low, interval.high) if interval else (None, None)
        )
        result.interval_source = interval.source if interval else "NONE"
    result.interpretation = interpret(
        analyte, result.canonical_value, _interval(result), limits, result.comparator
    )
    result.protocol = record.now.protocol


def _interval(result: LabResult) -> Interval | None:
    if result.interval_source == "NONE":
        return None
    return Interval(result.interval_low, result.interval_high, result.interval_source)


def _keep_range_facts(record: Record, series: list[LabResult]) -> None:
    """One analyte, oldest first; only the newest can ask for review."""
    previous: LabResult | None = None
    for result in series:
        result.concern = _concern(record, result, previous)
        asks = result is series[-1] and result.concern in ("OUT", "ALERT") and _is_recent(record, result)
        result.review_reason = result.concern if asks else ""
        previous = result


def _concern(record: Record, result: LabResult, previous: LabResult | None) -> str:
    first = record.first_dose_on
    return str(
        concern(
            Analyte(result.analyte),
            result.canonical_value,
            _interval(result),
            record.limits_of(result.protocol_id),
            previous=previous.interpretation if previous else None,
            before_first_dose=first is None or result.collected_on < first,
            comparator=result.comparator,
        )
    )


def _keep_kidney_facts(record: Record, series: list[LabResult], flagged: set[Any]) -> None:
    """A reading that entered a band below 60, or fell by a quarter, asks for review.

    Which reading that is depends on all of them, so each is judged anew, but for those that have a flag.
    """
    limits = record.now.thresholds
    readings = {r.pk: beyond(r.canonical_value, r.comparator) for r in series}
    too_old = {r.pk for r in series if not _is_recent(record, r)}
    causes = kidney_causes(list(readings.items()), limits, too_old)
    kept = {r.pk for r in series if r.pk in flagged and r.protocol_id != record.now.protocol.pk}
    for result in (r for r in series if r.pk not in kept):
        result.concern = "NONE"
        result.review_reason = str(band(readings[result.pk], limits)) if result.pk in causes else ""


def _is_recent(record: Record, result: LabResult) -> bool:
    """Old history that arrives late never flags."""
    received_on = record.now.clinic.local_date(result.received_at)
    horizon = timedelta(days=record.limits_of(result.protocol_id).lab_flag_horizon_days)
    return result.collected_on >= received_on - horizon
