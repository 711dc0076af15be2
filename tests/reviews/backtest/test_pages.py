"""The pages of a backtest: the form, how far it is, what it found, and what it says when it refuses."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from protocols.drafts import save_draft
from reviews.backtest.comparing import EARLIER_VERSION, OVERDUE, RE_EVALUATION
from reviews.backtest.intervals import FEWEST
from reviews.models import Backtest
from reviews.pages.backtest_figure import bars_of, marks_of
from reviews.tasks import work_on_backtest
from tests.factories import NOW
from tests.factories_reviews import BacktestFactory
from tests.stories import Clock, a_clinic, a_clinician, a_researcher, an_admin, at_the_clock

pytestmark = pytest.mark.django_db
NOTHING: dict[str, Any] = {
    "then": 0, "now": 0, "same": 0, "new": 0, "moved_in": 0, "found": 0, "gone": {}, "days": {},
    "not_reproduced": {}, "not_raised": {},
}  # fmt: skip
FOUND: dict[str, Any] = {
    "rules": {
        RE_EVALUATION: NOTHING
        | {"then": 9, "now": 6, "same": 3, "gone": {"ACTED": 1, "DISMISSED": 1}, "days": {"7": 2, "21": 1},
           "not_reproduced": {EARLIER_VERSION: 1}, "found": 2},
        OVERDUE: NOTHING | {"then": 4, "now": 1, "same": 1, "gone": {"ANSWERED": 3}},
    },
    "weeks": {"5": 10, "7": 4, "none": 2},
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(work_on_backtest, "delay", lambda row: None)
    return at_the_clock(monkeypatch)


@pytest.fixture
def enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviews.acts.backtests.intervals", lambda *told: FEWEST)


@pytest.fixture
def by() -> Actor:
    return a_clinician(a_clinic(), name="Carl Clinician")


def get(client: Client, who: Actor, name: str, *args: Any, **headers: Any) -> Any:
    client.force_login(who.user)
    return client.get(reverse(f"protocols:{name}", args=args), headers=headers)


def post(client: Client, who: Actor, name: str, *args: Any, **body: Any) -> Any:
    client.force_login(who.user)
    return client.post(reverse(f"protocols:{name}", args=args), body)


def told(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_a_number_is_chosen_and_leads_to_its_card(client: Client, by: Actor, enough: None) -> None:
    assert "Try a number on the past" in told(get(client, by, "index"))
    answer = post(client, by, "backtest", threshold="re_evaluation_closes_days", value="56", months="6")
    row = Backtest.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("protocols:backtest_result", args=[row.pk]),
    )
    page = told(get(client, by, "backtest_result", row.pk))
    assert "Waiting for a worker." in page and 'hx-trigger="every 2s"' in page
    assert "42 days, version 1" in page and "56 days, tried" in page
    assert 'aria-label="Patients lived through"' in page


def test_a_link_beside_a_number_chooses_it(client: Client, by: Actor) -> None:
    address = f"{reverse('protocols:backtest')}?threshold=gad7_rise"
    assert address in told(get(client, by, "index"))
    assert f"{reverse('protocols:backtest')}?threshold=undo_minutes" not in told(get(client, by, "index"))
    client.force_login(by.user)
    assert '<option value="gad7_rise" selected>' in told(client.get(address))


def test_a_draft_is_tried_as_a_whole(client: Client, by: Actor, enough: None) -> None:
    values = {"re_evaluation_closes_days": 49, "gad7_rise": 5, "undo_minutes": 20}
    save_draft(by=an_admin(by.clinic), at=NOW, values=values, summary="Slower")
    assert "All that draft 2 changes" in told(get(client, by, "backtest"))
    post(client, by, "backtest", threshold="DRAFT", value="", months="3")
    assert Backtest.objects.get().tried == {"re_evaluation_closes_days": 49, "gad7_rise": 5}


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({"value": "20"}, "value", "Must be at least 28 days, which is"),
        ({"value": ""}, "value", "Enter the value to try."),
        ({"value": "x"}, "value", "Enter a number."),
        ({"value": "1e400"}, "value", "Ensure that there are no more than"),
        ({"threshold": ""}, "threshold", "This field is required."),
        ({"threshold": "undo_minutes"}, "threshold", "Select a valid choice."),
        ({"threshold": "DRAFT"}, "threshold", "Select a valid choice."),
        ({"months": "2"}, "months", "Ensure this value is greater than or equal to 3."),
        ({"months": "25"}, "months", "Ensure this value is less than or equal to 24."),
    ],
)
def test_what_cannot_be_stands_at_its_field_and_nothing_typed_is_lost(
    client: Client, by: Actor, enough: None, body: dict[str, str], field: str, sentence: str
) -> None:
    typed = {"threshold": "re_evaluation_closes_days", "value": "56", "months": "6"} | body
    page = told(post(client, by, "backtest", **typed), 400)
    assert f'id="id_{field}_error"' in page and sentence in page.replace("&#x27;", "'")
    assert not Backtest.objects.exists()


def test_too_little_history_is_said(client: Client, by: Actor) -> None:
    typed = {"threshold": "re_evaluation_closes_days", "value": "56", "months": "6"}
    page = told(post(client, by, "backtest", **typed), 400)
    assert "Backtest needs at least 20 past intervals; there are 0." in page


def test_gain_and_cost_stand_side_by_side(client: Client, by: Actor) -> None:
    row = BacktestFactory.create(
        clinic=by.clinic, state="DONE", found=FOUND, done=200, total=200, finished_at=NOW
    )
    page = told(get(client, by, "backtest_result", row.pk))
    assert "<dd>8 to 6</dd>" in page and "<dd>5 of 8 flags</dd>" in page and "2 of them led to" in page
    assert "<dd>4 to 1</dd>" in page and "3 of 4 would be overdue later, or not; 0 of them" in page
    assert "3 <small>median 7 days, at most 21</small>" in page
    assert "2<small>1 acted on</small><small>1 dismissed, or cleared by themselves</small>" in page
    assert "3<small>3 answered by what they asked for</small>" in page
    assert "Not reproducible: 1</strong> (Re-evaluation, raised then), because another version" in page
    assert 'aria-label="Week 1: 0.' in page and "tried: closes on day 56" in page
    assert "hx-trigger" not in page


def test_the_numbers_in_force_say_how_much_they_reproduce(client: Client, by: Actor) -> None:
    same = {"re_evaluation_closes_days": 42}
    BacktestFactory.create(
        clinic=by.clinic, tried=same, state="DONE", found=FOUND, done=3, total=3, finished_at=NOW
    )
    page = told(get(client, by, "index"))
    assert "The numbers in force reproduce 8 of 9 flags." in page
    assert "Weeks until somebody looked again" not in page


def test_htmx_gets_the_card_alone(client: Client, by: Actor) -> None:
    row = BacktestFactory.create(clinic=by.clinic, state="RUNNING", done=20, total=50, lease_until=NOW)
    part = told(get(client, by, "backtest_result", row.pk, HX_Target="backtest"))
    assert part.startswith("<section") and "20 of 50 patients lived through." in part
    assert "The worker was interrupted." in part


def test_what_nobody_takes_up_says_so(client: Client, by: Actor, clock: Clock) -> None:
    row = BacktestFactory.create(clinic=by.clinic)
    clock.forward(minutes=3)
    assert "No worker has taken this up." in told(get(client, by, "backtest_result", row.pk))


def test_cancel_stops_it_and_says_who(client: Client, by: Actor) -> None:
    row = BacktestFactory.create(clinic=by.clinic)
    answer = post(client, by, "cancel_backtest", row.pk)
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("protocols:backtest_result", args=[row.pk]),
    )
    assert "Cancelled by Carl Clinician." in told(get(client, by, "backtest_result", row.pk))
    post(client, by, "cancel_backtest", row.pk)
    assert "This backtest is finished already." in told(get(client, by, "backtest_result", row.pk))


def test_who_only_reads_has_no_form_and_no_cancel(client: Client, by: Actor) -> None:
    row = BacktestFactory.create(clinic=by.clinic)
    reader = a_researcher(by.clinic)
    page = told(get(client, reader, "backtest_result", row.pk))
    assert "Try it on the past" not in page and "Cancel" not in page
    assert get(client, reader, "backtest").status_code == 403
    assert post(client, reader, "cancel_backtest", row.pk).status_code == 403


def test_who_could_not_be_lived_through_is_linked_for_who_sees_patients(client: Client, by: Actor) -> None:
    key = "01234567-89ab-7def-8123-456789abcdef"
    row = BacktestFactory.create(clinic=by.clinic, state="DONE", error=key, finished_at=NOW)
    page = told(get(client, by, "backtest_result", row.pk))
    assert "1 patient could not be lived through and is in no number below" in page and key in page
    assert key not in told(get(client, an_admin(by.clinic), "backtest_result", row.pk))


def test_earlier_ones_are_listed(client: Client, by: Actor) -> None:
    old = BacktestFactory.create(clinic=by.clinic, asked_at=NOW - timedelta(days=1), tried={"gad7_rise": 6})
    new = BacktestFactory.create(clinic=by.clinic)
    BacktestFactory.create(clinic=a_clinic("southbank"), tried={"gad7_severe": 16})
    page = told(get(client, by, "backtest_result", new.pk))
    assert reverse("protocols:backtest_result", args=[old.pk]) in page and "gad7_rise 6" in page
    assert "gad7_severe 16" not in page


def test_bars_say_where_a_week_lies_and_what_the_trial_changes() -> None:
    live = {"re_evaluation_opens_days": 28, "re_evaluation_closes_days": 42}
    bars = bars_of({"5": 10, "7": 4, "none": 2}, live, {"re_evaluation_closes_days": 56})
    kinds = {bar.label: bar.kind for bar in bars}
    assert [kinds[label] for label in ("4", "5", "6", "7", "8", "9", "12+", "none yet")] == [
        "early", "window", "window", "changed", "changed", "late", "late", "late",
    ]  # fmt: skip
    heights = {bar.label: bar.height for bar in bars}
    assert heights["5"] == max(heights.values()) and heights["7"] * 10 == heights["5"] * 4
    assert [mark.words for mark in marks_of(live, {"re_evaluation_closes_days": 56})] == [
        "now: closes on day 42",
        "tried: closes on day 56",
    ]
    assert marks_of(live, {"gad7_rise": 3}) == []
