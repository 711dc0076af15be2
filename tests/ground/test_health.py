"""/healthz: well, unwell, and telling nobody's secrets."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from kombu import Connection

from accounts.models import Clinic
from config import health
from config.celery import app
from reviews.models import Sweep
from tests.factories import NOW
from tests.factories_reviews import SweepFactory
from tests.stories import Clock, a_clinic, a_clinician, a_patient, at_the_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """11:00 in New York: its day began eleven hours ago."""
    monkeypatch.setattr(health, "installed_at", lambda: NOW - timedelta(hours=1))
    return at_the_clock(monkeypatch)


def swept(clinic: Clinic, at: datetime = NOW, **said: Any) -> Sweep:
    """A check of the clinic's day of `at` that ended then."""
    Clinic.objects.filter(pk=clinic.pk).update(swept_on=clinic.local_date(at))
    return SweepFactory.create(
        clinic=clinic, on=clinic.local_date(at), started_at=at, finished_at=at, **said
    )  # fmt: skip


def told(client: Client) -> dict[str, Any]:
    """The counts of clinics, and the status of the answer."""
    answer = client.get("/healthz")
    found: dict[str, Any] = answer.json()
    ills = {
        name.removeprefix("clinics_"): n for name, n in found.items() if name.startswith("clinics_") and n
    }
    assert answer.status_code == (200 if found["status"] == "ok" else 503)
    return {"status": answer.status_code, **ills}


def test_before_the_first_sweep_a_new_installation_is_well(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "up",
        "broker": "up",
        "last_sweep_at": None,
        "last_sweep_age_seconds": None,
        "sweep_late": False,
        "clinics_late": 0,
        "clinics_failed": 0,
        "clinics_partial": 0,
    }


def test_an_installation_that_never_swept_is_unwell_after_a_day(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "installed_at", lambda: timezone.now() - timedelta(hours=27))
    assert client.get("/healthz").status_code == 503


def test_the_age_of_the_last_sweep_is_told(client: Client, clock: Clock) -> None:
    swept(a_clinic(), NOW - timedelta(hours=2))
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["last_sweep_age_seconds"] == 7200


@pytest.mark.parametrize(("hours", "late"), [(25.9, False), (26.1, True)])
def test_a_sweep_is_late_after_26_hours(client: Client, clock: Clock, hours: float, late: bool) -> None:
    swept(a_clinic(), NOW - timedelta(hours=hours))
    assert client.get("/healthz").json()["sweep_late"] is late


def test_a_clinic_whose_day_is_not_checked_is_late_an_hour_after_it_began(
    client: Client, clock: Clock
) -> None:
    """Midnight of 12 March in New York is 04:00 UTC; nobody asks whether a worker runs."""
    swept(a_clinic(), NOW - timedelta(days=1))
    swept(a_clinic("southbank", time_zone="Europe/London"), NOW)
    clock.at = datetime(2026, 3, 12, 5, 0, tzinfo=UTC)
    assert told(client) == {"status": 200}
    clock.forward(minutes=1)
    assert told(client) == {"status": 503, "late": 1}


def test_a_clinic_that_was_never_checked_is_late_an_hour_after_its_first_patient(
    client: Client, clock: Clock
) -> None:
    by = a_clinician()
    assert told(client) == {"status": 200}
    a_patient(by)
    clock.forward(minutes=59)
    assert told(client) == {"status": 200}
    clock.forward(minutes=2)
    assert told(client) == {"status": 503, "late": 1}


def test_a_check_that_failed_makes_it_unwell_until_one_succeeds(client: Client, clock: Clock) -> None:
    clinic = a_clinic()
    swept(clinic)
    clock.forward(minutes=1)
    SweepFactory.create(clinic=clinic, started_at=clock.at, finished_at=None, error="DataError: 22003")
    assert told(client) == {"status": 503, "failed": 1}
    clock.forward(minutes=15)
    swept(clinic, clock.at)
    assert told(client) == {"status": 200}


@pytest.mark.parametrize(
    "said", [{"not_evaluable": {"SYMPTOM": ["x"]}}, {"mismatch": "The groups hold 1 of 2 patients."}]
)
def test_a_check_that_was_done_in_part_makes_it_unwell_and_tells_no_name(
    client: Client, clock: Clock, said: dict[str, Any]
) -> None:
    clinic = a_clinic()
    swept(clinic, **said)
    assert told(client) == {"status": 503, "partial": 1}
    answer = client.get("/healthz").content.decode()
    assert "Northgate" not in answer and "SYMPTOM" not in answer and "groups" not in answer


def test_a_database_that_is_down_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(at: object) -> None:
        raise DatabaseError("no connection")

    monkeypatch.setattr(health, "sweep_state", down)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "down"
    assert "no connection" not in answer.content.decode()


def test_a_broker_that_is_down_is_said_and_is_no_failure(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "connection_for_write", lambda: Connection("redis://127.0.0.1:1/0"))
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["broker"] == "down"


def test_the_clock_rings_the_sweep_every_quarter_of_an_hour() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["sweep-due-clinics"]
    assert entry == {"task": "reviews.tasks.sweep_due_clinics", "schedule": crontab(minute="0,15,30,45")}
    app.loader.import_default_modules()
    assert entry["task"] in app.tasks
