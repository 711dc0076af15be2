"""When the clinic works, as its admin says it."""

from datetime import time

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Clinic
from audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_the_hours_are_changed_with_an_event(signed_in: Client, by: Actor) -> None:
    asked = {"works_from": "07:30", "works_until": "13:00", "works_on": ["6", "2"]}
    answer = signed_in.post(reverse("accounts:hours"), asked, follow=True)
    assert "hours are saved" in answer.content.decode()
    clinic = Clinic.objects.get(pk=by.clinic.pk)
    assert (clinic.works_from, clinic.works_until, clinic.works_on) == (time(7, 30), time(13), [2, 6])
    event = AuditEvent.objects.get(act="CHANGE_HOURS")
    assert event.before == {"works_from": "08:00", "works_until": "17:00", "works_on": [1, 2, 3, 4, 5]}
    assert event.after == {"works_from": "07:30", "works_until": "13:00", "works_on": [2, 6]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"works_until": "07:00"}, "The day ends after it begins."),
        ({"works_until": "08:00"}, "The day ends after it begins."),
        ({"works_from": "25:00"}, "Enter a valid time."),
        ({"works_from": ""}, "This field is required."),
        ({"works_on": ["8"]}, "8 is not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    signed_in: Client, by: Actor, change: dict[str, object], words: str
) -> None:
    asked = {"works_from": "08:00", "works_until": "17:00", "works_on": ["1"]} | change
    answer = signed_in.post(reverse("accounts:hours"), asked)
    assert answer.status_code == 400 and words in answer.content.decode()
    assert Clinic.objects.get(pk=by.clinic.pk).works_on == [1, 2, 3, 4, 5]
    assert not AuditEvent.objects.filter(act="CHANGE_HOURS").exists()


def test_no_day_at_all_is_allowed(signed_in: Client, by: Actor) -> None:
    signed_in.post(reverse("accounts:hours"), {"works_from": "08:00", "works_until": "17:00"})
    assert Clinic.objects.get(pk=by.clinic.pk).works_on == []


def test_the_members_page_leads_there(signed_in: Client) -> None:
    assert reverse("accounts:hours") in signed_in.get(reverse("accounts:members")).content.decode()
