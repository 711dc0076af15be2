"""The sweep of one large clinic: cold, steady, and the next morning, when one patient in a hundred is due.

For comparison a loop that asks the rules patient by patient, as a first draft would.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.models import Clinic
from benchmarks import statement
from benchmarks.measure import Measured, Ratio
from patients.models import Patient
from reviews.due import due_since
from reviews.models import Flag, Sweep
from reviews.moments import Moment
from reviews.night import check
from reviews.raising import review_patient
from reviews.sweep import sweep

STEADY_GOAL, COLD_GOAL, DUE_GOAL = 0.25, 3.0, 1.5
EMPTY = "TRUNCATE reviews_flag, reviews_flagevent, reviews_sweep, bench_flag"
NEXT_MORNING = timedelta(days=1)


class Disagreement(Exception):
    """The sweep and the statement do not raise the same flags."""


def measure(clinic: Clinic, at: datetime, runs: int, looped: int, measured: Measured) -> dict[str, int]:
    """Interleaved runs of scan, statement and sweep; returns how many flags each kind of sweep raised.

    `looped`: of how many patients the loop is.
    """
    _execute(statement.MAKE_COPY)
    counts: dict[str, int] = {}
    for _ in range(runs):
        _scan(measured)
        _execute(EMPTY)
        measured.run("statement, cold", lambda: _statement(clinic, at))
        counts["flags raised, cold"] = _swept(measured, "sweep, cold", clinic, at)
        _compare()
        _execute("VACUUM ANALYZE")  # as autovacuum has done by the next night
        counts["flags raised, steady"] = _swept(measured, "sweep, steady", clinic, at, only_due=True)
        _swept(measured, "sweep, steady, of everybody", clinic, at)
        counts |= _next_morning(measured, clinic, at + NEXT_MORNING)
    _execute(EMPTY)
    counts["patients of the loop"] = _loop(measured, clinic, at, looped)
    _execute(EMPTY)
    check(clinic, at=at)  # as a worker does at night: the pages that are measured next stand on it
    return counts


def ratios(measured: Measured, counts: dict[str, int]) -> list[Ratio]:
    """`counts`: how many patients there are, and of how many the loop was."""
    per_patient = measured.median("loop over patients") / counts["patients of the loop"]
    swept = measured.median("sweep, cold") / counts["patients_patient"]
    scan, cold = measured.median("scan"), measured.median("statement, cold")
    due = measured.median("statement, due patients")
    return [
        Ratio("sweep, steady / scan", measured.median("sweep, steady") / scan, STEADY_GOAL),
        Ratio("sweep, cold / statement, cold", measured.median("sweep, cold") / cold, COLD_GOAL),
        Ratio(
            "sweep, due patients / statement of them", measured.median("sweep, due patients") / due, DUE_GOAL
        ),
        Ratio("loop / sweep, cold, per patient", per_patient / swept),
        Ratio("sweep, steady, of everybody / scan", measured.median("sweep, steady, of everybody") / scan),
    ]


def _scan(measured: Measured) -> None:
    for setting in statement.SCAN_SETTINGS:
        _execute(setting)
    _execute(statement.scan())  # into the caches
    measured.run("scan", lambda: _execute(statement.scan()))
    for setting in statement.USUAL_SETTINGS:
        _execute(setting)


def _values(now: Moment) -> dict[str, Any]:
    return {
        "clinic": now.clinic.pk,
        "on": now.on,
        "at": now.at,
        "end_of_day": now.end_of_day,
        "protocol": now.protocol.pk,
    }


def _statement(clinic: Clinic, at: datetime) -> None:
    _execute(statement.INSERT, _values(Moment.of(clinic, at)))


def _swept(measured: Measured, name: str, clinic: Clinic, at: datetime, only_due: bool = False) -> int:
    row: Sweep | None = measured.run(name, lambda: sweep(clinic, at=at, only_due=only_due))
    if row is None or row.error:
        raise RuntimeError(f"The sweep failed: {row.error if row else 'the clinic is locked'}")
    return sum(row.raised.values())


def _next_morning(measured: Measured, clinic: Clinic, at: datetime) -> dict[str, int]:
    """Those for whom a day has come, by the statement for just them and by the sweep."""
    now = Moment.of(clinic, at)
    due = due_since(now) or []
    values = _values(now) | {"due": due}
    measured.run("statement, due patients", lambda: _execute(statement.INSERT_OF_DUE, values))
    raised = _swept(measured, "sweep, due patients", clinic, at, only_due=True)
    _compare()
    return {"patients due the next morning": len(due), "flags raised, due patients": raised}


def _loop(measured: Measured, clinic: Clinic, at: datetime, looped: int) -> int:
    """Each patient by itself, in a transaction of its own."""
    now = Moment.of(clinic, at)
    patients = list(Patient.objects.of(clinic).order_by("pk")[:looped])
    measured.run("loop over patients", lambda: [_reviewed(patient, now) for patient in patients])
    return len(patients)


@transaction.atomic
def _reviewed(patient: Patient, now: Moment) -> None:
    review_patient(patient, now)


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
