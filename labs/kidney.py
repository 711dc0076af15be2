"""Kidney function from creatinine, and which readings ask for review (pure).

CKD-EPI 2021: Inker 2021, N Engl J Med 385:1737 (clinical facts 3.4, A). Bands: clinical facts 5.3 (A).
"""

from collections.abc import Hashable, Sequence
from decimal import Decimal
from enum import StrEnum

from protocols.thresholds import Thresholds

UMOL_PER_MG_DL = Decimal("88.4")
# (kappa in mg/dL, alpha, factor)
_COEFFICIENTS = {"FEMALE": (0.7, -0.241, 1.012), "MALE": (0.9, -0.302, 1.0)}
ADULT_YEARS = 18


class Band(StrEnum):
    BELOW_30 = "BELOW_30"
    FROM_30_TO_59 = "FROM_30_TO_59"
    FROM_60 = "FROM_60"


def egfr_ckd_epi_2021(creatinine_mg_dl: Decimal, age_years: int, sex: str) -> Decimal:
    """eGFR in mL/min/1.73 m², one decimal; raises ValueError under 18 years, for another sex or no creatinine."""
    if sex not in _COEFFICIENTS:
        raise ValueError("CKD-EPI 2021 has coefficients for FEMALE and MALE only.")
    if age_years < ADULT_YEARS:
        raise ValueError("CKD-EPI 2021 is for adults of 18 years and over.")
    if creatinine_mg_dl <= 0:
        raise ValueError("Creatinine must be above 0 mg/dL.")
    kappa, alpha, factor = _COEFFICIENTS[sex]
    ratio = float(creatinine_mg_dl) / kappa
    value = 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**age_years * factor
    return Decimal(str(value)).quantize(Decimal("0.1"))


def band(egfr: Decimal, thresholds: Thresholds) -> Band:
    """The band of an eGFR in mL/min/1.73 m²."""
    if egfr < thresholds.egfr_stop:
        return Band.BELOW_30
    return Band.FROM_30_TO_59 if egfr < thresholds.egfr_caution else Band.FROM_60


def kidney_causes(
    readings: Sequence[tuple[Hashable, Decimal]], thresholds: Thresholds
) -> set[Hashable]:
    """Ids of the readings that ask for review, `readings` oldest first.

    The one that entered the current band below 60, and each later one of that run that fell by a
    quarter from the last that asked. None while the newest is 60 or more.
    """
    if not readings or band(readings[-1][1], thresholds) is Band.FROM_60:
        return set()
    current = band(readings[-1][1], thresholds)
    run: list[tuple[Hashable, Decimal]] = []
    for reading in reversed(readings):
        if band(reading[1], thresholds) is not current:
            break
        run.insert(0, reading)
    kept = 1 - thresholds.egfr_fall_percent / Decimal(100)
    causes, last = {run[0][0]}, run[0][1]
    for result_id, egfr in run[1:]:
        if egfr <= last * kept:
            causes.add(result_id)
            last = egfr
    return causes
