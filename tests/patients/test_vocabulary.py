"""The coded words: unique, storable, with the codes and hours of their sources."""

from decimal import Decimal

import pytest

from patients.vocabulary import (
    CO_TREATMENTS,
    CONDITIONS,
    CONTRAINDICATIONS,
    KIDNEY_RISK_CO_TREATMENTS,
    KIDNEY_RISK_CONDITIONS,
    KIDNEY_RISK_GROUPS,
    MEDICATIONS,
    MODIFIERS,
    MedicationFacts,
    MedicationGroup,
    medication_group,
)

BY_CODE = {m.code: m for m in MEDICATIONS}


@pytest.mark.parametrize("words", [CONDITIONS, CONTRAINDICATIONS, MODIFIERS, MEDICATIONS, CO_TREATMENTS])
def test_codes_are_unique_upper_case_words_that_fit_the_column(words: tuple[MedicationFacts, ...]) -> None:
    codes = [word.code for word in words]
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert code.replace("_", "").isalnum() and code.isupper() and len(code) <= 40, code


def test_a_contraindication_is_recorded_under_the_code_of_its_condition() -> None:
    assert {c.code for c in CONTRAINDICATIONS} <= {c.code for c in CONDITIONS}


def test_a_start_asks_what_the_labels_exclude() -> None:
    assert [c.code for c in CONTRAINDICATIONS] == [
        "AV_BLOCK",
        "BRADYCARDIA",
        "MYASTHENIA_GRAVIS",
        "INFECTION_STONES",
        "DEHYDRATION",
        "BOWEL_OBSTRUCTION",
        "HYPERSENSITIVITY",
    ]


def test_a_modifier_that_was_not_looked_at_is_unknown_and_not_normal() -> None:
    for modifier in MODIFIERS:
        assert bool(modifier.values) != bool(modifier.unit), modifier.code
        assert not modifier.values or modifier.values[0] == "UNKNOWN", modifier.code


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("CIPROFLOXACIN", "2", "6"),
        ("MOXIFLOXACIN", "4", "8"),
        ("DOXYCYCLINE", "2", "4"),
        ("ALENDRONATE", "0.5", "4"),
        ("IBANDRONATE", "1", "4"),
        ("LEVOTHYROXINE", "4", "4"),
        ("DOLUTEGRAVIR", "2", "6"),
        ("EDETATE_DISODIUM", "1", "1"),
    ],
)
def test_the_hours_are_those_of_the_source(code: str, before: str, after: str) -> None:
    assert (BY_CODE[code].hours_before, BY_CODE[code].hours_after) == (Decimal(before), Decimal(after))


def test_gabapentin_only_waits_after_magnesium() -> None:
    assert BY_CODE["GABAPENTIN"].hours_before is None
    assert BY_CODE["GABAPENTIN"].hours_after == 2


def test_raltegravir_alone_is_avoided_at_any_distance() -> None:
    assert [m.code for m in MEDICATIONS if m.avoid] == ["RALTEGRAVIR"]
    assert BY_CODE["RALTEGRAVIR"].hours_before is None


def test_medicines_that_are_only_watched_have_no_hours() -> None:
    watched = {MedicationGroup.PPI, MedicationGroup.LOOP_DIURETIC, MedicationGroup.POTASSIUM_SPARING}
    for medicine in MEDICATIONS:
        if medicine.group in watched:
            assert medicine.hours_before is None and medicine.hours_after is None, medicine.code


def test_no_code_of_a_terminology_stands_for_two_entries() -> None:
    for codes in (
        [m.rxcui for m in MEDICATIONS if m.rxcui],
        [m.atc for m in MEDICATIONS if m.atc],
        [c.snomed for c in CONDITIONS if c.snomed],
    ):
        assert len(set(codes)) == len(codes)


def test_labels_keep_their_capitals() -> None:
    assert BY_CODE["AMPHOTERICIN_B"].label == "Amphotericin B"
    assert BY_CODE["EGFR_ANTIBODY"].label == "EGFR antibody"


def test_every_snomed_code_says_how_far_it_was_verified() -> None:
    for condition in CONDITIONS:
        assert (condition.snomed is None) == (condition.mark is None), condition.code


def test_kidney_risk_names_only_known_words() -> None:
    assert {c.code for c in CONDITIONS} >= KIDNEY_RISK_CONDITIONS
    assert {m.group for m in MEDICATIONS} >= KIDNEY_RISK_GROUPS
    assert {c.code for c in CO_TREATMENTS} >= KIDNEY_RISK_CO_TREATMENTS


def test_the_group_follows_from_the_stored_code() -> None:
    assert medication_group("FUROSEMIDE") is MedicationGroup.LOOP_DIURETIC
    with pytest.raises(KeyError):
        medication_group("WILLOW_BARK")
