"""Logging a visit with its flags beside the same rows inserted by hand.

The rows that an act stored are read, taken away by the owner of the tables, and inserted again as they were,
in one transaction: what is over is what the act does beside storing (reading the record, and the rules).
"""

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.actors import Actor
from accounts.models import Clinic, Membership
from benchmarks.measure import Measured, Ratio
from patients.models import Patient, Visit
from regimens.models import patients_taking
from reviews.acts.results import ResultEntry
from reviews.acts.visits import SymptomEntry, log_visit

GOAL_MS = 25.0
# What a visit stores, in the order in which it can be inserted; %s is the key of the visit.
_ANSWERS = "SELECT id FROM patients_symptomanswer WHERE visit_id = %(visit)s"
_RESULTS = "SELECT id FROM labs_labresult WHERE visit_id = %(visit)s"
_FLAGS = (
    f"SELECT id FROM reviews_flag WHERE symptom_answer_id IN ({_ANSWERS}) OR lab_result_id IN ({_RESULTS})"  # noqa: S608
)
STORED = {
    "patients_visit": "id = %(visit)s",
    "patients_symptomanswer": "visit_id = %(visit)s",
    "patients_symptomepisode": f"opened_by_id IN ({_ANSWERS})",
    "labs_labresult": "visit_id = %(visit)s",
    "reviews_flag": f"id IN ({_FLAGS})",
    "reviews_flagevent": f"flag_id IN ({_FLAGS})",
    "audit_auditevent": "object_id = %(visit)s::text",
}


def measure(clinic: Clinic, at: datetime, visits: int, measured: Measured) -> None:
    """Log so many visits, each of another patient who takes magnesium, and insert each again by hand."""
    by = Actor.of(Membership.objects.filter(clinic=clinic).select_related("user", "clinic")[0], "bench")
    taking = patients_taking(clinic.local_date(at))
    for patient in Patient.objects.of(clinic).filter(status="ACTIVE", pk__in=taking).order_by("pk")[:visits]:
        visit = measured.run("visit", partial(_logged, patient, by, at))
        rows = {table: _read(table, where, visit.pk) for table, where in STORED.items()}
        _take_away(visit.pk)
        measured.run("visit, by hand", partial(_inserted, rows))


def ratios(measured: Measured) -> list[Ratio]:
    over = (measured.median("visit") - measured.median("visit, by hand")) * 1000
    return [Ratio("visit, ms over its rows by hand", over, GOAL_MS)]


def _logged(patient: Patient, by: Actor, at: datetime) -> Visit:
    symptoms = [SymptomEntry("MUSCLE_TWITCHING", "PRESENT", 2), SymptomEntry("FATIGUE", "ABSENT")]
    low = ResultEntry(
        Decimal("0.36"), "mmol/L", at, analyte="IONIZED_MG", reference_low=Decimal("0.46"),
        reference_high=Decimal("0.60"),
    )  # fmt: skip
    on = by.clinic.local_date(at)
    return log_visit(patient=patient, by=by, at=at, visited_on=on, symptoms=symptoms, lab_results=[low]).visit


Rows = tuple[list[str], list[tuple[Any, ...]]]


def _read(table: str, where: str, visit: UUID) -> Rows:
    """(columns, rows); JSON as text, so that it goes back as it came."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type = 'jsonb' FROM information_schema.columns"
            " WHERE table_name = %s AND table_schema = 'public' ORDER BY ordinal_position",
            [table],
        )
        columns = cursor.fetchall()
        wanted = ", ".join(f'"{name}"::text' if is_json else f'"{name}"' for name, is_json in columns)
        cursor.execute(f"SELECT {wanted} FROM {table} WHERE {where}", {"visit": visit})  # noqa: S608
        return [name for name, _ in columns], cursor.fetchall()


@transaction.atomic
def _take_away(visit: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, where in reversed(STORED.items()):
            cursor.execute(f"DELETE FROM {table} WHERE {where}", {"visit": visit})  # noqa: S608


@transaction.atomic
def _inserted(tables: dict[str, Rows]) -> None:
    with connection.cursor() as cursor:
        for table, (columns, rows) in tables.items():
            names = ", ".join(f'"{name}"' for name in columns)
            places = ", ".join(["%s"] * len(columns))
            insert = f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE VALUES ({places})"  # noqa: S608
            for row in rows:
                cursor.execute(insert, row)
