"""Elemental and compound amounts of a dose (pure). All amounts are mg, as Decimal.

Fractions and the share that asks: clinical facts 2.1 (D). A label wins within what is possible.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from regimens.salts import SALTS, Form, forms_of

# Hydrates, blends and rounding explain a smaller difference between label and formula.
ASKS_ABOVE = Decimal("0.15")
# Own assumption (S): more elemental mg in a day than seven times the level for supplements is a slip.
LARGEST_PLAUSIBLE_MG_PER_DAY = Decimal(2500)
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Dose:
    """What one day holds."""

    elemental_mg_per_day: Decimal
    compound_mg_per_day: Decimal


class ImpossibleAmount(ValueError):
    """An elemental amount that cannot be; the message says what the compound would hold."""


def elemental_mg(compound_mg: Decimal, fraction: Decimal) -> Decimal:
    """Elemental mg in `compound_mg` of a form with this elemental fraction, to a tenth."""
    return (compound_mg * fraction).quantize(_TENTH, ROUND_HALF_UP)


def dose_of(intakes: Iterable[tuple[Decimal, Decimal, Decimal]]) -> Dose:
    """The dose of a day from (units, elemental mg per unit, compound mg per unit) of each intake."""
    rows = list(intakes)
    return Dose(
        elemental_mg_per_day=sum((units * elemental for units, elemental, _ in rows), Decimal(0)),
        compound_mg_per_day=sum((units * compound for units, _, compound in rows), Decimal(0)),
    )


def total_of(doses: Iterable[Dose]) -> Dose:
    """The sum of several doses."""
    rows = list(doses)
    return Dose(
        elemental_mg_per_day=sum((dose.elemental_mg_per_day for dose in rows), Decimal(0)),
        compound_mg_per_day=sum((dose.compound_mg_per_day for dose in rows), Decimal(0)),
    )


def check_product(form: Form, compound_mg: Decimal, elemental_mg: Decimal) -> str:
    """A sentence to ask about when label and formula differ by more than 15 %, else an empty text.

    Raises ImpossibleAmount when the elemental amount cannot be, such as 500 mg in 500 mg bisglycinate.
    """
    if compound_mg <= 0 or elemental_mg <= 0:
        raise ImpossibleAmount("Compound and elemental amounts must be above 0 mg.")
    if elemental_mg > compound_mg * _richest(form) * (1 + ASKS_ABOVE):
        label = plain(elemental_mg)
        raise ImpossibleAmount(f"{_holds(form, compound_mg)}, not {label} mg. Is {label} mg the compound?")
    computed = compound_mg * SALTS[form].elemental_fraction
    if abs(elemental_mg - computed) > computed * ASKS_ABOVE:
        says = f"the label says {plain(elemental_mg)} mg"
        return f"{_holds(form, compound_mg)}; {says}. Is it another hydrate or a blend?"
    return ""


def plain(amount: Decimal) -> str:
    """A number without needless zeros: 300, 99.9."""
    return f"{amount.normalize():f}"


def _richest(form: Form) -> Decimal:
    """The highest fraction in the family: a label that omits hydrate or blend is asked about, not refused."""
    return max(SALTS[sibling].elemental_fraction for sibling in forms_of(SALTS[form].family))


def _holds(form: Form, compound_mg: Decimal) -> str:
    salt = SALTS[form]
    holds = elemental_mg(compound_mg, salt.elemental_fraction)
    percent = (salt.elemental_fraction * 100).quantize(_TENTH)
    compound = f"{plain(compound_mg)} mg magnesium {salt.name}"
    return f"{compound} holds about {holds} mg elemental magnesium ({percent} %)"
