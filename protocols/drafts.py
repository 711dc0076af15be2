"""Drafting the next version of a clinic's protocol. It has no consequence for a patient; adopting has.

A clinic has at most one draft. It holds all numbers, and nobody reads them but those who look at the draft.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.models import Clinic, Membership
from accounts.permissions import MATRIX, Act
from accounts.records import StaleVersion
from audit.models import AuditEvent
from audit.record import record
from protocols.checking import BadThresholds
from protocols.models import Protocol
from protocols.thresholds import PROTOCOL_1, Thresholds
from protocols.versions import draft_of

DRAFTED = "DRAFT_PROTOCOL"
LONGEST_SUMMARY = 200
WHOLE = {threshold.name for threshold in PROTOCOL_1 if isinstance(threshold.value, int)}


@transaction.atomic
def save_draft(
    *, by: Actor, at: datetime, values: Mapping[str, Any], summary: str, edition: str = ""
) -> Protocol:
    """Save the clinic's draft, or start it; `values` are those that change, each as int, Decimal or text.

    `edition` is that of the draft which the person saw, empty when there was none. Raises StaleVersion with
    the draft as it stands when it is another one now, and ValidationError with each fault at its number: one
    that cannot be, limits out of order, no summary, nothing that differs, or nobody left who could adopt it.
    """
    draft = _held(by.clinic, edition)
    in_force = Protocol.objects.in_force(by.clinic)
    base = draft or in_force
    wanted = {**base.values, **{name: _stored(name, value) for name, value in values.items()}}
    summary = summary.strip()
    _check(wanted, summary, in_force, draft, by)
    wanted = Thresholds.from_json(wanted).to_json()
    before = {"values": _changed(in_force, base.values), "summary": draft.summary if draft else ""}
    if draft is None:
        draft = Protocol(clinic=by.clinic, version=_next_version(by.clinic))
    draft.values, draft.summary = wanted, summary
    draft.drafted_at, draft.drafted_by = at, by.user
    draft.save()
    after = {"version": draft.version, "values": _changed(in_force, wanted), "summary": summary}
    record(DRAFTED, by=by, at=at, of=draft, before=before, after=after)
    return Protocol.objects.get(pk=draft.pk)


@transaction.atomic
def discard_draft(*, by: Actor, at: datetime, edition: str) -> None:
    """Throw the clinic's draft away; the event keeps what it said. Raises StaleVersion or ValidationError."""
    draft = _held(by.clinic, edition)
    if draft is None:
        raise ValidationError("There is no draft.")
    changed = _changed(Protocol.objects.in_force(by.clinic), draft.values)
    before = {"version": draft.version, "values": changed, "summary": draft.summary}
    record("DISCARD_DRAFT", by=by, at=at, of=draft, before=before)
    draft.delete()


def drafters(draft: Protocol) -> set[int]:
    """Ids of all who had a hand in the draft: none of them may adopt it."""
    events = AuditEvent.objects.filter(
        act=DRAFTED, model=Protocol._meta.label_lower, object_id=str(draft.pk), user__isnull=False
    )
    last = {draft.drafted_by_id} if draft.drafted_by_id else set()
    return last | {user_id for user_id in events.values_list("user_id", flat=True) if user_id}


def adopters(clinic: Clinic, without: set[int]) -> QuerySet[Membership]:
    """The active members who may adopt a version in which the users `without` had a hand."""
    roles = [role.value for role in MATRIX if Act.ADOPT_PROTOCOL in MATRIX[role]]
    members = Membership.objects.active().filter(clinic=clinic, roles__overlap=roles)
    return members.exclude(user__in=without)


def _held(clinic: Clinic, edition: str) -> Protocol | None:
    """The draft, locked with the clinic so that two people cannot each start one; raises as `save_draft`."""
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    draft = draft_of(clinic)
    if draft is not None and draft.edition != edition:
        raise StaleVersion(draft)
    if draft is None and edition:
        raise ValidationError(
            "This draft was discarded or adopted meanwhile. Your entries are kept: save again for a new one."
        )
    return draft


def _check(
    wanted: Mapping[str, Any], summary: str, in_force: Protocol, draft: Protocol | None, by: Actor
) -> None:
    faults: dict[str, list[str]] = {}
    try:
        if Thresholds.from_json(wanted) == in_force.thresholds:
            same = f"No number differs from version {in_force.version}, which is in force."
            faults[NON_FIELD_ERRORS] = [same]
    except BadThresholds as bad:
        faults |= bad.faults
    if not summary:
        faults["summary"] = ["Say what changes and why: who adopts it reads this first."]
    elif len(summary) > LONGEST_SUMMARY:
        faults["summary"] = [f"At most {LONGEST_SUMMARY} characters."]
    if not adopters(by.clinic, {by.user.pk} | (drafters(draft) if draft else set())).exists():
        faults.setdefault(NON_FIELD_ERRORS, []).append(
            "Nobody could adopt this draft: it takes an active clinician of the clinic who had no hand in it."
        )
    if faults:
        raise ValidationError({name: list(said) for name, said in faults.items()})


def _stored(name: str, value: Any) -> Any:
    """A value as it is stored: whole numbers as int where they may be, decimals as text."""
    if isinstance(value, Decimal):
        return int(value) if name in WHOLE and value == value.to_integral_value() else f"{value:f}"
    return value


def _changed(in_force: Protocol, values: Mapping[str, Any]) -> dict[str, Any]:
    """For the audit log: what differs from the version in force; 0.8 and 0.80 do not."""
    stored = {name: Decimal(value) for name, value in in_force.values.items()}
    return {name: value for name, value in values.items() if stored.get(name) != Decimal(value)}


def _next_version(clinic: Clinic) -> int:
    return max(Protocol.objects.offered_to(clinic).values_list("version", flat=True)) + 1
