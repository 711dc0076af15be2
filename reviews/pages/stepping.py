"""Turning a wanted daily dose into intakes at the clock times that the patient already has (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from regimens.portions import NotInParts, in_parts

HALF = Decimal("0.5")


class NotInUnits(ValueError):
    """The amount cannot be taken in whole or half units; the message gives the nearest ones that can."""


@dataclass(frozen=True)
class Taken:
    """So many units at one clock time."""

    at: time
    units: Decimal


def units_for(elemental_mg_per_day: Decimal, elemental_mg_per_unit: Decimal) -> Decimal:
    """Units a day for a daily dose, in halves. Raises NotInUnits, also for nothing at all."""
    units = elemental_mg_per_day / elemental_mg_per_unit
    if units < HALF / 2:
        raise NotInUnits("A dose of 0 is a stop: choose “Stopped”.")
    try:
        return in_parts(units, elemental_mg_per_unit, HALF)
    except NotInParts as near:
        below, above = (amount * elemental_mg_per_unit for amount in (near.below, near.above))
        raise NotInUnits(
            f"One unit holds {elemental_mg_per_unit} mg elemental: choose {below} or {above} mg/day."
        ) from near


def redistribute(intakes: Sequence[Taken], units_per_day: Decimal) -> list[Taken]:
    """`intakes` changed to `units_per_day`: fewer are left out from the last one, more go to the smallest.

    Clock times stay; an intake that comes to nothing is dropped.
    """
    units = {intake.at: intake.units for intake in sorted(intakes, key=lambda intake: intake.at)}
    missing = units_per_day - sum(units.values())
    for at in reversed(units):
        taken_off = min(units[at], max(-missing, Decimal(0)))
        units[at] -= taken_off
        missing += taken_off
    while missing > 0:
        added = min(Decimal(1), missing)
        smallest = min(units, key=lambda at: units[at])
        units[smallest] += added
        missing -= added
    return [Taken(at, amount) for at, amount in units.items() if amount > 0]
