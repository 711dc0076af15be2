"""The numbers of a digest are those of the queue."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Membership
from labs.models import Settled
from reviews.digests.counting import counts_of
from reviews.digests.wording import Counts
from reviews.models import Flag
from reviews.moments import Moment
from reviews.queue import OPEN_RANKS, Wanted, queue
from tests.factories import NOW, AbsenceFactory
from tests.factories_labs import ImportFactory, ImportRowFactory
from tests.stories import a_clinic, a_clinician, a_flag, a_patient, a_visit, present

pytestmark = pytest.mark.django_db


def counts(who: Actor, **later: Any) -> Counts:
    assert who.membership is not None
    return counts_of(who.membership, Moment.of(who.clinic, NOW + timedelta(**later)))


@pytest.fixture
def by() -> Actor:
    return a_clinician()


def own(by: Actor) -> Any:
    return a_patient(by, owner=by.membership)


def test_a_patient_is_counted_once_by_the_most_urgent_flag(by: Actor) -> None:
    patient = own(by)
    a_visit(patient, by, present("TINGLING"), present("IRREGULAR_HEARTBEAT"))
    a_flag(by, own(by))
    assert counts(by) == Counts(act_today=1, this_week=1)


def test_what_is_not_looked_at_in_time_is_late(by: Actor) -> None:
    a_flag(by, own(by))
    assert counts(by, days=8) == Counts(late=1)


def test_a_colleagues_patient_is_not_mine_and_the_pool_is_everybodys_to_see(by: Actor) -> None:
    colleague = a_clinician(by.clinic)
    a_flag(by, own(by))
    a_flag(by)
    assert counts(colleague) == Counts(unowned=1)
    assert counts(by) == Counts(this_week=1, unowned=1)


def test_an_act_today_flag_of_the_pool_is_in_every_clinicians_count(by: Actor) -> None:
    a_visit(a_patient(by), by, present("IRREGULAR_HEARTBEAT"))
    for who in (by, a_clinician(by.clinic)):
        assert counts(who) == Counts(act_today=1, unowned=1)


def test_what_is_offered_counts_until_the_offer_ends(by: Actor) -> None:
    a_flag(by, own(by))
    colleague = a_clinician(by.clinic)
    ends = NOW + timedelta(hours=1)
    Flag.objects.update(
        offered_to=colleague.membership, offered_by=by.user, offered_at=NOW, offer_ends_at=ends
    )
    assert counts(colleague) == Counts(this_week=1, offered=1)
    assert counts(colleague, hours=2) == Counts()


def test_a_deputy_counts_for_who_is_away(by: Actor) -> None:
    a_flag(by, own(by))
    deputy = a_clinician(by.clinic)
    AbsenceFactory.create(membership=by.membership, deputy=deputy.membership)
    assert counts(deputy) == Counts(this_week=1)
    assert counts(by) == Counts()


def test_unmatched_results_of_the_clinic_count_and_those_of_another_do_not(by: Actor) -> None:
    for who in (by, by, a_clinician(a_clinic("southbank"))):
        told = {"clinic": who.clinic, "created_by": who.user}
        ImportRowFactory.create(**told, source=ImportFactory.create(**told), settled=Settled.PARKED)
    assert counts(by) == Counts(unmatched=2)


def test_the_counts_are_those_of_the_queue_page(by: Actor) -> None:
    for symptoms in (["TINGLING"], ["IRREGULAR_HEARTBEAT"], ["FATIGUE", "TINGLING"]):
        a_visit(own(by), by, *(present(symptom) for symptom in symptoms))
    member = by.membership
    assert isinstance(member, Membership)
    shown = queue(Moment.of(by.clinic, NOW), Wanted(hands=member))
    listed = {group.group.key: group.count for group in shown.groups if group.group.rank in OPEN_RANKS}
    found = counts(by)
    assert listed["ACT_TODAY"] == found.act_today == 1
    assert listed["THIS_WEEK"] == found.this_week == 2
    assert shown.patients == found.act_today + found.this_week


def test_the_number_of_statements_does_not_grow_with_the_flags(
    by: Actor, django_assert_num_queries: Any
) -> None:
    for _ in range(4):
        a_flag(by, own(by))
    member, now = by.membership, Moment.of(by.clinic, NOW)
    assert member is not None and now.thresholds
    with django_assert_num_queries(4):
        counts_of(member, now)
