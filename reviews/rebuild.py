"""The one way in which everything derived about a patient is brought in step with the record."""

from patients.models import Patient
from reviews.facts.doses_told import keep_waiting_results
from reviews.facts.expected import keep_expected_results
from reviews.facts.findings import keep_findings
from reviews.facts.outcomes import keep_outcome_facts
from reviews.facts.record import Record
from reviews.facts.reevaluations import keep_reevaluations
from reviews.facts.results import keep_result_facts
from reviews.facts.standing import keep_standing
from reviews.facts.symptoms import keep_symptom_facts
from reviews.moments import Moment
from reviews.raising import review_patient


def rebuild(patient: Patient, now: Moment) -> None:
    """Recompute all that follows from the surviving rows. Every act ends with it, in its transaction.

    0. Which version of each result stands, because all else reads only those.
    1. Facts of answers, totals and results, and the episodes.
    2. Re-evaluations, then the results that are owed (a kidney check rides on a re-evaluation).
    3. Findings of the doses in force.
    4. Flags: those whose cause went are cleared, then what asks for review is raised.

    So there is no undo code: to withdraw a row, mark it entered in error and rebuild.
    """
    record = Record(patient, now)
    keep_standing(record)
    keep_symptom_facts(record)
    keep_outcome_facts(record)
    keep_result_facts(record)
    keep_waiting_results(record)
    keep_reevaluations(record)
    keep_expected_results(record)
    keep_findings(record)
    review_patient(patient, now)
