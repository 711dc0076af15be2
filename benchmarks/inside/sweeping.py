"""The sweep of one large clinic: cold, steady, and after a change about 1 % of the patients."""

from datetime import datetime

from django.db import connection

from accounts.models import Clinic
from benchmarks import statement
from benchmarks.measure import Measured, Ratio
from reviews.models import Flag, Sweep
from reviews.moments import Moment
from reviews.sweep import sweep

STEADY_GOAL, COLD_GOAL = 0.5, 4.0
EMPTY = "TRUNCATE reviews_flag, reviews_flagevent, reviews_sweep, bench_flag"
# The newest ionized magnesium of one patient in a hundred becomes out of range, as after a night of imports.
CHANGE = """
    UPDATE labs_labresult SET review_reason = 'OUT', concern = 'OUT'
    WHERE id IN (
        SELECT id FROM (
            SELECT DISTINCT ON (r.patient_id) r.id
            FROM labs_labresult r JOIN patients_patient p ON p.id = r.patient_id
            WHERE p.clinic_id = %(clinic)s AND p.status = 'ACTIVE' AND r.error_at IS NULL
            AND r.analyte = 'IONIZED_MG' AND r.review_reason = '' AND r.concern = 'NONE'
            ORDER BY r.patient_id, r.collected_at DESC
        ) AS newest
        ORDER BY md5(id::text || %(number)s)
        LIMIT (SELECT count(*) / 100 FROM patients_patient WHERE clinic_id = %(clinic)s)
    ) RETURNING id
"""
TAKE_BACK = "UPDATE labs_labresult SET review_reason = '', concern = 'NONE' WHERE id = ANY(%s)"


class Disagreement(Exception):
    """The sweep and the statement do not raise the same flags."""


def measure(clinic: Clinic, at: datetime, runs: int, measured: Measured) -> dict[str, int]:
    """Interleaved runs of scan, statement and sweep; returns how many flags each kind of sweep raised."""
    _execute(statement.MAKE_COPY)
    counts: dict[str, int] = {}
    for number in range(runs):
        _scan(measured)
        _execute(EMPTY)
        measured.run("statement, cold", lambda: _statement(clinic, at))
        counts["cold"] = _swept(measured, "sweep, cold", clinic, at)
        _compare()
        _execute("VACUUM ANALYZE")  # as autovacuum has done by the next night
        sweep(clinic, at=at)  # what is measured next finds the same caches as the scan
        counts["steady"] = _swept(measured, "sweep, steady", clinic, at)
        measured.run("statement, steady", lambda: _statement(clinic, at))
        counts["1 % changed"] = _changed(measured, clinic, at, number)
    return counts


def ratios(measured: Measured) -> list[Ratio]:
    scan, cold = measured.median("scan"), measured.median("statement, cold")
    return [
        Ratio("sweep, steady / scan", measured.median("sweep, steady") / scan, STEADY_GOAL),
        Ratio("sweep, cold / statement, cold", measured.median("sweep, cold") / cold, COLD_GOAL),
        Ratio("sweep, 1 % changed / scan", measured.median("sweep, 1 % changed") / scan),
        Ratio("statement, steady / scan", measured.median("statement, steady") / scan),
    ]


def _scan(measured: Measured) -> None:
    for setting in statement.SCAN_SETTINGS:
        _execute(setting)
    _execute(statement.scan())  # into the caches
    measured.run("scan", lambda: _execute(statement.scan()))
    for setting in statement.USUAL_SETTINGS:
        _execute(setting)


def _statement(clinic: Clinic, at: datetime) -> None:
    now = Moment.of(clinic, at)
    values = {
        "clinic": clinic.pk,
        "on": now.on,
        "at": at,
        "end_of_day": now.end_of_day,
        "protocol": now.protocol.pk,
    }
    _execute(statement.INSERT, values)


def _swept(measured: Measured, name: str, clinic: Clinic, at: datetime) -> int:
    row: Sweep | None = measured.run(name, lambda: sweep(clinic, at=at))
    if row is None or row.error:
        raise RuntimeError(f"The sweep failed: {row.error if row else 'the clinic is locked'}")
    return sum(row.raised.values())


def _changed(measured: Measured, clinic: Clinic, at: datetime, number: int) -> int:
    """Sweep after a change, which is taken back: each run, also on a kept database, measures the same."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGE, {"clinic": clinic.pk, "number": str(number)})
        changed = [key for (key,) in cursor.fetchall()]
    raised = _swept(measured, "sweep, 1 % changed", clinic, at)
    _execute(TAKE_BACK, [changed])
    if raised != len(changed):
        raise Disagreement(f"{len(changed)} results became out of range, and {raised} flags were raised.")
    return raised


def _compare() -> None:
    """Both must have raised the same flags, or the figures mean nothing."""
    for one, other in ((Flag._meta.db_table, statement.COPY), (statement.COPY, Flag._meta.db_table)):
        query = f"SELECT {statement.CAUSES} FROM {one} EXCEPT SELECT {statement.CAUSES} FROM {other}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({query}) AS missing")  # noqa: S608
            (missing,) = cursor.fetchone()
        if missing:
            raise Disagreement(f"{missing} flags of {one} are not in {other}.")


def _execute(query: str, values: object = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)  # type: ignore[arg-type]
