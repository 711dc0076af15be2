"""docs/states.md names the states and acts of the code, and allows what the acts allow."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.models import Membership
from accounts.permissions import Act, roles_that_may
from accounts.records import StaleVersion
from protocols.thresholds import Thresholds
from reviews.acts.errors import mark_in_error
from reviews.acts.flag_owners import accept, assign, decline, offer
from reviews.acts.flags import (
    NEEDS_WORDS,
    NOT_FOR_EMERGENCIES,
    NotUndoable,
    acknowledge,
    resolve,
    snooze,
    undo,
)
from reviews.models import STANDING, Action, ClearedBecause, Flag, FlagAct, FlagState, Reevaluation
from reviews.rulebook import cleared_reasons
from reviews.rules import RULES
from reviews.windows import State
from tests.docs.markdown import DOCS, table, words
from tests.factories import NOW
from tests.stories import a_clinician, a_flag

PERMISSION = {
    FlagAct.ACKNOWLEDGED: Act.ACKNOWLEDGE,
    FlagAct.SNOOZED: Act.SNOOZE,
    FlagAct.RESOLVED: Act.RESOLVE,
    FlagAct.ASSIGNED: Act.ASSIGN,
    FlagAct.OFFERED: Act.HAND_OVER,
    FlagAct.ACCEPTED: Act.HAND_OVER,
    FlagAct.DECLINED: Act.HAND_OVER,
    FlagAct.UNDONE: Act.ACKNOWLEDGE,
}


def do(flag: Flag, by: Actor, act: FlagAct) -> None:
    """One act on a flag, by its person or by its cause going away."""
    assert by.membership is not None
    me, other = by.membership, a_clinician(by.clinic)
    assert other.membership is not None
    them = other.membership
    given_to(flag, act, me)
    seen: dict[str, Any] = {"flag": flag, "by": by, "at": NOW, "version": flag.version}
    acts: dict[FlagAct, Callable[[], object]] = {
        FlagAct.ACKNOWLEDGED: lambda: acknowledge(**seen),
        FlagAct.SNOOZED: lambda: snooze(**seen, until=NOW + timedelta(days=1)),
        FlagAct.RESOLVED: lambda: resolve(**seen, action=Action.ADVISED),
        FlagAct.ASSIGNED: lambda: assign(**seen, owner=me),
        FlagAct.OFFERED: lambda: offer(**seen, to=them),
        FlagAct.ACCEPTED: lambda: accept(**seen),
        FlagAct.DECLINED: lambda: decline(**seen, reason="On leave"),
        FlagAct.UNDONE: lambda: undo(**seen),
        FlagAct.CLEARED: lambda: withdraw_cause(flag, by),
    }
    acts[act]()
    flag.refresh_from_db()


def given_to(flag: Flag, act: FlagAct, me: Membership) -> None:
    """Whoever offers it owns it, and whoever accepts or declines was asked."""
    rows = Flag.objects.filter(pk=flag.pk)
    if act is FlagAct.OFFERED:
        rows.update(owner=me)
    if act in (FlagAct.ACCEPTED, FlagAct.DECLINED):
        ends = NOW + timedelta(days=1)
        rows.update(offered_to=me, offered_by=me.user, offered_at=NOW, offer_ends_at=ends)


def withdraw_cause(flag: Flag, by: Actor) -> None:
    assert flag.symptom_answer is not None
    visit = flag.symptom_answer.visit
    mark_in_error(row=visit, by=by, at=NOW, version=visit.version, reason="Another patient")


def test_the_states_of_a_flag() -> None:
    rows = table("states.md", "A flag")
    assert [words(row["State"])[0] for row in rows] == FlagState.values
    assert [words(row["State"])[0] for row in rows if row["Stands"] == "yes"] == STANDING


def test_the_acts_on_a_flag_and_who_may() -> None:
    rows = table("states.md", "Acts")
    assert [words(row["Act"])[0] for row in rows] == FlagAct.values
    for row in rows:
        permission = PERMISSION.get(FlagAct(words(row["Act"])[0]))
        who = set(roles_that_may(permission)) if permission else {"rule"}
        assert set(row["Who"].split(", ")) == who


@pytest.mark.django_db
@pytest.mark.parametrize("act", [act for act in FlagAct if act is not FlagAct.RAISED])
@pytest.mark.parametrize("state", FlagState)
def test_an_act_is_possible_from_exactly_the_states_of_the_table(state: FlagState, act: FlagAct) -> None:
    (row,) = (row for row in table("states.md", "Acts") if words(row["Act"]) == [act])
    by = a_clinician()
    flag = a_flag(by)
    if state is not FlagState.OPEN:
        do(flag, by, FlagAct(state))
    before, version = flag.state, flag.version
    assert before == state
    try:
        do(flag, by, act)
        done = flag.version > version
    except (StaleVersion, NotUndoable, ValidationError):
        done = False
    assert done == (state in words(row["From"]))
    if done:
        stays = before if row["To"] == "the same" else FlagState.OPEN
        assert flag.state in (words(row["To"]) or [stays])


@pytest.mark.django_db
@pytest.mark.parametrize("act", [FlagAct.ASSIGNED, FlagAct.OFFERED, FlagAct.ACCEPTED, FlagAct.DECLINED])
@pytest.mark.parametrize("state", STANDING)
def test_a_change_of_hands_is_undone_from_any_state_that_stands(state: FlagState, act: FlagAct) -> None:
    by = a_clinician()
    flag = a_flag(by)
    if state is not FlagState.OPEN:
        do(flag, by, FlagAct(state))
    assert by.membership is not None
    given_to(flag, act, by.membership)
    before = Flag.objects.values("state", "owner", "offered_to", "offer_ends_at").get(pk=flag.pk)
    do(flag, by, act)
    do(flag, by, FlagAct.UNDONE)
    assert Flag.objects.values(*before).get(pk=flag.pk) == before


def test_who_answers_is_the_pool_a_deputy_or_the_owner() -> None:
    """In the order in which `accounts.absences.holder_of` asks; tests/reviews/test_holding.py asks each."""
    rows = table("states.md", "Owner, pool, offer")
    assert [row["Answers"] for row in rows] == ["pool", "pool", "pool", "deputy", "owner"]


def test_the_limits_that_the_table_names_are_those_of_the_protocol() -> None:
    text, limits = (DOCS / "states.md").read_text(), Thresholds()
    assert f"at most {limits.snooze_days_maximum} days" in text
    assert f"act today at most {limits.act_today_snooze_hours} hours" in text
    assert f"within {limits.undo_minutes} minutes" in text
    assert f"within {limits.offer_days} days" in text
    assert f"After {limits.offer_days} days it is over by itself" in text


def test_the_actions_of_a_resolve() -> None:
    rows = table("states.md", "Actions of a resolve")
    assert [words(row["Action"])[0] for row in rows] == Action.values
    for row in rows:
        action = Action(words(row["Action"])[0])
        assert row["On a page"] == action.label
        assert (row["Needs a note"] == "yes") == (action in NEEDS_WORDS)
        assert (row["For an emergency"] == "no") == (action in NOT_FOR_EMERGENCIES)


def test_the_reasons_for_which_a_flag_is_cleared_and_the_rules_that_give_them() -> None:
    rows = table("states.md", "Why a flag is cleared")
    assert [words(row["Reason"])[0] for row in rows] == ClearedBecause.values
    for row in rows:
        reason = ClearedBecause(words(row["Reason"])[0])
        giving = dict.fromkeys(str(spec.rule) for spec in RULES if reason in cleared_reasons(spec))
        assert words(row["Rules"]) == list(giving)


def test_the_urgencies_of_a_flag() -> None:
    flags = Flag.objects.as_of(date(2026, 3, 12), NOW)
    urgency: Any = flags.query.annotations["urgency"]
    computed = {when.result.value for when in urgency.cases[1:]} | {urgency.default.value}
    named = {words(row["Urgency"])[0] for row in table("states.md", "Urgency")}
    assert named == computed | {"ACT_TODAY", "THIS_WEEK"}


def test_the_states_of_a_re_evaluation_in_the_order_in_which_they_are_asked() -> None:
    state: Any = Reevaluation.objects.in_state(date(2026, 3, 12)).query.annotations["state"]
    asked = [when.result.value for when in state.cases] + [state.default.value]
    assert [words(row["State"])[0] for row in table("states.md", "A re-evaluation")] == asked
    assert set(asked) == set(State)
