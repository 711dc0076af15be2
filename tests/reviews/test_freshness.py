"""How fresh the queue is: the line, the red banner on queue and charts, and the ring for a missing check."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError
from redis.exceptions import ConnectionError as RedisIsDown

from accounts.actors import Actor
from accounts.wording import NO_BREAK
from patients.models import Patient
from reviews import tasks
from reviews.freshness import freshness, is_stale
from reviews.models import Sweep
from reviews.moments import Moment
from reviews.pages.views_chart import TABS
from reviews.sweep import sweep
from reviews.tasks import ring_stale_sweep
from tests.factories import NOW, TODAY
from tests.stories import Clock, a_clinician, a_patient, at_the_clock, taking

pytestmark = pytest.mark.django_db
BANNER = re.compile(r'<div class="notice danger" role="alert">.*?</div>', re.DOTALL)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    cache.clear()
    return at_the_clock(monkeypatch)


@pytest.fixture
def by(clock: Clock) -> Actor:
    return a_clinician()


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The clinics whose sweep was rung."""
    found: list[int] = []
    monkeypatch.setattr("reviews.tasks.sweep_clinic.delay", found.append)
    return found


def _read(client: Client, by: Actor, address: str) -> str:
    client.force_login(by.user)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace(NO_BREAK, " ").replace("‑", "-").replace("&#x27;", "'")


def _charts(patient: Patient) -> list[str]:
    """Every tab of the chart."""
    chart = reverse("patients:chart", args=[patient.pk])
    return [f"{chart}?tab={tab}" for tab in TABS]


def _banners(client: Client, by: Actor, address: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", banner) for banner in BANNER.findall(_read(client, by, address))]


def test_a_sound_check_is_told_in_one_line_and_nothing_is_red(client: Client, by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY - timedelta(days=30))
    a_patient(by)
    sweep(by.clinic, at=NOW)
    by.clinic.refresh_from_db()
    assert "Checked 11:00, 2 of 2 patients, 0 not evaluable" in _read(client, by, "/")
    assert [_banners(client, by, page) for page in ("/", *_charts(patient))] == [[]] * 6


def test_a_check_of_another_day_says_its_day(client: Client, by: Actor, clock: Clock) -> None:
    a_patient(by)
    sweep(by.clinic, at=NOW)
    clock.at = datetime(2026, 3, 13, 4, 30, tzinfo=UTC)
    assert "Checked 12 Mar 2026, 11:00, 1 of 1 patient, 0 not evaluable" in _read(client, by, "/")
    assert _banners(client, by, "/") == []


def test_a_late_check_is_red_on_the_queue_and_on_every_page_of_a_chart(
    client: Client, by: Actor, clock: Clock, rung: list[int]
) -> None:
    patient = a_patient(by)
    sweep(by.clinic, at=NOW)
    clock.at = datetime(2026, 3, 13, 5, 1, tzinfo=UTC)
    for page in ("/", *_charts(patient)):
        (banner,) = _banners(client, by, page)
        assert "The nightly check did not finish on 13 Mar 2026. Flags may be missing." in banner
        assert "Last complete check: 12 Mar 2026, 11:00." in banner


def test_a_failed_check_is_red_everywhere_until_one_succeeds(client: Client, by: Actor, clock: Clock) -> None:
    patient = a_patient(by)
    sweep(by.clinic, at=NOW - timedelta(hours=1))
    Sweep.objects.create(clinic=by.clinic, on=TODAY, started_at=NOW, error="DataError")
    for page in ("/", *_charts(patient)):
        (banner,) = _banners(client, by, page)
        assert "did not finish on 12 Mar 2026" in banner
    clock.forward(minutes=15)
    sweep(by.clinic, at=clock.at)
    assert _banners(client, by, "/") == []


def test_patients_that_could_not_be_evaluated_are_named_on_the_queue_and_not_on_another_s_chart(
    client: Client, by: Actor
) -> None:
    well, poisoned = a_patient(by, family_name="Well"), a_patient(by, family_name="Poisoned")
    row = sweep(by.clinic, at=NOW)
    assert row is not None
    told = {"SYMPTOM": [str(poisoned.pk)], "KIDNEY": [str(poisoned.pk)]}
    Sweep.objects.filter(pk=row.pk).update(not_evaluable=told, assessed=1)
    assert "Checked 11:00, 1 of 2 patients, 1 not evaluable" in _read(client, by, "/")
    (banner,) = _banners(client, by, "/")
    assert "could not evaluate 1 patient. Their flags may be missing." in banner and "POISONED" in banner
    (banner,) = _banners(client, by, reverse("patients:chart", args=[well.pk]))
    assert "could not evaluate 1 patient; not this one" in banner and "POISONED" not in banner
    (banner,) = _banners(client, by, reverse("patients:chart", args=[poisoned.pk]))
    assert "could not evaluate 1 patient, this one among them" in banner


def test_the_check_counts_a_patient_once_however_many_rules_failed(by: Actor) -> None:
    """`assessed` are those whom every rule could evaluate."""
    patient = a_patient(by)
    sweep(by.clinic, at=NOW)
    Sweep.objects.update(not_evaluable={"SYMPTOM": [str(patient.pk)], "KIDNEY": [str(patient.pk)]})
    fresh = freshness(Moment.of(by.clinic, NOW))
    assert (fresh.not_evaluable_count, fresh.is_sound) == (1, False)


def test_a_clinic_without_a_patient_is_not_late(client: Client, by: Actor) -> None:
    assert _banners(client, by, "/") == []


# --- the ring


def test_the_queue_page_rings_a_check_that_is_missing_at_most_once_a_minute(
    client: Client, by: Actor, rung: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of the app may stand still; somebody who works rings."""
    kept, add = [], cache.add

    def spy(key: str, value: str, seconds: int) -> bool:
        kept.append(seconds)
        return add(key, value, seconds)

    monkeypatch.setattr(cache, "add", spy)
    for _ in range(3):
        _read(client, by, "/")
    assert rung == [by.clinic.pk]
    assert set(kept) == {60}
    cache.delete(f"sweep-rung-{by.clinic.pk}")
    _read(client, by, "/")
    assert rung == [by.clinic.pk] * 2


def test_nothing_is_rung_when_the_day_is_checked(client: Client, by: Actor, rung: list[int]) -> None:
    sweep(by.clinic, at=NOW)
    _read(client, by, "/")
    by.clinic.refresh_from_db()
    assert rung == [] and not is_stale(by.clinic, NOW)


@pytest.mark.parametrize(
    "error", [OperationalError("no broker"), OSError("no route"), RedisIsDown("no cache")]
)
def test_a_broker_that_is_down_fails_no_page(
    client: Client, by: Actor, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def down(clinic_id: int) -> None:
        raise error

    monkeypatch.setattr("reviews.tasks.sweep_clinic.delay", down)
    assert "Review queue" in _read(client, by, "/")
    cache.clear()
    assert ring_stale_sweep(by.clinic, NOW) is False


def test_a_cache_that_is_down_fails_no_page_and_rings_nothing(
    client: Client, by: Actor, rung: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Down:
        def add(self, *given: object) -> bool:
            raise RedisIsDown("no cache")

    monkeypatch.setattr(tasks, "cache", Down())
    assert "Review queue" in _read(client, by, "/")
    assert rung == []
