"""The clinical rules that raise flags: the one file that a clinician reads.

Each rule says what its cause is, when a cause asks for review, how urgent it is, and when a standing
flag has lost its cause. A rule is a query over facts that were stored when the record was written
(see `reviews.facts`), and selects by state, never by "today": a night that was missed heals itself.
Numbers come from the protocol in force.
"""

from django.db.models import Case, CharField, DateTimeField, Exists, OuterRef, Q, Value, When

from labs.models import ExpectedResult, LabResult, Owed
from patients.models import Outcome, SymptomAnswer
from patients.symptoms import Symptom
from regimens.models import Finding, Regimen, patients_taking
from reviews.models import ClearedBecause, Flag, Reevaluation, Rule, Severity
from reviews.moments import Moment
from reviews.rule_parts import (
    Rows,
    RuleSpec,
    asking,
    due_in,
    due_when,
    gone_for,
    recalled,
    severity_when,
    watched,
    whether,
)
from reviews.triage import Urgency
from reviews.windows import ARTICLE

OUT_OF_RANGE = ("OUT", "ALERT")
KIDNEY_BANDS = ("BELOW_30", "FROM_30_TO_59")
NEUROMUSCULAR = [Symptom.TINGLING, Symptom.MUSCLE_TWITCHING]


def re_evaluations(now: Moment) -> Rows:
    """The window is open, and the re-check is neither met, superseded nor stopped."""
    rows = Reevaluation.objects.open(now.on).filter(recalled(now))
    return asking(
        rows,
        severity=Value(None, output_field=CharField()),
        due_by=Value(None, output_field=DateTimeField()),
        inputs={
            "cause": "cause",
            "anchored_on": "anchored_on",
            "opens_on": "opens_on",
            "closes_on": "closes_on",
            "trail": "trail",
        },
    )


def re_evaluations_gone(now: Moment) -> Rows:
    """Met, superseded, stopped, withdrawn, or the patient is no longer recalled."""
    return gone_for(
        Rule.RE_EVALUATION,
        (Q(reevaluation__error_at__isnull=False), ClearedBecause.ENTERED_IN_ERROR),
        (Q(reevaluation__met_by_result__isnull=False), ClearedBecause.MET_BY_RESULT),
        (Q(reevaluation__met_by_visit__isnull=False), ClearedBecause.MET_BY_VISIT),
        (Q(reevaluation__superseded_on__lte=now.on), ClearedBecause.SUPERSEDED),
        (Q(reevaluation__stopped_on__lte=now.on), ClearedBecause.STOPPED),
        (Q(reevaluation__opens_on__gt=now.on), ClearedBecause.CAUSE_CHANGED),
        unless=Reevaluation.objects.open(now.on).filter(recalled(now), pk=OuterRef("reevaluation")),
        otherwise=ClearedBecause.NOT_RECALLED,
    )


def symptoms(now: Moment) -> Rows:
    """A symptom that is new, worse, or still there after a resolve; how urgent the whole visit says."""
    today, emergency = Q(urgency__in=["TODAY", "EMERGENCY"]), Q(urgency="EMERGENCY")
    rows = SymptomAnswer.objects.valid().exclude(review_reason="")
    rows = rows.filter(watched(now, today))
    return asking(
        rows,
        severity=severity_when(today),
        emergency=emergency,
        due_by=Case(
            When(emergency, then=due_in(now, Urgency.EMERGENCY)),
            When(today, then=due_in(now, Urgency.TODAY)),
            When(symptom__in=NEUROMUSCULAR, then=due_in(now, Urgency.THIS_WEEK, Symptom.TINGLING)),
            default=due_in(now, Urgency.THIS_WEEK),
        ),
        inputs={
            "symptom": "symptom",
            "other_text": "other_text",
            "grade": "grade",
            "nocturnal": "nocturnal",
            "onset_on": "onset_on",
            "visited_on": "visit__visited_on",
            "reason": "review_reason",
            "urgency": "urgency",
        },
    )


def symptoms_gone(now: Moment) -> Rows:
    """Only when the record was corrected: a dose change or a later *absent* does not clear it.

    Where a correction makes it more or less urgent (digoxin is added, the eGFR was another patient's), the
    flag gives way to one that says so.
    """
    today, emergency = Q(urgency__in=["TODAY", "EMERGENCY"]), Q(urgency="EMERGENCY")
    rows = SymptomAnswer.objects.valid().exclude(review_reason="")
    rows = rows.annotate(as_severe=severity_when(today), as_pressing=whether(emergency))
    return gone_for(
        Rule.SYMPTOM,
        (Q(symptom_answer__error_at__isnull=False), ClearedBecause.ENTERED_IN_ERROR),
        unless=rows.filter(
            pk=OuterRef("symptom_answer"), as_severe=OuterRef("severity"), as_pressing=OuterRef("emergency")
        ),
    )


def results_out_of_range(now: Moment) -> Rows:
    """The newest of its analyte is out by more than the margin, out twice, or beyond an alert limit."""
    alert = Q(review_reason="ALERT")
    rows = LabResult.objects.counting().filter(review_reason__in=OUT_OF_RANGE)
    return asking(
        rows.filter(watched(now, alert)),
        severity=severity_when(alert),
        due_by=due_when(now, alert),
        inputs=_result_inputs(),
    )


def results_gone(now: Moment) -> Rows:
    """Entered in error or corrected; a later normal value is shown beside the flag and clears nothing."""
    return gone_for(
        Rule.LAB_OUT_OF_RANGE,
        (_result_withdrawn(), ClearedBecause.ENTERED_IN_ERROR),
        (_result_corrected(), ClearedBecause.CORRECTED),
        unless=LabResult.objects.counting().filter(concern__in=OUT_OF_RANGE, pk=OuterRef("lab_result")),
    )


def kidney_results(now: Moment) -> Rows:
    """An eGFR that entered a band below 60, or fell by a quarter, while magnesium is taken."""
    stop = Q(review_reason="BELOW_30")
    rows = LabResult.objects.counting().filter(review_reason__in=KIDNEY_BANDS)
    rows = rows.filter(patient__in=patients_taking(now.on)).filter(watched(now, stop))
    return asking(rows, severity=severity_when(stop), due_by=due_when(now, stop), inputs=_result_inputs())


def kidney_results_gone(now: Moment) -> Rows:
    """Entered in error, corrected, not taken since; from 30 up also by a newer eGFR in a milder band."""
    milder = LabResult.objects.counting().filter(
        ~Q(comparator="<"),
        patient=OuterRef("patient"),
        analyte="EGFR",
        collected_at__gt=OuterRef("lab_result__collected_at"),
        canonical_value__gte=now.thresholds.egfr_caution,
    )
    since = Q(stopped_on=None) | Q(stopped_on__gt=OuterRef("lab_result__collected_on"))
    taken = Regimen.objects.valid().filter(since, patient=OuterRef("patient"))
    caution = ~Q(severity=Severity.ACT_TODAY)
    return gone_for(
        Rule.KIDNEY,
        (_result_withdrawn(), ClearedBecause.ENTERED_IN_ERROR),
        (_result_corrected(), ClearedBecause.CORRECTED),
        (caution & Exists(milder), ClearedBecause.MILDER_BAND),
        (~Exists(taken), ClearedBecause.CAUSE_CHANGED),
        rows=Flag.objects.filter(lab_result__isnull=False),
    )


def kidney_checks(now: Moment) -> Rows:
    """No eGFR of the last 12 months although magnesium is taken."""
    rows = ExpectedResult.objects.awaited().filter(why=Owed.KIDNEY_YEARLY, alert_on__lte=now.on)
    rows = rows.filter(recalled(now), patient__in=patients_taking(now.on))
    return asking(
        rows, severity=severity_when(), due_by=due_in(now, Urgency.THIS_WEEK), inputs=_expected_inputs()
    )


def kidney_checks_gone(now: Moment) -> Rows:
    """An eGFR came, or magnesium is no longer taken."""
    taken = Regimen.objects.active(now.on).filter(patient=OuterRef("patient"))
    return gone_for(
        Rule.KIDNEY,
        *_expected_gone(now),
        (~Exists(taken), ClearedBecause.STOPPED),
        (~recalled(now), ClearedBecause.NOT_RECALLED),
        rows=Flag.objects.filter(expected_result__isnull=False),
    )


def outcomes_worse(now: Moment) -> Rows:
    """GAD-7 rose by 4 or more from baseline, or reached 15 after having been lower."""
    rows = Outcome.objects.valid().exclude(review_reason="").filter(recalled(now))
    return asking(
        rows,
        severity=severity_when(),
        due_by=due_in(now, Urgency.THIS_WEEK),
        inputs={"total": "total", "answered_on": "answered_on", "reason": "review_reason"},
    )


def outcomes_gone(now: Moment) -> Rows:
    """Only when the record was corrected."""
    return gone_for(
        Rule.OUTCOME_WORSE,
        (Q(outcome__error_at__isnull=False), ClearedBecause.ENTERED_IN_ERROR),
        (Q(outcome__review_reason=""), ClearedBecause.CAUSE_CHANGED),
    )


def results_not_back(now: Moment) -> Rows:
    """A result that somebody ordered has not come."""
    rows = ExpectedResult.objects.awaited().filter(why=Owed.ORDERED, alert_on__lte=now.on)
    return asking(
        rows.filter(recalled(now)),
        severity=severity_when(),
        due_by=due_in(now, Urgency.THIS_WEEK),
        inputs=_expected_inputs(),
    )


def results_not_back_gone(now: Moment) -> Rows:
    """The result arrived, or the order was withdrawn."""
    return gone_for(Rule.LAB_NOT_BACK, *_expected_gone(now), (~recalled(now), ClearedBecause.NOT_RECALLED))


def doses_above_cap(now: Moment) -> Rows:
    """Above 350 mg/day without note, supervisor and date to check again, or when that date has passed; above
    the upper level with an eGFR below 60 or unknown, in pregnancy, or from age 70."""
    rows = Finding.objects.asking(now.on).filter(recalled(now), check_code="LEVEL")
    return asking(
        rows, severity=severity_when(), due_by=due_in(now, Urgency.THIS_WEEK), inputs=_finding_inputs()
    )


def doses_above_cap_gone(now: Moment) -> Rows:
    """The dose is no longer above it, or what was missing is noted."""
    return _findings_gone(now, Rule.DOSE_ABOVE_CAP)


def interactions(now: Moment) -> Rows:
    """A medicine of 5.5 too close to magnesium by the clock; for today, whether or not its times are known,
    where it loses most: quinolones, tetracyclines, dolutegravir, raltegravir, mycophenolate."""
    today = Q(act_today=True)
    rows = Finding.objects.asking(now.on).filter(watched(now, today), check_code="INTERACTION")
    return asking(rows, severity=severity_when(today), due_by=due_when(now, today), inputs=_finding_inputs())


def interactions_gone(now: Moment) -> Rows:
    """The medicine or the clock times changed, the course ended, or magnesium is no longer taken."""
    return _findings_gone(now, Rule.INTERACTION)


def _findings_gone(now: Moment, rule: Rule) -> Rows:
    return gone_for(
        rule,
        (Q(finding__step__error_at__isnull=False), ClearedBecause.ENTERED_IN_ERROR),
        unless=Finding.objects.asking(now.on).filter(pk=OuterRef("finding")),
        otherwise=ClearedBecause.NO_LONGER_HOLDS,
    )


def _result_inputs() -> dict[str, str]:
    names = (
        "analyte", "value", "unit", "comparator", "canonical_value", "interval_low", "interval_high",
        "interval_source", "interpretation", "collected_on",
    )  # fmt: skip
    return {name: name for name in names} | {"reason": "review_reason"}


def _result_withdrawn() -> Q:
    return Q(lab_result__error_at__isnull=False) | ~Q(lab_result__status__in=["FINAL", "CORRECTED"])


def _result_corrected() -> Q:
    """Another version stands in its place, or the laboratory took it back."""
    return Q(lab_result__superseded_by__isnull=False) | Q(lab_result__cancelled_by__isnull=False)


def _finding_inputs() -> dict[str, str]:
    names = ("check_code", "subject", "sentence", "hours_apart", "mark", "source", "review_from")
    return {name: name for name in names}


def _expected_inputs() -> dict[str, str]:
    return {name: name for name in ("analyte", "why", "owed_from", "due_on", "alert_on")}


def _expected_gone(now: Moment) -> tuple[tuple[Q, str], ...]:
    return (
        (Q(expected_result__error_at__isnull=False), ClearedBecause.CAUSE_CHANGED),
        (Q(expected_result__met_by__isnull=False), ClearedBecause.ARRIVED),
        (Q(expected_result__withdrawn_at__isnull=False), ClearedBecause.WITHDRAWN),
        (Q(expected_result__alert_on__gt=now.on), ClearedBecause.CAUSE_CHANGED),
    )


RULES: tuple[RuleSpec, ...] = (
    RuleSpec(
        Rule.RE_EVALUATION,
        "reevaluation",
        ARTICLE.mark,
        ARTICLE.source,
        re_evaluations,
        re_evaluations_gone,
        claim=ARTICLE.claim,
    ),
    RuleSpec(
        Rule.SYMPTOM,
        "symptom_answer",
        "A",
        "CTCAE v5 grades; referral criteria for palpitations (clinical facts 6.2, 6.3); article claim C29",
        symptoms,
        symptoms_gone,
        claim="C29",
    ),
    RuleSpec(
        Rule.LAB_OUT_OF_RANGE,
        "lab_result",
        "B",
        "The laboratory's interval; biological variation of ionized magnesium (4.2); alert limits (4.6)",
        results_out_of_range,
        results_gone,
        OUT_OF_RANGE,
    ),
    RuleSpec(
        Rule.KIDNEY,
        "lab_result",
        "A",
        "Magnesium aspartate SmPC: contraindicated below 30 mL/min/1.73 m² (5.3)",
        kidney_results,
        kidney_results_gone,
        KIDNEY_BANDS,
    ),
    RuleSpec(
        Rule.KIDNEY,
        "expected_result",
        "S",
        "Clinic setting: eGFR not older than 12 months while magnesium is taken (5.3)",
        kidney_checks,
        kidney_checks_gone,
    ),
    RuleSpec(
        Rule.OUTCOME_WORSE,
        "outcome",
        "B",
        "GAD-7: 4 points are a clinically important difference (Toussaint 2020, 7.1)",
        outcomes_worse,
        outcomes_gone,
    ),
    RuleSpec(
        Rule.LAB_NOT_BACK,
        "expected_result",
        "S",
        "Clinic setting: a result that was ordered is chased",
        results_not_back,
        results_not_back_gone,
    ),
    RuleSpec(
        Rule.DOSE_ABOVE_CAP,
        "finding",
        "A",
        "Upper levels for supplements, IOM 1997 and EFSA/SCF (5.1); the article's 400 mg stands beside them",
        doses_above_cap,
        doses_above_cap_gone,
        claim="C22",
    ),
    RuleSpec(
        Rule.INTERACTION,
        "finding",
        "A",
        "Labels, SmPCs and interaction guides, medicine by medicine (5.5)",
        interactions,
        interactions_gone,
    ),
)


def spec_of(rule: str, cause: str) -> RuleSpec:
    """The rule that raised a flag; KIDNEY has two causes."""
    return next(spec for spec in RULES if spec.rule == rule and spec.cause == cause)
