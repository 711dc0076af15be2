"""A flag changes hands: taken, assigned, offered, accepted, declined; who may, and what comes back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.models import Membership
from accounts.records import StaleVersion
from audit.models import AuditEvent
from reviews.acts.flag_owners import accept, assign, decline, offer
from reviews.acts.flags import NotUndoable, acknowledge, resolve, snooze, undo
from reviews.models import Flag
from tests.factories import NOW, TODAY, AbsenceFactory
from tests.stories import a_clinic, a_clinician, a_flag, an_admin, an_assistant

pytestmark = pytest.mark.django_db
OFFER_ENDS = NOW + timedelta(days=3)


def member(who: Actor) -> Membership:
    assert who.membership is not None
    return who.membership


@pytest.fixture
def ada() -> Actor:
    return a_clinician(name="Dr Ada")


@pytest.fixture
def bob(ada: Actor) -> Actor:
    return a_clinician(ada.clinic, name="Dr Bob")


@pytest.fixture
def cleo(ada: Actor) -> Actor:
    return a_clinician(ada.clinic, name="Dr Cleo")


@pytest.fixture
def helper(ada: Actor) -> Actor:
    return an_assistant(ada.clinic)


@pytest.fixture
def flag(ada: Actor) -> Flag:
    """In the pool."""
    return a_flag(ada)


def by(who: Actor, flag: Flag, at: Any = NOW) -> dict[str, Any]:
    return {"flag": flag, "by": who, "at": at, "version": flag.version}


def acts(flag: Flag) -> list[str]:
    return [event.act for event in flag.events.all()]


def refused(field: str, words: str) -> Any:
    """A ValidationError that names the field and says the words."""

    def names_it(error: ValidationError) -> bool:
        return field in error.message_dict and words in " ".join(error.message_dict[field])

    return pytest.raises(ValidationError, check=names_it)


def test_a_flag_of_the_pool_is_taken(flag: Flag, ada: Actor) -> None:
    assign(**by(ada, flag), owner=ada.membership)
    assert (flag.owner, flag.version) == (ada.membership, 2)
    assert acts(flag) == ["RAISED", "ASSIGNED"]
    event = AuditEvent.objects.get(act="ASSIGNED_FLAG", object_id=str(flag.pk))
    assert event.after == {"state": "OPEN", "action": "", "owner": member(ada).pk}


def test_an_assistant_gives_one_of_the_pool_to_a_clinician_and_takes_none(
    flag: Flag, bob: Actor, helper: Actor
) -> None:
    with refused("owner", "may resolve"):
        assign(**by(helper, flag), owner=helper.membership)
    assign(**by(helper, flag), owner=bob.membership)
    assert flag.owner == bob.membership


def test_what_somebody_owns_is_not_given_away_by_others_but_can_be_taken(
    flag: Flag, ada: Actor, bob: Actor, cleo: Actor, helper: Actor
) -> None:
    assign(**by(ada, flag), owner=ada.membership)
    for who in (bob, helper):
        with refused("owner", "Dr Ada owns it"):
            assign(**by(who, flag), owner=cleo.membership)
        with refused("owner", "Only who answers"):
            assign(**by(who, flag), owner=None)
    with refused("owner", "own this flag already"):
        assign(**by(ada, flag), owner=ada.membership)
    assign(**by(bob, flag), owner=bob.membership)
    assert flag.owner == bob.membership


def test_the_owner_gives_it_back_to_the_pool_once(flag: Flag, ada: Actor) -> None:
    assign(**by(ada, flag), owner=ada.membership)
    assign(**by(ada, flag), owner=None)
    assert flag.owner is None
    with refused("owner", "in the pool already"):
        assign(**by(ada, flag), owner=None)


@pytest.mark.parametrize("who", ["stranger", "admin", "assistant", "ended", "closed account"])
def test_only_active_members_of_the_clinic_who_may_resolve_can_own(flag: Flag, ada: Actor, who: str) -> None:
    other = {
        "stranger": lambda: a_clinician(a_clinic("southbank")),
        "admin": lambda: an_admin(ada.clinic),
        "assistant": lambda: an_assistant(ada.clinic),
    }.get(who, lambda: a_clinician(ada.clinic))()
    if who == "ended":
        Membership.objects.filter(pk=member(other).pk).update(ended_at=NOW, ended_by=ada.user)
    if who == "closed account":
        type(other.user).objects.filter(pk=other.user.pk).update(is_active=False)
    with refused("owner", "may resolve flags"):
        assign(**by(ada, flag), owner=other.membership)
    assign(**by(ada, flag), owner=ada.membership)
    with refused("to", "may resolve flags"):
        offer(**by(ada, flag), to=member(other))
    flag.refresh_from_db()
    assert (flag.owner, flag.offered_to, flag.version) == (ada.membership, None, 2)


def test_nobody_who_is_away_gets_a_flag(flag: Flag, ada: Actor, bob: Actor) -> None:
    AbsenceFactory.create(membership=bob.membership, deputy=ada.membership)
    with refused("owner", "Dr Bob is away until"):
        assign(**by(ada, flag), owner=bob.membership)
    assign(**by(ada, flag), owner=ada.membership)
    with refused("to", "Dr Bob is away until"):
        offer(**by(ada, flag), to=member(bob))


@pytest.fixture
def offered(flag: Flag, ada: Actor, bob: Actor) -> Flag:
    assign(**by(ada, flag), owner=ada.membership)
    return offer(**by(ada, flag), to=member(bob), note="Knows her well")


def test_an_offer_leaves_the_owner_accountable_until_it_is_accepted(
    offered: Flag, ada: Actor, bob: Actor
) -> None:
    assert (offered.owner, offered.offered_to) == (ada.membership, bob.membership)
    assert (offered.offered_by, offered.offered_at, offered.offer_ends_at) == (ada.user, NOW, OFFER_ENDS)
    assert offered.events.latest("id").detail["note"] == "Knows her well"
    accept(**by(bob, offered))
    assert (offered.owner, offered.offered_to, offered.offer_ends_at) == (bob.membership, None, None)
    assert acts(offered) == ["RAISED", "ASSIGNED", "OFFERED", "ACCEPTED"]


def test_declining_needs_a_word_and_leaves_it_where_it_was(offered: Flag, ada: Actor, bob: Actor) -> None:
    with refused("reason", "Say why"):
        decline(**by(bob, offered), reason=" ")
    decline(**by(bob, offered), reason="On leave from Friday")
    assert (offered.owner, offered.offered_to, offered.note) == (ada.membership, None, "")
    assert offered.events.latest("id").detail["note"] == "On leave from Friday"
    with refused("id", "not offered to you"):
        accept(**by(bob, offered))


def test_only_the_one_who_was_asked_answers(offered: Flag, ada: Actor, cleo: Actor) -> None:
    for who in (ada, cleo):
        with refused("id", "not offered to you"):
            accept(**by(who, offered))
        with refused("id", "not offered to you"):
            decline(**by(who, offered), reason="No")


@pytest.mark.parametrize(("seconds", "holds"), [(-1, True), (0, False)])
def test_an_offer_ends_by_itself(offered: Flag, bob: Actor, seconds: int, holds: bool) -> None:
    at = OFFER_ENDS + timedelta(seconds=seconds)
    if holds:
        assert accept(**by(bob, offered, at)).owner == bob.membership
    else:
        with refused("id", "not offered to you now"):
            accept(**by(bob, offered, at))


def test_only_who_answers_offers_and_nobody_is_asked_twice(
    offered: Flag, ada: Actor, bob: Actor, cleo: Actor
) -> None:
    with refused("id", "Only who answers"):
        offer(**by(cleo, offered), to=member(bob))
    with refused("to", "asked already"):
        offer(**by(ada, offered), to=member(bob))
    with refused("to", "has it already"):
        offer(**by(ada, offered), to=member(ada))
    offer(**by(ada, offered), to=member(cleo))
    assert offered.offered_to == cleo.membership
    offer(**by(ada, offered, OFFER_ENDS), to=member(bob))
    offer(**by(ada, offered, OFFER_ENDS + timedelta(days=3)), to=member(bob))


def test_nobody_offers_what_is_in_the_pool(flag: Flag, ada: Actor, bob: Actor) -> None:
    with refused("id", "take it first"):
        offer(**by(ada, flag), to=member(bob))


def test_taking_takes_an_offer_back_and_so_does_who_takes_the_flag(
    offered: Flag, ada: Actor, bob: Actor, cleo: Actor
) -> None:
    assign(**by(ada, offered), owner=ada.membership)
    assert (offered.owner, offered.offered_to) == (ada.membership, None)
    offer(**by(ada, offered), to=member(bob))
    assign(**by(cleo, offered), owner=cleo.membership)
    assert (offered.owner, offered.offered_to) == (cleo.membership, None)


def test_a_deputy_does_what_the_owner_may(flag: Flag, ada: Actor, bob: Actor, cleo: Actor) -> None:
    assign(**by(ada, flag), owner=ada.membership)
    AbsenceFactory.create(membership=ada.membership, deputy=bob.membership, until_on=TODAY)
    offer(**by(bob, flag), to=member(cleo))
    accept(**by(cleo, flag))
    assert flag.owner == cleo.membership


@pytest.mark.parametrize("act", ["ASSIGNED", "OFFERED", "ACCEPTED", "DECLINED"])
def test_every_change_of_hands_is_undone_within_10_minutes_by_who_made_it(
    flag: Flag, ada: Actor, bob: Actor, act: str
) -> None:
    steps: list[tuple[str, Actor, Any]] = [
        ("ASSIGNED", ada, lambda: assign(**by(ada, flag), owner=ada.membership)),
        ("OFFERED", ada, lambda: offer(**by(ada, flag), to=member(bob))),
        ("ACCEPTED", bob, lambda: accept(**by(bob, flag))),
    ]
    if act == "DECLINED":
        steps[-1] = ("DECLINED", bob, lambda: decline(**by(bob, flag), reason="No"))
    for name, who, step in steps:  # noqa: B007 (who made the last step undoes it)
        flag.refresh_from_db()
        before = (flag.owner, flag.offered_to, flag.offered_by, flag.offered_at, flag.offer_ends_at)
        step()
        if name == act:
            break
    with pytest.raises(NotUndoable):
        undo(**by(who, flag, NOW + timedelta(seconds=601)))
    undo(**by(who, flag, NOW + timedelta(seconds=600)))
    after = (flag.owner, flag.offered_to, flag.offered_by, flag.offered_at, flag.offer_ends_at)
    assert after == before


def test_who_comes_second_is_told_of_the_first(offered: Flag, ada: Actor, bob: Actor, cleo: Actor) -> None:
    seen = by(bob, offered)
    assign(**by(cleo, offered), owner=cleo.membership)
    attempts: list[Callable[[], object]] = [
        lambda: accept(**seen),
        lambda: decline(**seen, reason="No"),
        lambda: assign(**(seen | {"by": ada}), owner=None),
        lambda: assign(**seen, owner=bob.membership),
        lambda: offer(**(seen | {"by": ada}), to=member(bob)),
    ]
    for late in attempts:
        with pytest.raises(StaleVersion) as told:
            late()
        assert told.value.current.owner == cleo.membership


def test_a_closed_flag_changes_hands_no_more(offered: Flag, ada: Actor, bob: Actor) -> None:
    resolve(**by(ada, offered), action="ADVISED")
    attempts: list[Callable[[], object]] = [
        lambda: accept(**by(bob, offered)),
        lambda: decline(**by(bob, offered), reason="No"),
        lambda: assign(**by(bob, offered), owner=bob.membership),
        lambda: offer(**by(ada, offered), to=member(bob)),
    ]
    for late in attempts:
        with pytest.raises(StaleVersion):
            late()
    row: Any = Flag.objects.as_of(TODAY, NOW).get(pk=offered.pk)
    assert not row.is_offered
    undo(**by(ada, offered))
    assert accept(**by(bob, offered)).owner == bob.membership


def test_other_acts_leave_owner_and_offer_alone(offered: Flag, ada: Actor, bob: Actor) -> None:
    acknowledge(**by(bob, offered))
    snooze(**by(bob, offered), until=NOW + timedelta(days=1))
    assert (offered.owner, offered.offered_to) == (ada.membership, bob.membership)


def test_protocol_version_and_inputs_are_those_that_raised_it_whatever_is_done(
    offered: Flag, ada: Actor, bob: Actor
) -> None:
    before = Flag.objects.values("protocol", "inputs", "raised_at", "rule", "severity").get(pk=offered.pk)
    accept(**by(bob, offered))
    acknowledge(**by(bob, offered))
    resolve(**by(bob, offered), action="ADVISED")
    undo(**by(bob, offered))
    assert Flag.objects.values(*before).get(pk=offered.pk) == before
