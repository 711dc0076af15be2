"""Magnesium forms: formula, molar mass, elemental fraction and how each is absorbed; and generic products.

Formulas and molar masses: clinical facts 2.1 (D, from IUPAC abridged atomic weights). Absorption: 2.2,
ordinal only (D, from Firoz & Graber 2001 and Walker 2003): numbers differ by method, so none is kept.
Products: 8 (D).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

MAGNESIUM_G_MOL = Decimal("24.305")


class Form(StrEnum):
    """The stored names; hydrates are forms of their own, because they hold less magnesium."""

    BISGLYCINATE = "BISGLYCINATE"
    BISGLYCINATE_DIHYDRATE = "BISGLYCINATE_DIHYDRATE"
    LYSINATE_GLYCINATE = "LYSINATE_GLYCINATE"
    BISGLYCINATE_BUFFERED = "BISGLYCINATE_BUFFERED"
    CITRATE = "CITRATE"
    CITRATE_NONAHYDRATE = "CITRATE_NONAHYDRATE"
    HYDROGEN_CITRATE = "HYDROGEN_CITRATE"
    OXIDE = "OXIDE"
    HYDROXIDE = "HYDROXIDE"
    MALATE = "MALATE"
    MALATE_TRIHYDRATE = "MALATE_TRIHYDRATE"
    DIMAGNESIUM_MALATE = "DIMAGNESIUM_MALATE"
    THREONATE = "THREONATE"
    THREONATE_MONOHYDRATE = "THREONATE_MONOHYDRATE"
    TAURATE = "TAURATE"
    TAURATE_DIHYDRATE = "TAURATE_DIHYDRATE"
    CHLORIDE = "CHLORIDE"
    CHLORIDE_HEXAHYDRATE = "CHLORIDE_HEXAHYDRATE"
    LACTATE = "LACTATE"
    LACTATE_DIHYDRATE = "LACTATE_DIHYDRATE"
    SULFATE = "SULFATE"
    SULFATE_HEPTAHYDRATE = "SULFATE_HEPTAHYDRATE"
    CARBONATE = "CARBONATE"
    CARBONATE_BASIC = "CARBONATE_BASIC"
    ASPARTATE = "ASPARTATE"
    ASPARTATE_DIHYDRATE = "ASPARTATE_DIHYDRATE"
    ASPARTATE_TETRAHYDRATE = "ASPARTATE_TETRAHYDRATE"
    GLUCONATE = "GLUCONATE"
    OROTATE = "OROTATE"
    PIDOLATE = "PIDOLATE"
    GLYCEROPHOSPHATE = "GLYCEROPHOSPHATE"

    @property
    def label(self) -> str:
        """The name for people."""
        return SALTS[self].label


class Family(StrEnum):
    """Forms of one acid, whatever their water: what a cohort is asked for."""

    GLYCINATE = "GLYCINATE"
    CITRATE = "CITRATE"
    OXIDE = "OXIDE"
    HYDROXIDE = "HYDROXIDE"
    MALATE = "MALATE"
    THREONATE = "THREONATE"
    TAURATE = "TAURATE"
    CHLORIDE = "CHLORIDE"
    LACTATE = "LACTATE"
    SULFATE = "SULFATE"
    CARBONATE = "CARBONATE"
    ASPARTATE = "ASPARTATE"
    GLUCONATE = "GLUCONATE"
    OROTATE = "OROTATE"
    PIDOLATE = "PIDOLATE"
    GLYCEROPHOSPHATE = "GLYCEROPHOSPHATE"

    @property
    def label(self) -> str:
        """The name for people."""
        return self.value.capitalize()


class Tier(StrEnum):
    """How well a form is absorbed, beside the others."""

    LOW = "LOW"
    HIGHER = "HIGHER"
    MIXED = "MIXED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Salt:
    """One form: `name` as said after "magnesium", `molar_mass` in g/mol of a formula with `n_mg` Mg atoms.

    A blend has no formula; its fraction is the one that its label states.
    """

    name: str
    family: Family
    tier: Tier
    formula: str | None
    molar_mass: Decimal | None
    n_mg: int
    elemental_fraction: Decimal

    @property
    def label(self) -> str:
        """The name for people: "Citrate nonahydrate"."""
        return self.name[0].upper() + self.name[1:]


_TIERS = {
    **dict.fromkeys((Family.OXIDE, Family.CARBONATE, Family.HYDROXIDE, Family.SULFATE), Tier.LOW),
    **dict.fromkeys(
        (Family.CITRATE, Family.CHLORIDE, Family.LACTATE, Family.ASPARTATE, Family.GLYCINATE),
        Tier.HIGHER,
    ),
}


def _salt(name: str, family: Family, formula: str, molar_mass: str, n_mg: int = 1) -> Salt:
    mass = Decimal(molar_mass)
    tier = _TIERS.get(family, Tier.UNKNOWN)
    return Salt(name, family, tier, formula, mass, n_mg, n_mg * MAGNESIUM_G_MOL / mass)


SALTS: dict[Form, Salt] = {
    Form.BISGLYCINATE: _salt("bisglycinate", Family.GLYCINATE, "C4H8MgN2O4", "172.423"),
    Form.BISGLYCINATE_DIHYDRATE: _salt("bisglycinate dihydrate", Family.GLYCINATE, "C4H12MgN2O6", "208.453"),
    Form.LYSINATE_GLYCINATE: _salt("lysinate glycinate", Family.GLYCINATE, "C8H17MgN3O4", "243.546"),
    # With oxide. Labels say 16, 18 or 20 %; the middle is kept (clinical facts 2.1, D).
    Form.BISGLYCINATE_BUFFERED: Salt(
        "bisglycinate buffered with oxide", Family.GLYCINATE, Tier.MIXED, None, None, 1, Decimal("0.18")
    ),
    Form.CITRATE: _salt("citrate", Family.CITRATE, "C12H10Mg3O14", "451.113", 3),
    Form.CITRATE_NONAHYDRATE: _salt("citrate nonahydrate", Family.CITRATE, "C12H28Mg3O23", "613.248", 3),
    Form.HYDROGEN_CITRATE: _salt("hydrogen citrate", Family.CITRATE, "C6H6MgO7", "214.412"),
    Form.OXIDE: _salt("oxide", Family.OXIDE, "MgO", "40.304"),
    Form.HYDROXIDE: _salt("hydroxide", Family.HYDROXIDE, "Mg(OH)2", "58.319"),
    Form.MALATE: _salt("malate", Family.MALATE, "C4H4MgO5", "156.376"),
    Form.MALATE_TRIHYDRATE: _salt("malate trihydrate", Family.MALATE, "C4H10MgO8", "210.421"),
    Form.DIMAGNESIUM_MALATE: _salt("hydroxy malate (dimagnesium)", Family.MALATE, "C4H6Mg2O7", "214.695", 2),
    Form.THREONATE: _salt("L-threonate", Family.THREONATE, "C8H14MgO10", "294.495"),
    Form.THREONATE_MONOHYDRATE: _salt("L-threonate monohydrate", Family.THREONATE, "C8H16MgO11", "312.510"),
    Form.TAURATE: _salt("taurate", Family.TAURATE, "C4H12MgN2O6S2", "272.573"),
    Form.TAURATE_DIHYDRATE: _salt("taurate dihydrate", Family.TAURATE, "C4H16MgN2O8S2", "308.603"),
    Form.CHLORIDE: _salt("chloride", Family.CHLORIDE, "MgCl2", "95.205"),
    Form.CHLORIDE_HEXAHYDRATE: _salt("chloride hexahydrate", Family.CHLORIDE, "MgCl2·6H2O", "203.295"),
    Form.LACTATE: _salt("lactate", Family.LACTATE, "C6H10MgO6", "202.445"),
    Form.LACTATE_DIHYDRATE: _salt("lactate dihydrate", Family.LACTATE, "C6H14MgO8", "238.475"),
    Form.SULFATE: _salt("sulfate", Family.SULFATE, "MgSO4", "120.361"),
    Form.SULFATE_HEPTAHYDRATE: _salt("sulfate heptahydrate", Family.SULFATE, "MgSO4·7H2O", "246.466"),
    Form.CARBONATE: _salt("carbonate", Family.CARBONATE, "MgCO3", "84.313"),
    Form.CARBONATE_BASIC: _salt("basic carbonate", Family.CARBONATE, "C4H10Mg5O18", "467.631", 5),
    Form.ASPARTATE: _salt("aspartate", Family.ASPARTATE, "C8H12MgN2O8", "288.495"),
    Form.ASPARTATE_DIHYDRATE: _salt("aspartate dihydrate", Family.ASPARTATE, "C8H16MgN2O10", "324.525"),
    Form.ASPARTATE_TETRAHYDRATE: _salt("aspartate tetrahydrate", Family.ASPARTATE, "C8H20MgN2O12", "360.555"),
    Form.GLUCONATE: _salt("gluconate", Family.GLUCONATE, "C12H22MgO14", "414.599"),
    Form.OROTATE: _salt("orotate", Family.OROTATE, "C10H6MgN4O8", "334.483"),
    Form.PIDOLATE: _salt("pidolate", Family.PIDOLATE, "C10H12MgN2O6", "280.519"),
    Form.GLYCEROPHOSPHATE: _salt("glycerophosphate", Family.GLYCEROPHOSPHATE, "C3H7MgO6P", "194.362"),
}


def forms_of(family: Family) -> tuple[Form, ...]:
    """The forms of a family."""
    return tuple(form for form, salt in SALTS.items() if salt.family is family)


@dataclass(frozen=True)
class GenericProduct:
    """A product without a brand: mg of compound, of elemental magnesium and of vitamin B6 in one `unit`."""

    id: str
    name: str
    form: Form
    unit: str
    compound_mg: Decimal
    elemental_mg: Decimal
    kind: str = "SUPPLEMENT"
    vitamin_b6_mg: Decimal = Decimal(0)


def _product(
    id: str, name: str, form: Form, unit: str, compound_mg: int, elemental_mg: str, **more: Any
) -> GenericProduct:
    return GenericProduct(id, name, form, unit, Decimal(compound_mg), Decimal(elemental_mg), **more)


# The last three stand for what is easily overlooked: two hidden sources of magnesium, and a dose of B6.
GENERIC_PRODUCTS: tuple[GenericProduct, ...] = (
    _product("P01", "Magnesium bisglycinate (fully reacted)", Form.BISGLYCINATE, "capsule", 500, "70.5"),
    _product("P02", "Magnesium bisglycinate strong", Form.BISGLYCINATE, "tablet", 709, "99.9"),
    _product("P03", "Magnesium bisglycinate powder", Form.BISGLYCINATE, "scoop", 1420, "200.2"),
    _product(
        "P04", "Magnesium bisglycinate buffered (18 %)", Form.BISGLYCINATE_BUFFERED, "capsule", 667, "120.1"
    ),
    _product("P05", "Magnesium citrate", Form.CITRATE, "tablet", 625, "101.0"),
    _product("P06", "Magnesium citrate drink powder", Form.CITRATE, "sachet", 1860, "300.6"),
    _product("P07", "Magnesium oxide", Form.OXIDE, "tablet", 400, "241.2"),
    _product("P08", "Magnesium malate", Form.MALATE, "tablet", 650, "101.0"),
    _product("P09", "Magnesium L-threonate", Form.THREONATE_MONOHYDRATE, "capsule", 667, "51.9"),
    _product("P10", "Magnesium taurate", Form.TAURATE_DIHYDRATE, "tablet", 1270, "100.0"),
    _product("P11", "Magnesium chloride, slow release", Form.CHLORIDE_HEXAHYDRATE, "tablet", 535, "64.0"),
    _product("P12", "Magnesium aspartate oral powder", Form.ASPARTATE_DIHYDRATE, "sachet", 3245, "243.0"),
    _product(
        "X1",
        "Magnesium hydroxide suspension (antacid or laxative)",
        Form.HYDROXIDE,
        "5 mL",
        400,
        "166.7",
        kind="ANTACID",
    ),
    _product("X2", "Multimineral with oxide", Form.OXIDE, "tablet", 166, "100.1", kind="MULTIMINERAL"),
    _product(
        "X3",
        "Magnesium with vitamin B6 10 mg",
        Form.BISGLYCINATE,
        "tablet",
        709,
        "99.9",
        vitamin_b6_mg=Decimal(10),
    ),
)
