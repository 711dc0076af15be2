"""Salts: molar masses are recomputed from the formulas, products from the salts."""

import re
from decimal import Decimal

import pytest

from regimens.salts import GENERIC_PRODUCTS, SALTS, Family, Form, GenericProduct, Salt, Tier, forms_of

# IUPAC abridged atomic weights, g/mol.
ATOMS = {
    "Mg": Decimal("24.305"),
    "C": Decimal("12.011"),
    "H": Decimal("1.008"),
    "N": Decimal("14.007"),
    "O": Decimal("15.999"),
    "S": Decimal("32.06"),
    "Cl": Decimal("35.45"),
    "P": Decimal("30.974"),
}
PURE = {form: salt for form, salt in SALTS.items() if salt.formula is not None}


def atoms(formula: str) -> dict[str, int]:
    """Atoms of a formula such as MgCl2·6H2O or Mg(OH)2."""
    found: dict[str, int] = {}
    for part in formula.split("·"):
        times = int(lead.group()) if (lead := re.match(r"\d+", part)) else 1
        part = re.sub(r"\(OH\)2", "O2H2", part)
        for symbol, n in re.findall(r"([A-Z][a-z]?)(\d*)", part):
            found[symbol] = found.get(symbol, 0) + times * int(n or 1)
    return found


def test_every_form_has_its_facts() -> None:
    assert set(SALTS) == set(Form)


@pytest.mark.parametrize("salt", PURE.values(), ids=PURE)
def test_the_molar_mass_follows_from_the_formula(salt: Salt) -> None:
    counted = atoms(salt.formula or "")
    mass = sum((ATOMS[symbol] * n for symbol, n in counted.items()), Decimal(0))
    assert salt.molar_mass is not None
    assert abs(mass - salt.molar_mass) <= Decimal("0.002")
    assert counted["Mg"] == salt.n_mg
    assert abs(salt.elemental_fraction - salt.n_mg * ATOMS["Mg"] / mass) < Decimal("0.0001")


@pytest.mark.parametrize(
    ("form", "percent"),
    [
        (Form.BISGLYCINATE, "14.10"),
        (Form.BISGLYCINATE_DIHYDRATE, "11.66"),
        (Form.LYSINATE_GLYCINATE, "9.98"),
        (Form.CITRATE, "16.16"),
        (Form.CITRATE_NONAHYDRATE, "11.89"),
        (Form.OXIDE, "60.30"),
        (Form.HYDROXIDE, "41.68"),
        (Form.MALATE, "15.54"),
        (Form.DIMAGNESIUM_MALATE, "22.64"),
        (Form.THREONATE, "8.25"),
        (Form.TAURATE, "8.92"),
        (Form.CHLORIDE_HEXAHYDRATE, "11.96"),
        (Form.SULFATE_HEPTAHYDRATE, "9.86"),
        (Form.CARBONATE_BASIC, "25.99"),
        (Form.ASPARTATE_DIHYDRATE, "7.49"),
        (Form.ASPARTATE_TETRAHYDRATE, "6.74"),
        (Form.GLYCEROPHOSPHATE, "12.50"),
    ],
)
def test_elemental_fractions_agree_with_the_published_ones(form: Form, percent: str) -> None:
    assert abs(SALTS[form].elemental_fraction * 100 - Decimal(percent)) < Decimal("0.006")


@pytest.mark.parametrize(
    ("form", "compound_mg", "elemental_mg"),
    # The labels of two licensed products (clinical facts 2.1, cross-checks; 8).
    [(Form.ASPARTATE_TETRAHYDRATE, 1803, "121.5"), (Form.ASPARTATE_DIHYDRATE, 3245, "243.0")],
)
def test_licensed_labels_agree(form: Form, compound_mg: int, elemental_mg: str) -> None:
    assert (compound_mg * SALTS[form].elemental_fraction).quantize(Decimal("0.1")) == Decimal(elemental_mg)


@pytest.mark.parametrize("product", GENERIC_PRODUCTS, ids=lambda product: product.id)
def test_the_elemental_amount_of_a_product_follows_from_its_salt(product: GenericProduct) -> None:
    computed = product.compound_mg * SALTS[product.form].elemental_fraction
    assert abs(computed - product.elemental_mg) <= Decimal("0.1")


def test_products_have_their_own_names_and_fit_their_columns() -> None:
    assert len({p.id for p in GENERIC_PRODUCTS}) == len({p.name for p in GENERIC_PRODUCTS}) == 15
    assert all(len(p.id) <= 8 and len(p.unit) <= 20 for p in GENERIC_PRODUCTS)
    assert all(len(form) <= 32 for form in Form)


@pytest.mark.parametrize(
    ("form", "tier"),
    [
        (Form.OXIDE, Tier.LOW),
        (Form.CARBONATE_BASIC, Tier.LOW),
        (Form.BISGLYCINATE, Tier.HIGHER),
        (Form.BISGLYCINATE_BUFFERED, Tier.MIXED),
        (Form.CITRATE_NONAHYDRATE, Tier.HIGHER),
        (Form.THREONATE, Tier.UNKNOWN),
        (Form.MALATE, Tier.UNKNOWN),
    ],
)
def test_absorption_is_a_tier_and_never_a_number(form: Form, tier: Tier) -> None:
    assert SALTS[form].tier is tier


def test_hydrates_belong_to_the_family_of_their_acid() -> None:
    assert forms_of(Family.GLYCINATE) == (
        Form.BISGLYCINATE,
        Form.BISGLYCINATE_DIHYDRATE,
        Form.LYSINATE_GLYCINATE,
        Form.BISGLYCINATE_BUFFERED,
    )
    assert {form for family in Family for form in forms_of(family)} == set(Form)


def test_forms_have_labels_for_people() -> None:
    assert Form.CITRATE_NONAHYDRATE.label == "Citrate nonahydrate"
    assert Form.THREONATE.label == "L-threonate"
    assert Family.GLYCINATE.label == "Glycinate"
