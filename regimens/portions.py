"""Amounts as parts of a unit that can be taken, and the units of a day over several intakes (pure).

Units are tablets, capsules, scoops; amounts are elemental mg. Nothing is rounded without being said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from regimens.dosing import plain

QUARTER = Decimal("0.25")
# A typed amount may be so far from what the units hold: labels round to a tenth (own assumption).
TOLERANCE_MG = Decimal("0.5")
MOST_INTAKES = 8


@dataclass(frozen=True)
class Holds:
    """What one unit of a product holds."""

    elemental_mg: Decimal
    compound_mg: Decimal
    unit_name: str


class NotInParts(ValueError):
    """No whole number of parts; `below` (0 where there is none) and `above` are the nearest units."""

    def __init__(self, below: Decimal, above: Decimal) -> None:
        super().__init__(f"between {below} and {above} units")
        self.below, self.above = below, above


class NotEven(ValueError):
    """The units do not divide in quarters; `counts` are the numbers of intakes over which they do."""

    def __init__(self, counts: Sequence[int]) -> None:
        super().__init__(f"divides over {counts}")
        self.counts = counts


def in_parts(units: Decimal, elemental_mg_per_unit: Decimal, part: Decimal = QUARTER) -> Decimal:
    """The units in whole parts where that is the same amount within the tolerance. Raises NotInParts."""
    nearest = nearest_part(units, part)
    if nearest > 0 and abs(nearest - units) * elemental_mg_per_unit <= TOLERANCE_MG:
        return nearest
    below = units // part * part
    raise NotInParts(below, below + part)


def nearest_part(units: Decimal, part: Decimal = QUARTER) -> Decimal:
    """The nearest whole number of parts, which may be none."""
    return (units / part).to_integral_value() * part


def split_evenly(units_per_day: Decimal, intakes: int) -> Decimal:
    """Units of each of so many equal intakes. Raises NotEven where that is no whole number of quarters."""
    if units_per_day % (QUARTER * intakes):
        counts = [n for n in range(1, MOST_INTAKES + 1) if not units_per_day % (QUARTER * n)]
        raise NotEven(counts)
    return units_per_day / intakes


def counted(units: Decimal, unit_name: str) -> str:
    """`1 capsule`, `1.5 tablets`, `2 times 5 mL`."""
    if unit_name[:1].isdigit():
        return unit_name if units == 1 else f"{plain(units)} times {unit_name}"
    return f"{plain(units)} {unit_name}{'s' if units > 1 else ''}"
