"""The four pillars: met, not met or not known, at the edges; nothing is met on the article's word alone."""

from datetime import date, time, timedelta
from decimal import Decimal
from itertools import product as every
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.vocabulary import medication_facts
from protocols.thresholds import Thresholds
from regimens.checks import Check, IntakeFacts, Medicine, RegimenFacts, Severity, Supplement, check_regimen
from reviews.pillars import ARTICLE, Pillar, Reason, Standing, Watched, pillars
from reviews.windows import State

TODAY = date(2026, 3, 12)
DAY = timedelta(days=1)
MET, NOT_MET, NOT_KNOWN = Standing.MET, Standing.NOT_MET, Standing.NOT_KNOWN
WATCHED = Watched(
    TODAY,
    State.UPCOMING,
    TODAY + 10 * DAY,
    TODAY + 24 * DAY,
    "DOSE_CHANGE",
    Decimal("0.52"),
    TODAY - 5 * DAY,
    TODAY - 5 * DAY,
    7,
)


def facts(**change: Any) -> RegimenFacts:
    """A dose within the level, an eGFR of today, one medicine kept apart."""
    known: dict[str, Any] = {
        "on": TODAY, "jurisdiction": "US", "age_years": 45, "elemental_mg_per_day": Decimal(300),
        "is_first_step": True, "egfr": Decimal(90), "egfr_on": TODAY, "intakes": [IntakeFacts(time(13))],
        "medicines": [a_medicine("LEVOTHYROXINE", time(7))],
    }  # fmt: skip
    return RegimenFacts(**known | change)


def a_medicine(code: str, *times: time) -> Medicine:
    return Medicine(medication_facts(code), times)


def four(watched: Watched = WATCHED, advised: date | None = TODAY, **change: Any) -> dict[str, Pillar]:
    checks = check_regimen(facts(**change), Thresholds())
    found = pillars(checks, watched, takes_dose=True, phytate_advised_on=advised)
    return {pillar.name: pillar for pillar in found}


def test_all_four_are_met_by_a_dose_in_the_level_apart_paired_and_watched() -> None:
    found = four()
    assert list(found) == ["Dose", "Timing", "Pairing", "Monitoring"]
    assert {pillar.standing for pillar in found.values()} == {MET}
    assert all(pillar.reasons for pillar in found.values())


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({"elemental_mg_per_day": Decimal(350)}, MET),
        ({"elemental_mg_per_day": Decimal("350.1")}, NOT_MET),
        ({"jurisdiction": "EU"}, NOT_MET),
        ({"jurisdiction": "EU", "above_level_reason": "Low again"}, MET),
        # A reason is no answer to a kidney of which nothing is known.
        ({"jurisdiction": "EU", "above_level_reason": "Low again", "egfr": None, "egfr_on": None}, NOT_MET),
        ({"sources_without_amount": ("Antacid",)}, NOT_KNOWN),
        ({"sources_without_amount": ("Antacid",), "elemental_mg_per_day": Decimal(400)}, NOT_MET),
    ],
)
def test_dose_is_the_level_and_its_supervision(change: dict[str, Any], standing: Standing) -> None:
    assert four(**change)["Dose"].standing is standing


@pytest.mark.parametrize(("days", "standing"), [(1, MET), (0, MET), (-1, NOT_MET)])
def test_supervision_holds_until_its_date_to_check_again_has_passed(days: int, standing: Standing) -> None:
    supervised: dict[str, Any] = {
        "supervision_note": "Weekly",
        "is_supervised": True,
        "check_again_on": TODAY + days * DAY,
    }
    assert four(elemental_mg_per_day=Decimal(400), **supervised)["Dose"].standing is standing


@pytest.mark.parametrize(
    ("medicines", "standing"),
    [
        ([], NOT_KNOWN),
        ([a_medicine("LEVOTHYROXINE", time(9))], MET),
        ([a_medicine("LEVOTHYROXINE", time(9, 1))], NOT_MET),
        ([a_medicine("LEVOTHYROXINE")], NOT_KNOWN),
        ([a_medicine("CIPROFLOXACIN")], NOT_MET),
        ([a_medicine("RALTEGRAVIR", time(20))], NOT_MET),
        ([a_medicine("OMEPRAZOLE")], MET),
        ([a_medicine("OTHER")], NOT_KNOWN),
        ([a_medicine("OMEPRAZOLE"), a_medicine("OTHER")], NOT_KNOWN),
    ],
)
def test_timing_is_what_is_kept_apart(medicines: list[Medicine], standing: Standing) -> None:
    assert four(medicines=medicines)["Timing"].standing is standing


def test_calcium_too_close_is_neither_timed_nor_paired() -> None:
    found = four(supplements=[Supplement("CALCIUM", Decimal(500), (time(14, 59),))])
    assert (found["Timing"].standing, found["Pairing"].standing) == (NOT_MET, NOT_MET)
    found = four(supplements=[Supplement("CALCIUM", Decimal(500), (time(15),))])
    assert (found["Timing"].standing, found["Pairing"].standing) == (MET, MET)


@pytest.mark.parametrize(
    ("supplement", "standing"),
    [
        (Supplement("VITAMIN_B6", Decimal(100)), MET),
        (Supplement("VITAMIN_B6", Decimal("100.1")), NOT_MET),
        (Supplement("VITAMIN_B6"), NOT_KNOWN),
        (Supplement("VITAMIN_D", Decimal("100.1")), NOT_MET),
        (Supplement("CALCIUM", Decimal(500)), NOT_KNOWN),
    ],
)
def test_pairing_is_what_is_taken_with_it(supplement: Supplement, standing: Standing) -> None:
    assert four(supplements=[supplement])["Pairing"].standing is standing


def test_pairing_asks_for_the_advice_on_phytate_and_for_no_vitamin() -> None:
    """B6 for everybody is the article's word against a trial (C26); nobody is told that it is missing."""
    assert four(advised=None)["Pairing"].standing is NOT_MET
    assert not any("B6" in reason.sentence for reason in four()["Pairing"].reasons)


def watched(**change: Any) -> Watched:
    return Watched(**{name: getattr(WATCHED, name) for name in WATCHED.__dataclass_fields__} | change)


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({"state": State.OPEN}, MET),
        ({"state": State.OVERDUE}, NOT_MET),
        ({"state": State.RESULT_BACK}, NOT_MET),
        ({"state": None}, NOT_KNOWN),
        ({"ionized_mg_mmol_l": None, "ionized_mg_on": None}, NOT_KNOWN),
        ({"last_visit_on": None, "asked": 0}, NOT_KNOWN),
        ({"asked": 0}, NOT_MET),
        ({"asked": 1}, MET),
    ],
)
def test_monitoring_is_the_re_evaluation_ionized_mg_and_symptoms(
    change: dict[str, Any], standing: Standing
) -> None:
    assert four(watched(**change))["Monitoring"].standing is standing


@pytest.mark.parametrize(
    ("cause", "mark"), [("START", "C"), ("MISSED_WINDOW", "C"), ("MAINTENANCE", "A"), ("SAFETY", "S")]
)
def test_a_window_carries_the_mark_on_which_it_rests(cause: str, mark: str) -> None:
    reasons = four(watched(cause=cause))["Monitoring"].reasons
    window = next(reason for reason in reasons if "re-evaluation" in reason.sentence)
    assert (window.mark, window.claim) == (mark, "C21" if mark == "C" else "")


def test_without_a_dose_only_monitoring_can_be_known() -> None:
    found = pillars([], WATCHED, takes_dose=False, phytate_advised_on=None)
    assert [pillar.standing for pillar in found] == [NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, MET]


def test_what_decides_stands_first() -> None:
    reasons = four(medicines=[a_medicine("LEVOTHYROXINE", time(9)), a_medicine("IRON", time(13))])["Timing"]
    assert [reason.standing for reason in reasons.reasons] == [NOT_MET, MET]


lines = st.builds(
    Check,
    code=st.sampled_from(
        ["LEVEL", "INTERACTION", "CALCIUM_APART", "MORNING_SLOT", "VITAMIN_B6", "UNKNOWN_SOURCE"]
    ),
    severity=st.sampled_from([s for s in Severity if s is not Severity.INFORMATION]),
    sentence=st.just("Said."),
    mark=st.sampled_from("ABCDKS"),
    source=st.just(""),
    subject=st.sampled_from(["", "IRON", "OTHER"]),
)


@given(st.lists(lines, max_size=6), st.sampled_from([*State, None]), st.sampled_from([None, TODAY]))
def test_nothing_is_met_on_the_article_s_word_alone(
    checks: list[Check], state: State | None, advised: date | None
) -> None:
    for pillar in pillars(checks, watched(state=state), takes_dose=True, phytate_advised_on=advised):
        if pillar.standing is MET:
            assert pillar.reasons and all(reason.standing is MET for reason in pillar.reasons)
            assert any(reason.mark != ARTICLE for reason in pillar.reasons)


@pytest.mark.parametrize("pair", list(every(Standing, repeat=2)))
def test_a_pillar_stands_as_its_worst_reason(pair: tuple[Standing, Standing]) -> None:
    severity = {MET: Severity.PASSED, NOT_MET: Severity.ATTENTION, NOT_KNOWN: Severity.NOT_CHECKED}
    said = [
        Check("INTERACTION", severity[standing], "Said.", "A", "", subject=str(n))
        for n, standing in enumerate(pair)
    ]
    timing = pillars(said, WATCHED, takes_dose=True, phytate_advised_on=None)[1]
    order = list(Standing)
    assert timing.standing is min(pair, key=order.index)
    assert all(isinstance(reason, Reason) for reason in timing.reasons)
