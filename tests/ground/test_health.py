"""/healthz: well, unwell, and telling nobody's secrets."""

from datetime import timedelta

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from kombu import Connection

from accounts.models import Clinic, Jurisdiction
from config import health
from config.celery import app
from reviews.models import Sweep

pytestmark = pytest.mark.django_db


def swept(hours_ago: float) -> None:
    clinic = Clinic.objects.create(name="Northgate", slug="northgate", jurisdiction=Jurisdiction.US)
    finished_at = timezone.now() - timedelta(hours=hours_ago)
    Sweep.objects.create(
        clinic=clinic, on=finished_at.date(), started_at=finished_at, finished_at=finished_at
    )


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
    }


def test_an_installation_that_never_swept_is_unwell_after_a_day(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "installed_at", lambda: timezone.now() - timedelta(hours=27))
    assert client.get("/healthz").status_code == 503


def test_the_age_of_the_last_sweep_is_told(client: Client) -> None:
    swept(hours_ago=2)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert 7200 <= answer.json()["last_sweep_age_seconds"] < 7260


@pytest.mark.parametrize(("hours", "status"), [(25.9, 200), (26.1, 503)])
def test_a_sweep_is_late_after_26_hours(client: Client, hours: float, status: int) -> None:
    swept(hours_ago=hours)
    answer = client.get("/healthz")
    assert answer.status_code == status
    assert answer.json()["sweep_late"] is (status == 503)


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
