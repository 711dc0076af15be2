"""Elemental and compound amounts of a dose (pure). All amounts in mg, as Decimal."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from regimens.salts import SALTS, Form

# A label may differ from the computed amount by hydrate or blend; beyond this share it asks (2.1, D).
ASKS_ABOVE = Decimal("0.15")
# No label may claim more than the compound can hold, but for rounding on labels (S).
ROUNDING = Decimal("1.05")
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Dose:
    """What one day holds."""

    elemental_mg_per_day: Decimal
    compound_mg_per_day: Decimal


class ImpossibleAmount(ValueError):
    """More elemental magnesium than the compound can hold; the message gives what it would hold."""


def elemental_mg(compound_mg: Decimal, fraction: Decimal) -> Decimal:
    """Elemental mg in `compound_mg` of a form, to a tenth."""
    return (compound_mg * fraction).quantize(TENTH, ROUND_HALF_UP)


def dose_of(intakes: Iterable[tuple[Decimal, Decimal, Decimal]]) -> Dose:
    """The dose of a day from (units, elemental mg per unit, compound mg per unit) of each intake."""
    rows = list(intakes)
    return Dose(
        elemental_mg_per_day=sum((units * elemental for units, elemental, _ in rows), Decimal(0)),
        compound_mg_per_day=sum((units * compound for units, _, compound in rows), Decimal(0)),
    )


def check_product(form: Form, compound_mg: Decimal, elemental: Decimal) -> str:
    """A sentence to ask about when label and computed amount differ by more than 15 %, else an empty text.

    The label wins within what is possible. Raises ImpossibleAmount when the elemental amount cannot be,
    such as 500 mg elemental in 500 mg bisglycinate.
    """
    salt = SALTS[form]
    computed = elemental_mg(compound_mg, salt.elemental_fraction)
    share = (salt.elemental_fraction * 100).quantize(TENTH)
    holds = f"{compound_mg} mg magnesium {salt.label.lower()} holds about {computed} mg elemental magnesium ({share} %)"
    if elemental <= 0 or compound_mg <= 0:
        raise ImpossibleAmount("Amounts must be above 0 mg.")
    if elemental > _most(salt.family, compound_mg, salt.elemental_fraction):
        raise ImpossibleAmount(f"{holds}, not {elemental} mg. Is {elemental} mg the mass of the compound?")
    if abs(elemental - computed) > computed * ASKS_ABOVE:
        return f"{holds}; the label says {elemental} mg. Is it another hydrate or a blend?"
    return ""


def _most(family: str, compound_mg: Decimal, fraction: Decimal) -> Decimal:
    """The most that a label of this form can claim: its richest hydrate or blend of the family."""
    richest = max(salt.elemental_fraction for salt in SALTS.values() if salt.family == family)
    return compound_mg * max(richest, fraction) * ROUNDING
