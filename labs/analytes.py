"""What can be measured: names, canonical units and plausible limits.

Sources: plausible limits clinical facts 3.1 (D/K); of those that have none there our own, wide ones (S):
eGFR, parathyroid hormone, phosphate, albumin, pH, and magnesium in whole blood, red cells and urine. Units
3.2 (A). Ionized and total magnesium are two analytes, and nothing converts one into the other (3.5, B).
Serum, whole blood, red cells and urine are never mixed.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from labs.loinc import EGFR_UNIT, LOINCS, MASS, MOLAR, Loinc
from labs.loinc import PH_ADJUSTED as PH_ADJUSTED


class UnknownLoinc(ValueError):
    """A code that belongs to none of the analytes."""


class Analyte(StrEnum):
    """The stored names, in the order in which forms and tables list them."""

    IONIZED_MG = "IONIZED_MG"
    TOTAL_MG = "TOTAL_MG"
    IONIZED_CA = "IONIZED_CA"
    TOTAL_CA = "TOTAL_CA"
    POTASSIUM = "POTASSIUM"
    CREATININE = "CREATININE"
    EGFR = "EGFR"
    VITAMIN_D_25OH = "VITAMIN_D_25OH"
    PTH = "PTH"
    PHOSPHATE = "PHOSPHATE"
    ALBUMIN = "ALBUMIN"
    RBC_MG = "RBC_MG"
    BLOOD_MG = "BLOOD_MG"
    URINE_MG_24H = "URINE_MG_24H"
    BLOOD_PH = "BLOOD_PH"

    @property
    def label(self) -> str:
        """The name for people."""
        return ANALYTES[self].label


@dataclass(frozen=True)
class AnalyteFacts:
    """One analyte. `unit` is UCUM and canonical; limits are in that unit; `decimals` are shown to people.

    `default_loinc` is the code of a result that somebody typed without one.
    """

    label: str
    short_label: str
    unit: str
    unit_label: str
    decimals: int
    plausible_low: Decimal
    plausible_high: Decimal
    default_loinc: str
    loincs: tuple[Loinc, ...]


def _facts(
    analyte: Analyte,
    label: str,
    short: str,
    unit: str,
    decimals: int,
    low: str,
    high: str,
    unit_label: str = "",
) -> AnalyteFacts:
    loincs = LOINCS[analyte]
    limits = Decimal(low), Decimal(high)
    return AnalyteFacts(label, short, unit, unit_label or unit, decimals, *limits, loincs[0].code, loincs)


_ALL: dict[Analyte, tuple[str, str, str, int, str, str] | tuple[str, str, str, int, str, str, str]] = {
    Analyte.IONIZED_MG: ("Ionized magnesium", "iMg", MOLAR, 2, "0.10", "3.00"),
    Analyte.TOTAL_MG: ("Total magnesium", "Mg", MOLAR, 2, "0.20", "6.00"),
    Analyte.IONIZED_CA: ("Ionized calcium", "iCa", MOLAR, 2, "0.40", "2.50"),
    Analyte.TOTAL_CA: ("Total calcium", "Ca", MOLAR, 2, "1.0", "5.0"),
    Analyte.POTASSIUM: ("Potassium", "K", MOLAR, 1, "1.5", "9.0"),
    # mg/dL is canonical here because the CKD-EPI equation reads it; 15 and 2500 umol/L are the limits of 3.1.
    Analyte.CREATININE: ("Creatinine", "Crea", MASS, 2, "0.17", "28.28"),
    # One decimal is shown, so that 59.6 does not read as 60 beside a rule that begins below 60.
    Analyte.EGFR: ("eGFR", "eGFR", EGFR_UNIT, 1, "1", "250", "mL/min/1.73 m²"),
    Analyte.VITAMIN_D_25OH: ("25-hydroxyvitamin D", "25-OH-D", "nmol/L", 0, "5", "750"),
    Analyte.PTH: ("Parathyroid hormone", "PTH", "pmol/L", 1, "0.1", "500"),
    Analyte.PHOSPHATE: ("Phosphate", "P", MOLAR, 2, "0.10", "5.00"),
    Analyte.ALBUMIN: ("Albumin", "Alb", "g/L", 0, "5", "80"),
    Analyte.RBC_MG: ("Red cell magnesium", "RBC Mg", MOLAR, 2, "0.30", "6.00"),
    Analyte.BLOOD_MG: ("Whole blood magnesium", "WB Mg", MOLAR, 2, "0.20", "6.00"),
    Analyte.URINE_MG_24H: ("Urine magnesium, 24 h", "uMg", "mmol/(24.h)", 1, "0.05", "60", "mmol/24 h"),
    Analyte.BLOOD_PH: ("pH of blood", "pH", "[pH]", 2, "6.50", "8.00", "pH"),
}
ANALYTES: dict[Analyte, AnalyteFacts] = {analyte: _facts(analyte, *told) for analyte, told in _ALL.items()}

_ANALYTE_BY_LOINC = {loinc.code: analyte for analyte, facts in ANALYTES.items() for loinc in facts.loincs}


def analyte_of(loinc: str) -> Analyte:
    """The analyte that a LOINC code measures; raises UnknownLoinc."""
    try:
        return _ANALYTE_BY_LOINC[loinc.strip()]
    except KeyError:
        raise UnknownLoinc(f"LOINC {loinc!r} is not an analyte that Dolomite knows.") from None
