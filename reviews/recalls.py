"""Re-evaluations that were missed or are about to be: who, at which step of the ladder, and who is at risk.

Only patients who are recalled, and only while no result waits for its review: nobody is called for what came.
The number of queries does not grow with the number of rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import DecimalField, F, Q, Sum

from accounts.models import ReEvaluationAnalyte
from labs.analytes import Analyte
from labs.interpretation import beyond
from labs.models import LabResult
from regimens.levels import supplement_level
from regimens.models import DoseStep, OtherSource
from reviews.facts.reevaluations import ANALYTES
from reviews.models import ContactAttempt, Flag, Reevaluation, ReevaluationCause, ReevaluationQuerySet, Rule
from reviews.moments import Moment
from reviews.recall_ladder import Rung, Tried, rung
from reviews.recall_risk import Known, risks
from reviews.rule_parts import recalled
from reviews.sentences import READS, short


def awaited(now: Moment) -> ReevaluationQuerySet:
    """Owed, open, and nothing came yet, of patients who are recalled."""
    rows = Reevaluation.objects.of(now.clinic).open(now.on)
    found: ReevaluationQuerySet = rows.filter(recalled(now), patient__error_at=None, result=None)
    return found


def missed(now: Moment) -> ReevaluationQuerySet:
    """Overdue."""
    return awaited(now).filter(closes_on__lt=now.on)


def closing(now: Moment) -> ReevaluationQuerySet:
    """The window closes within the protocol's days, and nothing is booked."""
    last = now.on + timedelta(days=now.thresholds.unbooked_days)
    return awaited(now).filter(closes_on__gte=now.on, closes_on__lte=last, booked_on=None)


def rungs_of(rows: Iterable[Reevaluation], now: Moment) -> dict[UUID, Rung]:
    """{re-evaluation: where it stands on the ladder}; one query, for the attempts."""
    owed = list(rows)
    attempts = ContactAttempt.objects.of(now.clinic).valid().filter(reevaluation__in=[row.pk for row in owed])
    return rungs_from(owed, attempts, now)


def rungs_from(
    owed: Iterable[Reevaluation], attempts: Iterable[ContactAttempt], now: Moment
) -> dict[UUID, Rung]:
    """The same from attempts that a page holds anyway."""
    tried: dict[Any, list[Tried]] = defaultdict(list)
    for one in sorted(attempts, key=lambda one: (one.attempted_at, one.created_at)):
        told = Tried(now.clinic.local_date(one.attempted_at), one.outcome, one.call_again_on)
        tried[one.reevaluation_id].append(told)
    return {row.pk: rung(row.closes_on, row.booked_on, tried[row.pk], now.on, now.thresholds) for row in owed}


def risks_of(rows: Sequence[Reevaluation], now: Moment) -> dict[UUID, list[str]]:
    """{re-evaluation: why it is booked alone}, nothing for a stable patient; five queries."""
    patients = [row.patient_id for row in rows]
    flags, doses = _flags(now, patients), _doses(now, patients)
    counting = ANALYTES[ReEvaluationAnalyte(now.clinic.re_evaluation_analyte)]
    magnesium = _newest(now, patients, counting)
    egfr = _newest(now, patients, [Analyte.EGFR])
    level = supplement_level(now.clinic.jurisdiction, now.thresholds)
    found = {}
    for row in rows:
        last, kidney = magnesium.get(row.patient_id), egfr.get(row.patient_id)
        known = Known(
            interpretation=last.interpretation if last else "",
            flags=flags[row.patient_id],
            egfr=beyond(kidney.canonical_value, kidney.comparator) if kidney else None,
            elemental_mg=doses[row.patient_id],
            after_harm=row.cause == ReevaluationCause.SAFETY,
        )
        found[row.pk] = risks(known, egfr_caution=now.thresholds.egfr_caution, level_mg=level)
    return found


def _flags(now: Moment, patients: Sequence[UUID]) -> dict[UUID, list[str]]:
    """What else stands, in a few words."""
    rows = Flag.objects.of(now.clinic).standing().filter(patient__in=patients)
    found: dict[UUID, list[str]] = defaultdict(list)
    for flag in rows.exclude(rule=Rule.RE_EVALUATION).select_related(*READS).order_by("raised_at", "pk"):
        found[flag.patient_id].append(short(flag, now.on))
    return found


def _newest(now: Moment, patients: Sequence[UUID], analytes: Iterable[str]) -> dict[UUID, LabResult]:
    """The newest sound result of these analytes."""
    rows = LabResult.objects.of(now.clinic).sound().filter(patient__in=patients, analyte__in=analytes)
    newest = rows.order_by("patient_id", "-collected_at", "-created_at").distinct("patient_id")
    return {row.patient_id: row for row in newest}


def _doses(now: Moment, patients: Sequence[UUID]) -> dict[UUID, Decimal]:
    """Elemental mg a day from all sources but food."""
    found: dict[UUID, Decimal] = defaultdict(Decimal)
    steps = DoseStep.objects.of(now.clinic).filter(patient__in=patients).in_force(now.on).with_dose()
    for patient, elemental_mg in steps.values_list("patient", "elemental_mg_per_day"):
        found[patient] += elemental_mg
    held = Q(since=None) | Q(since__lte=now.on), Q(until=None) | Q(until__gte=now.on)
    others = OtherSource.objects.of(now.clinic).valid().filter(*held, patient__in=patients)
    amount = Sum(F("units_per_day") * F("product__elemental_mg_per_unit"), output_field=DecimalField())
    for patient, elemental_mg in (
        others.order_by().values("patient").annotate(mg=amount).values_list("patient", "mg")
    ):
        found[patient] += elemental_mg or 0
    return found
