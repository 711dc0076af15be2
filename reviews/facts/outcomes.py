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
    """RISE or SEVERE where a total first gets there; a total that stays there does not ask again."""
    baseline = _baseline(record)
    reasons: list[str] = []
    before: Outcome | None = None
    for outcome in record.outcomes:
        now = _worse(record, outcome, before, baseline)
        asks = now if before is None or not _worse(record, before, None, baseline) else ""
        reasons.append(asks if _is_live(record, outcome) else "")
        before = outcome
    return reasons


def _worse(record: Record, outcome: Outcome, before: Outcome | None, baseline: int | None) -> str:
    """GAD-7 up by 4 from baseline, or 15 and more after having been lower (clinical facts 7.1, B)."""
    limits = record.now.thresholds
    if baseline is not None and outcome.total - baseline >= limits.gad7_rise:
        return "RISE"
    if before is not None and before.total < limits.gad7_severe <= outcome.total:
        return "SEVERE"
    return ""


def _baseline(record: Record) -> int | None:
    """The last total on or before the first dose, else the first total."""
    first = record.first_dose_on
    before = [o.total for o in record.outcomes if first is None or o.answered_on <= first]
    totals = before[-1:] if first is not None and before else [o.total for o in record.outcomes[:1]]
    return totals[0] if totals else None


def _is_live(record: Record, outcome: Outcome) -> bool:
    recorded_on = record.now.clinic.local_date(outcome.created_at)
    horizon = timedelta(days=record.now.thresholds.symptom_flag_horizon_days)
    return outcome.answered_on >= recorded_on - horizon
