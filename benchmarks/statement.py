"""What the sweep is measured against: one scan of the tables that the rules read, and one statement.

The statement is written by hand, with the same rules, into a copy of the flag table (indexes, checks and
foreign keys included; no history). It is the floor of what raising these flags costs.
"""

COPY = "bench_flag"

# What the rules read, by table.
_READ = {
    "patients_patient": "id, clinic_id, status, returns_on, unreachable_since, owner_id",
    "reviews_reevaluation": (
        "id, clinic_id, patient_id, error_at, met_on, superseded_on, stopped_on, opens_on, closes_on, cause,"
        " anchored_on, trail, met_by_result_id, met_by_visit_id"
    ),
    "patients_symptomanswer": (
        "id, clinic_id, patient_id, visit_id, error_at, review_reason, urgency, symptom, other_text, grade,"
        " nocturnal, onset_on"
    ),
    "patients_visit": "id, visited_on",
    "labs_labresult": (
        "id, clinic_id, patient_id, error_at, status, review_reason, concern, analyte, value, unit,"
        " comparator, canonical_value, interval_low, interval_high, interval_source, interpretation,"
        " collected_on, collected_at"
    ),
    "labs_expectedresult": (
        "id, clinic_id, patient_id, error_at, why, analyte, owed_from, due_on, alert_on, met_by_id,"
        " withdrawn_at"
    ),
    "patients_outcome": "id, clinic_id, patient_id, error_at, review_reason, total, answered_on",
    "regimens_regimen": "patient_id, error_at, started_on, stopped_on",
    "regimens_finding": (
        "id, clinic_id, patient_id, check_code, subject, sentence, hours_apart, mark, source, review_from,"
        " act_today, holds_from, holds_until"
    ),
}


def scan() -> str:
    """Reads each column that the rules read, in one sequential pass over each table."""
    parts = []
    for table, columns in _READ.items():
        counts = " + ".join(f"count({column.strip()})" for column in columns.split(","))
        parts.append(f"(SELECT {counts} FROM {table})")  # noqa: S608  # names of our own
    return f"SELECT {' + '.join(parts)}"


# Sequential and in one process: the work itself, not how many cores do it.
SCAN_SETTINGS = (
    "SET max_parallel_workers_per_gather = 0",
    "SET enable_indexscan = off",
    "SET enable_indexonlyscan = off",
    "SET enable_bitmapscan = off",
)
USUAL_SETTINGS = (
    "RESET max_parallel_workers_per_gather",
    "RESET enable_indexscan",
    "RESET enable_indexonlyscan",
    "RESET enable_bitmapscan",
)

MAKE_COPY = f"""
    DROP TABLE IF EXISTS {COPY};
    CREATE TABLE {COPY} (LIKE reviews_flag INCLUDING ALL);
    DO $$ DECLARE key record; BEGIN
        FOR key IN SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
                   WHERE conrelid = 'reviews_flag'::regclass AND contype = 'f'
        LOOP
            EXECUTE format('ALTER TABLE {COPY} ADD CONSTRAINT %I %s', 'b_' || key.conname, key.definition);
        END LOOP;
    END $$
"""  # noqa: S608  # a name of our own

_RECALLED = """(p.unreachable_since IS NULL
    AND (p.status = 'ACTIVE' OR p.status = 'PAUSED' AND p.returns_on <= %(on)s))"""
_TAKING = """
    EXISTS (SELECT FROM regimens_regimen g WHERE g.patient_id = c.patient_id AND g.error_at IS NULL
            AND g.started_on <= %(on)s AND (g.stopped_on IS NULL OR g.stopped_on > %(on)s))
"""
_WEEK, _TODAY = "%(at)s::timestamptz + interval '7 days'", "%(end_of_day)s::timestamptz"
_RESULT = """
    jsonb_build_object('analyte', c.analyte, 'value', c.value, 'unit', c.unit, 'comparator', c.comparator,
        'canonical_value', c.canonical_value, 'interval_low', c.interval_low,
        'interval_high', c.interval_high, 'interval_source', c.interval_source,
        'interpretation', c.interpretation, 'collected_on', c.collected_on, 'reason', c.review_reason)
"""
_OWED = """
    jsonb_build_object('analyte', c.analyte, 'why', c.why, 'owed_from', c.owed_from, 'due_on', c.due_on,
        'alert_on', c.alert_on)
"""

_HOLDS = """c.holds_from <= %(on)s AND (c.holds_until IS NULL OR c.holds_until > %(on)s)
    AND c.review_from <= %(on)s"""
_FOUND = """
    jsonb_build_object('check_code', c.check_code, 'subject', c.subject, 'sentence', c.sentence,
        'hours_apart', c.hours_apart, 'mark', c.mark, 'source', c.source, 'review_from', c.review_from)
"""


def _select(
    rule: str, cause: str, table: str, where: str, *, severity: str, due_by: str, inputs: str,
    emergency: str = "false", join: str = "", valid: str = "c.error_at IS NULL",
) -> str:  # fmt: skip
    causes = ("reevaluation", "symptom_answer", "lab_result", "expected_result", "outcome", "finding")
    keys = ", ".join("c.id" if name == cause else "NULL::uuid" for name in causes)
    return f"""
        SELECT c.clinic_id, c.patient_id, '{rule}', {severity}, {emergency}, %(at)s::timestamptz,
            ({due_by})::timestamptz, %(protocol)s::bigint, {inputs}, p.owner_id, 1, {keys}
        FROM {table} c JOIN patients_patient p ON p.id = c.patient_id {join}
        WHERE c.clinic_id = %(clinic)s AND {valid} AND {where}
    """  # noqa: S608  # names of our own


_COUNTING = "c.status IN ('FINAL', 'CORRECTED')"
_RULES = (
    _select(
        "RE_EVALUATION", "reevaluation", "reviews_reevaluation",
        f"""c.met_on IS NULL AND c.opens_on <= %(on)s AND {_RECALLED}
            AND (c.superseded_on IS NULL OR c.superseded_on > %(on)s)
            AND (c.stopped_on IS NULL OR c.stopped_on > %(on)s)""",
        severity="NULL::varchar", due_by="NULL",
        inputs="""jsonb_build_object('cause', c.cause, 'anchored_on', c.anchored_on, 'opens_on', c.opens_on,
            'closes_on', c.closes_on, 'trail', c.trail)""",
    ),
    _select(
        "SYMPTOM", "symptom_answer", "patients_symptomanswer",
        f"""c.review_reason <> ''
            AND ({_RECALLED} OR c.urgency IN ('TODAY', 'EMERGENCY') AND p.status <> 'DECEASED')""",
        severity="CASE WHEN c.urgency IN ('TODAY', 'EMERGENCY') THEN 'ACT_TODAY' ELSE 'THIS_WEEK' END",
        due_by=f"""CASE WHEN c.urgency = 'EMERGENCY' THEN %(at)s::timestamptz
            WHEN c.urgency = 'TODAY' THEN {_TODAY}
            WHEN c.symptom IN ('TINGLING', 'MUSCLE_TWITCHING') THEN %(at)s::timestamptz + interval '72 hours'
            ELSE {_WEEK} END""",
        inputs="""jsonb_build_object('symptom', c.symptom, 'other_text', c.other_text, 'grade', c.grade,
            'nocturnal', c.nocturnal, 'onset_on', c.onset_on, 'visited_on', v.visited_on,
            'reason', c.review_reason, 'urgency', c.urgency)""",
        emergency="c.urgency = 'EMERGENCY'",
        join="JOIN patients_visit v ON v.id = c.visit_id",
    ),
    _select(
        "LAB_OUT_OF_RANGE", "lab_result", "labs_labresult",
        f"""{_COUNTING} AND c.review_reason IN ('OUT', 'ALERT')
            AND ({_RECALLED} OR c.review_reason = 'ALERT' AND p.status <> 'DECEASED')""",
        severity="CASE WHEN c.review_reason = 'ALERT' THEN 'ACT_TODAY' ELSE 'THIS_WEEK' END",
        due_by=f"CASE WHEN c.review_reason = 'ALERT' THEN {_TODAY} ELSE {_WEEK} END", inputs=_RESULT,
    ),
    _select(
        "KIDNEY", "lab_result", "labs_labresult",
        f"""{_COUNTING} AND c.review_reason IN ('BELOW_30', 'FROM_30_TO_59') AND {_TAKING}
            AND ({_RECALLED} OR c.review_reason = 'BELOW_30' AND p.status <> 'DECEASED')""",
        severity="CASE WHEN c.review_reason = 'BELOW_30' THEN 'ACT_TODAY' ELSE 'THIS_WEEK' END",
        due_by=f"CASE WHEN c.review_reason = 'BELOW_30' THEN {_TODAY} ELSE {_WEEK} END", inputs=_RESULT,
    ),
    _select(
        "KIDNEY", "expected_result", "labs_expectedresult",
        f"""c.met_by_id IS NULL AND c.withdrawn_at IS NULL AND c.why = 'KIDNEY_YEARLY'
            AND c.alert_on <= %(on)s AND {_RECALLED} AND {_TAKING}""",
        severity="'THIS_WEEK'", due_by=_WEEK, inputs=_OWED,
    ),
    _select(
        "OUTCOME_WORSE", "outcome", "patients_outcome", f"c.review_reason <> '' AND {_RECALLED}",
        severity="'THIS_WEEK'", due_by=_WEEK,
        inputs="""jsonb_build_object('total', c.total, 'answered_on', c.answered_on,
            'reason', c.review_reason)""",
    ),
    _select(
        "LAB_NOT_BACK", "expected_result", "labs_expectedresult",
        f"""c.met_by_id IS NULL AND c.withdrawn_at IS NULL AND c.why = 'ORDERED' AND c.alert_on <= %(on)s
            AND {_RECALLED}""",
        severity="'THIS_WEEK'", due_by=_WEEK, inputs=_OWED,
    ),
    _select(
        "DOSE_ABOVE_CAP", "finding", "regimens_finding", f"c.check_code = 'LEVEL' AND {_RECALLED}",
        severity="'THIS_WEEK'", due_by=_WEEK, inputs=_FOUND, valid=_HOLDS,
    ),
    _select(
        "INTERACTION", "finding", "regimens_finding",
        f"c.check_code = 'INTERACTION' AND ({_RECALLED} OR c.act_today AND p.status <> 'DECEASED')",
        severity="CASE WHEN c.act_today THEN 'ACT_TODAY' ELSE 'THIS_WEEK' END",
        due_by=f"CASE WHEN c.act_today THEN {_TODAY} ELSE {_WEEK} END", inputs=_FOUND, valid=_HOLDS,
    ),
)  # fmt: skip

INSERT = f"""
    INSERT INTO {COPY} (clinic_id, patient_id, rule, severity, emergency, raised_at, due_by, protocol_id,
        inputs, owner_id, version, reevaluation_id, symptom_answer_id, lab_result_id, expected_result_id,
        outcome_id, finding_id)
    {" UNION ALL ".join(_RULES)}
    ON CONFLICT DO NOTHING
"""
# The same for just some patients, whose keys come as one array.
INSERT_OF_DUE = INSERT.replace(
    "WHERE c.clinic_id = %(clinic)s", "WHERE c.patient_id = ANY(%(due)s) AND c.clinic_id = %(clinic)s"
)
CAUSES = "rule, reevaluation_id, symptom_answer_id, lab_result_id, expected_result_id, outcome_id, finding_id"
