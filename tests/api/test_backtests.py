"""Backtests and the noise budget over the API."""

from typing import Any

import pytest

from accounts.actors import Actor
from reviews.backtest.intervals import FEWEST
from reviews.models import Backtest
from reviews.tasks import work_on_backtest
from tests.api.calling import Caller, done, faults, made, results
from tests.factories import NOW
from tests.factories_reviews import BacktestFactory
from tests.stories import a_clinic, a_clinician, a_flag, a_researcher, an_admin, an_assistant, at_the_clock

pytestmark = pytest.mark.django_db
TRIED = {"re_evaluation_closes_days": "56"}


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    at_the_clock(monkeypatch)
    monkeypatch.setattr(work_on_backtest, "delay", lambda row: None)
    monkeypatch.setattr("reviews.acts.backtests.intervals", lambda *told: FEWEST)


@pytest.fixture
def by() -> Actor:
    return a_clinician(a_clinic())


def test_a_clinician_asks_reads_and_cancels(by: Actor) -> None:
    caller = Caller(by)
    row = made(caller.post("protocols/backtests/", tried=TRIED, months=6))
    assert (row["state"], row["protocol"], row["since"], row["until"]) == (
        "WAITING",
        1,
        "2025-09-12",
        "2026-03-12",
    )
    assert (row["tried"], row["rules"], row["not_lived_through"]) == (TRIED, {}, 0)
    assert [one["id"] for one in results(caller.get("protocols/backtests/"))] == [row["id"]]
    assert done(caller.get(f"protocols/backtests/{row['id']}/"))["total"] == 0
    stopped = done(caller.post(f"protocols/backtests/{row['id']}/cancel/"))
    assert (stopped["state"], stopped["error"]) == ("FAILED", f"Cancelled by {by.user}.")
    again = caller.post(f"protocols/backtests/{row['id']}/cancel/")
    assert faults(again) == {"non_field_errors": ["This backtest is finished already."]}


def test_one_key_asks_once(by: Actor) -> None:
    caller = Caller(by)
    first = made(caller.post("protocols/backtests/", once="k", tried=TRIED, months=6))
    assert made(caller.post("protocols/backtests/", once="k", tried=TRIED, months=6)) == first
    assert Backtest.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"tried": {"re_evaluation_closes_days": "20"}, "months": 6}, "tried"),
        ({"tried": {"undo_minutes": "20"}, "months": 6}, "tried"),
        ({"tried": {"nothing": "20"}, "months": 6}, "tried"),
        ({"tried": {"gad7_rise": "many"}, "months": 6}, "tried"),
        ({"tried": {}, "months": 6}, "tried"),
        ({"tried": [], "months": 6}, "tried"),
        ({"tried": TRIED, "months": 2}, "months"),
        ({"tried": TRIED, "months": "x"}, "months"),
        ({"tried": TRIED}, "months"),
    ],
)
def test_what_cannot_be_names_its_field(by: Actor, body: dict[str, Any], field: str) -> None:
    assert list(faults(Caller(by).post("protocols/backtests/", **body))) == [field]
    assert not Backtest.objects.exists()


def test_counts_of_a_finished_one_are_in_the_shape_that_the_document_tells(by: Actor) -> None:
    counts = {
        "then": 2, "now": 1, "same": 1, "new": 0, "moved_in": 0, "found": 0, "gone": {"ACTED": 1},
        "days": {}, "not_reproduced": {}, "not_raised": {},
    }  # fmt: skip
    row = BacktestFactory.create(
        clinic=by.clinic, state="DONE", found={"rules": {"SYMPTOM": counts}, "weeks": {"5": 3}}
    )
    told = done(Caller(by).get(f"protocols/backtests/{row.pk}/"))
    assert (told["rules"], told["weeks"]) == ({"SYMPTOM": counts}, {"5": 3})


def test_who_may_read_and_who_may_try(by: Actor) -> None:
    row = BacktestFactory.create(clinic=by.clinic)
    for who in (an_assistant(by.clinic), a_researcher(by.clinic)):
        assert Caller(who).get(f"protocols/backtests/{row.pk}/").status_code == 200
        assert Caller(who).post("protocols/backtests/", tried=TRIED, months=6).status_code == 403
    assert Caller(an_admin(by.clinic)).post("protocols/backtests/", tried=TRIED, months=6).status_code == 201


def test_another_clinic_s_is_not_there(by: Actor) -> None:
    theirs = BacktestFactory.create(clinic=a_clinic("southbank"))
    assert Caller(by).get(f"protocols/backtests/{theirs.pk}/").status_code == 404
    assert Caller(by).post(f"protocols/backtests/{theirs.pk}/cancel/").status_code == 404
    assert results(Caller(by).get("protocols/backtests/")) == []


def test_the_noise_budget_is_told_rule_by_rule(by: Actor) -> None:
    a_flag(by, at=NOW)
    told = done(Caller(by).get("protocols/noise/"))
    line = next(line for line in told["rules"] if line["rule"] == "SYMPTOM")
    assert (told["clinicians"], line["raised"], line["per_clinician_week"]) == (1, 1, "0.08")
    assert (line["standing"], line["acted_percent"], line["words"]) == (1, None, {})
    assert Caller(an_admin(by.clinic)).get("protocols/noise/").status_code == 403
