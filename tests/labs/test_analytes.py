"""Analytes: which LOINC codes they own, and what they must keep apart."""

from decimal import Decimal

import pytest

from labs.analytes import ANALYTES, PH_ADJUSTED, Analyte, AnalyteFacts, UnknownLoinc, analyte_of
from labs.units import canonical

EVERY_LOINC = [(analyte, loinc) for analyte, facts in ANALYTES.items() for loinc in facts.loincs]


def loinc_check_digit(code: str) -> int:
    """Mod 10: every second digit from the right is doubled."""
    digits = [int(d) for d in code.split("-")[0]]
    doubled = [2 * d if place % 2 == 0 else d for place, d in enumerate(reversed(digits))]
    return -sum(d - 9 if d > 9 else d for d in doubled) % 10


def test_every_analyte_has_its_facts() -> None:
    assert set(ANALYTES) == set(Analyte)


@pytest.mark.parametrize("code", [loinc.code for _, loinc in EVERY_LOINC])
def test_no_loinc_code_was_mistyped(code: str) -> None:
    assert loinc_check_digit(code) == int(code[-1])


def test_no_loinc_code_belongs_to_two_analytes() -> None:
    codes = [loinc.code for _, loinc in EVERY_LOINC]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(("analyte", "code"), [(analyte, loinc.code) for analyte, loinc in EVERY_LOINC])
def test_each_code_is_found_again(analyte: Analyte, code: str) -> None:
    assert analyte_of(code) is analyte
    assert analyte_of(f" {code} ") is analyte


@pytest.mark.parametrize(("analyte", "unit"), [(analyte, loinc.unit) for analyte, loinc in EVERY_LOINC])
def test_the_unit_of_each_code_can_be_converted(analyte: Analyte, unit: str) -> None:
    assert canonical(analyte, Decimal("0.5"), unit, plausible=False) > 0


def test_only_codes_of_ionized_analytes_are_adjusted_to_ph() -> None:
    assert {analyte_of(code) for code in PH_ADJUSTED} == {Analyte.IONIZED_MG, Analyte.IONIZED_CA}


@pytest.mark.parametrize("facts", ANALYTES.values())
def test_the_default_code_is_one_of_the_analyte_in_its_canonical_unit(facts: AnalyteFacts) -> None:
    units = {loinc.code: loinc.unit for loinc in facts.loincs}
    assert units[facts.default_loinc] == facts.unit


@pytest.mark.parametrize("facts", ANALYTES.values())
def test_plausible_limits_rise(facts: AnalyteFacts) -> None:
    assert 0 < facts.plausible_low < facts.plausible_high


@pytest.mark.parametrize(
    ("code", "analyte"),
    [
        ("73572-0", Analyte.IONIZED_MG),
        ("32698-3", Analyte.IONIZED_MG),
        ("2601-3", Analyte.TOTAL_MG),
        ("19123-9", Analyte.TOTAL_MG),
        ("47596-2", Analyte.IONIZED_CA),
        ("49765-1", Analyte.TOTAL_CA),
        ("6298-4", Analyte.POTASSIUM),
        ("38483-4", Analyte.CREATININE),
        ("33914-3", Analyte.EGFR),
        ("62238-1", Analyte.EGFR),
        ("98980-6", Analyte.EGFR),
        ("62292-8", Analyte.VITAMIN_D_25OH),
        ("2597-3", Analyte.RBC_MG),
        ("26746-8", Analyte.RBC_MG),
        ("2593-2", Analyte.BLOOD_MG),
        ("24447-5", Analyte.URINE_MG_24H),
        ("2599-9", Analyte.URINE_MG_24H),
        ("1751-7", Analyte.ALBUMIN),
        ("2777-1", Analyte.PHOSPHATE),
        ("14866-8", Analyte.PTH),
        ("2746-6", Analyte.BLOOD_PH),
    ],
)
def test_ionized_and_total_serum_blood_cells_and_urine_are_told_apart_by_their_codes(
    code: str, analyte: Analyte
) -> None:
    assert analyte_of(code) is analyte


@pytest.mark.parametrize("code", ["25954-9", "32024-2", "13474-2", "33950-7", "", "Mg", "2601-4"])
def test_concentrations_and_ratios_in_urine_and_nonsense_are_no_analyte(code: str) -> None:
    with pytest.raises(UnknownLoinc, match="not an analyte"):
        analyte_of(code)


def test_analytes_have_names_for_people() -> None:
    assert Analyte.IONIZED_MG.label == "Ionized magnesium"
    assert ANALYTES[Analyte.EGFR].unit_label == "mL/min/1.73 m²"
