"""The protocol page: every number with its source, for all to read."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.permissions import Role
from protocols.models import Protocol
from protocols.thresholds import PROTOCOL_1
from tests.factories import ProtocolFactory
from tests.stories import a_clinic, a_member

pytestmark = pytest.mark.django_db


def page(client: Client, who: Actor, **asked: str) -> str:
    client.force_login(who.user)
    answer = client.get(reverse("protocols:index"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_every_number(client: Client, role: str) -> None:
    shown = page(client, a_member(a_clinic(), role))
    assert all(threshold.name in shown for threshold in PROTOCOL_1)
    assert "Founding article, unverified" in shown


def test_a_clinic_s_own_version_is_shown_with_what_it_changed(client: Client) -> None:
    who = a_member(a_clinic(), Role.CLINICIAN)
    values = Protocol.objects.get(clinic=None).values | {"re_evaluation_closes_days": 49}
    ProtocolFactory.create(clinic=who.clinic, version=7, values=values)
    shown = page(client, who)
    assert "version 7 in force" in shown and "default 42" in shown
    assert "version 7 in force" not in page(client, a_member(a_clinic("southbank"), Role.CLINICIAN))
