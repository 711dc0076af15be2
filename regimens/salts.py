"""The forms of magnesium and how much of each is magnesium (pure). Clinical facts 2.1 (D), 2.2 and 8."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

# IUPAC abridged atomic weights, g/mol (clinical facts 2.1).
ATOMIC_WEIGHTS = {
    "Mg": Decimal("24.305"),
    "C": Decimal("12.011"),
    "H": Decimal("1.008"),
    "N": Decimal("14.007"),
    "O": Decimal("15.999"),
    "S": Decimal("32.06"),
    "Cl": Decimal("35.45"),
    "P": Decimal("30.974"),
}
_ELEMENT = re.compile(r"([A-Z][a-z]?)(\d*)")


class Form(StrEnum):
    BISGLYCINATE = "BISGLYCINATE"
    BISGLYCINATE_DIHYDRATE = "BISGLYCINATE_DIHYDRATE"
    BISGLYCINATE_BUFFERED = "BISGLYCINATE_BUFFERED"
    LYSINATE_GLYCINATE = "LYSINATE_GLYCINATE"
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
        return SALTS[self].label


class Tier(StrEnum):
    """Relative absorption as an order, never as a number (clinical facts 2.2, D)."""

    LOW = "LOW"
    HIGHER = "HIGHER"
    MIXED = "MIXED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Salt:
    """One form in one hydrate. `formula` is empty for a blend, whose share comes from its label."""

    label: str
    family: str
    formula: str
    tier: Tier
    blend_fraction: Decimal | None = None

    @property
    def molar_mass(self) -> Decimal | None:
        """g/mol from the atomic weights; None for a blend."""
        return molar_mass(self.formula) if self.formula else None

    @property
    def elemental_fraction(self) -> Decimal:
        """The share of the compound's mass that is magnesium, 0 to 1."""
        if self.blend_fraction is not None:
            return self.blend_fraction
        atoms = atoms_of(self.formula)
        return atoms["Mg"] * ATOMIC_WEIGHTS["Mg"] / molar_mass(self.formula)


def atoms_of(formula: str) -> dict[str, int]:
    """{element: atoms} of a flat formula such as C4H8MgN2O4."""
    counts: dict[str, int] = {}
    for element, number in _ELEMENT.findall(formula):
        counts[element] = counts.get(element, 0) + int(number or 1)
    return counts


def molar_mass(formula: str) -> Decimal:
    """g/mol; raises KeyError for an element that no form has."""
    return sum((ATOMIC_WEIGHTS[e] * n for e, n in atoms_of(formula).items()), Decimal(0))


SALTS: dict[Form, Salt] = {
    Form.BISGLYCINATE: Salt("Bisglycinate, anhydrous", "GLYCINATE", "C4H8MgN2O4", Tier.HIGHER),
    Form.BISGLYCINATE_DIHYDRATE: Salt("Bisglycinate, dihydrate", "GLYCINATE", "C4H12MgN2O6", Tier.HIGHER),
    Form.BISGLYCINATE_BUFFERED: Salt(
        "Bisglycinate, buffered with oxide (18 %)", "GLYCINATE", "", Tier.MIXED, Decimal("0.18")
    ),
    Form.LYSINATE_GLYCINATE: Salt("Lysinate-glycinate chelate", "GLYCINATE", "C8H17MgN3O4", Tier.HIGHER),
    Form.CITRATE: Salt("Citrate (trimagnesium dicitrate), anhydrous", "CITRATE", "C12H10Mg3O14", Tier.HIGHER),
    Form.CITRATE_NONAHYDRATE: Salt("Citrate, nonahydrate", "CITRATE", "C12H28Mg3O23", Tier.HIGHER),
    Form.HYDROGEN_CITRATE: Salt("Hydrogen citrate (1:1)", "CITRATE", "C6H6MgO7", Tier.HIGHER),
    Form.OXIDE: Salt("Oxide", "OXIDE", "MgO", Tier.LOW),
    Form.HYDROXIDE: Salt("Hydroxide", "HYDROXIDE", "MgO2H2", Tier.LOW),
    Form.MALATE: Salt("Malate, anhydrous", "MALATE", "C4H4MgO5", Tier.UNKNOWN),
    Form.MALATE_TRIHYDRATE: Salt("Malate, trihydrate", "MALATE", "C4H10MgO8", Tier.UNKNOWN),
    Form.DIMAGNESIUM_MALATE: Salt("Dimagnesium malate", "MALATE", "C4H6Mg2O7", Tier.UNKNOWN),
    Form.THREONATE: Salt("L-threonate, anhydrous", "THREONATE", "C8H14MgO10", Tier.UNKNOWN),
    Form.THREONATE_MONOHYDRATE: Salt("L-threonate, monohydrate", "THREONATE", "C8H16MgO11", Tier.UNKNOWN),
    Form.TAURATE: Salt("Taurate, anhydrous", "TAURATE", "C4H12MgN2O6S2", Tier.UNKNOWN),
    Form.TAURATE_DIHYDRATE: Salt("Taurate, dihydrate", "TAURATE", "C4H16MgN2O8S2", Tier.UNKNOWN),
    Form.CHLORIDE: Salt("Chloride, anhydrous", "CHLORIDE", "MgCl2", Tier.HIGHER),
    Form.CHLORIDE_HEXAHYDRATE: Salt("Chloride, hexahydrate", "CHLORIDE", "MgCl2H12O6", Tier.HIGHER),
    Form.LACTATE: Salt("Lactate, anhydrous", "LACTATE", "C6H10MgO6", Tier.HIGHER),
    Form.LACTATE_DIHYDRATE: Salt("Lactate, dihydrate", "LACTATE", "C6H14MgO8", Tier.HIGHER),
    Form.SULFATE: Salt("Sulfate, anhydrous", "SULFATE", "MgSO4", Tier.LOW),
    Form.SULFATE_HEPTAHYDRATE: Salt("Sulfate, heptahydrate", "SULFATE", "MgSO11H14", Tier.LOW),
    Form.CARBONATE: Salt("Carbonate, anhydrous", "CARBONATE", "MgCO3", Tier.LOW),
    Form.CARBONATE_BASIC: Salt("Carbonate, basic", "CARBONATE", "C4H10Mg5O18", Tier.LOW),
    Form.ASPARTATE: Salt("Aspartate, anhydrous", "ASPARTATE", "C8H12MgN2O8", Tier.HIGHER),
    Form.ASPARTATE_DIHYDRATE: Salt("Aspartate, dihydrate", "ASPARTATE", "C8H16MgN2O10", Tier.HIGHER),
    Form.ASPARTATE_TETRAHYDRATE: Salt("Aspartate, tetrahydrate", "ASPARTATE", "C8H20MgN2O12", Tier.HIGHER),
    Form.GLUCONATE: Salt("Gluconate, anhydrous", "GLUCONATE", "C12H22MgO14", Tier.UNKNOWN),
    Form.OROTATE: Salt("Orotate, anhydrous", "OROTATE", "C10H6MgN4O8", Tier.UNKNOWN),
    Form.PIDOLATE: Salt("Pidolate", "PIDOLATE", "C10H12MgN2O6", Tier.UNKNOWN),
    Form.GLYCEROPHOSPHATE: Salt("Glycerophosphate", "GLYCEROPHOSPHATE", "C3H7MgO6P", Tier.UNKNOWN),
}


@dataclass(frozen=True)
class GenericProduct:
    """A preparation without a brand: mg of compound and of elemental magnesium in one unit."""

    id: str
    name: str
    form: Form
    unit: str
    compound_mg: Decimal
    elemental_mg: Decimal


def _product(id: str, name: str, form: Form, unit: str, compound: str, elemental: str) -> GenericProduct:
    return GenericProduct(id, name, form, unit, Decimal(compound), Decimal(elemental))


GENERIC_PRODUCTS: tuple[GenericProduct, ...] = (
    _product("P01", "Magnesium bisglycinate (fully reacted)", Form.BISGLYCINATE, "capsule", "500", "70.5"),
    _product("P02", "Magnesium bisglycinate strong", Form.BISGLYCINATE, "tablet", "709", "99.9"),
    _product("P03", "Magnesium bisglycinate powder", Form.BISGLYCINATE, "scoop", "1420", "200.2"),
    _product("P04", "Magnesium bisglycinate buffered (18 %)", Form.BISGLYCINATE_BUFFERED, "capsule", "667", "120.1"),
    _product("P05", "Magnesium citrate", Form.CITRATE, "tablet", "625", "101.0"),
    _product("P06", "Magnesium citrate drink powder", Form.CITRATE, "sachet", "1860", "300.6"),
    _product("P07", "Magnesium oxide", Form.OXIDE, "tablet", "400", "241.2"),
    _product("P08", "Magnesium malate", Form.MALATE, "tablet", "650", "101.0"),
    _product("P09", "Magnesium L-threonate", Form.THREONATE_MONOHYDRATE, "capsule", "667", "51.9"),
    _product("P10", "Magnesium taurate", Form.TAURATE_DIHYDRATE, "tablet", "1270", "100.0"),
    _product("P11", "Magnesium chloride, slow release", Form.CHLORIDE_HEXAHYDRATE, "tablet", "535", "64.0"),
    _product("P12", "Magnesium aspartate oral powder", Form.ASPARTATE_DIHYDRATE, "sachet", "3245", "243.0"),
    _product("X1", "Magnesium hydroxide suspension (antacid or laxative)", Form.HYDROXIDE, "5 mL", "400", "166.7"),
    _product("X2", "Multimineral with oxide", Form.OXIDE, "tablet", "166", "100.1"),
    _product("X3", "Magnesium with vitamin B6 10 mg", Form.BISGLYCINATE, "tablet", "709", "99.9"),
)
