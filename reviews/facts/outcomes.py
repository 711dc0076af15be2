"""Facts of questionnaires: which totals are worse and ask for review."""

from datetime import timedelta

from patients.models import Outcome
from reviews.facts.record import Record


def keep_outcome_facts(record: Record) -> None:
    """Write the review reason of every total."""
    changed = []
    for outcome, reason in zip(record.outcomes, _reasons(record), strict=True):
        if reason != outcome.review_reason:
            outcome.review_reason = reason
            changed.append(outcome)
    Outcome.objects.bulk_update(changed, ["review_reason"])


def _reasons(record: Record) -> list[str]:
    """RISE or SEVERE where a total first gets there; a total that stays there does not ask again.

    RISE: up by 4 from baseline. SEVERE: 15 and more after having been lower (clinical facts 7.1, B). Each
    asks by itself, so that a rise which was dealt with does not hide that it became severe; and a total that
    was too old to ask lets the next one ask.
    """
    baseline = _baseline(record)
    reasons: list[str] = []
    asked: set[str] = set()
    was_lower = False
    for outcome in record.outcomes:
        limits = record.limits_of(outcome.protocol_id)
        holds = {
            "RISE": baseline is not None and outcome.total - baseline >= limits.gad7_rise,
            "SEVERE": was_lower and outcome.total >= limits.gad7_severe,
        }
        asked = {reason for reason in asked if holds[reason]}
        new = [reason for reason, there in holds.items() if there and reason not in asked]
        reasons.append(new[0] if new and _is_live(record, outcome) else "")
        if reasons[-1]:
            asked.update(new)
        was_lower = was_lower or outcome.total < limits.gad7_severe
    return reasons


def _baseline(record: Record) -> int | None:
    """The last total on or before the first dose, else the first total."""
    first = record.first_dose_on
    before = [o.total for o in record.outcomes if first is None or o.answered_on <= first]
    totals = before[-1:] if first is not None and before else [o.total for o in record.outcomes[:1]]
    return totals[0] if totals else None


def _is_live(record: Record, outcome: Outcome) -> bool:
    recorded_on = record.now.clinic.local_date(outcome.created_at)
    horizon = timedelta(days=record.limits_of(outcome.protocol_id).symptom_flag_horizon_days)
    return outcome.answered_on >= recorded_on - horizon
