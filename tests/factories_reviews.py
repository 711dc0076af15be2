"""Rows of the nightly check, of drafts and of backtests."""

from datetime import timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from protocols.models import Protocol
from reviews.models import Backtest, Draft, Sweep
from tests.factories import NOW, TODAY, ClinicFactory, MembershipFactory, PatientFactory, UserFactory


class SweepFactory(DjangoModelFactory[Sweep]):
    class Meta:
        model = Sweep

    clinic = factory.SubFactory(ClinicFactory)
    on = TODAY
    started_at = finished_at = NOW


class DraftFactory(DjangoModelFactory[Draft]):
    class Meta:
        model = Draft

    membership = factory.SubFactory(MembershipFactory)
    patient = factory.SubFactory(PatientFactory, clinic=factory.SelfAttribute("..membership.clinic"))
    form = "VISIT"
    payload: dict[str, Any] = {}
    base_version = 1
    saved_at = NOW


class BacktestFactory(DjangoModelFactory[Backtest]):
    """Nobody has taken it up: the window closes after eight weeks, tried on the last twelve months."""

    class Meta:
        model = Backtest

    clinic = factory.SubFactory(ClinicFactory)
    protocol = factory.LazyAttribute(lambda row: Protocol.objects.in_force(row.clinic))
    tried = factory.LazyFunction(lambda: {"re_evaluation_closes_days": 56})
    since = TODAY - timedelta(days=365)
    until = TODAY
    asked_at = NOW
    asked_by = factory.SubFactory(UserFactory)
