"""Whether the dose that a patient tells is the one that was planned (pure)."""

from decimal import Decimal


def differs(told_mg: Decimal, planned_mg: Decimal, margin_percent: int) -> bool:
    """Elemental mg per day; a difference up to the margin (own assumption, S) is rounding of halves."""
    return abs(told_mg - planned_mg) * 100 > planned_mg * margin_percent
