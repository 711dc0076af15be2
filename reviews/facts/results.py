"""Facts of laboratory results: how concerning each is, and which ask for review."""

from datetime import timedelta
from itertools import groupby

from labs.analytes import Analyte
from labs.interpretation import Interval, beyond, concern
from labs.kidney import band, kidney_causes
from labs.models import LabResult
from reviews.facts.record import Record


def keep_result_facts(record: Record) -> None:
    """Write concern and review reason of every counting result."""
    changed: list[LabResult] = []
    results = sorted(record.results, key=lambda result: result.analyte)
    for analyte, group in groupby(results, key=lambda result: result.analyte):
        series = list(group)
        facts = _kidney_facts(record, series) if analyte == Analyte.EGFR else _range_facts(record, series)
        for result, fact in zip(series, facts, strict=True):
            if fact != (result.concern, result.review_reason):
                result.concern, result.review_reason = fact
                changed.append(result)
    LabResult.objects.bulk_update(changed, ["concern", "review_reason"])


def _range_facts(record: Record, series: list[LabResult]) -> list[tuple[str, str]]:
    """(concern, review reason) of one analyte, oldest first; only the newest can ask for review."""
    facts: list[tuple[str, str]] = []
    previous: LabResult | None = None
    for result in series:
        word = _concern(record, result, previous)
        asks = result is series[-1] and word in ("OUT", "ALERT") and _is_recent(record, result)
        facts.append((word, word if asks else ""))
        previous = result
    return facts


def _concern(record: Record, result: LabResult, previous: LabResult | None) -> str:
    first = record.first_dose_on
    return str(
        concern(
            Analyte(result.analyte),
            result.canonical_value,
            Interval(result.interval_low, result.interval_high, result.interval_source)
            if result.interval_source != "NONE"
            else None,
            record.now.thresholds,
            previous=previous.interpretation if previous else None,
            before_first_dose=first is None or result.collected_on < first,
            comparator=result.comparator,
        )
    )


def _kidney_facts(record: Record, series: list[LabResult]) -> list[tuple[str, str]]:
    """A reading that entered a band below 60, or fell by a quarter, asks for review."""
    limits = record.now.thresholds
    readings = {r.pk: beyond(r.canonical_value, r.comparator) for r in series}
    too_old = {r.pk for r in series if not _is_recent(record, r)}
    causes = kidney_causes(list(readings.items()), limits, too_old)
    return [("NONE", str(band(egfr, limits)) if pk in causes else "") for pk, egfr in readings.items()]


def _is_recent(record: Record, result: LabResult) -> bool:
    """Old history that arrives late never flags."""
    received_on = record.now.clinic.local_date(result.received_at)
    return result.collected_on >= received_on - timedelta(days=record.now.thresholds.lab_flag_horizon_days)
