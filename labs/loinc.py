"""LOINC codes of every analyte, each with the unit that it is usually reported in and what sets it apart.

Codes and units: clinical facts 3.2 and 3.3 (A; K for the names of 62292-8, 1989-3, 68438-1, 38483-4, 49765-1,
33914-3, 24447-5, 2599-9 and 2746-6). Mass and molar codes of one analyte stand together; ionized and total,
serum, whole blood, red cells and urine do not. LOINC content is © Regenstrief Institute, Inc., used under its
free licence.
"""

from dataclasses import dataclass

MOLAR = "mmol/L"
MASS = "mg/dL"
EGFR_UNIT = "mL/min/{1.73_m2}"


@dataclass(frozen=True)
class Loinc:
    """One code, the unit that it is usually reported in (UCUM), and what sets it apart from its siblings."""

    code: str
    unit: str
    what: str


# The first of each is the code of a result that somebody typed without one.
LOINCS: dict[str, tuple[Loinc, ...]] = {
    "IONIZED_MG": (
        Loinc("73572-0", MOLAR, "blood, ion-selective electrode"),
        Loinc("2600-5", MOLAR, "serum or plasma"),
        Loinc("73573-8", MOLAR, "blood, ion-selective electrode, adjusted to pH 7.4"),
        Loinc("32698-3", MASS, "serum or plasma"),
    ),
    "TOTAL_MG": (
        Loinc("2601-3", MOLAR, "serum or plasma"),
        Loinc("19123-9", MASS, "serum or plasma"),
        Loinc("65362-6", MOLAR, "serum or plasma, corrected for albumin"),
    ),
    "BLOOD_MG": (Loinc("2593-2", MOLAR, "whole blood"),),
    "RBC_MG": (
        Loinc("2597-3", MOLAR, "red blood cells"),
        Loinc("26746-8", MASS, "red blood cells"),
    ),
    "URINE_MG_24H": (
        Loinc("2599-9", "mmol/(24.h)", "24 hour urine"),
        Loinc("24447-5", "mg/(24.h)", "24 hour urine"),
    ),
    "IONIZED_CA": (
        Loinc("1995-0", MOLAR, "serum or plasma"),
        Loinc("1994-3", MOLAR, "blood"),
        Loinc("47596-2", MOLAR, "blood, ion-selective electrode"),
        Loinc("12180-6", MOLAR, "serum or plasma, ion-selective electrode"),
        Loinc("19072-8", MOLAR, "serum or plasma, adjusted to pH 7.4"),
        Loinc("47598-8", MOLAR, "blood, adjusted to pH 7.4"),
        Loinc("17863-2", MASS, "serum or plasma"),
        Loinc("17864-0", MASS, "serum or plasma, ion-selective electrode"),
    ),
    "TOTAL_CA": (
        Loinc("2000-8", MOLAR, "serum or plasma"),
        Loinc("17861-6", MASS, "serum or plasma"),
        Loinc("49765-1", MASS, "blood"),
        Loinc("29265-6", MOLAR, "serum or plasma, corrected for albumin"),
        Loinc("46099-8", MASS, "serum or plasma, corrected for albumin"),
    ),
    "POTASSIUM": (
        Loinc("2823-3", MOLAR, "serum or plasma"),
        Loinc("6298-4", MOLAR, "blood"),
    ),
    "CREATININE": (
        Loinc("2160-0", MASS, "serum or plasma"),
        Loinc("38483-4", MASS, "blood"),
        Loinc("14682-9", "umol/L", "serum or plasma"),
    ),
    "EGFR": (
        Loinc("98979-8", EGFR_UNIT, "CKD-EPI 2021, creatinine"),
        Loinc("98980-6", EGFR_UNIT, "CKD-EPI 2021, creatinine and cystatin C"),
        Loinc("62238-1", EGFR_UNIT, "CKD-EPI before 2021, creatinine"),
        Loinc("33914-3", EGFR_UNIT, "MDRD, creatinine"),
    ),
    "VITAMIN_D_25OH": (
        Loinc("14635-7", "nmol/L", "D3, serum or plasma"),
        Loinc("68438-1", "nmol/L", "D2 and D3, serum or plasma"),
        Loinc("1989-3", "ng/mL", "D3, serum or plasma"),
        Loinc("62292-8", "ng/mL", "D2 and D3, serum or plasma"),
    ),
    "PTH": (
        Loinc("14866-8", "pmol/L", "intact, serum or plasma"),
        Loinc("2731-8", "pg/mL", "intact, serum or plasma"),
    ),
    "PHOSPHATE": (
        Loinc("14879-1", MOLAR, "serum or plasma"),
        Loinc("2777-1", MASS, "serum or plasma"),
    ),
    # Its usual unit is g/dL or g/L: here the canonical one.
    "ALBUMIN": (Loinc("1751-7", "g/L", "serum or plasma"),),
    "BLOOD_PH": (
        Loinc("2744-1", "[pH]", "arterial blood"),
        Loinc("2746-6", "[pH]", "venous blood"),
    ),
}

# Their values were adjusted to pH 7.4 by the laboratory.
PH_ADJUSTED = frozenset({"73573-8", "19072-8", "47598-8"})
# {code: what sets it apart}, for results that are stored.
WHAT = {loinc.code: loinc.what for loincs in LOINCS.values() for loinc in loincs}
