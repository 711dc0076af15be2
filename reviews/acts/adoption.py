"""Counting what a draft of the protocol would change, and adopting it as a second person."""

from datetime import datetime
from functools import partial

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from accounts.actors import Actor
from accounts.long_work import WorkState
from accounts.models import Clinic
from accounts.records import StaleVersion
from audit.record import record
from protocols.drafts import drafters
from protocols.models import Protocol
from protocols.versions import differences
from reviews.models import ProtocolRun, RunKind
from reviews.tasks import ring

UNFINISHED = (WorkState.WAITING, WorkState.RUNNING)


@transaction.atomic
def count_draft(*, draft: Protocol, by: Actor, at: datetime) -> ProtocolRun:
    """Have a worker count what `draft` would change; nothing is kept but the numbers.

    A count of the same numbers that is under way is the answer. Raises ValidationError for no draft.
    """
    draft = _held(draft, by)
    counts = ProtocolRun.objects.filter(protocol=draft, kind=RunKind.COUNT, values=draft.values)
    run = counts.filter(state__in=UNFINISHED).first()
    if run is None:
        record("COUNT_PROTOCOL", by=by, at=at, of=draft, after={"version": draft.version})
        run = _asked(RunKind.COUNT, draft, by, at)
    return run


@transaction.atomic
def adopt_protocol(*, draft: Protocol, by: Actor, at: datetime, edition: str) -> Protocol:
    """Put the clinic under `draft` from now on, and have a worker bring live facts under it.

    `edition` is that which the person saw; raises StaleVersion when it is another one now. Raises
    ValidationError for a version that is adopted already, for whoever had a hand in the draft, and when these
    numbers have not been counted. What is closed, and what has a standing flag, keeps its version.
    """
    draft = _held(draft, by)
    if draft.edition != edition:
        raise StaleVersion(draft)
    if reasons := why_not(draft, by):
        raise ValidationError({NON_FIELD_ERRORS: reasons})
    before = Protocol.objects.in_force(by.clinic)
    changed = differences(before, draft)
    draft.adopted_at, draft.adopted_by = at, by.user
    draft.save()
    record(
        "ADOPT_PROTOCOL",
        by=by,
        at=at,
        of=draft,
        before={"version": before.version, "values": {d.threshold.name: str(d.before) for d in changed}},
        after={"version": draft.version, "values": {d.threshold.name: str(d.after) for d in changed}},
    )
    _asked(RunKind.ADOPT, draft, by, at)
    return draft


def counted(draft: Protocol) -> ProtocolRun | None:
    """The newest finished count of just these numbers."""
    rows = ProtocolRun.objects.filter(protocol=draft, kind=RunKind.COUNT, state=WorkState.DONE)
    return rows.filter(values=draft.values).first()


def why_not(draft: Protocol, by: Actor) -> list[str]:
    """Why this person cannot adopt the draft as it stands, one sentence each; nothing where they can."""
    reasons = []
    if by.user.pk in drafters(draft):
        reasons.append("You had a hand in this draft. A second clinician adopts it.")
    if counted(draft) is None:
        reasons.append("These numbers have not been counted yet. Count what would change, then adopt.")
    return reasons


def _held(draft: Protocol, by: Actor) -> Protocol:
    """The draft as it stands, locked; the clinic too, so that no nightly check is halfway."""
    Clinic.objects.select_for_update(no_key=True).get(pk=by.clinic.pk)
    rows = Protocol.objects.offered_to(by.clinic).select_for_update(no_key=True)
    found = rows.filter(pk=draft.pk).first()
    if found is None:
        raise ValidationError("This draft was discarded.")
    if found.adopted_at is not None:
        raise ValidationError(f"Version {found.version} is adopted already: it never changes.")
    return found


def _asked(kind: RunKind, protocol: Protocol, by: Actor, at: datetime) -> ProtocolRun:
    """A run that waits for a worker, who is rung once the row stands."""
    run = ProtocolRun.objects.create(
        clinic=by.clinic, protocol=protocol, kind=kind, values=protocol.values, asked_at=at, asked_by=by.user
    )
    transaction.on_commit(partial(ring, run.pk))
    return run
