"""The one verb of this room."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from accounts.actors import Actor
from audit.models import AuditEvent


def record(
    act: str,
    *,
    by: Actor,
    at: datetime,
    of: Model | None = None,
    patient_id: UUID | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEvent:
    """Add one event. Call it inside the transaction of the act, so that neither stands alone.

    `before` and `after` hold what JSON can hold; dates and decimals as text.
    """
    return AuditEvent.objects.create(
        clinic=by.clinic,
        user=by.user,
        act=act,
        model=of._meta.label_lower if of is not None else "",
        object_id=str(of.pk) if of is not None else "",
        patient_id=patient_id,
        before=before,
        after=after,
        at=at,
        origin=by.origin,
    )
