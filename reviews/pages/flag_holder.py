"""Who answers for a flag, in words, and what the person who looks at it may do about that."""

from dataclasses import dataclass
from typing import Any

from accounts.absences import covering
from accounts.models import Membership
from accounts.permissions import Act
from accounts.wording import clock, day
from reviews.models import STANDING, FlagAct
from reviews.moments import Moment

POOL = "The pool"


@dataclass(frozen=True)
class Answering:
    """What the sheet of a flag shows; `take` is the word of the button that makes it one's own."""

    name: str
    aside: str
    offer: str
    offer_note: str
    take: str
    may_assign: bool
    may_give_back: bool
    may_offer: bool
    may_accept: bool


def answering(flag: Any, now: Moment, member: Membership) -> Answering:
    """For a flag with `holder` and `is_offered`, read with its owner and the one that it is offered to."""
    stands, mine = flag.state in STANDING, flag.holder == member.pk
    offered_to_me = flag.is_offered and flag.offered_to_id == member.pk
    return Answering(
        *_holder(flag, now),
        *_offer(flag, now),
        take=_take(flag, member) if stands and member.may(Act.RESOLVE) and not offered_to_me else "",
        may_assign=stands and flag.holder is None and member.may(Act.ASSIGN),
        may_give_back=stands and mine,
        may_offer=stands and mine and member.may(Act.HAND_OVER),
        may_accept=stands and offered_to_me,
    )


def _holder(flag: Any, now: Moment) -> tuple[str, str]:
    if flag.owner is None:
        return POOL, "nobody owns it"
    owner = str(flag.owner.user)
    if flag.holder == flag.owner_id:
        return owner, ""
    absence = covering(now.on).filter(membership=flag.owner).order_by("from_on", "pk").first()
    away = f"{owner} is away until {day(absence.until_on)}" if absence else ""
    if flag.holder is None:
        return POOL, f"{away}, the deputy cannot stand in" if away else f"{owner} may not resolve flags now"
    return str(Membership.objects.select_related("user").get(pk=flag.holder).user), f"stands in; {away}"


def _offer(flag: Any, now: Moment) -> tuple[str, str]:
    if not flag.is_offered:
        return "", ""
    ends = flag.offer_ends_at.astimezone(now.clinic.zone)
    words = (
        f"{flag.offered_to.user}, asked by {flag.offered_by}; open until {day(ends.date())}, {clock(ends)}"
    )
    made = flag.events.filter(act=FlagAct.OFFERED).order_by("-id").first()
    return words, made.detail.get("note", "") if made else ""


def _take(flag: Any, member: Membership) -> str:
    if flag.owner_id != member.pk:
        return "Take it"
    return "Take back the offer" if flag.is_offered else ""
