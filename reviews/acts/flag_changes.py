"""How a person's act changes a flag: one conditional UPDATE by version, one event, one audit event."""

from datetime import datetime
from typing import Any

from django.db.models import F

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.record import record
from reviews.models import STANDING, Flag, FlagAct, FlagEvent

# What an undo puts back.
STATE_FIELDS = (
    "state", "snoozed_until", "action", "note", "closed_at", "closed_by_id",
    "owner_id", "offered_to_id", "offered_at", "offered_by_id", "offer_ends_at",
)  # fmt: skip
MOMENTS = ("snoozed_until", "closed_at", "offered_at", "offer_ends_at")
NO_OFFER = {"offered_to_id": None, "offered_at": None, "offered_by_id": None, "offer_ends_at": None}


def check_standing(flag: Flag) -> None:
    """Read the flag anew; raises StaleVersion when it stands no longer."""
    flag.refresh_from_db()
    if flag.state not in STANDING:
        raise StaleVersion(flag)


def change_flag(
    flag: Flag,
    act: FlagAct,
    by: Actor,
    at: datetime,
    version: int,
    detail: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """One conditional UPDATE with its event; of two people one wins and the other gets StaleVersion."""
    before = {name: _plain(getattr(flag, name)) for name in STATE_FIELDS}
    if not Flag.objects.filter(pk=flag.pk, version=version).update(version=F("version") + 1, **changes):
        raise StaleVersion(Flag.objects.get(pk=flag.pk))
    FlagEvent.objects.create(
        flag=flag, clinic=by.clinic, act=act, at=at, by=by.user, version=version + 1,
        detail={"before": before, "origin": by.origin, "note": changes.get("note", ""), **(detail or {})},
    )  # fmt: skip
    flag.refresh_from_db()
    record(
        f"{act}_FLAG"[:40],
        by=by,
        at=at,
        of=flag,
        patient_id=flag.patient_id,
        before={"state": before["state"], "owner": before["owner_id"]},
        after={"state": flag.state, "action": flag.action, "owner": flag.owner_id},
    )


def restored(before: dict[str, Any]) -> dict[str, Any]:
    """What `change_flag` kept of the state before an act, as values for another change."""
    return {
        name: datetime.fromisoformat(value) if name in MOMENTS and value else value
        for name, value in before.items()
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
