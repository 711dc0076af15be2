"""Who answers for a flag: take it, assign it, hand it over; accept and decline what was offered.

A flag has one owner or none, which is the pool. Handing over is an offer: the owner stays accountable until
the other accepts. An offer ends by itself after `offer_days` of the protocol, without a job: it then reads as
not made. An absent owner's deputy stands in for the owner, and may do what the owner may.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from accounts import wording
from accounts.absences import covering, who_may_answer
from accounts.actors import Actor
from accounts.models import Membership
from accounts.records import StaleVersion
from reviews.acts.flag_changes import NO_OFFER, change_flag, check_standing
from reviews.acts.ground import Refusals, act_on
from reviews.models import Flag, FlagAct
from reviews.moments import Moment

LONGEST_NOTE = 1000


def assign(*, flag: Flag, by: Actor, at: datetime, version: int, owner: Membership | None) -> Flag:
    """Take a flag, give one's own back to the pool (`owner` None), or give one of the pool to a colleague.

    Who may resolve takes any flag, also a colleague's. An open offer is over.
    """
    with act_on(flag.patient, by, at) as now:
        stands, refusals = _as_it_stands(flag, now), Refusals()
        if owner is None:
            _check_giving_back(refusals, stands, by)
        elif owner == by.membership:
            _check_taking(refusals, stands, owner)
        else:
            _check_giving(refusals, stands, owner)
        if owner is not None:
            _check_can_answer(refusals, "owner", owner, now)
        _stop_if_any(refusals, flag, version)
        change_flag(
            flag, FlagAct.ASSIGNED, by, at, version, {"owner": owner.pk if owner else None},
            owner_id=owner.pk if owner else None, **NO_OFFER,
        )  # fmt: skip
    return flag


def offer(*, flag: Flag, by: Actor, at: datetime, version: int, to: Membership, note: str = "") -> Flag:
    """Offer a flag that one answers for to a colleague; it replaces another offer."""
    with act_on(flag.patient, by, at) as now:
        stands, refusals = _as_it_stands(flag, now), Refusals()
        refusals.unless(_is_holder(stands, by), "id", _not_yours(stands))
        refusals.unless(to.pk not in (stands.owner_id, stands.holder), "to", f"{to.user} has it already.")
        refusals.unless(
            not (stands.is_offered and stands.offered_to_id == to.pk), "to", f"{to.user} was asked already."
        )
        refusals.unless(len(note) <= LONGEST_NOTE, "note", f"At most {LONGEST_NOTE} characters.")
        _check_can_answer(refusals, "to", to, now)
        _stop_if_any(refusals, flag, version)
        change_flag(
            flag, FlagAct.OFFERED, by, at, version, {"to": to.pk, "note": note.strip()},
            offered_to_id=to.pk, offered_at=at, offered_by_id=by.user.pk,
            offer_ends_at=at + timedelta(days=now.thresholds.offer_days),
        )  # fmt: skip
    return flag


def accept(*, flag: Flag, by: Actor, at: datetime, version: int) -> Flag:
    """Take over a flag that was offered; from here on one answers for it."""
    with act_on(flag.patient, by, at) as now:
        stands, refusals = _as_it_stands(flag, now), Refusals()
        refusals.unless(_is_offered_to(stands, by), "id", "This flag is not offered to you now.")
        _stop_if_any(refusals, flag, version)
        change_flag(flag, FlagAct.ACCEPTED, by, at, version, owner_id=stands.offered_to_id, **NO_OFFER)
    return flag


def decline(*, flag: Flag, by: Actor, at: datetime, version: int, reason: str) -> Flag:
    """Leave a flag with its owner, and say why in a word."""
    with act_on(flag.patient, by, at) as now:
        stands, refusals = _as_it_stands(flag, now), Refusals()
        refusals.unless(_is_offered_to(stands, by), "id", "This flag is not offered to you now.")
        refusals.unless(bool(reason.strip()), "reason", "Say why in a word.")
        refusals.unless(len(reason) <= LONGEST_NOTE, "reason", f"At most {LONGEST_NOTE} characters.")
        _stop_if_any(refusals, flag, version)
        change_flag(flag, FlagAct.DECLINED, by, at, version, {"note": reason.strip()}, **NO_OFFER)
    return flag


def _as_it_stands(flag: Flag, now: Moment) -> Any:
    """The flag with `holder` and `is_offered`; raises StaleVersion when it stands no longer."""
    check_standing(flag)
    rows = Flag.objects.of(now.clinic).as_of(now.on, now.at).select_related("owner__user")
    return rows.get(pk=flag.pk)


def _stop_if_any(refusals: Refusals, flag: Flag, version: int) -> None:
    """Who saw an older state is told of the newer one rather than of a rule that it breaks."""
    try:
        refusals.stop_if_any()
    except ValidationError:
        if flag.version != version:
            raise StaleVersion(flag) from None
        raise


def _is_holder(stands: Any, by: Actor) -> bool:
    return by.membership is not None and stands.holder == by.membership.pk


def _is_offered_to(stands: Any, by: Actor) -> bool:
    return bool(by.membership is not None and stands.is_offered and stands.offered_to_id == by.membership.pk)


def _check_giving_back(refusals: Refusals, stands: Any, by: Actor) -> None:
    if stands.holder is None:
        refusals.add("owner", "It is in the pool already.")
    else:
        refusals.unless(_is_holder(stands, by), "owner", _not_yours(stands))


def _check_taking(refusals: Refusals, stands: Any, owner: Membership) -> None:
    """Taking what one owns takes back an offer; without one it is nothing."""
    same = stands.owner_id == owner.pk and not stands.is_offered
    refusals.unless(not same, "owner", "You own this flag already.")


def _check_giving(refusals: Refusals, stands: Any, owner: Membership) -> None:
    """Nobody is given what somebody answers for: that one offers it."""
    if stands.holder is not None:
        refusals.add(
            "owner", f"{stands.owner.user} owns it. The owner can offer it, a clinician can take it."
        )


def _check_can_answer(refusals: Refusals, field: str, member: Membership, now: Moment) -> None:
    can = who_may_answer(now.clinic).filter(pk=member.pk).exists()
    refusals.unless(can, field, "Choose somebody of this clinic who may resolve flags.")
    absence = covering(now.on).filter(membership=member).order_by("-until_on").first()
    if absence is not None:
        refusals.add(field, f"{member.user} is away until {wording.day(absence.until_on)}.")


def _not_yours(stands: Any) -> str:
    if stands.holder is None:
        return "Nobody answers for this flag: take it first."
    return "Only who answers for this flag can do that."
