"""How much of one dose is absorbed, for teaching only (pure). Elemental mg, as Decimal.

Clinical facts 2.4 (D, illustrative): a hyperbola and a linear part of 7 %, laid through the two ends that
Fine 1991 (J Clin Invest 88:396) gives for magnesium acetate with a meal: 65 % of 36 mg and 11 % of 1008 mg.
It is no prediction for a patient or a product; nothing is decided by it.
"""

from collections.abc import Iterable
from decimal import Decimal

LOWEST_MG, HIGHEST_MG = Decimal(36), Decimal(1008)
_MOST_BY_TRANSPORT_MG = Decimal("41.7")
_HALF_OF_IT_AT_MG = Decimal("35.9")
_LINEAR = Decimal("0.07")


class OutsideTheStudy(ValueError):
    """A dose below 36 or above 1008 mg: the curve is laid through these ends and says nothing beyond them."""


def absorbed_mg(single_dose_mg: Decimal) -> Decimal:
    """41.7·x/(35.9 + x) + 0.07·x of a dose of x mg; raises OutsideTheStudy."""
    x = single_dose_mg
    if not LOWEST_MG <= x <= HIGHEST_MG:
        raise OutsideTheStudy(f"A single dose of {x} mg is outside 36 to 1008 mg.")
    return _MOST_BY_TRANSPORT_MG * x / (_HALF_OF_IT_AT_MG + x) + _LINEAR * x


def absorbed_of_day_mg(intakes_mg: Iterable[Decimal]) -> Decimal:
    """The sum over the intakes of a day, each absorbed by itself; raises OutsideTheStudy."""
    return sum((absorbed_mg(intake) for intake in intakes_mg), Decimal(0))
