"""Magnesium beside medicines, calcium and meals: the hours of clinical facts 5.5, by the clock."""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.wording import NO_BREAK
from patients.vocabulary import MEDICATIONS, MedicationGroup, medication_facts
from protocols.thresholds import Thresholds
from regimens.checks import Check, IntakeFacts, Medicine, RegimenFacts, Severity, Supplement, check_regimen
from regimens.clock import ahead, apart_of, conflicts, free_time, minutes_of

PROTOCOL = Thresholds()
ON = date(2026, 11, 23)
clock_times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
CIPRO = "take it at least 2 h before magnesium or 6 h after it."
AT_ONCE = {"QUINOLONE", "TETRACYCLINE", "DOLUTEGRAVIR", "RALTEGRAVIR", "MYCOPHENOLATE"}


def at(words: str) -> time:
    return time.fromisoformat(words)


def facts(*intakes: str, **more: Any) -> RegimenFacts:
    return RegimenFacts(
        on=ON,
        jurisdiction="US",
        age_years=40,
        elemental_mg_per_day=Decimal(200),
        is_first_step=False,
        egfr=Decimal(90),
        egfr_on=ON,
        intakes=[IntakeFacts(at(words)) for words in intakes],
        **more,
    )


def medicine(code: str, *times: str, until: date | None = None) -> Medicine:
    return Medicine(medication_facts(code), tuple(map(at, times)), until, UUID(int=7))


def interaction(code: str, drug: list[str], *intakes: str, **more: Any) -> Check:
    found = check_regimen(facts(*intakes, medicines=[medicine(code, *drug, **more)]), PROTOCOL)
    (check,) = (check for check in found if check.code == "INTERACTION")
    return check


@pytest.mark.parametrize(
    ("drug", "magnesium", "conflict"),
    [
        # Clinical facts 11.
        ("08:00", "09:30", True),
        ("11:00", "06:00", True),
        ("10:00", "04:00", False),
        # The minute before, the minute, the minute after.
        ("08:00", "09:59", True),
        ("08:00", "10:00", False),
        ("08:00", "10:01", False),
        ("12:00", "06:01", True),
        ("12:00", "06:00", False),
        ("12:00", "05:59", False),
        # Over midnight, on both sides.
        ("23:00", "00:30", True),
        ("23:00", "01:00", False),
        ("02:00", "21:00", True),
        ("02:00", "20:00", False),
        ("08:00", "08:00", True),
    ],
)
def test_ciprofloxacin_is_two_hours_before_or_six_after(drug: str, magnesium: str, conflict: bool) -> None:
    check = interaction("CIPROFLOXACIN", [drug], magnesium)
    assert (check.severity is Severity.ATTENTION) is conflict
    assert (check.review_from == ON) is conflict
    assert check.act_today is conflict


@pytest.mark.parametrize(
    ("drug", "magnesium", "said"),
    [
        (
            "08:00",
            "09:30",
            "Ciprofloxacin 08:00 is 1 h 30 min before magnesium 09:30; " + CIPRO,
        ),
        ("11:00", "06:00", "Magnesium 06:00 is 5 h before ciprofloxacin 11:00; " + CIPRO),
        ("08:00", "08:00", "Ciprofloxacin 08:00 is at the same minute as magnesium; " + CIPRO),
    ],
)
def test_a_conflict_says_which_comes_first_and_what_is_needed(drug: str, magnesium: str, said: str) -> None:
    assert interaction("CIPROFLOXACIN", [drug], magnesium).sentence.replace(NO_BREAK, " ") == said


def test_of_several_times_the_closest_is_named() -> None:
    check = interaction("CIPROFLOXACIN", ["08:00", "20:00"], "07:00", "21:30")
    assert check.hours_apart == Decimal("1.00")


@pytest.mark.parametrize("known", MEDICATIONS, ids=lambda known: known.code)
def test_each_medicine_of_5_5_asks_as_it_should(known: Any) -> None:
    """Monitor-only never asks; hours ask at known times; five groups ask at once; to avoid asks always."""
    has_hours = known.hours_before is not None or known.hours_after is not None
    at_once = known.group in AT_ONCE
    same_minute = interaction(known.code, ["08:00"], "08:00")
    unknown = interaction(known.code, [], "08:00")
    assert (same_minute.review_from is not None) is (has_hours or known.avoid)
    assert (unknown.review_from is not None) is (at_once or known.avoid)
    assert unknown.act_today is at_once
    assert same_minute.mark == known.mark
    if not has_hours and not known.avoid:
        assert same_minute.severity is Severity.INFORMATION
    elif not at_once:
        assert unknown.severity is Severity.NOT_CHECKED


def test_a_course_ends_by_its_date() -> None:
    check = interaction("CIPROFLOXACIN", ["08:00"], "09:00", until=ON + timedelta(days=4))
    assert check.holds_until == ON + timedelta(days=5)
    assert interaction("CIPROFLOXACIN", ["08:00"], "09:00").holds_until is None


@given(drug=st.lists(clock_times, max_size=4), magnesium=clock_times)
def test_no_conflict_means_that_every_distance_is_kept(drug: list[time], magnesium: time) -> None:
    apart = apart_of(Decimal(2), Decimal(6))
    kept = all(ahead(d, magnesium) >= 120 and ahead(magnesium, d) >= 360 for d in drug)
    assert (conflicts(drug, [magnesium], apart) == []) is kept


@given(wanted=clock_times, drug=st.lists(clock_times, max_size=3))
def test_a_free_time_is_free_and_nothing_nearer_is(wanted: time, drug: list[time]) -> None:
    apart = apart_of(Decimal(2), Decimal(6))
    found = free_time(wanted, [(drug, apart)])
    if found is None:
        assert drug
    else:
        assert conflicts(drug, [found], apart) == []
        assert 6 * 60 <= minutes_of(found) < 23 * 60


def test_a_day_without_room_is_said() -> None:
    six_hourly = [at(words) for words in ("00:00", "06:00", "12:00", "18:00")]
    assert free_time(at("12:00"), [(six_hourly, apart_of(Decimal(2), Decimal(6)))]) is None


@pytest.mark.parametrize(
    ("calcium", "severity"),
    [
        ("10:01", Severity.ATTENTION),
        ("10:00", Severity.PASSED),
        ("13:59", Severity.ATTENTION),
        ("14:00", Severity.PASSED),
    ],
)
def test_calcium_is_kept_two_hours_apart(calcium: str, severity: Severity) -> None:
    told = [Supplement("CALCIUM", Decimal(500), (at(calcium),))]
    (check,) = (
        c for c in check_regimen(facts("12:00", supplements=told), PROTOCOL) if c.code == "CALCIUM_APART"
    )
    assert (check.severity, check.review_from) == (severity, None)


def test_calcium_at_an_unknown_time_is_not_checked() -> None:
    told = [Supplement("CALCIUM", Decimal(500))]
    found = check_regimen(facts("12:00", supplements=told), PROTOCOL)
    assert [c.severity for c in found if c.code == "CALCIUM_APART"] == [Severity.NOT_CHECKED]


@pytest.mark.parametrize(
    ("code", "intake", "owns"),
    [
        ("LEVOTHYROXINE", "07:00", True),
        ("ALENDRONATE", "07:00", True),
        ("LEVOTHYROXINE", "12:00", False),
        ("OMEPRAZOLE", "07:00", False),
    ],
)
def test_the_morning_before_breakfast_belongs_to_thyroid_and_bone_medicines(
    code: str, intake: str, owns: bool
) -> None:
    told = replace(facts(medicines=[medicine(code)]), intakes=[IntakeFacts(at(intake), 30)])
    found = {check.code: check for check in check_regimen(told, PROTOCOL)}
    assert ("MORNING_SLOT" in found) is owns
    assert found["ARTICLE_TIMING"].claim_id == "C23"


def test_with_food_says_nothing_of_the_article() -> None:
    assert "ARTICLE_TIMING" not in {check.code for check in check_regimen(facts("08:00"), PROTOCOL)}


def test_the_groups_that_ask_at_once_are_those_of_the_design() -> None:
    assert set(MedicationGroup) >= AT_ONCE
