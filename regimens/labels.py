"""What a product's label states, completed from its form (pure). Amounts per unit, mg as Decimal.

Clinical facts 2.1: an amount "of magnesium" may mean the element or the compound, and has to be said.
"""

from decimal import ROUND_HALF_UP, Decimal

from accounts.wording import number
from regimens.dosing import elemental_mg
from regimens.salts import SALTS, Form

# Known, not verified (K); 4000 IU are 100 µg, the upper level for adults (5.1).
VITAMIN_D_UG_PER_IU = Decimal("0.025")
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")

OF_ELEMENTAL, OF_COMPOUND, OF_BOTH = (
    "elemental magnesium",
    "the compound",
    "elemental magnesium and the compound",
)


class NotOnTheLabel(ValueError):
    """An amount that nobody stated and no formula gives."""


def basis_of(compound_mg: Decimal | None, elemental: Decimal | None) -> str:
    """What the amounts are of that the label states."""
    if compound_mg is not None and elemental is not None:
        return OF_BOTH
    return OF_COMPOUND if elemental is None else OF_ELEMENTAL


def completed(form: Form, compound_mg: Decimal | None, elemental: Decimal | None) -> tuple[Decimal, Decimal]:
    """Compound and elemental mg; the one that the label does not state follows from the form.

    Raises NotOnTheLabel where neither is stated, or one of a blend.
    """
    if elemental is not None:
        if compound_mg is None:
            compound_mg = (elemental / _fraction(form, "compound")).quantize(_TENTH, ROUND_HALF_UP)
        return compound_mg, elemental
    if compound_mg is None:
        raise NotOnTheLabel("Enter the amount that the label states.")
    return compound_mg, elemental_mg(compound_mg, _fraction(form, "elemental"))


def compound_question(form: Form, elemental: Decimal, compound_mg: Decimal) -> str:
    """Asked where only the elemental amount was given: the compound is what labels most often mean."""
    element, compound = number(elemental), number(compound_mg)
    return (
        f"{element} mg elemental magnesium are about {compound} mg magnesium {SALTS[form].name} in one unit. "
        f"Does the label say elemental, and not {element} mg of the compound?"
    )


def vitamin_d_ug(international_units: Decimal) -> Decimal:
    """Vitamin D in µg, to a hundredth."""
    return (international_units * VITAMIN_D_UG_PER_IU).quantize(_HUNDREDTH, ROUND_HALF_UP)


def _fraction(form: Form, missing: str) -> Decimal:
    salt = SALTS[form]
    if salt.is_blend:
        raise NotOnTheLabel(
            f"Magnesium {salt.name} is a blend without a formula: enter the {missing} amount that its "
            "label states. Labels say 16, 18 or 20 % elemental."
        )
    return salt.elemental_fraction
