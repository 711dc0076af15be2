"""Salts: molar masses are recomputed from the formulas, products from the salts."""

import re
from collections import Counter
from decimal import Decimal

import pytest

from regimens.codes import CODES, MAGNESIUM_CODES, codes_of
from regimens.generics import GENERIC_PRODUCTS, GenericProduct
from regimens.salts import BUFFERED_LABELS, SALTS, Family, Form, Salt, forms_of, oxide_share

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
WATER = 2 * ATOMS["H"] + ATOMS["O"]
PURE = {form: salt for form, salt in SALTS.items() if salt.formula is not None}
TOKEN = re.compile(r"([A-Z][a-z]?|\(|\))(\d*)")
# Every row of clinical facts 2.1 with a formula: elemental %, and the molecules of water where it says so.
PUBLISHED: dict[Form, tuple[str, int | None]] = {
    Form.BISGLYCINATE: ("14.10", 0),
    Form.BISGLYCINATE_DIHYDRATE: ("11.66", 2),
    Form.LYSINATE_GLYCINATE: ("9.98", None),
    Form.CITRATE: ("16.16", 0),
    Form.CITRATE_NONAHYDRATE: ("11.89", 9),
    Form.HYDROGEN_CITRATE: ("11.34", None),
    Form.OXIDE: ("60.30", None),
    Form.HYDROXIDE: ("41.68", None),
    Form.MALATE: ("15.54", 0),
    Form.MALATE_TRIHYDRATE: ("11.55", 3),
    Form.DIMAGNESIUM_MALATE: ("22.64", None),
    Form.THREONATE: ("8.25", 0),
    Form.THREONATE_MONOHYDRATE: ("7.78", 1),
    Form.TAURATE: ("8.92", 0),
    Form.TAURATE_DIHYDRATE: ("7.88", 2),
    Form.CHLORIDE: ("25.53", 0),
    Form.CHLORIDE_HEXAHYDRATE: ("11.96", 6),
    Form.LACTATE: ("12.01", 0),
    Form.LACTATE_DIHYDRATE: ("10.19", 2),
    Form.SULFATE: ("20.19", 0),
    Form.SULFATE_HEPTAHYDRATE: ("9.86", 7),
    Form.CARBONATE: ("28.83", 0),
    Form.CARBONATE_BASIC: ("25.99", 4),
    Form.ASPARTATE: ("8.42", 0),
    Form.ASPARTATE_DIHYDRATE: ("7.49", 2),
    Form.ASPARTATE_TETRAHYDRATE: ("6.74", 4),
    Form.GLUCONATE: ("5.86", 0),
    Form.OROTATE: ("7.27", 0),
    Form.PIDOLATE: ("8.66", None),
    Form.GLYCEROPHOSPHATE: ("12.50", None),
}
# (hydrate, the same without its water)
DRIED = [
    (Form.BISGLYCINATE_DIHYDRATE, Form.BISGLYCINATE),
    (Form.CITRATE_NONAHYDRATE, Form.CITRATE),
    (Form.MALATE_TRIHYDRATE, Form.MALATE),
    (Form.THREONATE_MONOHYDRATE, Form.THREONATE),
    (Form.TAURATE_DIHYDRATE, Form.TAURATE),
    (Form.CHLORIDE_HEXAHYDRATE, Form.CHLORIDE),
    (Form.LACTATE_DIHYDRATE, Form.LACTATE),
    (Form.SULFATE_HEPTAHYDRATE, Form.SULFATE),
    (Form.ASPARTATE_DIHYDRATE, Form.ASPARTATE),
    (Form.ASPARTATE_TETRAHYDRATE, Form.ASPARTATE),
]


def atoms(formula: str) -> Counter[str]:
    """Atoms of a formula such as MgCl2·6H2O, Mg(OH)2 or 4MgCO3·Mg(OH)2·4H2O."""
    found: Counter[str] = Counter()
    for part in formula.split("·"):
        lead = re.match(r"\d*", part)
        digits = lead.group() if lead else ""
        for symbol, n in _part(part[len(digits) :]).items():
            found[symbol] += n * int(digits or 1)
    return found


def _part(part: str) -> Counter[str]:
    groups: list[Counter[str]] = [Counter()]
    for symbol, n in TOKEN.findall(part):
        if symbol == "(":
            groups.append(Counter())
        elif symbol == ")":
            inner = groups.pop()
            groups[-1].update({atom: count * int(n or 1) for atom, count in inner.items()})
        else:
            groups[-1][symbol] += int(n or 1)
    (whole,) = groups
    return whole


def mass(formula: str) -> Decimal:
    return sum((ATOMS[symbol] * n for symbol, n in atoms(formula).items()), Decimal(0))


@pytest.mark.parametrize(
    ("formula", "counted"),
    [
        ("MgCl2·6H2O", {"Mg": 1, "Cl": 2, "H": 12, "O": 6}),
        ("Mg(OH)2", {"Mg": 1, "O": 2, "H": 2}),
        ("4MgCO3·Mg(OH)2·4H2O", {"C": 4, "H": 10, "Mg": 5, "O": 18}),
        ("Mg3(C6H5O7)2", {"Mg": 3, "C": 12, "H": 10, "O": 14}),
    ],
)
def test_a_formula_is_read_with_its_brackets_and_its_water(formula: str, counted: dict[str, int]) -> None:
    assert atoms(formula) == counted


def test_every_form_has_its_facts() -> None:
    assert set(SALTS) == set(Form)


@pytest.mark.parametrize("salt", PURE.values(), ids=PURE)
def test_the_molar_mass_follows_from_the_formula(salt: Salt) -> None:
    assert salt.formula and salt.molar_mass
    computed = mass(salt.formula)
    assert abs(computed - salt.molar_mass) <= Decimal("0.002")
    assert atoms(salt.formula)["Mg"] == salt.n_mg
    assert abs(salt.elemental_fraction - salt.n_mg * ATOMS["Mg"] / computed) < Decimal("0.0001")


def test_no_row_of_the_facts_is_missing() -> None:
    assert set(PUBLISHED) == set(PURE)
    assert set(SALTS) - set(PURE) == {Form.BISGLYCINATE_BUFFERED}


@pytest.mark.parametrize("form", PUBLISHED)
def test_fractions_and_water_are_the_published_ones(form: Form) -> None:
    percent, water = PUBLISHED[form]
    assert abs(SALTS[form].elemental_fraction * 100 - Decimal(percent)) < Decimal("0.006")
    assert SALTS[form].water == water


@pytest.mark.parametrize(("hydrate", "dry"), DRIED)
def test_a_hydrate_is_the_dry_form_and_its_water(hydrate: Form, dry: Form) -> None:
    wet, left = SALTS[hydrate], SALTS[dry]
    assert wet.molar_mass and left.molar_mass and wet.water
    assert abs(wet.molar_mass - wet.water * WATER - left.molar_mass) <= Decimal("0.003")
    assert wet.hydrate in wet.name
    assert left.hydrate == "anhydrous"


def test_basic_carbonate_is_what_its_long_formula_says() -> None:
    salt = SALTS[Form.CARBONATE_BASIC]
    assert salt.formula and atoms(salt.note) == atoms(salt.formula)


@pytest.mark.parametrize(
    ("label", "percent"), list(zip(BUFFERED_LABELS, ("4.1", "8.4", "12.8"), strict=True))
)
def test_a_buffered_label_says_how_much_oxide_is_in_it(label: Decimal, percent: str) -> None:
    assert (oxide_share(label) * 100).quantize(Decimal("0.1")) == Decimal(percent)


def test_a_blend_has_the_middle_of_its_labels_and_no_formula() -> None:
    salt = SALTS[Form.BISGLYCINATE_BUFFERED]
    assert salt.is_blend and salt.elemental_fraction == sorted(BUFFERED_LABELS)[1]
    assert not any(salt.is_blend for salt in PURE.values())


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


@pytest.mark.parametrize(
    ("form", "atc", "rxcui"),
    [
        (Form.BISGLYCINATE, ["A12CC30"], []),
        (Form.CITRATE, ["A12CC04"], ["52356"]),
        (Form.OXIDE, ["A12CC10", "A02AA02", "A06AD02"], ["6582"]),
        (Form.CHLORIDE_HEXAHYDRATE, ["A12CC01"], ["221118"]),
        (Form.SULFATE_HEPTAHYDRATE, ["A12CC02", "A06AD04", "B05XA05"], ["236741"]),
        (Form.THREONATE, [], []),
    ],
)
def test_a_form_has_its_codes(form: Form, atc: list[str], rxcui: list[str]) -> None:
    assert [code.value for code in codes_of(form, "ATC")] == atc
    assert [code.value for code in codes_of(form, "RxCUI")] == rxcui


def test_what_is_only_known_is_marked_as_such() -> None:
    unverified = {code.value for codes in CODES.values() for code in codes if code.mark != "A"}
    assert unverified == {"A02AA01", "6582"}
    assert [code.value for code in MAGNESIUM_CODES] == ["6574", "1426853"]
