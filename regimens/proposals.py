"""Templates of a regimen: they propose amounts and days, and never apply themselves (pure).

Amounts are elemental mg a day; those of the article come from the protocol. Claims: C19, C24; the licensed
product: SmPC magnesium aspartate (clinical facts 1, C12). Splitting: Fine 1991 (2.4, B).
"""

from dataclasses import dataclass
from decimal import Decimal

from accounts.wording import number
from protocols.thresholds import Thresholds
from regimens.portions import QUARTER, nearest_part


@dataclass(frozen=True)
class Stage:
    """One dose of a template, so many days after the start, if `condition` holds.

    `elemental_mg` is per day; None keeps what is typed, or one unit of the template's own product.
    """

    intakes: int
    elemental_mg: Decimal | None = None
    after_days: int = 0
    condition: str = ""


@dataclass(frozen=True)
class Proposal:
    """A template with its source; `product_code`: of the generic product that it is about."""

    code: str
    title: str
    stages: tuple[Stage, ...]
    mark: str
    source: str
    claim: str = ""
    product_code: str = ""

    @property
    def later(self) -> tuple[Stage, ...]:
        """What may follow the first dose."""
        return self.stages[1:]


def proposals(thresholds: Thresholds) -> tuple[Proposal, ...]:
    """The templates, with the numbers of the protocol in force."""
    low, high = thresholds.start_low_mg, thresholds.start_high_mg
    days = thresholds.re_evaluation_opens_days
    return (
        Proposal(
            "START_LOW",
            f"Article: start at {number(low)} mg/day, and {number(high)} after {days // 7} weeks if ionized "
            "Mg is still low",
            (Stage(2, low), Stage(3, high, days, "ionized Mg is still low")),
            "C",
            "Founding article, C19",
            claim="C19",
        ),
        Proposal(
            "ASPARTATE",
            "Licensed aspartate powder, one sachet a day: for deficiency and under prescription",
            (Stage(1),),
            "A",
            "SmPC magnesium aspartate (1, C12)",
            product_code="P12",
        ),
        Proposal(
            "TWO_MEALS",
            "The dose that is typed, split over two meals",
            (Stage(2),),
            "B",
            "Fine 1991 (2.4)",
            claim="C24",
        ),
    )


def proposal_of(code: str, thresholds: Thresholds) -> Proposal | None:
    """The template of this code, if there is one."""
    return next((one for one in proposals(thresholds) if one.code == code), None)


def nearest_units(elemental_mg: Decimal, intakes: int, elemental_mg_per_unit: Decimal) -> Decimal:
    """Units of each intake in the nearest quarters, at least one; they may hold more or less."""
    return max(nearest_part(elemental_mg / intakes / elemental_mg_per_unit), QUARTER)
