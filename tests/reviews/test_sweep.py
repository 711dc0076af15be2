"""The sweep: twice, two at once, after missed days, and in agreement with the moment."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, FloatField, Value
from django.db.models.functions import Cast, JSONObject
from hypothesis import assume, given
from hypothesis import strategies as st

from accounts.models import Clinic
from reviews import sweep as sweeping
from reviews.models import Flag, Sweep
from reviews.moments import Moment
from reviews.raising import raise_flags
from reviews.rules import RULES, spec_of
from reviews.sweep import due_clinics, sweep
from reviews.tasks import sweep_due_clinics
from tests.reviews.conftest import NOW, TODAY, Story, absent, present

INTERVAL: dict[str, Any] = {"reference_low": Decimal("0.46"), "reference_high": Decimal("0.60")}


def busy(story: Story) -> Story:
    """A patient with a flag of most rules."""
    story.visit(60, gad7_total=5)
    story.starts(45)
    story.result("IONIZED_MG", "0.40", 5, **INTERVAL)
    story.visit(1, present("IRREGULAR_HEARTBEAT"), present("TINGLING"), gad7_total=11)
    return story


def standing(story: Story) -> list[tuple[str, str]]:
    return sorted((f.rule, str(f.severity)) for f in story.patient.flags.standing())


@pytest.mark.django_db
def test_the_sweep_and_the_moment_agree(story: Story) -> None:
    busy(story)
    by_the_moment = standing(story)
    assert len(by_the_moment) == 6
    Flag.objects.update(state="CLEARED", closed_at=NOW)
    row = sweep(story.by.clinic, at=NOW)
    assert row is not None and sum(row.raised.values()) == 6
    assert standing(story) == by_the_moment


@pytest.mark.django_db
def test_a_second_sweep_changes_nothing(story: Story) -> None:
    busy(story)
    first, second = (sweep(story.by.clinic, at=NOW) for _ in range(2))
    assert first is not None and second is not None
    assert set(second.raised.values()) | set(second.cleared.values()) == {0}
    assert Flag.objects.count() == 6


@pytest.mark.django_db
def test_missed_days_are_made_good(story: Story) -> None:
    story.starts(25)
    row = sweep(story.by.clinic, at=NOW + timedelta(days=6))
    assert row is not None and row.raised["RE_EVALUATION"] == 1


@pytest.mark.django_db
def test_a_trial_keeps_nothing(story: Story) -> None:
    story.starts(25)
    row = sweep(story.by.clinic, at=NOW + timedelta(days=6), dry_run=True)
    assert row is not None and row.raised["RE_EVALUATION"] == 1
    assert (Flag.objects.count(), Sweep.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_the_sweep_moves_the_clinic_s_day_and_one_by_hand_does_not(story: Story) -> None:
    clinic = story.by.clinic
    sweep(clinic, at=NOW, on=TODAY - timedelta(days=3))
    clinic.refresh_from_db()
    assert clinic.swept_on is None
    sweep(clinic, at=NOW)
    clinic.refresh_from_db()
    assert clinic.swept_on == TODAY
    assert due_clinics(NOW) == []
    assert due_clinics(NOW + timedelta(days=1)) == [clinic]


@given(
    zone=st.sampled_from(
        ["America/New_York", "Europe/London", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu"]
    ),
    at=st.datetimes(timezones=st.just(UTC)),
)
def test_a_clinic_is_due_once_for_each_local_day(zone: str, at: datetime) -> None:
    clinic = Clinic(time_zone=zone)
    assume(date(1900, 1, 1) < at.date() < date(2100, 1, 1))
    local = clinic.local_date(at)
    assert abs((local - at.date()).days) <= 1
    assert clinic.local_date(at + timedelta(days=1)) > local


@pytest.mark.django_db
def test_one_patient_whose_data_cannot_be_evaluated_does_not_stop_the_rest(
    story: Story, another: Callable[[], Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned = another()
    for one in (story, poisoned, another()):
        one.starts(25)
    spec = spec_of("RE_EVALUATION", "reevaluation")

    def causes(now: Moment) -> Any:
        bad = Value(1.0) / (Cast(F("patient__mrn"), FloatField()) - Value(float(poisoned.patient.mrn)))
        return spec.causes(now).annotate(flag_inputs=JSONObject(trap=bad))

    trapped = type(spec)(spec.rule, spec.cause, spec.mark, spec.source, causes, spec.gone)
    monkeypatch.setattr(sweeping, "RULES", (trapped, *[other for other in RULES if other is not spec]))
    row = sweep(story.by.clinic, at=NOW + timedelta(days=6))
    assert row is not None and row.raised["RE_EVALUATION"] == 2
    assert row.not_evaluable == {"RE_EVALUATION": [str(poisoned.patient.pk)]}


@pytest.mark.django_db
def test_the_database_refuses_a_second_flag_of_one_cause(story: Story) -> None:
    story.starts(30)
    flag = story.flag("RE_EVALUATION")
    flag.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        flag.save(force_insert=True)
    spec = spec_of("RE_EVALUATION", "reevaluation")
    now = Moment.of(story.by.clinic, NOW)
    assert raise_flags(spec, spec.causes(now), now) == 0


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_raise_each_flag_once(story: Story, another: Callable[[], Story]) -> None:
    for one in (story, another(), another()):
        one.starts(25)
    clinic = story.by.clinic
    gate = threading.Barrier(2)

    def run() -> None:
        gate.wait()
        sweep(clinic, at=NOW + timedelta(days=6))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Flag.objects.filter(rule="RE_EVALUATION").count() == 3


@pytest.mark.django_db
def test_beat_rings_each_clinic_that_is_due(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr("reviews.tasks.sweep_clinic.delay", rung.append)
    assert sweep_due_clinics() == 1
    assert rung == [story.by.clinic.pk]


@pytest.mark.django_db
def test_an_absent_answer_is_never_swept_into_a_flag(story: Story) -> None:
    story.starts(20)
    story.visit(0, absent("TINGLING"))
    sweep(story.by.clinic, at=NOW, on=date(2026, 3, 12))
    assert story.rules() == []
