"""Upper levels for supplements by jurisdiction (pure). Facts 5.1: IOM 1997, EFSA/SCF (A); B6 (A, K)."""

from decimal import Decimal

from protocols.thresholds import Thresholds


def supplement_level(jurisdiction: str, thresholds: Thresholds) -> Decimal:
    """Elemental magnesium from all that is not food, mg/day."""
    return thresholds.supplement_level_us_mg if jurisdiction == "US" else thresholds.supplement_level_eu_mg


def level_source(jurisdiction: str) -> str:
    """Who set it."""
    who = "IOM 1997" if jurisdiction == "US" else "EFSA/SCF"
    return f"Upper level for supplements, {who} (5.1)"


def vitamin_b6_level(jurisdiction: str, thresholds: Thresholds) -> tuple[Decimal, str, str]:
    """Vitamin B6 in mg/day, its mark and its source."""
    if jurisdiction == "US":
        return thresholds.vitamin_b6_level_us_mg, "K", "IOM, not verified (5.1)"
    return thresholds.vitamin_b6_level_eu_mg, "A", "EFSA 2023 (5.1)"
