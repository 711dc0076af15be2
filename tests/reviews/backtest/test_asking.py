"""Which numbers can be tried, over how long, and what is refused in the words of the field."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from audit.models import AuditEvent
from protocols.checking import BadThresholds
from protocols.thresholds import PROTOCOL_1, Thresholds
from reviews.acts.backtests import cancel_backtest, try_numbers
from reviews.backtest.intervals import FEWEST, intervals, weeks_of
from reviews.backtest.numbers import NOT_RAISING, checked_numbers, tryable
from reviews.backtest.standing import Span
from reviews.models import Backtest, Reevaluation
from reviews.tasks import work_on_backtest
from tests.factories import NOW, TODAY
from tests.factories_reviews import BacktestFactory
from tests.stories import a_clinic, a_clinician, a_dose_change, a_patient, a_result, a_visit, taking

pytestmark = pytest.mark.django_db
LIVE = Thresholds().to_json()
CLOSES: dict[str, Any] = {"re_evaluation_closes_days": 56}


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The backtests of which a worker was told."""
    told: list[int] = []
    monkeypatch.setattr(work_on_backtest, "delay", told.append)
    return told


@pytest.fixture
def by() -> Actor:
    return a_clinician(a_clinic())


@pytest.fixture
def enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were intervals enough."""
    monkeypatch.setattr("reviews.acts.backtests.intervals", lambda *told: FEWEST)


def refused(by: Actor, months: int = 6, **tried: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as told:
        try_numbers(by=by, at=NOW, tried=tried, months=months)
    assert not Backtest.objects.exists()
    return told.value.message_dict


def test_what_only_guides_people_cannot_be_tried_and_what_raises_can() -> None:
    names = {threshold.name for threshold in tryable()}
    assert names >= {"re_evaluation_closes_days", "lab_flag_horizon_days", "gad7_rise", "egfr_stop"}
    others = {threshold.name for threshold in PROTOCOL_1} - names
    assert others >= {"undo_minutes", "snooze_days_maximum", "start_low_mg", "reference_change_percent"}
    for name in others:
        with pytest.raises(BadThresholds) as told:
            checked_numbers(LIVE, {name: LIVE[name]})
        assert told.value.faults == {name: [NOT_RAISING]}


def test_numbers_are_kept_as_a_version_keeps_them() -> None:
    tried = {"re_evaluation_closes_days": Decimal("56.0"), "lab_margin_percent": Decimal("3.50")}
    assert checked_numbers(LIVE, tried) == {"re_evaluation_closes_days": 56, "lab_margin_percent": "3.50"}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("re_evaluation_opens_days", Decimal(43), "Must be at most 42 days, which is"),
        ("re_evaluation_opens_days", Decimal("1.5"), "Must be a whole number of days."),
        ("re_evaluation_opens_days", Decimal(0), "Must be above 0."),
        ("gad7_rise", Decimal(22), "Must not be above 21 points."),
        ("egfr_stop", Decimal(70), "Must be below 60 mL/min/1.73 m2, which is"),
        ("egfr_stop", Decimal("NaN"), "Must be a finite number."),
        ("no_such_number", Decimal(1), "Unknown threshold: no_such_number."),
        ("undo_minutes", Decimal(5), NOT_RAISING),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_number_alone(
    by: Actor, enough: None, name: str, value: Decimal, sentence: str
) -> None:
    values: dict[str, Any] = {name: value}
    told = refused(by, **values)
    assert list(told) == [name]
    assert told[name][0].startswith(sentence)


def test_nothing_to_try_and_months_out_of_bounds_are_refused(by: Actor, enough: None) -> None:
    assert refused(by) == {"tried": ["Choose a number to try."]}
    for months in (2, 25, -1):
        assert refused(by, months, **CLOSES) == {"months": ["Choose 3 to 24 months."]}


def test_too_little_history_is_said_with_its_number(by: Actor) -> None:
    taking(a_patient(by), by)
    assert refused(by, **CLOSES) == {"__all__": ["Backtest needs at least 20 past intervals; there are 1."]}


def test_asking_stores_the_row_rings_a_worker_and_is_audited(
    by: Actor, enough: None, rung: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = try_numbers(by=by, at=NOW, tried=CLOSES, months=6)
    assert (row.since, row.until, row.tried) == (date(2025, 9, 12), TODAY, CLOSES)
    assert (row.protocol.version, row.state, rung) == (1, "WAITING", [row.pk])
    event = AuditEvent.objects.get(act="BACKTEST_PROTOCOL")
    assert event.after == {"tried": CLOSES, "since": "2025-09-12", "until": "2026-03-12"}


def test_the_same_that_is_under_way_is_the_answer(by: Actor, enough: None) -> None:
    first = try_numbers(by=by, at=NOW, tried=CLOSES, months=6)
    again = try_numbers(by=by, at=NOW + timedelta(minutes=1), tried=CLOSES, months=6)
    assert again == first
    cancel_backtest(backtest=first, by=by, at=NOW)
    assert try_numbers(by=by, at=NOW, tried=CLOSES, months=6) != first


@pytest.mark.parametrize(
    ("today", "months", "since"),
    [
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2026, 3, 31), 24, date(2024, 3, 31)),
        (date(2024, 5, 30), 3, date(2024, 2, 29)),
        (date(2026, 1, 15), 12, date(2025, 1, 15)),
    ],
)
def test_months_are_counted_back_to_the_last_day_that_there_is(
    by: Actor, enough: None, today: date, months: int, since: date
) -> None:
    at = NOW + (today - TODAY)
    assert try_numbers(by=by, at=at, tried=CLOSES, months=months).since == since


def test_who_cancels_is_said_and_what_is_finished_cannot_be(by: Actor) -> None:
    row = BacktestFactory.create(clinic=by.clinic)
    cancelled = cancel_backtest(backtest=row, by=by, at=NOW)
    assert (cancelled.state, cancelled.error) == ("FAILED", f"Cancelled by {by.user}.")
    assert AuditEvent.objects.filter(act="CANCEL_BACKTEST", user=by.user).count() == 1
    with pytest.raises(ValidationError, match="finished already"):
        cancel_backtest(backtest=row, by=by, at=NOW)


def test_intervals_are_starts_and_changes_of_dose_in_the_days(by: Actor) -> None:
    regimen = taking(a_patient(by), by, since=TODAY - timedelta(days=80))
    a_dose_change(regimen, by, on=TODAY - timedelta(days=20), units=2)
    assert intervals(by.clinic, TODAY - timedelta(days=90), TODAY) == 2
    assert intervals(by.clinic, TODAY - timedelta(days=30), TODAY) == 1
    other = a_clinician(a_clinic("southbank"))
    assert intervals(other.clinic, TODAY - timedelta(days=90), TODAY) == 0


def test_the_week_of_the_first_look_is_told_for_each_dose(by: Actor) -> None:
    patient = a_patient(by)
    regimen = taking(patient, by, since=TODAY - timedelta(days=80))
    a_result(patient, by, "0.52", days_ago=50)
    a_dose_change(regimen, by, on=TODAY - timedelta(days=20), units=2)
    span = Span(by.clinic, TODAY - timedelta(days=90), TODAY, NOW)
    assert sorted(weeks_of(patient, span)) == ["5", "none"]
    a_visit(patient, by, on=TODAY, is_re_evaluation=True)
    assert sorted(weeks_of(patient, span)) == ["3", "5"]
    assert Reevaluation.objects.filter(patient=patient).count() >= 2
