"""Whether stored numbers can be a protocol: each of its kind, none absurd, limits in order (pure).

Nothing here is a clinical number: the bounds only keep slips of the hand out.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

Number = int | Decimal


@dataclass(frozen=True)
class Kind:
    """What may stand under a name: a whole number or a decimal, in `unit`; `label` says it to people."""

    whole: bool
    label: str
    unit: str


class BadThresholds(ValueError):
    """Values that cannot be a protocol. `faults`: {name: sentences for people, to stand at its field}."""

    def __init__(self, faults: Mapping[str, list[str]]) -> None:
        lines = (f"{name}: {sentence}" for name, said in faults.items() for sentence in said)
        super().__init__(" ".join(lines))
        self.faults = dict(faults)


# Each line must rise from left to right; the second list may also stand still.
_RISING = (
    ("egfr_stop", "egfr_caution"),
    ("pregnancy_age_from_years", "pregnancy_age_to_years"),
    ("vitamin_d_25oh_low_nmol_l", "vitamin_d_25oh_high_nmol_l"),
    ("total_ca_low_mmol_l", "total_ca_high_mmol_l"),
    *(
        (f"{a}_alert_low_mmol_l", f"{a}_low_mmol_l", f"{a}_high_mmol_l", f"{a}_alert_high_mmol_l")
        for a in ("ionized_mg", "total_mg", "ionized_ca", "potassium")
    ),
)
_NOT_FALLING = (
    ("re_evaluation_opens_days", "re_evaluation_closes_days"),
    ("maintenance_opens_days", "maintenance_closes_days"),
    ("safety_opens_days", "safety_closes_days"),
    # Brought forward, a window must still open after its anchor.
    ("kidney_forward_days", "re_evaluation_opens_days"),
    ("egfr_valid_months_at_risk", "egfr_valid_months"),
    ("start_low_mg", "start_high_mg"),
    # Supervision is asked above the level; below it nothing is asked at all.
    ("supplement_level_us_mg", "supervision_above_mg"),
    ("supplement_level_eu_mg", "supervision_above_mg"),
    ("outcome_margin_days", "outcome_day"),
    ("lab_not_back_act_today_days", "lab_not_back_days"),
)
# 21 is the highest GAD-7 total; a fall of more than 100 % cannot be.
_AT_MOST = {"points": 21, "%": 100}
# Ten years, a year, a day: a longer time is a slip, and dates would run out of the calendar.
_AT_MOST |= {"days": 3_650, "hours": 8_760, "minutes": 1_440, "months": 120, "years": 130}
_LARGEST = 99_999
_DECIMAL_PLACES = 4


def checked(mapping: Mapping[str, Any], kinds: Mapping[str, Kind]) -> dict[str, Number]:
    """The values typed, in the order of `kinds`; raises BadThresholds with every fault at once."""
    faults: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(set(mapping) - set(kinds)):
        faults[name].append(f"Unknown threshold: {name}.")
    for name in sorted(set(kinds) - set(mapping)):
        faults[name].append(f"Missing threshold: {name}.")
    read: dict[str, Number] = {}
    for name, kind in kinds.items():
        if name in mapping:
            try:
                read[name] = _number(kind, mapping[name])
            except ValueError as error:
                faults[name].append(str(error))
    for name, sentence in _out_of_order(read, kinds):
        faults[name].append(sentence)
    if faults:
        raise BadThresholds(faults)
    return read


def _number(kind: Kind, value: Any) -> Number:
    """Whole numbers as int; decimals as text (or int), never float, which would round."""
    if isinstance(value, bool) or not isinstance(value, int if kind.whole else (int, str)):
        raise ValueError(f"Must be a whole number of {kind.unit}." if kind.whole else "Must be a number.")
    number: Number = int(value) if kind.whole else _decimal(value)
    most = _AT_MOST.get(kind.unit, _LARGEST)
    if number <= 0:
        raise ValueError("Must be above 0.")
    if number > most:
        raise ValueError(f"Must not be above {most:,} {kind.unit}.")
    return number


def _decimal(value: int | str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError("Must be a number.") from None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("Must be a finite number.")
    if exponent < -_DECIMAL_PLACES:
        raise ValueError(f"Must have at most {_DECIMAL_PLACES} decimal places.")
    return number


def _out_of_order(values: Mapping[str, Number], kinds: Mapping[str, Kind]) -> list[tuple[str, str]]:
    """(name, sentence) at both ends of each pair that is out of order."""
    pairs = [(low, high, True) for names in _RISING for low, high in pairwise(names)]
    pairs += [(low, high, False) for low, high in _NOT_FALLING]
    found = []
    for low, high, strictly in pairs:
        if low not in values or high not in values:
            continue
        if values[low] > values[high] or (strictly and values[low] == values[high]):
            under, over = ("below", "above") if strictly else ("at most", "at least")
            found.append((low, f"Must be {under} {_said(high, values, kinds)}."))
            found.append((high, f"Must be {over} {_said(low, values, kinds)}."))
    return found


def _said(name: str, values: Mapping[str, Number], kinds: Mapping[str, Kind]) -> str:
    return f"{values[name]} {kinds[name].unit}, which is “{kinds[name].label}”"
