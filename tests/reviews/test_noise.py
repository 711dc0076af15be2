"""The noise budget: how much each rule asks of whom, and what came of it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from reviews.acts.flags import resolve, snooze, undo
from reviews.models import Action, Flag, Rule
from reviews.noise import WEEKS, Noise, noise
from tests.factories import NOW
from tests.stories import (
    a_clinic,
    a_clinician,
    a_flag,
    a_patient,
    a_researcher,
    a_visit,
    an_admin,
    an_assistant,
    at_the_clock,
    present,
    taking,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def by() -> Actor:
    return a_clinician(a_clinic())


def line(by: Actor, rule: Rule = Rule.SYMPTOM, at: datetime = LATER) -> Noise:
    return next(line for line in noise(by.clinic, at).rules if line.rule == rule)


def closed(by: Actor, action: str, note: str = "") -> Flag:
    flag = a_flag(by)
    return resolve(flag=flag, by=by, at=NOW, version=flag.version, action=action, note=note)


def test_flags_are_shared_out_over_those_who_may_resolve_and_the_weeks(by: Actor) -> None:
    for _ in range(6):
        a_flag(by)
    assert line(by).per_clinician_week == Decimal("0.50")
    a_clinician(by.clinic)
    for nobody in (an_assistant(by.clinic), an_admin(by.clinic), a_researcher(by.clinic)):
        assert nobody.clinic == by.clinic
    found = noise(by.clinic, LATER)
    assert (found.clinicians, line(by).raised, line(by).per_clinician_week) == (2, 6, Decimal("0.25"))


def test_a_clinic_without_a_clinician_still_has_a_budget(by: Actor) -> None:
    a_flag(by)
    assert by.membership
    type(by.membership).objects.filter(pk=by.membership.pk).update(ended_at=NOW, ended_by=by.user)
    assert (noise(by.clinic, LATER).clinicians, line(by).per_clinician_week) == (0, Decimal("0.08"))


def test_what_came_of_the_closed_ones_is_told_by_kind(by: Actor) -> None:
    for action in (Action.ADVISED, Action.REFERRED, Action.DOSE_CHANGED):
        closed(by, action, "Words")
    closed(by, Action.NO_ACTION, "Known for years.")
    closed(by, Action.NO_ACTION, " known  for YEARS ")
    closed(by, Action.NO_ACTION, "Told by another")
    a_flag(by)
    found = line(by)
    assert (found.acted, found.dismissed, found.standing, found.closed) == (3, 3, 1, 6)
    assert found.acted_percent == 50
    assert found.words == [("Known for years.", 2), ("Told by another", 1)]


def test_a_re_evaluation_that_is_met_is_answered_and_its_reason_counted(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by)
    a_visit(patient, by, present("FATIGUE"), is_re_evaluation=True, adherence_percent=90)
    found = line(by, Rule.RE_EVALUATION)
    assert (found.raised, found.answered, found.acted_percent) == (1, 1, 0)
    assert found.reasons == [("the re-evaluation was met by a visit", 1)]


def test_what_is_put_aside_is_counted_with_its_words(by: Actor) -> None:
    flag = a_flag(by)
    snooze(flag=flag, by=by, at=NOW, version=1, until=NOW + timedelta(days=2), reason="Calls back on Friday")
    found = line(by)
    assert (found.snoozed, found.snooze_words, found.standing) == (1, [("Calls back on Friday", 1)], 1)


def test_a_resolve_that_was_undone_is_none(by: Actor) -> None:
    flag = closed(by, Action.ADVISED)
    undo(flag=flag, by=by, at=NOW + timedelta(minutes=1), version=flag.version)
    assert (line(by).acted, line(by).standing, line(by).acted_percent) == (0, 1, None)


def test_older_weeks_and_other_clinics_do_not_count(by: Actor) -> None:
    a_flag(by)
    assert line(by, at=NOW + timedelta(weeks=WEEKS)).raised == 1
    assert line(by, at=NOW + timedelta(weeks=WEEKS, seconds=1)).raised == 0
    assert line(a_clinician(a_clinic("southbank"))).raised == 0


def test_the_queries_do_not_grow_with_the_flags(by: Actor, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(4):
        noise(by.clinic, LATER)
    for n in range(3):
        closed(by, Action.NO_ACTION, f"Words {n}")
    with django_assert_num_queries(4):
        noise(by.clinic, LATER)


def page(client: Client, who: Actor, name: str = "noise") -> str:
    client.force_login(who.user)
    answer = client.get(reverse(f"protocols:{name}"))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_words_beside_a_flag_are_for_who_sees_the_queue(
    client: Client, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_the_clock(monkeypatch, LATER)
    closed(by, Action.NO_ACTION, "His sister knows")
    assert "1 no action: “His sister knows”" in page(client, by)
    others = page(client, an_admin(by.clinic))
    assert "His sister knows" not in others and "1 no action" in others


def test_the_protocol_page_has_the_card(client: Client, by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    at_the_clock(monkeypatch, LATER)
    closed(by, Action.ADVISED)
    shown = page(client, by, "index")
    assert "Noise of the last 12 weeks" in shown and "100 %<small>1 of 1</small>" in shown
