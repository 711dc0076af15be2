"""The summary of a case series beside one statement written by hand, and beside pandas over the same rows."""

from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import Clinic
from benchmarks import series_pandas
from benchmarks.measure import Measured, Ratio
from benchmarks.series_statement import SUMMARY
from caseseries.definition import CohortCriteria, OutcomeDefinition, SeriesDefinition
from caseseries.deidentify import HIDES_NOTHING
from caseseries.series import read_series
from protocols.models import Protocol
from regimens.salts import Form

OURS, STATEMENT, PANDAS = "series, summary", "series, one statement", "series, pandas with its reading"
GOAL = 2.0


def measure(clinic: Clinic, at: datetime, runs: int, measured: Measured) -> dict[str, int]:
    """Everybody with consent who started any form twelve weeks ago or more; how many people that are."""
    cut, protocol = clinic.local_date(at), Protocol.objects.in_force(clinic)
    definition = SeriesDefinition(CohortCriteria(), OutcomeDefinition.of(protocol.thresholds))
    values = {"clinic": clinic.pk, "cut": cut, "forms": [str(form) for form in Form]}
    people = 0
    for _ in range(runs):
        series = measured.run(
            OURS,
            lambda: read_series(
                clinic,
                definition,
                data_cut_on=cut,
                protocol=protocol,
                threshold=HIDES_NOTHING,
            ),
        )
        by_hand = measured.run(STATEMENT, lambda: _counted(values))
        in_memory = measured.run(PANDAS, lambda: series_pandas.summary(values))
        people = series.summary.n
        _check(series.summary, by_hand, in_memory)
    return {"people of the case series": people}


def ratios(measured: Measured) -> list[Ratio]:
    ours = measured.median(OURS)
    return [
        Ratio("series, over one statement", ours / measured.median(STATEMENT), GOAL),
        Ratio("series, over pandas with its reading", ours / measured.median(PANDAS), 1.0),
    ]


def _counted(values: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY, values)
        return cursor.fetchone()


def _check(summary: Any, by_hand: Any, in_memory: Any) -> None:
    """All three have counted the same people, or the comparison says nothing."""
    if not summary.n == by_hand[0] == in_memory["people"]:
        raise RuntimeError(f"People: {summary.n}, {by_hand[0]} and {in_memory['people']}.")
