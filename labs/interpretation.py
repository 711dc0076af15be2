"""What a result means beside its interval, and how concerning it is (pure).

DESIGN rule LAB_OUT_OF_RANGE: the laboratory's own interval wins, alert limits are overridden by none.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from labs.analytes import Analyte
from protocols.thresholds import Thresholds


class Interpretation(StrEnum):
    CRITICAL_LOW = "CRITICAL_LOW"
    LOW = "LOW"
    NORMAL = "NORMAL"
    HIGH = "HIGH"
    CRITICAL_HIGH = "CRITICAL_HIGH"
    NOT_INTERPRETED = "NOT_INTERPRETED"


class Concern(StrEnum):
    NONE = "NONE"
    BORDERLINE = "BORDERLINE"
    OUT = "OUT"
    ALERT = "ALERT"


@dataclass(frozen=True)
class Interval:
    """Limits in the canonical unit, either may be open; `source` RESULT or PROTOCOL."""

    low: Decimal | None
    high: Decimal | None
    source: str


_STEM = {
    Analyte.IONIZED_MG: "ionized_mg",
    Analyte.TOTAL_MG: "total_mg",
    Analyte.IONIZED_CA: "ionized_ca",
    Analyte.POTASSIUM: "potassium",
}
FLAGGING = frozenset(_STEM)
_LOW = (Interpretation.LOW, Interpretation.CRITICAL_LOW)
_HIGH = (Interpretation.HIGH, Interpretation.CRITICAL_HIGH)


def default_interval(analyte: Analyte, thresholds: Thresholds) -> Interval | None:
    """The protocol's interval, for results that came without one; creatinine has none."""
    limits = {
        Analyte.IONIZED_MG: (thresholds.ionized_mg_low_mmol_l, thresholds.ionized_mg_high_mmol_l),
        Analyte.TOTAL_MG: (thresholds.total_mg_low_mmol_l, thresholds.total_mg_high_mmol_l),
        Analyte.IONIZED_CA: (thresholds.ionized_ca_low_mmol_l, thresholds.ionized_ca_high_mmol_l),
        Analyte.TOTAL_CA: (thresholds.total_ca_low_mmol_l, thresholds.total_ca_high_mmol_l),
        Analyte.POTASSIUM: (thresholds.potassium_low_mmol_l, thresholds.potassium_high_mmol_l),
        Analyte.VITAMIN_D_25OH: (thresholds.vitamin_d_25oh_low_nmol_l, thresholds.vitamin_d_25oh_high_nmol_l),
        Analyte.EGFR: (thresholds.egfr_low, None),
    }.get(analyte)
    return Interval(*limits, "PROTOCOL") if limits else None


def alert_limits(analyte: Analyte, thresholds: Thresholds) -> tuple[Decimal, Decimal] | None:
    """The limits beyond which a result is acted on today, in mmol/L; None for analytes without."""
    stem = _STEM.get(analyte)
    if stem is None:
        return None
    return (
        getattr(thresholds, f"{stem}_alert_low_mmol_l"),
        getattr(thresholds, f"{stem}_alert_high_mmol_l"),
    )


def interpret(
    analyte: Analyte, value: Decimal, interval: Interval | None, thresholds: Thresholds
) -> Interpretation:
    """Where the canonical `value` lies; limits themselves are in range."""
    alert = alert_limits(analyte, thresholds)
    if alert and value < alert[0]:
        return Interpretation.CRITICAL_LOW
    if alert and value > alert[1]:
        return Interpretation.CRITICAL_HIGH
    if interval is None or (interval.low is None and interval.high is None):
        return Interpretation.NOT_INTERPRETED
    if interval.low is not None and value < interval.low:
        return Interpretation.LOW
    if interval.high is not None and value > interval.high:
        return Interpretation.HIGH
    return Interpretation.NORMAL


def concern(
    analyte: Analyte,
    value: Decimal,
    interval: Interval | None,
    thresholds: Thresholds,
    *,
    previous: str | None,
    before_first_dose: bool,
) -> Concern:
    """How concerning a result is; `previous` is the interpretation of the result before it, if any.

    OUT: outside the interval by more than the margin (1.65 x CV 4 %, clinical facts 4.2), or out on the same
    side twice in a row. Before the first dose only ALERT counts.
    """
    if analyte not in FLAGGING:
        return Concern.NONE
    found = interpret(analyte, value, interval, thresholds)
    if found in (Interpretation.CRITICAL_LOW, Interpretation.CRITICAL_HIGH):
        return Concern.ALERT
    if found not in (Interpretation.LOW, Interpretation.HIGH):
        return Concern.NONE
    twice = previous in (_LOW if found is Interpretation.LOW else _HIGH)
    if before_first_dose or not (twice or _beyond_margin(value, interval, thresholds)):
        return Concern.BORDERLINE
    return Concern.OUT


def reliable_change(before: Decimal, after: Decimal, thresholds: Thresholds) -> bool:
    """Whether a change exceeds the reference change value (11.1 %, clinical facts 4.2, D)."""
    return abs(after - before) >= before * thresholds.reference_change_percent / 100


def _beyond_margin(value: Decimal, interval: Interval | None, thresholds: Thresholds) -> bool:
    if interval is None:
        return False
    margin = thresholds.lab_margin_percent / 100
    low, high = interval.low, interval.high
    return (low is not None and value < low * (1 - margin)) or (
        high is not None and value > high * (1 + margin)
    )
