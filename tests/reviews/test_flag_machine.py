"""The life of a flag, walked at random: several people, a clock that steps, people who leave or are away.

After each step the row equals a small model in plain Python (flag_model): state, owner, holder, offer. An act
that is done writes exactly one event and the version grows by one; an act that is refused changes nothing.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.actors import Actor
from accounts.models import Membership
from accounts.records import StaleVersion
from reviews.acts.errors import mark_in_error
from reviews.acts.flag_owners import accept, assign, decline, offer
from reviews.acts.flags import NotUndoable, acknowledge, resolve, snooze, undo
from reviews.models import Action, Flag, FlagEvent
from tests.factories import NOW, AbsenceFactory
from tests.reviews.flag_model import FlagModel, Ward
from tests.stories import a_clinician, a_patient, a_visit, an_assistant, present

CLINICIANS = ["ada", "bob", "cleo"]
CARE = [*CLINICIANS, "helper"]
# {kind of flag: what the visit heard, act today, emergency}
KINDS: dict[str, tuple[list[Any], bool, bool]] = {
    "TINGLING": ([present("TINGLING")], False, False),
    "PALPITATIONS": ([present("PALPITATIONS")], True, False),
    "IRREGULAR_HEARTBEAT": ([present("IRREGULAR_HEARTBEAT"), present("SYNCOPE")], True, True),
}
# So many acts come before its cause may go away; half of them before it is resolved, or a colleague leaves.
LIVED = 6
clinicians, care = st.sampled_from(CLINICIANS), st.sampled_from(CARE)
words = st.sampled_from(["", "told by phone"])
steps = st.sampled_from([timedelta(minutes=4), timedelta(minutes=11), timedelta(hours=5), timedelta(days=2)])
spans = st.sampled_from([timedelta(hours=-1), timedelta(hours=3), timedelta(days=2), timedelta(days=31)])
# Rare things are the last of their choices: what is drawn leans towards the first.
stale = st.sampled_from([False] * 5 + [True])
# Whether the one acts whose turn it is, or anybody.
rightly = st.sampled_from([True, True, False])


class FlagMachine(RuleBasedStateMachine):
    """One flag of one patient; `told` counts the acts that were done and refused over all walks."""

    told: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        # Each walk begins with empty tables, whatever ended the one before.
        self.block = transaction.atomic()
        self.block.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(kind=st.sampled_from(list(KINDS)))
    def a_flag_is_raised(self, kind: str) -> None:
        heard, urgent, emergency = KINDS[kind]
        ada = a_clinician()
        self.people = {"ada": ada, "helper": an_assistant(ada.clinic)}
        self.people |= {name: a_clinician(ada.clinic) for name in CLINICIANS[1:]}
        self.visit = a_visit(a_patient(ada), ada, *heard).visit
        self.flag = Flag.objects.get(symptom_answer__visit=self.visit, symptom_answer__symptom=kind)
        self.model = FlagModel(Ward(CLINICIANS), urgent, emergency, NOW, ada.clinic.local_date(NOW))
        self.seen = Flag.objects.filter(pk=self.flag.pk).values().get()

    @rule(by=care, old=stale)
    def somebody_acknowledges(self, by: str, old: bool) -> None:
        self._act(by, old, lambda told: acknowledge(**told), lambda: self.model.acknowledge(by))

    @rule(by=care, old=stale, span=spans, reason=words)
    def somebody_snoozes(self, by: str, old: bool, span: timedelta, reason: str) -> None:
        until = self.model.at + span
        self._act(
            by, old, lambda told: snooze(**told, until=until, reason=reason),
            lambda: self.model.snooze(by, span, reason),
        )  # fmt: skip

    @precondition(lambda self: len(self.model.history) >= LIVED // 2)
    @rule(by=clinicians, old=stale, action=st.sampled_from(Action.values), note=words)
    def a_clinician_resolves(self, by: str, old: bool, action: str, note: str) -> None:
        self._act(
            by, old, lambda told: resolve(**told, action=action, note=note),
            lambda: self.model.resolve(by, action, note),
        )  # fmt: skip

    @rule(by=care, old=stale, owner=st.sampled_from([None, *CARE]))
    def somebody_assigns(self, by: str, old: bool, owner: str | None) -> None:
        member = self._member(owner) if owner else None
        self._act(
            by, old, lambda told: assign(**told, owner=member), lambda: self.model.assign(by, owner)
        )  # fmt: skip

    @rule(by=clinicians)
    def a_clinician_takes_it(self, by: str) -> None:
        self.somebody_assigns(by=by, old=False, owner=by)

    @rule(to=care, old=stale, by=clinicians, rightly=rightly)
    def a_clinician_offers(self, by: str, old: bool, to: str, rightly: bool) -> None:
        by = self.model.holder or by if rightly else by
        self._act(by, old, lambda told: offer(**told, to=self._member(to)), lambda: self.model.offers(by, to))

    @rule(by=clinicians, old=stale, rightly=rightly)
    def a_clinician_accepts(self, by: str, old: bool, rightly: bool) -> None:
        by = self.model.offer or by if rightly else by
        self._act(by, old, lambda told: accept(**told), lambda: self.model.accept(by))

    @rule(by=clinicians, old=stale, reason=words, rightly=rightly)
    def a_clinician_declines(self, by: str, old: bool, reason: str, rightly: bool) -> None:
        by = self.model.offer or by if rightly else by
        self._act(
            by, old, lambda told: decline(**told, reason=reason), lambda: self.model.decline(by, reason)
        )

    @rule(by=care, old=stale, rightly=rightly)
    def somebody_undoes(self, by: str, old: bool, rightly: bool) -> None:
        last = self.model.history[-1].by if self.model.history else None
        by = last or by if rightly else by
        self._act(by, old, lambda told: undo(**told), lambda: self.model.undo(by))

    @rule(step=steps)
    def time_passes(self, step: timedelta) -> None:
        self.model.at += step
        self.model.on = self.people["ada"].clinic.local_date(self.model.at)

    @precondition(lambda self: self.model.cause_stands and len(self.model.history) > LIVED)
    @rule()
    def the_cause_goes_away(self) -> None:
        told: dict[str, Any] = {"by": self.people["ada"], "at": self.model.at, "reason": "Another patient"}
        mark_in_error(row=self.visit, version=self.visit.version, **told)
        self.model.cause_goes()

    @precondition(lambda self: not self.model.ward.left and len(self.model.history) > LIVED // 2)
    @rule(who=st.sampled_from(CLINICIANS[1:]))
    def a_clinician_leaves(self, who: str) -> None:
        member, ada = self._member(who), self.people["ada"].user
        Membership.objects.filter(pk=member.pk).update(ended_at=self.model.at, ended_by=ada)
        self.model.ward.left.add(who)

    @rule(who=clinicians, deputy=clinicians, days=st.integers(0, 3))
    def a_clinician_is_away(self, who: str, deputy: str, days: int) -> None:
        ward, first = self.model.ward, self.model.on
        if who == deputy or any(member == who for member, *_ in ward.absences):
            return
        last = first + timedelta(days=days)
        told: dict[str, Any] = {"membership": self._member(who), "deputy": self._member(deputy)}
        AbsenceFactory.create(**told, from_on=first, until_on=last)
        ward.absences.append((who, deputy, first, last))

    @invariant()
    def the_row_is_as_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        model, life = self.model, self.model.life
        row: Any = Flag.objects.as_of(model.on, model.at).get(pk=self.flag.pk)
        assert (row.state, row.standing_state, row.version) == (
            life.state,
            model.standing_state,
            model.version,
        )
        assert (row.snoozed_until, row.offer_ends_at) == (life.snoozed_until, life.offer_ends_at)
        assert (row.owner_id, row.offered_to_id) == (self._pk(life.owner), self._pk(life.offered_to))
        assert (row.holder, row.is_offered) == (self._pk(model.holder), model.offer is not None)
        acts = list(FlagEvent.objects.filter(flag=self.flag).order_by("id").values_list("act", "version"))
        done = [(event.act, n + 2) for n, event in enumerate(model.history)]
        assert acts == [("RAISED", 1), *done]

    @invariant()
    def it_is_in_the_hands_that_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        on, at = self.model.on, self.model.at
        for who in CLINICIANS:
            held = Flag.objects.filter(pk=self.flag.pk).held_by(self._member(who), on, at).exists()
            assert held == self.model.hands(who)

    def _act(
        self, by: str, old: bool, act: Callable[[dict[str, Any]], object], expected: Callable[[], bool]
    ) -> None:
        """The act as this person, perhaps having seen an older version; it does what the model does."""
        if by in self.model.ward.left:
            return
        before = Flag.objects.filter(pk=self.flag.pk).values().get()
        version = self.model.version - 1 if old else self.model.version
        flag = Flag.objects.get(pk=self.flag.pk)
        try:
            act({"flag": flag, "by": self.people[by], "at": self.model.at, "version": version})
            done = True
        except (StaleVersion, ValidationError, NotUndoable):
            done = False
            assert Flag.objects.filter(pk=self.flag.pk).values().get() == before
        assert done == (expected() if not old else False)
        self.told["done" if done else "refused"] += 1

    def _member(self, who: str) -> Membership:
        actor: Actor = self.people[who]
        assert actor.membership is not None
        return actor.membership

    def _pk(self, who: str | None) -> int | None:
        return self._member(who).pk if who else None


def walk(walks: int, steps_each: int) -> Counter[str]:
    """Many random lives; how many acts were done and how many refused."""
    FlagMachine.told = Counter()
    run_state_machine_as_test(
        FlagMachine,
        settings=settings(
            max_examples=walks,
            stateful_step_count=steps_each,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return FlagMachine.told


@pytest.mark.django_db
def test_a_flag_lives_as_the_model_says() -> None:
    told = walk(walks=40, steps_each=30)
    assert told["done"] > 30 and told["refused"] > 30, told
