"""The headline figures of a case series by pandas: rows are read from PostgreSQL and counted in memory."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas
from django.db import connection

# What is read, by name: the rows of one clinic until the data cut.
READ = {
    "starts": """
        SELECT g.patient_id, g.started_on, g.created_at, p.sex, p.birth_date
        FROM regimens_regimen g JOIN regimens_product d ON d.id = g.product_id
        JOIN patients_patient p ON p.id = g.patient_id
        WHERE g.clinic_id = %(clinic)s AND g.error_at IS NULL AND p.error_at IS NULL AND p.research_consent
              AND d.form = ANY(%(forms)s) AND g.started_on <= %(cut)s""",
    "steps": """
        SELECT s.patient_id, s.regimen_id, s.effective_on, g.stopped_on,
               i.units * d.elemental_mg_per_unit AS mg
        FROM regimens_dosestep s JOIN regimens_intake i ON i.step_id = s.id AND i.error_at IS NULL
        JOIN regimens_regimen g ON g.id = s.regimen_id JOIN regimens_product d ON d.id = g.product_id
        WHERE s.clinic_id = %(clinic)s AND s.error_at IS NULL AND g.error_at IS NULL
              AND s.effective_on <= %(cut)s""",
    "ionized": """
        SELECT patient_id, collected_on AS on_day, created_at, canonical_value AS value FROM labs_labresult
        WHERE clinic_id = %(clinic)s AND analyte = 'IONIZED_MG' AND error_at IS NULL AND comparator = ''
              AND doubt = '' AND status IN ('FINAL', 'CORRECTED') AND superseded_by_id IS NULL
              AND cancelled_by_id IS NULL AND collected_on <= %(cut)s""",
    "gad7": """
        SELECT patient_id, answered_on AS on_day, created_at, total AS value FROM patients_outcome
        WHERE clinic_id = %(clinic)s AND error_at IS NULL AND instrument = 'GAD7'
              AND answered_on <= %(cut)s""",
    "answers": """
        SELECT a.patient_id, a.symptom, a.answer, a.onset_on, v.visited_on
        FROM patients_symptomanswer a JOIN patients_visit v ON v.id = a.visit_id
        WHERE a.clinic_id = %(clinic)s AND a.error_at IS NULL AND v.error_at IS NULL
              AND a.answer <> 'NOT_ASKED' AND v.visited_on <= %(cut)s""",
}
_DAYS = ("started_on", "birth_date", "effective_on", "stopped_on", "on_day", "onset_on", "visited_on")
_LATER, _MARGIN = 84, 14


def summary(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values`: clinic, forms and cut, as the statement takes them."""
    frames = {name: _read(sql, values) for name, sql in READ.items()}
    cut = pandas.Timestamp(values["cut"])
    starts = frames["starts"].sort_values(["patient_id", "started_on", "created_at"])
    who = starts.drop_duplicates("patient_id").set_index("patient_id")
    who = who[who.started_on <= cut - timedelta(days=_LATER)]
    who["age"] = (who.started_on - who.birth_date).dt.days // 365.25
    who["mg_start"] = _doses(frames["steps"], who, 0)
    who["mg_later"] = _doses(frames["steps"], who, _LATER)
    for name in ("ionized", "gad7"):
        who[f"{name}_start"], who[f"{name}_later"] = _pair(frames[name], who)
    gad7 = who.gad7_later - who.gad7_start
    return {
        "people": len(who),
        "sexes": who.sex.value_counts(),
        "spreads": who[["age", "mg_start", "mg_later"]].describe(),
        "ionized": (who.ionized_later - who.ionized_start).describe(),
        "less": int(((who.gad7_start >= 5) & (gad7 <= -4)).sum()),
        "worse": int((gad7 >= 4).sum()),
        "symptoms": _symptoms(frames["answers"], who),
    }


def _read(sql: str, values: Mapping[str, Any]) -> pandas.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        frame = pandas.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description])
    for name in frame.columns.intersection(_DAYS):
        frame[name] = pandas.to_datetime(frame[name])
    for name in frame.columns.intersection(("mg", "value")):
        frame[name] = frame[name].astype(float)
    return frame


def _doses(steps: pandas.DataFrame, who: pandas.DataFrame, day: int) -> "pandas.Series[float]":
    rows = steps.join(who.started_on, on="patient_id", how="inner")
    on = rows.started_on + timedelta(days=day)
    rows = rows[(rows.effective_on <= on) & (rows.stopped_on.isna() | (rows.stopped_on > on))]
    newest = rows.groupby("regimen_id").effective_on.transform("max")
    return rows[rows.effective_on == newest].groupby("patient_id").mg.sum()


def _pair(rows: pandas.DataFrame, who: pandas.DataFrame) -> tuple[Any, Any]:
    rows = rows.join(who.started_on, on="patient_id", how="inner").sort_values(["on_day", "created_at"])
    before = rows[rows.on_day <= rows.started_on].groupby("patient_id").value.last()
    away = (rows.on_day - rows.started_on).dt.days.sub(_LATER).abs()
    near = rows.assign(away=away)[away <= _MARGIN].sort_values(["away", "on_day"])
    return before, near.groupby("patient_id").value.first()


def _symptoms(rows: pandas.DataFrame, who: pandas.DataFrame) -> dict[str, tuple[int, int]]:
    rows = rows.join(who.started_on, on="patient_id", how="inner")
    rows["after"] = rows.visited_on > rows.started_on
    present = rows.answer == "PRESENT"
    rows["before"] = present & (~rows.after | (rows.onset_on < rows.started_on))
    rows["new"] = present & rows.after
    told = rows.groupby(["symptom", "patient_id"])[["before", "after", "new"]].any()
    free = told[~told.before & told.after]
    counted = free.groupby("symptom").new.agg(["sum", "count"])
    return {str(symptom): (int(new), int(of)) for symptom, new, of in counted.itertuples()}
