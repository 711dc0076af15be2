"""Where the rows of a file are, by what the check found and by where they went: each row once in each sum."""

from typing import Any

from django.db.models import Count

from labs.models import Import, ImportRow, RowOutcome, Settled


def counts_checked(source: Import) -> dict[str, int]:
    """{rows, ready, converted, already_stored, unmatched, errors}; the last five add up to the first."""
    found = _by(source, "outcome")
    counts = {_NAMES[outcome]: found.get(outcome, 0) for outcome in RowOutcome}
    return {"rows": sum(counts.values()), **counts}


def counts_settled(source: Import) -> dict[str, int]:
    """{rows, stored, already_stored, parked, refused}; stored, the last four add up to the first."""
    found = _by(source, "settled")
    return {"rows": sum(found.values()), **{s.lower(): found.get(s, 0) for s in Settled}}


def check_sum(source: Import) -> None:
    """Raises AssertionError when a row went nowhere: the commit is taken back and nothing is stored."""
    counts = counts_settled(source)
    accounted = sum(number for name, number in counts.items() if name != "rows")
    if accounted != counts["rows"]:
        raise AssertionError(f"{counts['rows']} rows, of which {accounted} are accounted for.")


def _by(source: Import, name: str) -> dict[Any, int]:
    rows = ImportRow.objects.filter(source=source).order_by()
    return dict(rows.values_list(name).annotate(Count("pk")))


_NAMES = {
    RowOutcome.READY: "ready",
    RowOutcome.CONVERTED: "converted",
    RowOutcome.ALREADY_STORED: "already_stored",
    RowOutcome.UNMATCHED: "unmatched",
    RowOutcome.ERROR: "errors",
}
