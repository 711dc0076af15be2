"""Units of laboratory values: what is accepted, and exact conversion to the canonical unit of the analyte.

Factors: clinical facts 3.1 (D, from molar masses: Mg 24.305, Ca 40.078, K 39.0983 g/mol; creatinine 88.4 and
25-OH-D 2.496 as tabulated). Mg and Ca carry two charges, potassium one. A unit is never guessed: one that is
missing or unknown is refused, and a value that cannot be asks whether its unit is right.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from labs.analytes import ANALYTES, Analyte

# As many decimals as are stored: what is compared in memory is what the database holds.
STORED = Decimal("0.0001")
_TOO_LARGE = Decimal(10) ** 8


class ValueUnitError(ValueError):
    """A result that cannot be stored as given; `field` says whether its value or its unit is at fault."""

    field = "value"


class UnitMissing(ValueUnitError):
    """No unit was given."""

    field = "unit"


class UnitUnknown(ValueUnitError):
    """A unit that this analyte is not measured in."""

    field = "unit"


class Implausible(ValueUnitError):
    """A value that no living person has, mostly because of a wrong unit."""


@dataclass(frozen=True)
class Unit:
    """One accepted unit: canonical = value x `numerator` / `denominator`; `spellings` are its other names."""

    ucum: str
    numerator: Decimal = Decimal(1)
    denominator: Decimal = Decimal(1)
    spellings: tuple[str, ...] = ()


def _unit(ucum: str, numerator: str = "1", denominator: str = "1", *spellings: str) -> Unit:
    return Unit(ucum, Decimal(numerator), Decimal(denominator), spellings)


# 1 mg/dL is 10 mg/L; 1 mmol is as many mg as the molar mass says.
_MAGNESIUM = (
    _unit("mmol/L"),
    _unit("mg/dL", "10", "24.305", "mg%"),
    _unit("meq/L", "1", "2", "mval/L"),
    _unit("umol/L", "1", "1000"),
)
_CALCIUM = (
    _unit("mmol/L"),
    _unit("mg/dL", "10", "40.078", "mg%"),
    _unit("meq/L", "1", "2", "mval/L"),
)

# The canonical unit comes first.
UNITS: dict[Analyte, tuple[Unit, ...]] = {
    Analyte.IONIZED_MG: _MAGNESIUM,
    Analyte.TOTAL_MG: _MAGNESIUM,
    Analyte.IONIZED_CA: _CALCIUM,
    Analyte.TOTAL_CA: _CALCIUM,
    Analyte.POTASSIUM: (
        _unit("mmol/L"),
        _unit("meq/L", "1", "1", "mval/L"),
        _unit("mg/dL", "10", "39.0983", "mg%"),
    ),
    Analyte.CREATININE: (
        _unit("mg/dL", "1", "1", "mg%"),
        _unit("umol/L", "1", "88.4"),
    ),
    Analyte.EGFR: (
        _unit(
            "mL/min/{1.73_m2}",
            "1",
            "1",
            "mL/min/1.73m2",
            "mL/min/1.73m^2",
            "mL/min/1.73_m2",
            "mL/min/1,73m2",
            "mL/min/1.73sqm",
        ),
    ),
    Analyte.VITAMIN_D_25OH: (
        _unit("nmol/L"),
        _unit("ng/mL", "2.496", "1", "ug/L", "mcg/L"),
    ),
}


def _folded(unit: str) -> str:
    """One spelling of many: case, blanks, the two micro signs and superscripts do not matter.

    UCUM has a variant without case (MMOL/L), and laboratories mix both; no two accepted units collide in it.
    """
    plain = unit.replace("µ", "u").replace("μ", "u").replace("²", "2")
    return "".join(plain.split()).casefold()


_BY_SPELLING: dict[tuple[Analyte, str], Unit] = {
    (analyte, _folded(spelling)): unit
    for analyte, units in UNITS.items()
    for unit in units
    for spelling in (unit.ucum, *unit.spellings)
}


def accepted(analyte: Analyte) -> tuple[str, ...]:
    """The units of an analyte in UCUM, the canonical one first."""
    return tuple(unit.ucum for unit in UNITS[analyte])


def canonical(analyte: Analyte, value: Decimal, unit: str, *, plausible: bool = True) -> Decimal:
    """`value` in the canonical unit, exact to 0.0001; `plausible=False` is for the limits of an interval.

    Raises UnitMissing, UnitUnknown, and Implausible for a value outside the limits, below 0 or not a number.
    """
    found = _find(analyte, unit)
    # Before any arithmetic: a value such as 1E+999999 must not overflow it.
    if not value.is_finite() or not 0 <= value < _TOO_LARGE:
        raise Implausible(f"{value} is not a value of {_name(analyte)}. Enter a number of {found.ucum}.")
    exact = value * found.numerator / found.denominator
    facts = ANALYTES[analyte]
    if plausible and not facts.plausible_low <= exact <= facts.plausible_high:
        raise Implausible(_implausible(analyte, value, found, exact))
    return exact.quantize(STORED)


def is_canonical(analyte: Analyte, unit: str) -> bool:
    """Whether a value in `unit` is stored as it is; raises UnitMissing and UnitUnknown."""
    return _find(analyte, unit).ucum == ANALYTES[analyte].unit


def display(analyte: Analyte, value: Decimal) -> str:
    """A canonical value for people, with its unit: "0.62 mmol/L"."""
    facts = ANALYTES[analyte]
    shown = value.quantize(Decimal(1).scaleb(-facts.decimals), rounding=ROUND_HALF_UP)
    return f"{shown} {facts.unit_label}"


def _find(analyte: Analyte, unit: str) -> Unit:
    folded = _folded(unit)
    choice = ", ".join(accepted(analyte))
    if not folded:
        raise UnitMissing(f"The unit of {_name(analyte)} is missing. Accepted: {choice}.")
    found = _BY_SPELLING.get((analyte, folded))
    if found is None:
        raise UnitUnknown(f"{unit.strip()!r} is not a unit of {_name(analyte)}. Accepted: {choice}.")
    return found


def _implausible(analyte: Analyte, value: Decimal, unit: Unit, exact: Decimal) -> str:
    facts = ANALYTES[analyte]
    limits = f"{facts.plausible_low} to {facts.plausible_high} {facts.unit_label}"
    same = "" if unit.ucum == facts.unit else f" ({display(analyte, exact)})"
    return f"{value} {unit.ucum}{same} is not plausible for {_name(analyte)}, {limits}. Is the unit right?"


def _name(analyte: Analyte) -> str:
    label = ANALYTES[analyte].label
    return label if analyte is Analyte.EGFR else label[0].lower() + label[1:]
