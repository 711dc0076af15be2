"""How the newest ionized magnesium compares with the one before, beside the reference change value.

Less than the reference change value cannot be told from noise (clinical facts 4.2, D). Methods differ by more
than a dose does, so a change between two of them is not judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from accounts.wording import NO_BREAK, number
from labs.analytes import Analyte
from labs.interpretation import reliable_change
from labs.models import LabResult
from protocols.thresholds import Thresholds


@dataclass(frozen=True)
class Change:
    """The sentence, and whether the change is reliable; None where it is not judged."""

    sentence: str
    is_reliable: bool | None


def ionized_change(results: Sequence[LabResult], thresholds: Thresholds) -> Change | None:
    """The newest two sound results, oldest first in `results`; None until there are two."""
    sound = [result for result in results if result.analyte == Analyte.IONIZED_MG and not result.doubt]
    if len(sound) < 2:
        return None
    before, after = sound[-2:]
    values = f"{_value(before)} to {_value(after)}{NO_BREAK}mmol/L"
    reason = _why_not(before, after)
    if reason:
        return Change(f"{values}: {reason}", None)
    percent = ((after.canonical_value / before.canonical_value - 1) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    limit = f"the reference change value of {number(thresholds.reference_change_percent)}{NO_BREAK}%"
    told = f"{values}: {_signed(percent)}{NO_BREAK}%"
    known = (before.method and after.method) or (before.analyzer and after.analyzer)
    method = "" if known else " Whether by one method is not recorded."
    if reliable_change(before.canonical_value, after.canonical_value, thresholds):
        return Change(f"{told}, not smaller than {limit}: a reliable change.{method}", True)
    return Change(f"{told}, smaller than {limit}: no reliable change.{method}", False)


def _value(result: LabResult) -> str:
    return f"{result.comparator}{result.canonical_value:.2f}"


def _signed(percent: Decimal) -> str:
    """`+6`, `−6`, `0`, with a minus sign that reads as one."""
    if percent == 0:
        return "0"
    return f"{'+' if percent > 0 else chr(0x2212)}{abs(percent)}"


def _why_not(before: LabResult, after: LabResult) -> str:
    """Why two results are not compared; empty where they are."""
    if before.comparator or after.comparator:
        return "one is beyond what the method measures, so the change is not judged."
    if _differ(before.analyzer, after.analyzer):
        return "measured by another analyzer, so the change is not judged."
    if _differ(before.method, after.method):
        return "measured by another method, so the change is not judged."
    if _differ(before.laboratory, after.laboratory):
        return "measured by another laboratory, so the change is not judged."
    return ""


def _differ(one: str, other: str) -> bool:
    """Both are told, and they are not the same."""
    return bool(one and other) and one.strip().casefold() != other.strip().casefold()
