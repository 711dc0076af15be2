"""Many rows at once: acknowledged or snoozed, each flag by itself, and taken back together."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from reviews.acts.bulk import MOST, bulk_acknowledge, bulk_snooze, bulk_undo
from reviews.acts.flags import acknowledge, resolve
from reviews.models import Flag, FlagAct, FlagEvent, FlagState
from reviews.pages.views_bulk import packed, unpacked
from tests.factories import NOW
from tests.stories import (
    Clock,
    a_clinic,
    a_clinician,
    a_flag,
    a_patient,
    a_visit,
    an_assistant,
    at_the_clock,
    present,
)

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def by(clock: Clock) -> Actor:
    return a_clinician()


@pytest.fixture
def flags(by: Actor) -> list[Flag]:
    return [a_flag(by, a_patient(by)) for _ in range(3)]


@pytest.fixture
def web(client: Client, by: Actor) -> Client:
    client.force_login(by.user)
    return client


def urgent(by: Actor, *symptoms: str) -> Flag:
    visit = a_visit(a_patient(by), by, *(present(symptom, 2) for symptom in symptoms)).visit
    return Flag.objects.filter(symptom_answer__visit=visit).latest("emergency")


def chosen(flags: Sequence[Flag]) -> list[tuple[Flag, int]]:
    return [(flag, 1) for flag in flags]


def states(flags: Sequence[Flag]) -> list[str]:
    return [Flag.objects.get(pk=flag.pk).state for flag in flags]


def post(client: Client, name: str, flags: Sequence[Flag], **more: str) -> tuple[int, str]:
    sent = {"flag": [f"{flag.pk}:1" for flag in flags], **more}
    answer = client.post(reverse(f"reviews:{name}"), sent, follow=True)
    return answer.status_code, answer.content.decode()


def test_all_are_acknowledged_each_with_its_event(by: Actor, flags: list[Flag]) -> None:
    outcome = bulk_acknowledge(chosen=chosen(flags), by=by, at=NOW)
    assert len(outcome.done) == 3
    assert states(flags) == ["ACKNOWLEDGED"] * 3
    events = FlagEvent.objects.filter(act=FlagAct.ACKNOWLEDGED, by=by.user)
    assert sorted(events.values_list("flag", flat=True)) == sorted(flag.pk for flag in flags)


def test_an_emergency_is_left_by_both_and_act_today_by_snooze(by: Actor, flags: list[Flag]) -> None:
    emergency, today = urgent(by, "IRREGULAR_HEARTBEAT", "SYNCOPE"), urgent(by, "IRREGULAR_HEARTBEAT")
    assert emergency.emergency and not today.emergency and today.severity == "ACT_TODAY"
    every = [*flags, emergency, today]
    outcome = bulk_snooze(chosen=chosen(every), by=by, at=NOW, until=TOMORROW)
    assert (outcome.emergencies, outcome.act_today) == ([emergency], [today])
    assert states(every) == ["SNOOZED"] * 3 + ["OPEN"] * 2
    outcome = bulk_acknowledge(chosen=[(emergency, 1), (today, 1)], by=by, at=NOW)
    assert (outcome.emergencies, outcome.done) == ([emergency], [today])
    assert states([emergency, today]) == ["OPEN", "ACKNOWLEDGED"]


def test_who_was_overtaken_is_told_by_whom_and_the_rest_is_done(
    web: Client, by: Actor, flags: list[Flag]
) -> None:
    other = a_clinician(by.clinic, name="Jana Olsen")
    resolve(flag=flags[1], by=other, at=NOW, version=1, action="ADVISED")
    every = [*flags, urgent(by, "IRREGULAR_HEARTBEAT", "SYNCOPE")]
    _, html = post(web, "bulk_acknowledge", every)
    assert "2 acknowledged, 1 changed meanwhile by Jana Olsen, 1 emergency left." in html
    assert states(flags) == ["ACKNOWLEDGED", "RESOLVED", "ACKNOWLEDGED"]


def test_a_stale_version_changes_nothing(by: Actor, flags: list[Flag]) -> None:
    acknowledge(flag=flags[0], by=a_clinician(by.clinic), at=NOW, version=1)
    outcome = bulk_snooze(chosen=[(flags[0], 1)], by=by, at=NOW, until=TOMORROW)
    assert (outcome.done, outcome.changed) == ([], [flags[0]])
    assert states(flags[:1]) == ["ACKNOWLEDGED"]


def test_a_double_press_says_the_same_twice(web: Client, flags: list[Flag]) -> None:
    assert "3 acknowledged." in post(web, "bulk_acknowledge", flags)[1]
    assert "3 acknowledged." in post(web, "bulk_acknowledge", flags)[1]
    assert FlagEvent.objects.filter(act=FlagAct.ACKNOWLEDGED).count() == 3


def test_one_undo_takes_all_of_it_back(web: Client, flags: list[Flag], clock: Clock) -> None:
    _, html = post(web, "bulk_acknowledge", flags)
    address = html.partition(f'action="{reverse("reviews:bulk_undo")}')[2].partition('"')[0]
    clock.forward(minutes=9)
    answer = web.post(f"{reverse('reviews:bulk_undo')}{address}", follow=True)
    assert "3 undone." in answer.content.decode()
    assert states(flags) == ["OPEN"] * 3


def test_undo_leaves_what_changed_or_is_too_old(
    web: Client, by: Actor, flags: list[Flag], clock: Clock
) -> None:
    post(web, "bulk_acknowledge", flags)
    flags = [Flag.objects.get(pk=flag.pk) for flag in flags]
    resolved = Flag.objects.get(pk=flags[0].pk)
    resolve(flag=resolved, by=a_clinician(by.clinic), at=NOW, version=2, action="ADVISED")
    address = f"{reverse('reviews:bulk_undo')}?flags={packed(flags)}"
    html = web.post(address, follow=True).content.decode()
    assert "2 undone, 1 not: changed meanwhile, or too long ago." in html
    assert states(flags) == ["RESOLVED", "OPEN", "OPEN"]
    clock.forward(minutes=11)
    outcome = bulk_undo(chosen=[(flags[1], 3)], by=by, at=clock.at)
    assert outcome.done == []


def test_snooze_asks_until_when_and_says_what_is_left(web: Client, by: Actor, flags: list[Flag]) -> None:
    every = [*flags, urgent(by, "IRREGULAR_HEARTBEAT", "SYNCOPE"), urgent(by, "IRREGULAR_HEARTBEAT")]
    status, html = post(web, "bulk_snooze", every)
    assert status == 200
    assert "Snooze 5 selected" in html
    assert "Left as they are: 1 emergency, 1 of act today." in html
    assert states(flags) == ["OPEN"] * 3
    _, html = post(web, "bulk_snooze", every, ask="1", wait="3", reason="Conference")
    assert "3 snoozed, 1 emergency left, 1 of act today left." in html
    assert states(flags) == ["SNOOZED"] * 3
    assert set(Flag.objects.filter(state="SNOOZED").values_list("note", flat=True)) == {"Conference"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Choose until when."),
        ({"wait": "2"}, "Select a valid choice"),
        ({"wait": "DAY"}, "Enter the day on which they come back."),
        ({"wait": "DAY", "until_on": "2026-03-12"}, "Choose a later moment."),
        ({"wait": "DAY", "until_on": "2026-05-01"}, "A flag can be snoozed for at most 30 days."),
        ({"wait": "DAY", "until_on": "soon"}, "Another day:"),
        ({"wait": "1", "reason": "r" * 501}, "at most 500"),
    ],
)
def test_a_moment_that_is_none_is_refused_at_its_field(
    web: Client, flags: list[Flag], given: dict[str, str], words: str
) -> None:
    status, html = post(web, "bulk_snooze", flags, ask="1", **given)
    assert status == 400
    assert words in html
    assert html.count('name="flag"') == 3
    assert states(flags) == ["OPEN"] * 3


@pytest.mark.parametrize("name", ["bulk_acknowledge", "bulk_snooze"])
def test_none_selected_is_said(web: Client, name: str) -> None:
    assert "Nothing was changed. Select at least one row." in post(web, name, [])[1]


def test_too_many_are_refused_and_none_is_changed(web: Client, by: Actor, flags: list[Flag]) -> None:
    with pytest.raises(ValidationError, match=f"At most {MOST} at once; {MOST + 1} are selected."):
        bulk_acknowledge(chosen=[(flags[0], 1)] * (MOST + 1), by=by, at=NOW)
    assert states(flags) == ["OPEN"] * 3


@pytest.mark.parametrize("name", ["bulk_acknowledge", "bulk_snooze"])
def test_a_flag_of_another_clinic_is_not_found_and_nothing_is_done(
    web: Client, flags: list[Flag], name: str
) -> None:
    theirs = a_flag(a_clinician(a_clinic("southbank")))
    assert post(web, name, [*flags, theirs])[0] == 404
    assert states([*flags, theirs]) == ["OPEN"] * 4
    address = f"{reverse('reviews:bulk_undo')}?flags={packed([theirs])}"
    assert web.post(address).status_code == 404


@pytest.mark.parametrize("word", ["x", "x:1", ":", "00000000-0000-0000-0000-000000000000:1", "\0"])
def test_what_is_no_flag_is_not_found(web: Client, word: str) -> None:
    assert web.post(reverse("reviews:bulk_acknowledge"), {"flag": word}).status_code == 404


@pytest.mark.parametrize("text", ["x", "a.1", "é.1", "AAAA.1~", "A" * 22 + ".1.2", "=" * 22 + ".1"])
def test_an_undo_of_nothing_known_is_not_found(web: Client, text: str) -> None:
    assert web.post(reverse("reviews:bulk_undo"), query_params={"flags": text}).status_code == 404


def test_an_undo_of_none_is_said(web: Client) -> None:
    answer = web.post(reverse("reviews:bulk_undo"), follow=True)
    assert "Nothing was changed. Select at least one row." in answer.content.decode()


def test_a_version_that_is_none_is_only_overtaken(web: Client, flags: list[Flag]) -> None:
    answer = web.post(reverse("reviews:bulk_acknowledge"), {"flag": f"{flags[0].pk}:²"}, follow=True)
    assert "0 acknowledged, 1 changed meanwhile." in answer.content.decode()


def test_packed_flags_come_back(flags: list[Flag]) -> None:
    assert unpacked(packed(flags)) == [(flag.pk, 1) for flag in flags]


def test_from_the_list_it_answers_without_a_page(web: Client, flags: list[Flag]) -> None:
    sent = {"flag": [f"{flag.pk}:1" for flag in flags]}
    answer = web.post(reverse("reviews:bulk_acknowledge"), sent, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert list(json.loads(answer["HX-Trigger"])) == ["bulk-done", "flag-changed"]


def test_an_assistant_may_and_nobody_may_resolve(client: Client, by: Actor, flags: list[Flag]) -> None:
    client.force_login(an_assistant(by.clinic).user)
    assert post(client, "bulk_acknowledge", flags)[0] == 200
    assert states(flags) == [FlagState.ACKNOWLEDGED] * 3
