"""Who answers for a flag now: owner, deputy, or the pool."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Absence, Membership
from reviews.models import Flag, FlagQuerySet
from tests.factories import NOW, TODAY, AbsenceFactory, FlagFactory
from tests.stories import a_clinic, a_clinician, an_assistant

pytestmark = pytest.mark.django_db


def member(by: Actor) -> Membership:
    assert by.membership is not None
    return by.membership


def away(who: Membership, deputy: Membership, first: date = TODAY, last: date = TODAY) -> Absence:
    return AbsenceFactory.create(membership=who, deputy=deputy, from_on=first, until_on=last)


def holder(flag: Flag, on: date = TODAY) -> int | None:
    row: Any = Flag.objects.as_of(on, NOW).get(pk=flag.pk)
    return row.holder  # type: ignore[no-any-return]


@pytest.fixture
def owner() -> Membership:
    return member(a_clinician(a_clinic()))


@pytest.fixture
def deputy(owner: Membership) -> Membership:
    return member(a_clinician(owner.clinic))


@pytest.fixture
def third(owner: Membership) -> Membership:
    return member(a_clinician(owner.clinic))


@pytest.fixture
def flag(owner: Membership) -> Flag:
    return FlagFactory.create(symptom_answer__patient__clinic=owner.clinic, owner=owner)


def held(who: Membership, on: date = TODAY, at: Any = NOW) -> FlagQuerySet:
    return Flag.objects.of(who.clinic).held_by(who, on, at)


def test_the_owner_answers(flag: Flag, owner: Membership) -> None:
    assert holder(flag) == owner.pk
    assert list(held(owner)) == [flag]


def test_a_flag_without_an_owner_is_in_the_pool(flag: Flag) -> None:
    Flag.objects.update(owner=None)
    assert holder(flag) is None


def test_the_deputy_answers_on_the_days_of_an_absence_and_on_no_other(
    flag: Flag, owner: Membership, deputy: Membership
) -> None:
    away(owner, deputy, TODAY, TODAY + timedelta(days=2))
    days = [TODAY + timedelta(days=n) for n in range(-1, 4)]
    assert [holder(flag, on) for on in days] == [owner.pk, deputy.pk, deputy.pk, deputy.pk, owner.pk]
    assert list(held(owner)) == []
    assert list(held(deputy)) == [flag]


def test_one_hop_only(flag: Flag, owner: Membership, deputy: Membership, third: Membership) -> None:
    away(owner, deputy)
    away(deputy, third)
    assert holder(flag) is None
    assert list(held(third)) == []


@pytest.mark.parametrize("how", ["ended", "closed account", "assistant"])
@pytest.mark.parametrize("who", ["owner", "deputy"])
def test_nobody_s_flags_vanish_with_them(
    flag: Flag, owner: Membership, deputy: Membership, who: str, how: str
) -> None:
    gone = owner if who == "owner" else deputy
    if who == "deputy":
        away(owner, deputy)
    if how == "ended":
        Membership.objects.filter(pk=gone.pk).update(ended_at=NOW, ended_by=gone.user)
    elif how == "closed account":
        type(gone.user).objects.filter(pk=gone.user_id).update(is_active=False)
    else:
        Membership.objects.filter(pk=gone.pk).update(roles=["ASSISTANT"])
    assert holder(flag) is None


def test_an_act_today_flag_of_the_pool_is_every_clinician_s(
    flag: Flag, owner: Membership, deputy: Membership
) -> None:
    Flag.objects.update(owner=None)
    helper = member(an_assistant(owner.clinic))
    assert [list(held(who)) for who in (owner, deputy)] == [[], []]
    Flag.objects.update(severity="ACT_TODAY")
    assert [list(held(who)) for who in (owner, deputy, helper)] == [[flag], [flag], []]
    assert list(held(member(a_clinician(a_clinic("southbank"))))) == []


def test_an_offer_is_also_the_other_s_until_its_end(
    flag: Flag, owner: Membership, deputy: Membership
) -> None:
    ends = NOW + timedelta(days=3)
    Flag.objects.update(offered_to=deputy, offered_by=owner.user, offered_at=NOW, offer_ends_at=ends)
    assert list(held(owner)) == list(held(deputy)) == [flag]
    assert holder(flag) == owner.pk
    assert list(held(deputy, at=ends - timedelta(seconds=1))) == [flag]
    assert list(held(deputy, at=ends)) == []
    Membership.objects.filter(pk=deputy.pk).update(ended_at=NOW, ended_by=owner.user)
    assert list(held(deputy)) == []


def test_the_number_of_queries_does_not_grow_with_the_flags(
    owner: Membership, deputy: Membership, django_assert_num_queries: Any
) -> None:
    away(owner, deputy)
    for _ in range(5):
        FlagFactory.create(symptom_answer__patient__clinic=owner.clinic, owner=owner)
    with django_assert_num_queries(1):
        assert [row.holder for row in held(deputy)] == [deputy.pk] * 5  # type: ignore[attr-defined]
