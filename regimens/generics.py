"""The products without a brand that every clinic begins with (pure). Clinical facts 8 (D)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from regimens.salts import Form


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
