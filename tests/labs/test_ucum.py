"""Units once more by libraries from outside: ucumvert reads each UCUM unit, pint converts it.

The libraries know no molar mass and no valence; those stand here as the sources print them.
"""

from decimal import Decimal
from fractions import Fraction

import pytest
from pint import DimensionalityError
from ucumvert import PintUcumRegistry

from labs.analytes import ANALYTES, Analyte
from labs.unit_table import SPELLINGS, UNITS, Unit
from labs.units import UnitUnknown, canonical, unit_of

MAGNESIUM = ("IONIZED_MG", "TOTAL_MG", "RBC_MG", "BLOOD_MG", "URINE_MG_24H")
CALCIUM = ("IONIZED_CA", "TOTAL_CA")
# Grams in a mole. Of the last three as tabulated: 88.4 umol/L of creatinine is 1 mg/dL, and so on.
MOLAR_MASS = {
    **dict.fromkeys(MAGNESIUM, Fraction("24.305")),
    **dict.fromkeys(CALCIUM, Fraction("40.078")),
    "POTASSIUM": Fraction("39.0983"),
    "PHOSPHATE": Fraction("30.974"),
    "CREATININE": 10000 / Fraction("88.4"),
    "VITAMIN_D_25OH": 1000 / Fraction("2.496"),
    "PTH": 1000 / Fraction("0.106"),
}
CHARGES = dict.fromkeys((*MAGNESIUM, *CALCIUM), 2)
# pint has no unit for it, and nothing is converted.
BY_ITSELF = (Analyte.BLOOD_PH,)
EVERY_UNIT = [(a, unit) for a, units in UNITS.items() for unit in units if a not in BY_ITSELF]


@pytest.fixture(scope="module")
def registry() -> PintUcumRegistry:
    return PintUcumRegistry(non_int_type=Decimal)


def ratio(registry: PintUcumRegistry, one: str, other: str) -> Fraction:
    """How many of the unit `other` are one of the unit `one`; raises DimensionalityError."""
    ours, theirs = registry.from_ucum(one), registry.from_ucum(other)
    factor = registry.Quantity(Decimal(1), ours.units).to(theirs.units).magnitude
    # UCUM's 24.h is a number times a unit; the number comes as a float.
    numbers = [Fraction(amount.magnitude).limit_denominator(1000) for amount in (ours, theirs)]
    return Fraction(factor) * numbers[0] / numbers[1]


def moles(registry: PintUcumRegistry, analyte: Analyte, unit: str) -> Fraction:
    """How many mol, in a litre or in 24 hours, one of the unit is."""
    per = "/(24.h)" if analyte is Analyte.URINE_MG_24H else "/L"
    try:
        substance = ratio(registry, unit, f"mol{per}")
    except DimensionalityError:
        return ratio(registry, unit, f"g{per}") / MOLAR_MASS[analyte]
    return substance / CHARGES.get(analyte, 1) if unit.startswith("meq") else substance


@pytest.mark.parametrize(("analyte", "unit"), EVERY_UNIT)
def test_every_factor_is_what_the_libraries_derive(
    registry: PintUcumRegistry, analyte: Analyte, unit: Unit
) -> None:
    kept = ANALYTES[analyte].unit
    if analyte in MOLAR_MASS:
        derived = moles(registry, analyte, unit.ucum) / moles(registry, analyte, kept)
    else:
        derived = ratio(registry, unit.ucum, kept)
    assert Fraction(unit.numerator) / Fraction(unit.denominator) == derived


@pytest.mark.parametrize("analyte", [analyte for analyte in Analyte if analyte not in BY_ITSELF])
@pytest.mark.parametrize("unit", sorted({unit.ucum for _, unit in EVERY_UNIT} | {"mmol", "g/kg", "mmol/kg"}))
def test_no_unit_of_another_dimension_is_taken(
    registry: PintUcumRegistry, analyte: Analyte, unit: str
) -> None:
    assert _converts(registry, analyte, unit) or not _is_taken(analyte, unit)


def _converts(registry: PintUcumRegistry, analyte: Analyte, unit: str) -> bool:
    """Whether any factor, with the molar mass where there is one, could lead to the canonical unit."""
    try:
        return ratio(registry, unit, ANALYTES[analyte].unit) > 0
    except DimensionalityError:
        pass
    try:
        return analyte in MOLAR_MASS and moles(registry, analyte, unit) > 0
    except DimensionalityError:
        return False


def _is_taken(analyte: Analyte, unit: str) -> bool:
    try:
        return bool(unit_of(analyte, unit))
    except UnitUnknown:
        return False


@pytest.mark.parametrize(
    ("analyte", "unit"), [(a, unit) for a, units in UNITS.items() for unit in units if unit.spellings]
)
def test_every_spelling_means_its_unit(analyte: Analyte, unit: Unit) -> None:
    for spelling in unit.spellings:
        for written in (spelling, spelling.upper(), spelling.lower(), f" {spelling} "):
            assert unit_of(analyte, written) is unit


def test_every_spelling_belongs_to_a_unit_that_is_accepted() -> None:
    assert set(SPELLINGS) <= {unit.ucum for units in UNITS.values() for unit in units}


@pytest.mark.parametrize("analyte", [Analyte(name) for name in (*MAGNESIUM[:4], *CALCIUM)])
def test_two_equivalents_are_one_mole_of_a_double_charge(analyte: Analyte) -> None:
    assert canonical(analyte, Decimal("3"), "mval/L", plausible=False) == Decimal("1.5")
