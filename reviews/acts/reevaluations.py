"""Marking a re-evaluation reviewed: the result has been seen and weighed."""

from datetime import datetime

from accounts.actors import Actor
from audit.record import record
from reviews.acts.ground import Refusals, act_on
from reviews.models import Reevaluation


def review_reevaluation(*, reevaluation: Reevaluation, by: Actor, at: datetime, version: int) -> Reevaluation:
    """Say that its result has been reviewed; that meets it. Raises StaleVersion, or ValidationError
    when no result has come or it is closed.
    """
    with act_on(reevaluation.patient, by, at):
        reevaluation.refresh_from_db()
        refusals = Refusals()
        refusals.unless(reevaluation.met_on is None, "id", "This re-evaluation is met already.")
        refusals.unless(reevaluation.error_at is None, "id", "This re-evaluation was withdrawn.")
        refusals.unless(
            reevaluation.result_id is not None,
            "id",
            "No result has come in or after the window. Record it, or log a re-evaluation visit.",
        )
        refusals.stop_if_any()
        reevaluation.update_from(
            version, reviewed_at=at, reviewed_by_id=by.user.pk, reviewed_result_id=reevaluation.result_id
        )
        record(
            "REVIEW",
            by=by,
            at=at,
            of=reevaluation,
            patient_id=reevaluation.patient_id,
            after={"result": str(reevaluation.result_id)},
        )
    reevaluation.refresh_from_db()
    return reevaluation
