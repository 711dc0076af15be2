"""Filters of the queue: what each keeps, that all add up, that counts follow, that bad values fall back."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.wording import NO_BREAK
from patients.models import Patient
from reviews.acts.flags import acknowledge, snooze
from reviews.models import Flag, in_hands_of
from reviews.moments import Moment
from reviews.queue import GROUPS, OPEN_RANKS, Holders, Queue, Wanted, badge, queue, ranked
from tests.factories import NOW, TODAY, AbsenceFactory
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
    taking,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def by(clock: Clock) -> Actor:
    return a_clinician()


@pytest.fixture
def colleague(by: Actor) -> Actor:
    return a_clinician(by.clinic, name="Jana Olsen")


def found(by: Actor, **wanted: object) -> Queue:
    everything = {group.key: 0 for group in GROUPS}
    return queue(Moment.of(by.clinic, NOW), Wanted(**wanted), shown=everything)  # type: ignore[arg-type]


def names(by: Actor, **wanted: object) -> list[str]:
    groups = found(by, **wanted).groups
    return [row.flag.patient.family_name for listed in groups for row in listed.rows]


def page(client: Client, by: Actor, **filters: str) -> str:
    client.force_login(by.user)
    answer = client.get(reverse("reviews:queue"), filters)
    assert answer.status_code == 200
    return answer.content.decode().replace(NO_BREAK, " ").replace("‑", "-")


def tingling(by: Actor, name: str, owner: Actor | None = None, **particulars: Any) -> Flag:
    patient = a_patient(by, family_name=name, owner=owner and owner.membership, **particulars)
    return a_flag(by, patient)


def test_a_rule_leads_with_its_own_flag_and_says_what_is_more_urgent(client: Client, by: Actor) -> None:
    patient = a_patient(by, family_name="Both")
    taking(patient, by, since=TODAY - timedelta(days=60))
    a_visit(patient, by, present("IRREGULAR_HEARTBEAT", 2))
    groups = [listed.group.key for listed in found(by, rule="RE_EVALUATION").groups if listed.count]
    assert groups == ["OVERDUE"]
    assert "More urgent: irregular heartbeat grade 2" in page(client, by, rule="RE_EVALUATION")
    assert "More urgent" not in page(client, by)


def test_each_chip_counts_what_its_page_counts(by: Actor) -> None:
    both = a_patient(by)
    taking(both, by, since=TODAY - timedelta(days=60))
    a_visit(both, by, present("IRREGULAR_HEARTBEAT", 2))
    taking(a_patient(by), by, since=TODAY - timedelta(days=30))
    tingling(by, "Week")
    everything = found(by)
    # Who takes magnesium without an eGFR owes one.
    counts = {chip.rule: chip.count for chip in everything.chips if chip.count}
    assert counts == {"RE_EVALUATION": 1, "SYMPTOM": 2, "KIDNEY": 1}
    for chip in everything.chips:
        assert found(by, rule=chip.rule).patients == chip.count
    assert (
        everything.patients
        == everything.everybody
        == everything.badge
        == badge(Moment.of(by.clinic, NOW))
        == 2
    )


def test_the_counts_of_chips_follow_the_other_filters_and_the_badge_none(by: Actor, colleague: Actor) -> None:
    tingling(by, "Mine", by)
    tingling(by, "Theirs", colleague)
    taking(a_patient(by, family_name="Window", owner=by.membership), by, since=TODAY - timedelta(days=60))
    mine = found(by, rule="SYMPTOM", hands=by.membership)
    assert (mine.patients, mine.everybody, mine.badge) == (1, 2, 3)
    counts = {chip.rule: chip.count for chip in mine.chips if chip.count}
    assert counts == {"RE_EVALUATION": 1, "SYMPTOM": 1, "KIDNEY": 1}


def test_owner_is_who_answers_now(by: Actor, colleague: Actor) -> None:
    tingling(by, "Mine", by)
    tingling(by, "Theirs", colleague)
    tingling(by, "Nobodys")
    assert by.membership and colleague.membership
    assert names(by, owner=by.membership.pk) == ["Mine"]
    assert names(by, owner=colleague.membership.pk) == ["Theirs"]
    assert names(by, owner="none") == ["Nobodys"]
    AbsenceFactory.create(
        membership=colleague.membership, deputy=by.membership, from_on=TODAY, until_on=TODAY
    )
    assert sorted(names(by, owner=by.membership.pk)) == ["Mine", "Theirs"]


def test_the_holder_of_a_row_is_that_of_the_query(by: Actor, colleague: Actor) -> None:
    third, gone = a_clinician(by.clinic), a_clinician(by.clinic)
    for name, owner in (("A", by), ("B", colleague), ("C", third), ("D", gone), ("E", None)):
        tingling(by, name, owner)
    assistant = an_assistant(by.clinic)
    Flag.objects.filter(owner=gone.membership).update(owner=assistant.membership)
    days = {"from_on": TODAY, "until_on": TODAY}
    AbsenceFactory.create(membership=colleague.membership, deputy=by.membership, **days)
    AbsenceFactory.create(membership=third.membership, deputy=colleague.membership, **days)
    now = Moment.of(by.clinic, NOW)
    holders = Holders.of(by.clinic, NOW)
    flags = list(ranked(now).select_related("patient"))
    told = {flag.patient.family_name: getattr(holders.holder(flag), "pk", None) for flag in flags}
    assert told == {flag.patient.family_name: flag.holder for flag in flags}
    assert by.membership
    assert told == {"A": by.membership.pk, "B": by.membership.pk, "C": None, "D": None, "E": None}


def test_an_offer_ends_in_a_row_as_in_the_query(by: Actor, colleague: Actor) -> None:
    flag = tingling(by, "Offered", by)
    offer = {"offered_to": colleague.membership, "offered_at": NOW, "offered_by": by.user}
    Flag.objects.filter(pk=flag.pk).update(**offer, offer_ends_at=NOW + timedelta(hours=1))
    for at, stands in ((NOW, True), (NOW + timedelta(hours=1), False)):
        row = ranked(Moment.of(by.clinic, at)).get()
        assert row.is_offered is stands
        assert Holders.of(by.clinic, at).offered_to(row) == (colleague.membership if stands else None)


def test_my_patients_are_those_in_my_hands(by: Actor, colleague: Actor) -> None:
    tingling(by, "Mine", by)
    tingling(by, "Theirs", colleague)
    offered = tingling(by, "Offered", colleague)
    offer = {"offered_to": by.membership, "offered_at": NOW, "offered_by": colleague.user}
    Flag.objects.filter(pk=offered.pk).update(**offer, offer_ends_at=NOW + timedelta(days=1))
    a_visit(a_patient(by, family_name="Urgent"), by, present("IRREGULAR_HEARTBEAT", 2))
    assert by.membership
    told = ranked(Moment.of(by.clinic, NOW)).filter(in_hands_of(by.membership)).select_related("patient")
    assert sorted(names(by, hands=by.membership)) == sorted(flag.patient.family_name for flag in told)
    assert sorted(names(by, hands=by.membership)) == ["Mine", "Offered", "Urgent"]


def test_states(by: Actor) -> None:
    acknowledge(flag=tingling(by, "Seen"), by=by, at=NOW, version=1)
    snooze(flag=tingling(by, "Asleep"), by=by, at=NOW, version=1, until=NOW + timedelta(days=1))
    tingling(by, "Fresh")
    assert [names(by, state=state) for state in ("OPEN", "ACKNOWLEDGED", "SNOOZED")] == [
        ["Fresh"],
        ["Seen"],
        ["Asleep"],
    ]


def test_a_closed_group_opens_when_it_is_all_that_fits(client: Client, by: Actor) -> None:
    snooze(flag=tingling(by, "Asleep"), by=by, at=NOW, version=1, until=NOW + timedelta(days=1))
    tingling(by, "Fresh")
    assert "ASLEEP" not in page(client, by)
    assert "ASLEEP" in page(client, by, state="SNOOZED")


@pytest.mark.parametrize("text", ["brand", "BRANDÃO luis", "7712", "luis b"])
def test_names_and_mrns_are_found_by_their_beginnings(by: Actor, text: str) -> None:
    tingling(by, "Brandão", given_name="Luís", mrn="7712")
    tingling(by, "Other")
    assert names(by, text=text) == ["Brandão"]


def test_filters_add_up_and_stand_in_the_address(client: Client, by: Actor, colleague: Actor) -> None:
    acknowledge(flag=tingling(by, "Both", by), by=by, at=NOW, version=1)
    tingling(by, "Owned", by)
    acknowledge(flag=tingling(by, "Seen", colleague), by=by, at=NOW, version=1)
    asked = {"rule": "SYMPTOM", "owner": "me", "state": "ACKNOWLEDGED", "text": "bo"}
    html = page(client, by, **asked)
    assert "BOTH" in html and "OWNED" not in html and "SEEN" not in html
    assert "1 patient with open flags in this selection" in html
    assert f'hx-get="/?{urlencode(asked).replace("&", "&amp;")}"' in html


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"rule": "NONE"}, "There is no rule “NONE”."),
        ({"owner": "7"}, "There is no owner “7”."),
        ({"owner": "²"}, "There is no owner “²”."),
        ({"state": "RESOLVED"}, "There is no state “RESOLVED”."),
        ({"mine": "yes"}, "There is no choice for my patients “yes”."),
        ({"new": "2"}, "There is no choice for new flags “2”."),
        ({"new": "1"}, "This is the first time that you look at the queue"),
        ({"text": "a" * 101}, "Only the first 100 letters"),
        ({"rule": "<b>"}, "There is no rule “&lt;b&gt;”."),
        ({"rule": "X" * 5000}, f"There is no rule “{'X' * 40}”."),
    ],
)
def test_a_value_that_means_nothing_is_left_out_with_a_word(
    client: Client, by: Actor, filters: dict[str, str], words: str
) -> None:
    tingling(by, "Week")
    html = page(client, by, **filters)
    assert words in html
    assert ("WEEK" in html) == ("text" not in filters)


FIELDS = ("rule", "owner", "state", "mine", "new", "text", "group", "from", "shown", "select")


@pytest.mark.parametrize(
    "value", ["\0", "a\0b", "%", "'; --", "{", "\ud800", "💊" * 300, ":", "WINDOW_OPEN:-1"]
)
def test_no_value_breaks_the_page(client: Client, by: Actor, value: str) -> None:
    client.force_login(by.user)
    sent = value.encode("utf-8", "surrogatepass")
    answers = {name: client.get(f"/?{urlencode({name: sent})}").status_code for name in FIELDS}
    assert answers == dict.fromkeys(FIELDS, 200)


def test_somebody_of_another_clinic_is_no_owner_here(client: Client, by: Actor) -> None:
    stranger = a_clinician(a_clinic("southbank"), name="A Stranger").membership
    assert stranger
    assert f"There is no owner “{stranger.pk}”." in page(client, by, owner=str(stranger.pk))
    assert "A Stranger" not in page(client, by)


def test_what_is_open_and_loaded_comes_again(client: Client, by: Actor) -> None:
    snooze(flag=tingling(by, "Asleep"), by=by, at=NOW, version=1, until=NOW + timedelta(days=1))
    tingling(by, "Awake")
    client.force_login(by.user)
    again = client.get("/", {"shown": ["SNOOZED:1", "NONSENSE:2"]}).content.decode()
    assert "ASLEEP" in again and "AWAKE" not in again
    assert "<summary><h2>" in again


def test_all_rows_can_be_ticked_without_scripts(client: Client, by: Actor) -> None:
    tingling(by, "Week")
    assert page(client, by).count('data-key="x" checked') == 0
    assert page(client, by, select="all").count('data-key="x" checked') == 1


def test_open_ranks_come_before_the_closed_ones() -> None:
    """The statement compares with the last open one."""
    assert list(range(len(OPEN_RANKS))) == OPEN_RANKS
    assert [group.rank for group in GROUPS] == list(range(len(GROUPS)))


def test_a_patient_is_counted_once_in_all_groups(by: Actor) -> None:
    for name in ("A", "B"):
        patient: Patient = a_patient(by, family_name=name)
        taking(patient, by, since=TODAY - timedelta(days=60))
        a_visit(patient, by, present("IRREGULAR_HEARTBEAT", 2), present("TINGLING", 1))
    assert found(by).listed == 2
    assert sorted(names(by)) == ["A", "B"]
