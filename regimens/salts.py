"""Magnesium forms: formula, water, molar mass in g/mol and elemental fraction (pure).

All forms of clinical facts 2.1 (D, from IUPAC abridged atomic weights).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

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


_WATER_WORDS = {
    0: "anhydrous",
    1: "monohydrate",
    2: "dihydrate",
    3: "trihydrate",
    4: "tetrahydrate",
    6: "hexahydrate",
    7: "heptahydrate",
    9: "nonahydrate",
}


@dataclass(frozen=True)
class Salt:
    """One form: `name` as said after "magnesium", `molar_mass` in g/mol of a formula with `n_mg` Mg atoms.

    `water`: molecules of water in the formula, counted in its mass; None where 2.1 does not say. A blend
    has no formula; its fraction is the middle of those that labels state.
    """

    name: str
    family: Family
    formula: str | None
    molar_mass: Decimal | None
    n_mg: int
    elemental_fraction: Decimal
    water: int | None = None
    note: str = ""

    @property
    def label(self) -> str:
        """The name for people: "Citrate nonahydrate"."""
        return self.name[0].upper() + self.name[1:]

    @property
    def hydrate(self) -> str:
        """`dihydrate`, `anhydrous`; empty where nothing is said of its water."""
        return "" if self.water is None else _WATER_WORDS[self.water]

    @property
    def is_blend(self) -> bool:
        """Whether its share of magnesium differs from label to label, so that none can be computed."""
        return self.formula is None


def _salt(
    name: str,
    family: Family,
    formula: str,
    molar_mass: str,
    n_mg: int = 1,
    water: int | None = None,
    note: str = "",
) -> Salt:
    mass = Decimal(molar_mass)
    return Salt(name, family, formula, mass, n_mg, n_mg * MAGNESIUM_G_MOL / mass, water, note)


_DICITRATE = "trimagnesium dicitrate"
_BUFFERED = Salt(
    "bisglycinate buffered with oxide",
    Family.GLYCINATE,
    formula=None,
    molar_mass=None,
    n_mg=1,
    elemental_fraction=Decimal("0.18"),
    note="a blend: labels say 16, 18 or 20 %",
)

SALTS: dict[Form, Salt] = {
    Form.BISGLYCINATE: _salt("bisglycinate", Family.GLYCINATE, "C4H8MgN2O4", "172.423", 1, 0),
    Form.BISGLYCINATE_DIHYDRATE: _salt(
        "bisglycinate dihydrate", Family.GLYCINATE, "C4H12MgN2O6", "208.453", 1, 2
    ),
    Form.LYSINATE_GLYCINATE: _salt(
        "lysinate glycinate", Family.GLYCINATE, "C8H17MgN3O4", "243.546", note="1:1:1 chelate"
    ),
    Form.BISGLYCINATE_BUFFERED: _BUFFERED,
    Form.CITRATE: _salt("citrate", Family.CITRATE, "C12H10Mg3O14", "451.113", 3, 0, _DICITRATE),
    Form.CITRATE_NONAHYDRATE: _salt(
        "citrate nonahydrate", Family.CITRATE, "C12H28Mg3O23", "613.248", 3, 9, _DICITRATE
    ),
    Form.HYDROGEN_CITRATE: _salt("hydrogen citrate", Family.CITRATE, "C6H6MgO7", "214.412", note="1:1"),
    Form.OXIDE: _salt("oxide", Family.OXIDE, "MgO", "40.304"),
    Form.HYDROXIDE: _salt("hydroxide", Family.HYDROXIDE, "Mg(OH)2", "58.319"),
    Form.MALATE: _salt("malate", Family.MALATE, "C4H4MgO5", "156.376", 1, 0),
    Form.MALATE_TRIHYDRATE: _salt("malate trihydrate", Family.MALATE, "C4H10MgO8", "210.421", 1, 3),
    Form.DIMAGNESIUM_MALATE: _salt(
        "hydroxy malate (dimagnesium)",
        Family.MALATE,
        "C4H6Mg2O7",
        "214.695",
        2,
        note="labels usually say about 20 %: not verified",
    ),
    Form.THREONATE: _salt("L-threonate", Family.THREONATE, "C8H14MgO10", "294.495", 1, 0),
    Form.THREONATE_MONOHYDRATE: _salt(
        "L-threonate monohydrate", Family.THREONATE, "C8H16MgO11", "312.510", 1, 1
    ),
    Form.TAURATE: _salt("taurate", Family.TAURATE, "C4H12MgN2O6S2", "272.573", 1, 0),
    Form.TAURATE_DIHYDRATE: _salt("taurate dihydrate", Family.TAURATE, "C4H16MgN2O8S2", "308.603", 1, 2),
    Form.CHLORIDE: _salt("chloride", Family.CHLORIDE, "MgCl2", "95.205", 1, 0),
    Form.CHLORIDE_HEXAHYDRATE: _salt("chloride hexahydrate", Family.CHLORIDE, "MgCl2·6H2O", "203.295", 1, 6),
    Form.LACTATE: _salt("lactate", Family.LACTATE, "C6H10MgO6", "202.445", 1, 0),
    Form.LACTATE_DIHYDRATE: _salt("lactate dihydrate", Family.LACTATE, "C6H14MgO8", "238.475", 1, 2),
    Form.SULFATE: _salt("sulfate", Family.SULFATE, "MgSO4", "120.361", 1, 0),
    Form.SULFATE_HEPTAHYDRATE: _salt("sulfate heptahydrate", Family.SULFATE, "MgSO4·7H2O", "246.466", 1, 7),
    Form.CARBONATE: _salt("carbonate", Family.CARBONATE, "MgCO3", "84.313", 1, 0),
    Form.CARBONATE_BASIC: _salt(
        "basic carbonate", Family.CARBONATE, "C4H10Mg5O18", "467.631", 5, 4, "4MgCO3·Mg(OH)2·4H2O"
    ),
    Form.ASPARTATE: _salt("aspartate", Family.ASPARTATE, "C8H12MgN2O8", "288.495", 1, 0),
    Form.ASPARTATE_DIHYDRATE: _salt("aspartate dihydrate", Family.ASPARTATE, "C8H16MgN2O10", "324.525", 1, 2),
    Form.ASPARTATE_TETRAHYDRATE: _salt(
        "aspartate tetrahydrate", Family.ASPARTATE, "C8H20MgN2O12", "360.555", 1, 4
    ),
    Form.GLUCONATE: _salt("gluconate", Family.GLUCONATE, "C12H22MgO14", "414.599", 1, 0),
    Form.OROTATE: _salt("orotate", Family.OROTATE, "C10H6MgN4O8", "334.483", 1, 0),
    Form.PIDOLATE: _salt("pidolate", Family.PIDOLATE, "C10H12MgN2O6", "280.519"),
    Form.GLYCEROPHOSPHATE: _salt("glycerophosphate", Family.GLYCEROPHOSPHATE, "C3H7MgO6P", "194.362"),
}
# Elemental fractions that labels of "buffered" bisglycinate state.
BUFFERED_LABELS = (Decimal("0.16"), Decimal("0.18"), Decimal("0.20"))


def forms_of(family: Family) -> tuple[Form, ...]:
    """The forms of a family."""
    return tuple(form for form, salt in SALTS.items() if salt.family is family)


def oxide_share(labelled_fraction: Decimal) -> Decimal:
    """The share by mass of oxide in a bisglycinate buffered with it, from the fraction on the label (D)."""
    pure, oxide = (SALTS[form].elemental_fraction for form in (Form.BISGLYCINATE, Form.OXIDE))
    return (labelled_fraction - pure) / (oxide - pure)
