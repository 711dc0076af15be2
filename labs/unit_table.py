"""The units that each analyte is accepted in, and how exactly each becomes the canonical one.

Factors follow from molar mass and valence (clinical facts 3.1, D; P 2.1); creatinine, 25-OH-D and parathyroid
hormone by the tabulated factors of 3.1. They are written here as exact fractions, because `pint` and
`ucumvert` take most of a second to load, and a worker should not wait for what never changes:
tests/labs/test_ucum.py lets the two libraries derive every one of them anew and compares.
"""

from dataclasses import dataclass
from decimal import Decimal

from labs.analytes import Analyte

# g/mol, and how many charges an ion carries.
MOLAR_MASS = {
    "Mg": Decimal("24.305"),
    "Ca": Decimal("40.078"),
    "K": Decimal("39.0983"),
    "P": Decimal("30.974"),
}
VALENCE = {"Mg": 2, "Ca": 2, "K": 1}
# Clinical facts 3.1: umol/L in 1 mg/dL of creatinine, nmol/L in 1 ng/mL of 25-OH-D, pmol/L in 1 pg/mL of PTH.
CREATININE_FACTOR = Decimal("88.4")
VITAMIN_D_FACTOR = Decimal("2.496")
PTH_FACTOR = Decimal("0.106")
# What laboratories write for a UCUM unit; case, blanks and the micro signs are folded before.
SPELLINGS = {
    "mg/dL": ("mg%", "mg/100mL", "mgdl"),
    "meq/L": ("mval/L",),
    "ug/L": ("mcg/L",),
    "umol/L": ("mcmol/L",),
    "mmol/(24.h)": ("mmol/24h", "mmol/24hr", "mmol/24hrs", "mmol/d", "mmol/day"),
    "mg/(24.h)": ("mg/24h", "mg/24hr", "mg/24hrs", "mg/d", "mg/day"),
    "meq/(24.h)": ("meq/24h", "meq/24hr", "meq/24hrs", "meq/d", "meq/day", "mval/24h", "mval/d"),
    "g/dL": ("g%", "g/100mL"),
    "[pH]": ("pH", "{pH}", "pHunits", "pHunit", "1"),
    "mL/min/{1.73_m2}": (
        "mL/min/1.73m2", "mL/min/1.73m^2", "mL/min/1.73_m2", "mL/min/1,73m2", "mL/min/1.73sqm",
        "mL/min/{1.73m2}", "mL/min/(1.73m2)",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """One accepted unit: canonical = value x `numerator` / `denominator`; `spellings` are its other names."""

    ucum: str
    numerator: Decimal = Decimal(1)
    denominator: Decimal = Decimal(1)

    @property
    def spellings(self) -> tuple[str, ...]:
        return SPELLINGS.get(self.ucum, ())


def _unit(ucum: str, numerator: Decimal | int = 1, denominator: Decimal | int = 1) -> Unit:
    return Unit(ucum, Decimal(numerator), Decimal(denominator))


def _ion(element: str) -> tuple[Unit, ...]:
    """An element in mmol/L: 1 mg/dL is 10 mg/L, and 1 mmol is as many mg as the molar mass says."""
    mass, charges = MOLAR_MASS[element], VALENCE.get(element)
    equivalents = (_unit("meq/L", 1, charges),) if charges else ()
    return (
        _unit("mmol/L"),
        _unit("mg/dL", 10, mass),
        *equivalents,
        _unit("mg/L", 1, mass),
        _unit("umol/L", 1, 1000),
    )


# The canonical unit comes first.
UNITS: dict[Analyte, tuple[Unit, ...]] = {
    **dict.fromkeys(
        (Analyte.IONIZED_MG, Analyte.TOTAL_MG, Analyte.RBC_MG, Analyte.BLOOD_MG),
        _ion("Mg"),
    ),
    **dict.fromkeys((Analyte.IONIZED_CA, Analyte.TOTAL_CA), _ion("Ca")),
    Analyte.POTASSIUM: _ion("K"),
    Analyte.PHOSPHATE: _ion("P"),
    Analyte.URINE_MG_24H: (
        _unit("mmol/(24.h)"),
        _unit("mg/(24.h)", 1, MOLAR_MASS["Mg"]),
        _unit("meq/(24.h)", 1, VALENCE["Mg"]),
    ),
    Analyte.CREATININE: (
        _unit("mg/dL"),
        _unit("umol/L", 1, CREATININE_FACTOR),
        _unit("mg/L", 1, 10),
    ),
    Analyte.EGFR: (_unit("mL/min/{1.73_m2}"),),
    Analyte.VITAMIN_D_25OH: (
        _unit("nmol/L"),
        _unit("ng/mL", VITAMIN_D_FACTOR),
        _unit("ug/L", VITAMIN_D_FACTOR),
    ),
    Analyte.PTH: (
        _unit("pmol/L"),
        _unit("pg/mL", PTH_FACTOR),
        _unit("ng/L", PTH_FACTOR),
    ),
    Analyte.ALBUMIN: (
        _unit("g/L"),
        _unit("g/dL", 10),
    ),
    Analyte.BLOOD_PH: (_unit("[pH]"),),
}
# A pH has no unit, and many laboratories therefore send none.
WITHOUT_UNIT = frozenset({Analyte.BLOOD_PH})
