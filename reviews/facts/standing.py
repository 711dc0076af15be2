"""Which version of each laboratory result stands, from all that was said of it and nobody marked in error."""

from collections.abc import Hashable
from typing import Any

from labs.models import LabResult, ResultCancellation, ResultStatus
from labs.versions import Version, cancelled, superseded
from reviews.facts.record import Record


def keep_standing(record: Record) -> None:
    """Write what supersedes or cancels each result; an eGFR that we derived follows its creatinine.

    What does not stand asks for no review: its facts go with it.
    """
    rows = LabResult.objects.valid().filter(patient=record.patient)
    results: list[LabResult] = list(rows.exclude(status=ResultStatus.ENTERED_IN_ERROR).order_by("pk"))
    before = {result.pk: _facts(result) for result in results}
    reported = [_version(result) for result in results if result.derived_from_id is None]
    lower: dict[Hashable, Any] = {**superseded(reported)}
    _mark(results, lower, _cancellations(record, reported))
    _follow(results)
    changed = [result for result in results if _facts(result) != before[result.pk]]
    for result in changed:
        if result.superseded_by_id or result.cancelled_by_id:
            result.concern, result.review_reason = "NONE", ""
    LabResult.objects.bulk_update(changed, ["superseded_by", "cancelled_by", "concern", "review_reason"])


def _facts(result: LabResult) -> tuple[Any, Any]:
    return result.superseded_by_id, result.cancelled_by_id


def _version(result: LabResult) -> Version:
    return Version(
        key=result.pk,
        identity=_identity(result.source, result.source_id),
        sample=(result.analyte, result.loinc, result.collected_at),
        status=result.status,
        reported_at=result.reported_at,
        came=(result.received_at, str(result.pk)),
    )


def _identity(source: str, source_id: str) -> str:
    return f"{source}|{source_id}" if source_id else ""


def _cancellations(record: Record, reported: list[Version]) -> dict[Hashable, Any]:
    """{key of a result that the laboratory took back: key of that word}."""
    rows = ResultCancellation.objects.valid().filter(patient=record.patient)
    said = {_identity(row.source, row.source_id): row.pk for row in rows.order_by("received_at")}
    by_key = {version.key: version.identity for version in reported}
    return {key: said[by_key[key]] for key in cancelled(reported, said.keys())}


def _mark(results: list[LabResult], lower: dict[Hashable, Any], taken_back: dict[Hashable, Any]) -> None:
    for result in results:
        result.superseded_by_id = lower.get(result.pk)
        result.cancelled_by_id = taken_back.get(result.pk)


def _follow(results: list[LabResult]) -> None:
    by_key = {result.pk: result for result in results}
    for result in results:
        if result.derived_from_id in by_key:
            parent = by_key[result.derived_from_id]
            result.superseded_by_id, result.cancelled_by_id = parent.superseded_by_id, parent.cancelled_by_id
