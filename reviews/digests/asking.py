"""Which messages are owed: one row for each clinician and local day, made within the clinic's hours."""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.absences import may_answer
from accounts.models import Clinic, Membership
from reviews.digests.hours import Hours
from reviews.models import Message, MessageKind, MessageState

# Within the hours of one day; after that the day is given up.
MOST_ATTEMPTS = 5
DAY_OVER = "The clinic's hours of that day were over."
UNSENT = Q(state__in=[MessageState.PENDING, MessageState.FAILED], attempt__lt=MOST_ATTEMPTS)


def hours_of(clinic: Clinic) -> Hours:
    return Hours(clinic.zone, clinic.works_from, clinic.works_until, clinic.works_on)


def ask_for_digests(at: datetime) -> int:
    """Add the rows of the clinics that work at `at`, where they are missing; returns how many were added.

    The unique key decides, so two clocks, or one that rings again, add nothing.
    """
    working = {clinic.pk: clinic for clinic in Clinic.objects.all() if hours_of(clinic).are_now(at)}
    wanted = Membership.objects.filter(may_answer(), clinic__in=working, gets_digest=True)
    rows = [_row(member, working[member.clinic_id], at) for member in wanted.order_by("pk")]
    days = {row.on for row in rows}
    there = set(Message.objects.filter(on__in=days).values_list("membership", "on"))
    missing = [row for row in rows if (row.membership_id, row.on) not in there]
    Message.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _row(member: Membership, clinic: Clinic, at: datetime) -> Message:
    return Message(
        clinic=clinic, membership=member, kind=MessageKind.DIGEST, on=clinic.local_date(at), asked_at=at
    )


def drop_past(at: datetime) -> int:
    """Give up what nobody began to send while the clinic worked; returns how many."""
    rows = Message.objects.filter(Q(held_until=None) | Q(held_until__lte=at), state=MessageState.PENDING)
    past = [row.pk for row in rows.select_related("clinic") if not may_go(row, at)]
    dropped = rows.filter(pk__in=past)
    return dropped.update(state=MessageState.DROPPED, error=DAY_OVER, held_until=None)


def may_go(message: Message, at: datetime) -> bool:
    """Whether it is still the message's day and the clinic works."""
    clinic = message.clinic
    return clinic.local_date(at) == message.on and hours_of(clinic).are_now(at)


def free(at: datetime) -> QuerySet[Message]:
    """Not sent, not given up, and held by nobody (nor by the wait after a failure) at `at`."""
    return Message.objects.filter(UNSENT, Q(held_until=None) | Q(held_until__lte=at))


def waiting_messages(at: datetime) -> list[int]:
    """Ids of the messages that a worker should take up now; oldest first."""
    rows = free(at).select_related("clinic").order_by("asked_at", "pk")
    return [row.pk for row in rows if may_go(row, at)]
