"""What was told between visits: a symptom, by whom, and when the clinic heard of it."""

from collections.abc import Sequence
from datetime import datetime

from accounts.actors import Actor
from patients.models import Patient, VisitKind
from reviews.acts.visits import LoggedVisit, SymptomEntry, log_visit


def log_message(
    *,
    patient: Patient,
    by: Actor,
    at: datetime,
    received_at: datetime,
    told_by: str,
    symptoms: Sequence[SymptomEntry],
    note: str = "",
) -> LoggedVisit:
    """Store symptoms that somebody told between visits; triage and flags as of any visit.

    It stands on the clinic's day on which it was received, is no re-evaluation and meets none. Raises
    ValidationError without a symptom, with one that is not present, for a moment in the future, and for one
    that is too old to raise a flag unless a few words say why it comes now.
    """
    return log_visit(
        patient=patient,
        by=by,
        at=at,
        visited_on=by.clinic.local_date(received_at),
        kind=VisitKind.MESSAGE,
        received_at=received_at,
        told_by=told_by,
        symptoms=symptoms,
        note=note,
    )
