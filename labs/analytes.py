"""What can be measured: names, canonical units, plausible limits and LOINC codes.

Sources: plausible limits clinical facts 3.1 (D/K; of eGFR S: no source gives any), units 3.2 (A), LOINC 3.3
(A; K for the names of 62292-8, 1989-3, 68438-1, 38483-4, 49765-1 and 33914-3). Ionized and total magnesium
are two analytes, and nothing converts one into the other (3.5, B). LOINC content is © Regenstrief Institute,
Inc., used under its free licence.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class UnknownLoinc(ValueError):
    """A code that belongs to none of the analytes."""


class Analyte(StrEnum):
    """The stored names."""

    IONIZED_MG = "IONIZED_MG"
    TOTAL_MG = "TOTAL_MG"
    IONIZED_CA = "IONIZED_CA"
    TOTAL_CA = "TOTAL_CA"
    POTASSIUM = "POTASSIUM"
    CREATININE = "CREATININE"
    EGFR = "EGFR"
    VITAMIN_D_25OH = "VITAMIN_D_25OH"

    @property
    def label(self) -> str:
        """The name for people."""
        return ANALYTES[self].label


@dataclass(frozen=True)
class Loinc:
    """One code, the unit that it is usually reported in (UCUM), and what sets it apart from its siblings."""

    code: str
    unit: str
    what: str


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


_MOLAR = "mmol/L"
_MASS = "mg/dL"
_RATE = "mL/min/{1.73_m2}"

ANALYTES: dict[Analyte, AnalyteFacts] = {
    Analyte.IONIZED_MG: AnalyteFacts(
        "Ionized magnesium",
        "iMg",
        _MOLAR,
        "mmol/L",
        2,
        Decimal("0.10"),
        Decimal("3.00"),
        "73572-0",
        (
            Loinc("2600-5", _MOLAR, "serum or plasma"),
            Loinc("73572-0", _MOLAR, "blood, ion-selective electrode"),
            Loinc("73573-8", _MOLAR, "blood, ion-selective electrode, adjusted to pH 7.4"),
            Loinc("32698-3", _MASS, "serum or plasma"),
        ),
    ),
    Analyte.TOTAL_MG: AnalyteFacts(
        "Total magnesium",
        "Mg",
        _MOLAR,
        "mmol/L",
        2,
        Decimal("0.20"),
        Decimal("6.00"),
        "2601-3",
        (
            Loinc("2601-3", _MOLAR, "serum or plasma"),
            Loinc("19123-9", _MASS, "serum or plasma"),
            Loinc("2593-2", _MOLAR, "blood"),
            Loinc("65362-6", _MOLAR, "serum or plasma, corrected for albumin"),
        ),
    ),
    Analyte.IONIZED_CA: AnalyteFacts(
        "Ionized calcium",
        "iCa",
        _MOLAR,
        "mmol/L",
        2,
        Decimal("0.40"),
        Decimal("2.50"),
        "1995-0",
        (
            Loinc("1995-0", _MOLAR, "serum or plasma"),
            Loinc("1994-3", _MOLAR, "blood"),
            Loinc("47596-2", _MOLAR, "blood, ion-selective electrode"),
            Loinc("12180-6", _MOLAR, "serum or plasma, ion-selective electrode"),
            Loinc("19072-8", _MOLAR, "serum or plasma, adjusted to pH 7.4"),
            Loinc("47598-8", _MOLAR, "blood, adjusted to pH 7.4"),
            Loinc("17863-2", _MASS, "serum or plasma"),
            Loinc("17864-0", _MASS, "serum or plasma, ion-selective electrode"),
        ),
    ),
    Analyte.TOTAL_CA: AnalyteFacts(
        "Total calcium",
        "Ca",
        _MOLAR,
        "mmol/L",
        2,
        Decimal("1.0"),
        Decimal("5.0"),
        "2000-8",
        (
            Loinc("2000-8", _MOLAR, "serum or plasma"),
            Loinc("17861-6", _MASS, "serum or plasma"),
            Loinc("49765-1", _MASS, "blood"),
            Loinc("29265-6", _MOLAR, "serum or plasma, corrected for albumin"),
            Loinc("46099-8", _MASS, "serum or plasma, corrected for albumin"),
        ),
    ),
    Analyte.POTASSIUM: AnalyteFacts(
        "Potassium",
        "K",
        _MOLAR,
        "mmol/L",
        1,
        Decimal("1.5"),
        Decimal("9.0"),
        "2823-3",
        (
            Loinc("2823-3", _MOLAR, "serum or plasma"),
            Loinc("6298-4", _MOLAR, "blood"),
        ),
    ),
    # mg/dL is canonical here because the CKD-EPI equation reads it; 15 and 2500 umol/L are the limits of 3.1.
    Analyte.CREATININE: AnalyteFacts(
        "Creatinine",
        "Crea",
        _MASS,
        "mg/dL",
        2,
        Decimal("0.17"),
        Decimal("28.28"),
        "2160-0",
        (
            Loinc("2160-0", _MASS, "serum or plasma"),
            Loinc("38483-4", _MASS, "blood"),
            Loinc("14682-9", "umol/L", "serum or plasma"),
        ),
    ),
    # One decimal is shown, so that 59.6 does not read as 60 beside a rule that begins below 60.
    Analyte.EGFR: AnalyteFacts(
        "eGFR",
        "eGFR",
        _RATE,
        "mL/min/1.73 m²",
        1,
        Decimal("1"),
        Decimal("250"),
        "98979-8",
        (
            Loinc("98979-8", _RATE, "CKD-EPI 2021, creatinine"),
            Loinc("98980-6", _RATE, "CKD-EPI 2021, creatinine and cystatin C"),
            Loinc("62238-1", _RATE, "CKD-EPI before 2021, creatinine"),
            Loinc("33914-3", _RATE, "MDRD, creatinine"),
        ),
    ),
    Analyte.VITAMIN_D_25OH: AnalyteFacts(
        "25-hydroxyvitamin D",
        "25-OH-D",
        "nmol/L",
        "nmol/L",
        0,
        Decimal("5"),
        Decimal("750"),
        "14635-7",
        (
            Loinc("14635-7", "nmol/L", "D3, serum or plasma"),
            Loinc("68438-1", "nmol/L", "D2 and D3, serum or plasma"),
            Loinc("1989-3", "ng/mL", "D3, serum or plasma"),
            Loinc("62292-8", "ng/mL", "D2 and D3, serum or plasma"),
        ),
    ),
}

_ANALYTE_BY_LOINC = {loinc.code: analyte for analyte, facts in ANALYTES.items() for loinc in facts.loincs}


def analyte_of(loinc: str) -> Analyte:
    """The analyte that a LOINC code measures; raises UnknownLoinc, also for urine and red cells."""
    try:
        return _ANALYTE_BY_LOINC[loinc.strip()]
    except KeyError:
        raise UnknownLoinc(f"LOINC {loinc!r} is not an analyte that Dolomite knows.") from None
