"""After how many weeks somebody looked again, for each start and change of dose."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date

from accounts.models import Clinic, ReEvaluationAnalyte
from labs.models import LabResult
from patients.models import Patient, Visit
from reviews.backtest.standing import Span
from reviews.facts.reevaluations import ANALYTES
from reviews.models import Reevaluation, ReevaluationCause

OF_A_DOSE = (
    ReevaluationCause.START, ReevaluationCause.DOSE_CHANGE, ReevaluationCause.FORM_CHANGE,
    ReevaluationCause.INTERRUPTION,
)  # fmt: skip
# Design of the protocol page: fewer past intervals say nothing about a window.
FEWEST = 20
NONE_YET, LAST_WEEK = "none", 12


def intervals(clinic: Clinic, since: date, until: date) -> int:
    """How many starts and changes of dose, whose re-evaluation is not withdrawn, fall in the days."""
    rows = Reevaluation.objects.of(clinic).valid().filter(cause__in=OF_A_DOSE)
    return int(rows.filter(anchored_on__range=(since, until)).count())


def weeks_of(patient: Patient, span: Span) -> Iterator[str]:
    """The week of the first result or re-evaluation visit after each; 12 is also later, "none" none yet."""
    rows = Reevaluation.objects.valid().filter(patient=patient, cause__in=OF_A_DOSE)
    rows = rows.filter(anchored_on__range=(span.since, span.until))
    anchored = list(rows.values_list("anchored_on", "superseded_on"))
    looks = _looks(patient, span) if anchored else []
    for anchored_on, superseded_on in anchored:
        first = next(iter(looks[bisect_right(looks, anchored_on) :]), None)
        if first is None or (superseded_on is not None and first > superseded_on):
            yield NONE_YET
        else:
            yield str(min(LAST_WEEK, ((first - anchored_on).days + 6) // 7))


def _looks(patient: Patient, span: Span) -> list[date]:
    """The days of re-evaluation visits and of results that count for one, oldest first."""
    visits = Visit.objects.valid().filter(patient=patient, is_re_evaluation=True)
    analytes = ANALYTES[ReEvaluationAnalyte(span.clinic.re_evaluation_analyte)]
    results = LabResult.objects.sound().filter(patient=patient, analyte__in=analytes)
    found = {*visits.values_list("visited_on", flat=True), *results.values_list("collected_on", flat=True)}
    return sorted(day for day in found if day <= span.until)
