"""Kidney function from creatinine, and which readings ask for review (pure).

CKD-EPI 2021: Inker 2021, N Engl J Med 385:1737 (clinical facts 3.4, A). Bands: 5.3 (A below 30, B below 60).
A fall of a quarter asks again (S).
"""

from collections.abc import Hashable, Sequence, Set
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import takewhile

from protocols.thresholds import Thresholds

ADULT_YEARS = 18
_ONE = Decimal(1)


class Band(StrEnum):
    """Where an eGFR lies, by the limits of the protocol."""

    BELOW_30 = "BELOW_30"
    FROM_30_TO_59 = "FROM_30_TO_59"
    FROM_60 = "FROM_60"


@dataclass(frozen=True)
class _Coefficients:
    """`kappa` in mg/dL."""

    kappa: Decimal
    alpha: Decimal
    factor: Decimal


_BY_SEX = {
    "FEMALE": _Coefficients(Decimal("0.7"), Decimal("-0.241"), Decimal("1.012")),
    "MALE": _Coefficients(Decimal("0.9"), Decimal("-0.302"), _ONE),
}


def egfr_ckd_epi_2021(creatinine_mg_dl: Decimal, age_years: int, sex: str) -> Decimal:
    """eGFR in mL/min/1.73 m², one decimal.

    Raises ValueError where the equation does not apply: another sex than FEMALE and MALE, under 18 years,
    or no creatinine.
    """
    if sex not in _BY_SEX:
        raise ValueError("CKD-EPI 2021 has coefficients for FEMALE and MALE only.")
    if age_years < ADULT_YEARS:
        raise ValueError(f"CKD-EPI 2021 is for people of {ADULT_YEARS} years and over.")
    if creatinine_mg_dl <= 0:
        raise ValueError("Creatinine must be above 0 mg/dL.")
    of = _BY_SEX[sex]
    ratio = creatinine_mg_dl / of.kappa
    by_creatinine = min(ratio, _ONE) ** of.alpha * max(ratio, _ONE) ** Decimal("-1.200")
    egfr = 142 * by_creatinine * Decimal("0.9938") ** age_years * of.factor
    return egfr.quantize(Decimal("0.1"), ROUND_HALF_UP)


def band(egfr: Decimal, thresholds: Thresholds) -> Band:
    """The band of an eGFR in mL/min/1.73 m²."""
    if egfr < thresholds.egfr_stop:
        return Band.BELOW_30
    return Band.FROM_30_TO_59 if egfr < thresholds.egfr_caution else Band.FROM_60


def kidney_causes(
    readings: Sequence[tuple[Hashable, Decimal]],
    thresholds: Thresholds,
    too_old: Set[Hashable] = frozenset(),
) -> set[Hashable]:
    """Ids of the (id, eGFR) readings that ask for review; `readings` oldest first.

    The one that entered the current band below 60, and each later one of that run that fell by a
    quarter from the last that asked. None while the newest is 60 or more. Readings that are `too_old` to ask
    (history that arrived late) leave it to the next of the run: a kidney that has been failing for years
    asks too.
    """
    if not readings:
        return set()
    current = band(readings[-1][1], thresholds)
    if current is Band.FROM_60:
        return set()
    run = list(takewhile(lambda reading: band(reading[1], thresholds) is current, reversed(readings)))[::-1]
    run = [reading for reading in run if reading[0] not in too_old]
    if not run:
        return set()
    entered, last = run[0]
    causes = {entered}
    for result_id, egfr in run[1:]:
        if (last - egfr) * 100 >= last * thresholds.egfr_fall_percent:
            causes.add(result_id)
            last = egfr
    return causes
