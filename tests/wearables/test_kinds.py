"""Kinds and units of readings: one canonical unit each, exact, and nothing guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wearables.kinds import KINDS, STORED, Kind, ReadingRefused, canonical, display, kind_of

CASES = [
    (Kind.RESTING_HEART_RATE, "61", "bpm", "61", "/min"),
    (Kind.RESTING_HEART_RATE, "61", " /MIN ", "61", "/min"),
    (Kind.HRV_RMSSD, "0.042", "s", "42", "s"),
    (Kind.HRV_SDNN, "42", "ms", "42", "ms"),
    (Kind.SLEEP_DURATION, "412", "min", "6.8667", "min"),
    (Kind.SLEEP_DURATION, "7.5", "hours", "7.5", "h"),
    (Kind.SWEAT_PH, "5.9", "pH", "5.9", "[pH]"),
    (Kind.INTERSTITIAL_GLUCOSE, "100", "mg/dL", "5.5507", "mg/dL"),
    (Kind.INTERSTITIAL_GLUCOSE, "5.5", "mmol/l", "5.5", "mmol/L"),
    (Kind.SWEAT_LACTATE, "12", "mmol/L", "12", "mmol/L"),
]


@pytest.mark.parametrize(("kind", "value", "unit", "expected", "ucum"), CASES)
def test_a_value_in_an_accepted_unit_is_converted_exactly(
    kind: Kind, value: str, unit: str, expected: str, ucum: str
) -> None:
    assert canonical(kind, Decimal(value), unit) == (Decimal(expected), ucum)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_takes_its_limits_and_nothing_beyond_them(kind: Kind) -> None:
    facts = KINDS[kind]
    for limit in (facts.plausible_low, facts.plausible_high):
        assert canonical(kind, limit, facts.unit)[0] == limit
    for beyond in (facts.plausible_low - STORED, facts.plausible_high + STORED):
        with pytest.raises(ReadingRefused, match="not plausible") as refused:
            canonical(kind, beyond, facts.unit)
        assert refused.value.field == "value"


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        (Kind.SWEAT_PH, "mmol/L"),
        (Kind.RESTING_HEART_RATE, "ms"),
        (Kind.SWEAT_LACTATE, "mg/dL"),
        (Kind.INTERSTITIAL_LACTATE, "mg/dL"),
        (Kind.SLEEP_DURATION, ""),
        (Kind.SLEEP_DURATION, "d"),
    ],
)
def test_a_unit_that_is_missing_or_of_another_kind_is_refused(kind: Kind, unit: str) -> None:
    with pytest.raises(ReadingRefused) as refused:
        canonical(kind, Decimal(5), unit)
    assert refused.value.field == "unit"
    assert KINDS[kind].unit in str(refused.value)


def test_a_wrong_unit_of_the_right_kind_is_found_by_its_value() -> None:
    with pytest.raises(ReadingRefused, match="Is the unit right"):
        canonical(Kind.INTERSTITIAL_GLUCOSE, Decimal(100), "mmol/L")
    with pytest.raises(ReadingRefused, match="Is the unit right"):
        canonical(Kind.SLEEP_DURATION, Decimal(412), "h")


def test_the_two_variabilities_are_two_kinds_and_neither_is_meant_by_the_word_alone() -> None:
    with pytest.raises(ReadingRefused, match="HRV_RMSSD, HRV_SDNN"):
        kind_of("HEART_RATE_VARIABILITY")
    assert kind_of(" hrv_sdnn ") is Kind.HRV_SDNN


@pytest.mark.parametrize("name", ["SLEEP_SCORE", "MAGNESIUM", "", "x" * 400])
def test_what_is_no_kind_is_refused_with_the_kinds_there_are(name: str) -> None:
    with pytest.raises(ReadingRefused, match="SWEAT_PH") as refused:
        kind_of(name)
    assert refused.value.field == "kind" and len(str(refused.value)) < 300


def test_no_kind_measures_magnesium() -> None:
    assert not [kind for kind in Kind if "MG" in kind.split("_") or "MAGNESIUM" in kind]


@given(st.decimals(allow_nan=True, allow_infinity=True), st.sampled_from(Kind), st.text(max_size=12))
def test_no_value_and_no_unit_raise_anything_but_a_refusal(value: Decimal, kind: Kind, unit: str) -> None:
    for told in (unit, KINDS[kind].unit):
        try:
            converted, _ = canonical(kind, value, told)
        except ReadingRefused:
            continue
        assert KINDS[kind].plausible_low <= converted <= KINDS[kind].plausible_high


def test_people_read_as_many_decimals_as_a_kind_has() -> None:
    assert display(Kind.SLEEP_DURATION, Decimal("6.8667")) == "6.9"
    assert display(Kind.RESTING_HEART_RATE, Decimal("61.5")) == "62"
