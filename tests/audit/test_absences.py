"""Absences: who says that a member is away, what is refused, and what ending one leaves."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Absence, Membership
from audit.absences import add_absence, end_absence
from audit.models import AuditEvent
from tests.factories import NOW, TODAY, AbsenceFactory
from tests.stories import Clock, a_clinic, a_clinician, a_researcher, an_admin, an_assistant, at_the_clock

pytestmark = pytest.mark.django_db
FRIDAY = TODAY + timedelta(days=1)


def member(who: Actor) -> Membership:
    assert who.membership is not None
    return who.membership


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def ada(clock: Clock) -> Actor:
    return a_clinician(name="Dr Ada")


@pytest.fixture
def bob(ada: Actor) -> Actor:
    return a_clinician(ada.clinic, name="Dr Bob")


def add(by: Actor, who: Actor, deputy: Actor, first: date = TODAY, last: date = FRIDAY) -> Absence:
    told: dict[str, Any] = {"member": member(who), "deputy": member(deputy)}
    return add_absence(by=by, at=NOW, **told, from_on=first, until_on=last)


def refusals(*given: Any, **days: Any) -> dict[str, list[str]]:
    before = Absence.objects.count()
    with pytest.raises(ValidationError) as refused:
        add(*given, **days)
    assert Absence.objects.count() == before
    told: dict[str, list[str]] = refused.value.message_dict
    return told


def test_a_clinician_says_so_and_an_admin_for_others(ada: Actor, bob: Actor) -> None:
    absence = add(ada, ada, bob)
    assert (absence.membership, absence.deputy, absence.created_by) == (
        ada.membership,
        bob.membership,
        ada.user,
    )
    event = AuditEvent.objects.get(act="ADD_ABSENCE")
    assert event.after == {
        "member": "Dr Ada", "deputy": "Dr Bob", "from_on": "2026-03-12", "until_on": "2026-03-13"
    }  # fmt: skip
    admin = an_admin(ada.clinic)
    cleo = a_clinician(ada.clinic)
    assert add(admin, bob, cleo).created_by == admin.user


def test_nobody_but_an_admin_speaks_for_somebody_else(ada: Actor, bob: Actor) -> None:
    cleo = a_clinician(ada.clinic)
    assert refusals(ada, bob, cleo) == {"member": ["Only an admin says this for somebody else."]}
    absence = add(bob, bob, cleo)
    with pytest.raises(ValidationError, match="Only an admin"):
        end_absence(absence=absence, by=ada, at=NOW)


@pytest.mark.parametrize("who", ["stranger", "assistant", "researcher", "ended"])
def test_the_deputy_is_of_the_clinic_and_may_resolve(ada: Actor, who: str) -> None:
    other = {
        "stranger": lambda: a_clinician(a_clinic("southbank")),
        "assistant": lambda: an_assistant(ada.clinic),
        "researcher": lambda: a_researcher(ada.clinic),
    }.get(who, lambda: a_clinician(ada.clinic))()
    if who == "ended":
        Membership.objects.filter(pk=member(other).pk).update(ended_at=NOW, ended_by=ada.user)
    assert list(refusals(ada, ada, other)) == ["deputy"]


def test_nobody_stands_in_for_oneself_and_who_owns_nothing_needs_no_deputy(ada: Actor) -> None:
    assert list(refusals(ada, ada, ada)) == ["deputy"]
    admin = an_admin(ada.clinic)
    assert list(refusals(admin, an_assistant(ada.clinic), ada)) == ["member"]
    assert list(refusals(admin, a_clinician(a_clinic("southbank")), ada)) == ["member", "deputy"]


@pytest.mark.parametrize(
    ("first", "last", "meets"), [(-3, -1, False), (-3, 0, True), (1, 1, True), (1, 9, True), (2, 9, False)]
)
def test_a_deputy_who_is_away_in_the_same_days_is_refused(
    ada: Actor, bob: Actor, first: int, last: int, meets: bool
) -> None:
    days = {"from_on": TODAY + timedelta(days=first), "until_on": TODAY + timedelta(days=last)}
    AbsenceFactory.create(membership=bob.membership, **days)
    if meets:
        assert refusals(ada, ada, bob)["deputy"][0].startswith("Dr Bob is away from")
    else:
        add(ada, ada, bob)


def test_the_days_are_refused_where_they_make_no_sense(ada: Actor, bob: Actor) -> None:
    past = TODAY - timedelta(days=1)
    assert "is before" in refusals(ada, ada, bob, first=FRIDAY, last=TODAY)["until_on"][0]
    assert "has passed" in refusals(ada, ada, bob, first=past, last=past)["until_on"][0]
    assert refusals(ada, ada, bob, last=date(2027, 3, 14)) == {"until_on": ["At most a year at a time."]}
    add(ada, ada, bob, first=past)
    assert "away from 11" in refusals(ada, ada, bob, first=FRIDAY)["from_on"][0].replace("\xa0", " ")


def test_ending_one_that_runs_keeps_the_days_before_and_one_ahead_is_gone(ada: Actor, bob: Actor) -> None:
    yesterday = TODAY - timedelta(days=1)
    running = add(ada, ada, bob, first=yesterday)
    end_absence(absence=running, by=ada, at=NOW)
    running.refresh_from_db()
    assert running.until_on == yesterday
    with pytest.raises(ValidationError, match="was over"):
        end_absence(absence=running, by=ada, at=NOW)
    ahead = add(ada, ada, bob, first=FRIDAY)
    end_absence(absence=Absence.objects.get(pk=ahead.pk), by=an_admin(ada.clinic), at=NOW)
    with pytest.raises(ValidationError, match="ended already"):
        end_absence(absence=ahead, by=ada, at=NOW)
    assert [event.object_id for event in AuditEvent.objects.filter(act="END_ABSENCE")] == [
        str(ahead.pk), str(running.pk)
    ]  # fmt: skip


def test_the_page_adds_lists_and_ends(ada: Actor, bob: Actor, client: Client) -> None:
    client.force_login(ada.user)
    page = client.get(reverse("accounts:absences")).content.decode()
    assert "Nobody is away" in page and "I am away" in page and "Who is away<" not in page
    typed = {"from_on": "2026-03-12", "until_on": "2026-03-13", "deputy": member(bob).pk}
    answer = client.post(reverse("accounts:absences"), typed, follow=True)
    page = answer.content.decode()
    assert "Dr Bob stands in for Dr Ada." in page and "away today" in page
    again = client.post(reverse("accounts:absences"), typed)
    assert again.status_code == 400 and "End that absence first" in again.content.decode()
    absence = Absence.objects.get()
    page = client.post(reverse("accounts:end_absence", args=[absence.pk]), follow=True).content.decode()
    assert "Dr Ada is here from today." in page and "Nobody is away" in page


@pytest.mark.parametrize("day", ["", "x", "9999-12-31", "0001-01-01", "2026-02-30"])
def test_a_day_that_is_none_is_refused_at_its_field(ada: Actor, bob: Actor, client: Client, day: str) -> None:
    client.force_login(ada.user)
    typed = {"from_on": "2026-03-12", "until_on": day, "deputy": member(bob).pk}
    answer = client.post(reverse("accounts:absences"), typed)
    assert answer.status_code == 400 and answer.context["form"].errors.keys() == {"until_on"}


def test_the_page_says_where_a_deputy_is_missing(ada: Actor, bob: Actor, client: Client) -> None:
    cleo = a_clinician(ada.clinic, name="Dr Cleo")
    add(ada, ada, bob)
    client.force_login(bob.user)
    typed = {"from_on": "2026-03-13", "until_on": "2026-03-20", "deputy": member(cleo).pk}
    page = client.post(reverse("accounts:absences"), typed, follow=True).content.decode()
    assert "Dr Bob stood in for Dr Ada: name somebody else" in page
    assert "is away on some of these days too" in page
    Membership.objects.filter(pk=member(cleo).pk).update(roles=["ASSISTANT"])
    assert "may not resolve flags any more" in client.get(reverse("accounts:absences")).content.decode()


def test_an_admin_names_the_member_and_a_clinician_cannot_end_anothers(
    ada: Actor, bob: Actor, client: Client
) -> None:
    admin = an_admin(ada.clinic)
    client.force_login(admin.user)
    typed = {"member": member(ada).pk, "from_on": "2026-03-12", "until_on": "2026-03-13"}
    client.post(reverse("accounts:absences"), typed | {"deputy": member(bob).pk})
    absence = Absence.objects.get(membership=ada.membership)
    client.force_login(bob.user)
    page = client.get(reverse("accounts:absences")).content.decode()
    assert "Back today" not in page
    client.post(reverse("accounts:end_absence", args=[absence.pk]))
    assert Absence.objects.filter(pk=absence.pk, until_on=FRIDAY).exists()


def test_a_stranger_ends_nothing(ada: Actor, bob: Actor, client: Client) -> None:
    absence = add(ada, ada, bob)
    client.force_login(an_admin(a_clinic("southbank")).user)
    assert client.post(reverse("accounts:end_absence", args=[absence.pk])).status_code == 404
