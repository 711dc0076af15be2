"""Acknowledge, snooze, resolve, undo: who wins, what is refused, what comes back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.models import Membership, User
from accounts.records import StaleVersion
from audit.models import AuditEvent
from reviews.acts.flags import NotUndoable, acknowledge, resolve, snooze, undo
from reviews.models import Flag, FlagEvent
from tests.reviews.conftest import NOW, Story, present

pytestmark = pytest.mark.django_db


@pytest.fixture
def flag(story: Story) -> Flag:
    story.starts(20)
    story.visit(0, present("FATIGUE"))
    return story.flag("SYMPTOM")


@pytest.fixture
def urgent(story: Story) -> Flag:
    story.starts(20)
    story.visit(0, present("IRREGULAR_HEARTBEAT"))
    return story.flag("SYMPTOM")


@pytest.fixture
def colleague(by: Actor) -> Actor:
    user = User.objects.create_user("colleague@example.test", "x", name="Dr Colleague")
    return Actor.of(Membership.objects.create(user=user, clinic=by.clinic, roles=["CLINICIAN"]), "test")


def test_of_two_people_resolving_one_wins_and_the_other_is_told(
    flag: Flag, by: Actor, colleague: Actor
) -> None:
    version = flag.version
    resolve(flag=flag, by=by, at=NOW, version=version, action="ADVISED")
    with pytest.raises(StaleVersion) as told:
        resolve(flag=flag, by=colleague, at=NOW, version=version, action="ADVISED")
    assert told.value.current.closed_by == by.user
    assert FlagEvent.objects.filter(flag=flag, act="RESOLVED").count() == 1


def test_every_act_leaves_a_history_and_an_audit_event(flag: Flag, by: Actor) -> None:
    acknowledge(flag=flag, by=by, at=NOW, version=flag.version)
    snooze(flag=flag, by=by, at=NOW, version=flag.version, until=NOW + timedelta(days=2))
    resolve(flag=flag, by=by, at=NOW, version=flag.version, action="ADVISED", note="told by phone")
    assert [e.act for e in flag.events.all()] == ["RAISED", "ACKNOWLEDGED", "SNOOZED", "RESOLVED"]
    assert AuditEvent.objects.filter(object_id=str(flag.pk)).count() == 3


@pytest.mark.parametrize("action", ["NO_ACTION", "REFERRED"])
def test_no_action_and_referred_need_words(flag: Flag, by: Actor, action: str) -> None:
    with pytest.raises(ValidationError, match="few words"):
        resolve(flag=flag, by=by, at=NOW, version=flag.version, action=action, note="  ")
    flag.refresh_from_db()
    assert flag.state == "OPEN"


def test_act_today_is_snoozed_for_at_most_4_hours_and_with_a_reason(urgent: Flag, by: Actor) -> None:
    for until, reason in (
        (NOW + timedelta(hours=4, seconds=1), "on the phone"),
        (NOW + timedelta(hours=4), ""),
    ):
        with pytest.raises(ValidationError):
            snooze(flag=urgent, by=by, at=NOW, version=urgent.version, until=until, reason=reason)
    snooze(
        flag=urgent,
        by=by,
        at=NOW,
        version=urgent.version,
        until=NOW + timedelta(hours=4),
        reason="on the phone",
    )
    ends: Any = Flag.objects.as_of(NOW.date(), NOW + timedelta(hours=4)).get(pk=urgent.pk)
    assert ends.standing_state == "OPEN"


def test_an_emergency_is_neither_snoozed_nor_resolved_without_doing_something(
    story: Story, by: Actor
) -> None:
    story.starts(20)
    story.visit(0, present("SEIZURE", None))
    flag = story.flag("SYMPTOM")
    assert flag.emergency and flag.due_by == flag.raised_at
    with pytest.raises(ValidationError, match="emergency"):
        snooze(flag=flag, by=by, at=NOW, version=flag.version, until=NOW + timedelta(hours=1), reason="later")
    for action in ("LAB_ORDERED", "NO_ACTION"):
        with pytest.raises(ValidationError, match="emergency"):
            resolve(flag=flag, by=by, at=NOW, version=flag.version, action=action, note="words")


def test_undo_restores_and_withdraws_the_orders(flag: Flag, by: Actor) -> None:
    resolve(
        flag=flag,
        by=by,
        at=NOW,
        version=flag.version,
        action="LAB_ORDERED",
        analytes=["IONIZED_MG", "TOTAL_MG"],
    )
    assert flag.patient.expected_results.awaited().filter(why="ORDERED").count() == 2
    undo(flag=flag, by=by, at=NOW + timedelta(minutes=10), version=flag.version)
    assert (flag.state, flag.action, flag.closed_at) == ("OPEN", "", None)
    assert flag.patient.expected_results.awaited().filter(why="ORDERED").count() == 0


@pytest.mark.parametrize("seconds", [0, 599, 600])
def test_undo_works_within_10_minutes(flag: Flag, by: Actor, seconds: int) -> None:
    acknowledge(flag=flag, by=by, at=NOW, version=flag.version)
    undo(flag=flag, by=by, at=NOW + timedelta(seconds=seconds), version=flag.version)
    assert flag.state == "OPEN"


def test_undo_is_refused_after_10_minutes_to_others_and_twice(
    flag: Flag, by: Actor, colleague: Actor
) -> None:
    acknowledge(flag=flag, by=by, at=NOW, version=flag.version)
    with pytest.raises(NotUndoable):
        undo(flag=flag, by=by, at=NOW + timedelta(seconds=601), version=flag.version)
    with pytest.raises(NotUndoable):
        undo(flag=flag, by=colleague, at=NOW, version=flag.version)
    undo(flag=flag, by=by, at=NOW, version=flag.version)
    with pytest.raises(NotUndoable):
        undo(flag=flag, by=by, at=NOW, version=flag.version)


def test_what_a_person_resolved_stays_resolved(story: Story, flag: Flag, by: Actor) -> None:
    resolve(flag=flag, by=by, at=NOW, version=flag.version, action="ADVISED")
    story.visit(0, present("FATIGUE"))
    assert story.rules() == []
