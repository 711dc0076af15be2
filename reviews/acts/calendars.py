"""A member's own settings: the daily digest, and the secret address of the calendar; and reading it.

The address holds a random secret of 256 bits, shown once and stored only as its SHA-256. It opens nothing but
the calendar, and that only while the person is a clinician of the clinic.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.db.models import Q

from accounts.absences import may_answer
from accounts.actors import Actor
from accounts.models import CalendarFeed, Membership
from accounts.tokens import digest_of
from audit.record import record

ORIGIN = "calendar"


@dataclass(frozen=True)
class MadeFeed:
    """The new address; `secret` cannot be read again."""

    feed: CalendarFeed
    secret: str


@transaction.atomic
def make_calendar(*, membership: Membership, by: Actor, at: datetime) -> MadeFeed:
    """A new secret address; the one before, if any, is over at once."""
    _end_live(membership, at)
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(membership=membership, digest=digest_of(secret), created_at=at)
    record("MAKE_CALENDAR", by=by, at=at, of=feed)
    return MadeFeed(feed, secret)


@transaction.atomic
def revoke_calendar(*, membership: Membership, by: Actor, at: datetime) -> bool:
    """End the address; returns whether there was one."""
    feed = _end_live(membership, at)
    if feed is not None:
        record("REVOKE_CALENDAR", by=by, at=at, of=feed)
    return feed is not None


@transaction.atomic
def choose_digest(*, membership: Membership, by: Actor, at: datetime, wanted: bool) -> bool:
    """Turn the daily e-mail on or off; returns whether that changed anything."""
    changed = (
        Membership.objects.filter(pk=membership.pk).exclude(gets_digest=wanted).update(gets_digest=wanted)
    )
    if changed:
        record("CHOOSE_DIGEST", by=by, at=at, of=membership, after={"gets_digest": wanted})
    return bool(changed)


def live_calendar(membership: Membership) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(membership=membership, revoked_at=None).first()


def calendar_behind(secret: str) -> CalendarFeed | None:
    """The calendar of a secret, while it is not revoked and its member is a clinician of the clinic."""
    live = CalendarFeed.objects.filter(may_answer("membership"), digest=digest_of(secret), revoked_at=None)
    return live.select_related("membership__user", "membership__clinic").first()


@transaction.atomic
def note_reading(*, feed: CalendarFeed, at: datetime, origin: str) -> None:
    """One audit event for the first reading of each local day: programs ask every few hours."""
    clinic = feed.membership.clinic
    midnight = datetime.combine(clinic.local_date(at), time.min, tzinfo=clinic.zone)
    unread = CalendarFeed.objects.filter(Q(last_read_at=None) | Q(last_read_at__lt=midnight), pk=feed.pk)
    if unread.update(last_read_at=at):
        record("READ_CALENDAR", by=Actor.of(feed.membership, origin or ORIGIN), at=at, of=feed)


def _end_live(membership: Membership, at: datetime) -> CalendarFeed | None:
    """One change at a time: two that come together must not each make an address."""
    Membership.objects.select_for_update().get(pk=membership.pk)
    feed = live_calendar(membership)
    if feed is not None:
        CalendarFeed.objects.filter(pk=feed.pk).update(revoked_at=at)
    return feed
