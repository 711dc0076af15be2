"""A stored result as a point of a figure."""

from collections.abc import Sequence

from labs.loinc import WHAT
from labs.models import LabResult, ResultStatus
from labs.series import LabPoint, changes

SIDES = {"LOW": "low", "CRITICAL_LOW": "low", "HIGH": "high", "CRITICAL_HIGH": "high", "NORMAL": "in"}


def state_of(result: LabResult) -> str:
    """Empty while the result stands and counts, else superseded, withdrawn or preliminary."""
    if result.superseded_by_id:
        return "superseded"
    if result.cancelled_by_id:
        return "withdrawn"
    return "preliminary" if result.status == ResultStatus.PRELIMINARY else ""


def point_of(result: LabResult) -> LabPoint:
    """What kind of test it was follows from its code: serum or blood, as measured or adjusted to pH 7.4."""
    what = WHAT.get(result.loinc, "")
    adjusted = " adjusted to pH 7.4" if result.ph_adjusted and "adjusted" not in what else ""
    return LabPoint(
        on=result.collected_on,
        value=result.canonical_value,
        side=SIDES.get(result.interpretation, "none"),
        low=result.interval_low,
        high=result.interval_high,
        comparator=result.comparator,
        state=state_of(result),
        is_doubtful=bool(result.caveat),
        how={
            "analyzer": result.analyzer,
            "laboratory": result.laboratory,
            "method": result.method,
            "test": f"{what}{adjusted}",
        },
    )


def with_changes(results: Sequence[LabResult]) -> list[tuple[LabPoint, str]]:
    """Each result, oldest first, with what is new in how it was measured."""
    points = [point_of(result) for result in results]
    return list(zip(points, changes(points), strict=True))
