"""Raising and clearing flags: one statement each, with PostgreSQL as the referee of "once".

Raw SQL, as only `reviews.queue.standing` has beside it. No conflict target is named, so every partial
unique index of `Flag` counts: a cause never has two flags that are not CLEARED, whoever comes first,
however often.
"""

from typing import Any

from django.db import connection
from django.db.models import F, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.sql import Query

from labs.models import ExpectedResult, LabResult
from patients.models import Outcome, Patient, SymptomAnswer
from regimens.models import Finding
from reviews.models import Flag, FlagAct, FlagEvent, FlagState, Reevaluation
from reviews.moments import Moment
from reviews.rule_parts import RuleSpec
from reviews.rules import RULES

_FLAG_COLUMNS = (
    "clinic_id", "patient_id", "rule", "severity", "emergency", "raised_at", "due_by", "protocol_id",
    "inputs", "owner_id", "previous_id",
)  # fmt: skip


def raise_flags(spec: RuleSpec, causes: QuerySet[Any], now: Moment) -> int:
    """Raise a flag for each cause that has none standing or resolved; returns how many."""
    fresh = unflagged(spec, causes)
    cleared = Flag.objects.filter(
        rule=spec.rule, state=FlagState.CLEARED, **{spec.cause: OuterRef("pk")}
    ).order_by("-raised_at", "-pk")
    rows = fresh.annotate(
        flag_rule=Value(str(spec.rule)),
        flag_raised_at=Value(now.at),
        flag_protocol=Value(now.protocol.pk),
        flag_previous=Subquery(cleared.values("pk")[:1]),
    ).values_list(
        "clinic_id", "patient_id", "flag_rule", "flag_severity", "flag_emergency", "flag_raised_at",
        "flag_due_by", "flag_protocol", "flag_inputs", F("patient__owner_id"), "flag_previous", "pk",
    )  # fmt: skip
    select, params = _compiled(rows.order_by().query)
    columns = ", ".join((*_FLAG_COLUMNS, f"{spec.cause}_id"))
    return _execute(
        f"""
        WITH changed AS (
            INSERT INTO {_table(Flag)} ({columns}) {select}
            ON CONFLICT DO NOTHING RETURNING id, clinic_id, version
        )
        {_INSERT_EVENT}
        """,
        [*params, FlagAct.RAISED, now.at],
    )


def unflagged(spec: RuleSpec, causes: QuerySet[Any]) -> QuerySet[Any]:
    """The causes that have no flag of the rule, standing or resolved.

    The anti-join is written as NOT IN over the rule's flags, which PostgreSQL answers with one hashed
    subplan: NOT EXISTS against an empty flag table is planned as a nested loop (240 s instead of 2.7 s).
    """
    taken = Flag.objects.filter(rule=spec.rule, **{f"{spec.cause}__isnull": False}).exclude(
        state=FlagState.CLEARED
    )
    return causes.exclude(pk__in=taken.values(spec.cause))


def clear_flags(gone: QuerySet[Any], now: Moment) -> int:
    """Clear standing flags whose cause went away, each with its reason; returns how many."""
    select, params = _compiled(gone.order_by().values_list("pk", "because").query)
    return _execute(
        f"""
        WITH gone (id, because) AS ({select}),
        changed AS (
            UPDATE {_table(Flag)} AS flag
            SET state = %s, cleared_because = gone.because, closed_at = %s, snoozed_until = NULL,
                version = flag.version + 1
            FROM gone WHERE flag.id = gone.id
            RETURNING flag.id, flag.clinic_id, flag.version
        )
        {_INSERT_EVENT}
        """,
        [*params, FlagState.CLEARED, now.at, FlagAct.CLEARED, now.at],
    )


def review_patient(patient: Patient, now: Moment) -> None:
    """Clear and raise everything about one patient; the sweep does the same for a clinic."""
    standing = set(Flag.objects.standing().filter(patient=patient).values_list("rule", flat=True))
    for spec in (spec for spec in RULES if spec.rule in standing):
        clear_flags(spec.gone(now).filter(patient=patient), now)
    live = _live_causes(patient, now)
    for spec in (spec for spec in RULES if spec.cause in live):
        raise_flags(spec, spec.causes(now).filter(patient=patient), now)


def _live_causes(patient: Patient, now: Moment) -> set[str]:
    """The kinds of cause of which the patient has a live row: a rule about another kind cannot raise.

    One short query instead of one statement a rule; most acts leave nothing that asks for review.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LIVE_CAUSES, {"patient": patient.pk, "on": now.on})
        return {cause for (cause,) in cursor.fetchall()}


def _compiled(query: Query) -> tuple[str, tuple[Any, ...]]:
    sql, params = query.sql_with_params()
    return sql, params


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _execute(sql: str, params: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


# What every rule about a kind of cause asks for at least.
_LIVE: tuple[tuple[str, type[Model], str], ...] = (
    ("reevaluation", Reevaluation, "error_at IS NULL AND met_on IS NULL AND opens_on <= %(on)s"),
    ("symptom_answer", SymptomAnswer, "error_at IS NULL AND review_reason <> ''"),
    ("lab_result", LabResult, "error_at IS NULL AND review_reason <> ''"),
    ("expected_result", ExpectedResult, "error_at IS NULL AND met_by_id IS NULL AND alert_on <= %(on)s"),
    ("outcome", Outcome, "error_at IS NULL AND review_reason <> ''"),
    ("finding", Finding, "review_from <= %(on)s"),
)
_LIVE_CAUSES = " UNION ALL ".join(
    f"SELECT '{cause}' WHERE EXISTS ("
    f"SELECT FROM {model._meta.db_table} WHERE patient_id = %(patient)s AND {condition})"
    for cause, model, condition in _LIVE
)
_INSERT_EVENT = f"""
    INSERT INTO {FlagEvent._meta.db_table} (flag_id, clinic_id, act, at, version)
    SELECT id, clinic_id, %s, %s, version FROM changed
"""
