"""What a result means beside its interval, and how concerning it is (pure).

Rule LAB_OUT_OF_RANGE: the interval of the result, or of the laboratory, wins over the protocol's (facts 4.1).
No interval overrides an alert limit (4.6, A and D; ionized magnesium S). Margin and reliable change: 4.2 (D).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from labs.analytes import Analyte
from protocols.thresholds import Thresholds


class Interpretation(StrEnum):
    """Where a result lies; as stored."""

    CRITICAL_LOW = "CRITICAL_LOW"
    LOW = "LOW"
    NORMAL = "NORMAL"
    HIGH = "HIGH"
    CRITICAL_HIGH = "CRITICAL_HIGH"
    NOT_INTERPRETED = "NOT_INTERPRETED"


class Concern(StrEnum):
    """How concerning a result is: OUT and ALERT ask for review, BORDERLINE is shown."""

    NONE = "NONE"
    BORDERLINE = "BORDERLINE"
    OUT = "OUT"
    ALERT = "ALERT"


@dataclass(frozen=True)
class Interval:
    """Limits in the canonical unit, each may be open; `source` RESULT, LABORATORY or PROTOCOL."""

    low: Decimal | None
    high: Decimal | None
    source: str


# Those that flag, by the stem of their thresholds.
_STEM = {
    Analyte.IONIZED_MG: "ionized_mg",
    Analyte.TOTAL_MG: "total_mg",
    Analyte.IONIZED_CA: "ionized_ca",
    Analyte.POTASSIUM: "potassium",
}
FLAGGING = frozenset(_STEM)
# As fine as values are stored.
_STEP = Decimal("0.0001")
_LOW = (Interpretation.LOW, Interpretation.CRITICAL_LOW)
_HIGH = (Interpretation.HIGH, Interpretation.CRITICAL_HIGH)


def default_interval(analyte: Analyte, thresholds: Thresholds) -> Interval | None:
    """The protocol's interval, for a result that came without one; creatinine has none."""
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
    """The limits (low, high) in mmol/L beyond which a result is acted on today; None for analytes without."""
    stem = _STEM.get(analyte)
    if stem is None:
        return None
    return (
        getattr(thresholds, f"{stem}_alert_low_mmol_l"),
        getattr(thresholds, f"{stem}_alert_high_mmol_l"),
    )


def interpret(
    analyte: Analyte,
    value: Decimal,
    interval: Interval | None,
    thresholds: Thresholds,
    comparator: str = "",
) -> Interpretation:
    """Where the canonical `value` lies; the limits of an interval are in range.

    With a `comparator` ("<" or ">", with or without "=") only what is certain is said: below 0.40 is low, but
    below 0.70 may be anything.
    """
    value = beyond(value, comparator)
    low, high = _sides(analyte, interval)
    found = _alert(analyte, value, thresholds)
    if found is None and low is not None and value < low:
        found = Interpretation.LOW
    if found is None and high is not None and value > high:
        found = Interpretation.HIGH
    if found is None:
        is_open = {"<": low is not None, ">": high is not None}.get(comparator[:1], False)
        unknown = is_open or (low is None and high is None)
        return Interpretation.NOT_INTERPRETED if unknown else Interpretation.NORMAL
    uncertain = {"<": _HIGH, ">": _LOW}.get(comparator[:1], ())
    return Interpretation.NOT_INTERPRETED if found in uncertain else found


def beyond(value: Decimal, comparator: str) -> Decimal:
    """The value nearest to one that was reported as below or above it: "<30" is not 30."""
    return value + {"<": -_STEP, ">": _STEP}.get(comparator, Decimal(0))


def concern(
    analyte: Analyte,
    value: Decimal,
    interval: Interval | None,
    thresholds: Thresholds,
    *,
    previous: str | None,
    before_first_dose: bool,
    comparator: str = "",
) -> Concern:
    """How concerning a result is; `previous` is the interpretation of the result before it, if any.

    OUT: outside the interval by more than the margin (1.65 x CV 4 %), by an amount that the laboratory does
    not tell (a comparator), or out on the same side twice in a row. Before the first dose only ALERT counts.
    """
    if analyte not in FLAGGING:
        return Concern.NONE
    found = interpret(analyte, value, interval, thresholds, comparator)
    if found in (Interpretation.CRITICAL_LOW, Interpretation.CRITICAL_HIGH):
        return Concern.ALERT
    if found not in (Interpretation.LOW, Interpretation.HIGH):
        return Concern.NONE
    twice = previous in (_LOW if found is Interpretation.LOW else _HIGH)
    if before_first_dose or not (twice or comparator or _beyond_margin(value, interval, thresholds)):
        return Concern.BORDERLINE
    return Concern.OUT


def reliable_change(before: Decimal, after: Decimal, thresholds: Thresholds) -> bool:
    """Whether a change reaches the reference change value; less cannot be told from noise. Values above 0."""
    return abs(after - before) * 100 >= before * thresholds.reference_change_percent


def _alert(analyte: Analyte, value: Decimal, thresholds: Thresholds) -> Interpretation | None:
    limits = alert_limits(analyte, thresholds)
    if limits is None:
        return None
    low, high = limits
    if value < low:
        return Interpretation.CRITICAL_LOW
    # Total magnesium is acted on from its limit on, the others beyond theirs (clinical facts 4.6, 6.3 RF11).
    reaches = value == high and analyte is Analyte.TOTAL_MG
    return Interpretation.CRITICAL_HIGH if value > high or reaches else None


def _sides(analyte: Analyte, interval: Interval | None) -> tuple[Decimal | None, Decimal | None]:
    """The limits that count: of an eGFR only the lower one."""
    if interval is None:
        return None, None
    return interval.low, None if analyte is Analyte.EGFR else interval.high


def _beyond_margin(value: Decimal, interval: Interval | None, thresholds: Thresholds) -> bool:
    if interval is None:
        return False
    margin = thresholds.lab_margin_percent / 100
    too_low = interval.low is not None and value < interval.low * (1 - margin)
    too_high = interval.high is not None and value > interval.high * (1 + margin)
    return too_low or too_high
