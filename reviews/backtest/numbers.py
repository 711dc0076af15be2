"""Which numbers of the protocol can be tried on the past, and whether given ones can be (pure but for names).

Only numbers that rules read when they raise: a longer snooze or another start dose raises nothing.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from protocols.checking import BadThresholds
from protocols.thresholds import (
    ALERT,
    CHANGE,
    DOSE,
    INTERVAL,
    KIDNEY,
    LIVE,
    OUTCOME,
    PROTOCOL_1,
    QUEUE,
    RECALL,
    Threshold,
    Thresholds,
)

_RAISING: dict[str, tuple[str, ...] | None] = {
    RECALL: None,
    LIVE: None,
    CHANGE: ("lab_margin_percent",),
    ALERT: None,
    INTERVAL: tuple(
        f"{analyte}_{side}_mmol_l"
        for analyte in ("ionized_mg", "total_mg", "ionized_ca", "potassium")
        for side in ("low", "high")
    ),
    KIDNEY: (
        "egfr_stop", "egfr_caution", "egfr_fall_percent", "egfr_valid_months",
        "kidney_risk_age_years",
    ),
    DOSE: (
        "supplement_level_us_mg", "supplement_level_eu_mg", "supervision_above_mg",
    ),
    OUTCOME: ("gad7_rise", "gad7_severe"),
    QUEUE: ("lab_not_back_days", "lab_not_back_act_today_days"),
}  # fmt: skip
NOT_RAISING = "No rule raises by this number, so there is nothing to try on the past."


def tryable() -> list[Threshold]:
    """The numbers that can be tried, in the order of the protocol."""
    return [threshold for threshold in PROTOCOL_1 if _is_raising(threshold)]


def checked_numbers(live: Mapping[str, Any], tried: Mapping[str, Any]) -> dict[str, Any]:
    """`tried` as stored, beside the `live` numbers; raises BadThresholds with each fault at its number."""
    known = {threshold.name for threshold in tryable()}
    named = {threshold.name for threshold in PROTOCOL_1}
    faults = {name: [NOT_RAISING] for name in tried if name in named - known}
    stored = {name: _stored(name, value) for name, value in tried.items()}
    try:
        values = Thresholds.from_json({**live, **stored}).to_json()
    except BadThresholds as bad:
        # Limits out of order are told at both ends: who tries one number is told at that one.
        at_tried = {name: said for name, said in bad.faults.items() if name in tried}
        faults = {**(at_tried or bad.faults), **faults}
    if faults:
        raise BadThresholds(faults)
    return {name: values[name] for name in tried}


def _is_raising(threshold: Threshold) -> bool:
    names = _RAISING.get(threshold.group, ())
    return names is None or threshold.name in names


def _stored(name: str, value: Any) -> Any:
    """Whole numbers as int where they may be, decimals as text: as a version keeps them."""
    if isinstance(value, Decimal):
        whole = isinstance(getattr(Thresholds(), name, None), int) and value == value.to_integral_value()
        return int(value) if whole else f"{value:f}"
    return value
