"""What the summary of a case series is measured against: the same headline figures in one statement.

It is written by hand and knows nothing of suppression: who started glycinate, with consent, twelve weeks or
more before the day; doses at the start and on day 84; ionized magnesium and GAD-7 at the start and around day
84; less anxious and worse; and for each symptom who had it before, who was asked, who had it new.
"""

SUMMARY = """
WITH first AS (
    SELECT DISTINCT ON (g.patient_id) g.patient_id, g.started_on, p.sex, p.research_consent,
           extract(year FROM age(g.started_on, p.birth_date))::int AS age
    FROM regimens_regimen g
    JOIN regimens_product d ON d.id = g.product_id
    JOIN patients_patient p ON p.id = g.patient_id
    WHERE g.clinic_id = %(clinic)s AND g.error_at IS NULL AND p.error_at IS NULL
          AND d.form = ANY(%(forms)s) AND g.started_on <= %(cut)s
    ORDER BY g.patient_id, g.started_on, g.created_at, g.id
), who AS MATERIALIZED (
    SELECT * FROM first WHERE research_consent AND started_on <= %(cut)s::date - 84
), dose AS (
    SELECT s.patient_id, s.regimen_id, s.effective_on, g.stopped_on,
           (SELECT sum(i.units) FROM regimens_intake i WHERE i.step_id = s.id AND i.error_at IS NULL)
               * d.elemental_mg_per_unit AS mg,
           lead(s.effective_on) OVER (PARTITION BY s.regimen_id ORDER BY s.effective_on) AS next_on
    FROM regimens_dosestep s
    JOIN regimens_regimen g ON g.id = s.regimen_id
    JOIN regimens_product d ON d.id = g.product_id
    WHERE s.error_at IS NULL AND g.error_at IS NULL AND s.effective_on <= %(cut)s
          AND s.patient_id IN (SELECT patient_id FROM who)
), doses AS (
    SELECT w.patient_id,
           sum(d.mg) FILTER (WHERE d.effective_on <= w.started_on
               AND coalesce(d.next_on, 'infinity') > w.started_on
               AND coalesce(d.stopped_on, 'infinity') > w.started_on) AS mg_start,
           sum(d.mg) FILTER (WHERE d.effective_on <= w.started_on + 84
               AND coalesce(d.next_on, 'infinity') > w.started_on + 84
               AND coalesce(d.stopped_on, 'infinity') > w.started_on + 84) AS mg_later
    FROM who w LEFT JOIN dose d USING (patient_id) GROUP BY w.patient_id
), ionized AS (
    SELECT w.patient_id,
           (array_agg(r.canonical_value ORDER BY r.collected_at DESC, r.created_at DESC)
               FILTER (WHERE r.collected_on <= w.started_on))[1] AS at_start,
           (array_agg(r.canonical_value ORDER BY abs(r.collected_on - w.started_on - 84), r.collected_on)
               FILTER (WHERE abs(r.collected_on - w.started_on - 84) <= 14))[1] AS later
    FROM who w JOIN labs_labresult r ON r.patient_id = w.patient_id
    WHERE r.analyte = 'IONIZED_MG' AND r.error_at IS NULL AND r.comparator = '' AND r.doubt = ''
          AND r.status IN ('FINAL', 'CORRECTED') AND r.superseded_by_id IS NULL AND r.cancelled_by_id IS NULL
          AND r.collected_on <= %(cut)s
    GROUP BY w.patient_id
), gad7 AS (
    SELECT w.patient_id,
           (array_agg(o.total ORDER BY o.answered_on DESC, o.created_at DESC)
               FILTER (WHERE o.answered_on <= w.started_on))[1] AS at_start,
           (array_agg(o.total ORDER BY abs(o.answered_on - w.started_on - 84), o.answered_on)
               FILTER (WHERE abs(o.answered_on - w.started_on - 84) <= 14))[1] AS later
    FROM who w JOIN patients_outcome o ON o.patient_id = w.patient_id
    WHERE o.error_at IS NULL AND o.instrument = 'GAD7' AND o.answered_on <= %(cut)s
    GROUP BY w.patient_id
), told AS (
    SELECT a.patient_id, a.symptom,
           bool_or(a.answer = 'PRESENT'
               AND (v.visited_on <= w.started_on OR a.onset_on < w.started_on)) AS before,
           bool_or(v.visited_on > w.started_on) AS asked,
           bool_or(a.answer = 'PRESENT' AND v.visited_on > w.started_on) AS present
    FROM patients_symptomanswer a
    JOIN patients_visit v ON v.id = a.visit_id
    JOIN who w ON w.patient_id = a.patient_id
    WHERE a.error_at IS NULL AND v.error_at IS NULL AND a.answer <> 'NOT_ASKED' AND v.visited_on <= %(cut)s
    GROUP BY a.patient_id, a.symptom
), person AS (
    SELECT w.*, d.mg_start, d.mg_later, i.at_start AS mg0, i.later AS mg12,
           g.at_start AS gad0, g.later AS gad12
    FROM who w
    LEFT JOIN doses d USING (patient_id)
    LEFT JOIN ionized i USING (patient_id)
    LEFT JOIN gad7 g USING (patient_id)
)
SELECT count(*), avg(age), stddev_samp(age),
       percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY age),
       count(*) FILTER (WHERE sex = 'FEMALE'), count(mg_start), count(mg_later),
       percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY mg_start),
       percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY mg_later),
       count(mg12 - mg0), avg(mg12 - mg0), stddev_samp(mg12 - mg0),
       percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY mg12 - mg0),
       count(gad12 - gad0), count(*) FILTER (WHERE gad0 >= 5 AND gad0 - gad12 >= 4) AS less,
       count(*) FILTER (WHERE gad12 - gad0 >= 4) AS worse,
       (SELECT json_object_agg(symptom, ARRAY[before, new, free]) FROM (
            SELECT symptom, count(*) FILTER (WHERE before) AS before,
                   count(*) FILTER (WHERE NOT before AND asked AND present) AS new,
                   count(*) FILTER (WHERE NOT before AND asked) AS free
            FROM told GROUP BY symptom) AS counted)
FROM person
"""
