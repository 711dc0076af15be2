"""What a program is told of an import: counts of the check, where the rows went, and every problem."""

from typing import Any

from labs.models import Import, ImportRow, ImportStage, RowOutcome
from reviews.importing.counting import counts_checked, counts_settled

PROBLEMS = (RowOutcome.ERROR, RowOutcome.UNMATCHED)


def report(source: Import) -> dict[str, Any]:
    """rows = ready + converted + already_stored + unmatched + errors; what concerns the file is row 0."""
    is_in = source.stage == ImportStage.COMMITTED
    return {
        "format": source.get_format_display(),
        **counts_checked(source),
        "committed": is_in,
        "settled": counts_settled(source) if is_in else None,
        "problems": _problems(source),
        "passed_over": source.passed_over,
        "dialect": source.dialect,
    }


def refused(reason: str) -> dict[str, Any]:
    """The same of a file that was not even kept: too large, empty, or not to be opened."""
    counts = dict.fromkeys(("rows", "ready", "converted", "already_stored", "unmatched", "errors"), 0)
    return {
        "format": "", **counts, "committed": False, "settled": None,
        "problems": [{"row": 0, "reason": reason}], "passed_over": {}, "dialect": [],
    }  # fmt: skip


def _problems(source: Import) -> list[dict[str, Any]]:
    if source.stage == ImportStage.REFUSED:
        return [{"row": 0, "reason": source.refusal}]
    rows = ImportRow.objects.filter(source=source, outcome__in=PROBLEMS).order_by("number")
    found = [
        {"row": number, "place": place, "reason": reason}
        for number, place, reason in rows.values_list("number", "place", "reason")
    ]
    return [{"row": 0, "reason": source.error}, *found] if source.error else found
