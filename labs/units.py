"""Values in units: exact conversion to the canonical unit of the analyte, and values for people.

What is accepted, and by which factor, stands in `labs.unit_table`. A unit is never guessed: one that is
missing, unknown or of another dimension is refused; a value that cannot be asks whether its unit is right.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from labs.analytes import ANALYTES, Analyte
from labs.unit_table import UNITS as UNITS
from labs.unit_table import WITHOUT_UNIT, Unit

# As many decimals as are stored: what is compared in memory is what the database holds.
STORED = Decimal("0.0001")
_TOO_LARGE = Decimal(10) ** 8
# Files repeat a few dozen spellings; a hostile one must not fill the memory.
_REMEMBERED, _LONGEST = 4096, 60


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
} | {(analyte, ""): UNITS[analyte][0] for analyte in WITHOUT_UNIT}


def accepted(analyte: Analyte) -> tuple[str, ...]:
    """The units of an analyte in UCUM, the canonical one first."""
    return tuple(unit.ucum for unit in UNITS[analyte])


def unit_of(analyte: Analyte, unit: str) -> Unit:
    """The accepted unit that a spelling means; raises UnitMissing and UnitUnknown."""
    found = _known(analyte, unit) if len(unit) <= _LONGEST else None
    if found is not None:
        return found
    choice = ", ".join(accepted(analyte))
    if not unit.strip():
        raise UnitMissing(f"The unit of {_name(analyte)} is missing. Accepted: {choice}.")
    raise UnitUnknown(f"{unit.strip()[:_LONGEST]!r} is not a unit of {_name(analyte)}. Accepted: {choice}.")


@lru_cache(maxsize=_REMEMBERED)
def _known(analyte: Analyte, unit: str) -> Unit | None:
    return _BY_SPELLING.get((analyte, _folded(unit)))


def canonical(analyte: Analyte, value: Decimal, unit: str, *, plausible: bool = True) -> Decimal:
    """`value` in the canonical unit, exact to 0.0001; `plausible=False` is for the limits of an interval.

    Raises UnitMissing, UnitUnknown, and Implausible for a value outside the limits, below 0 or not a number.
    """
    found = unit_of(analyte, unit)
    # Before any arithmetic: a value such as 1E+999999 must not overflow it.
    if not value.is_finite() or not 0 <= value < _TOO_LARGE:
        raise Implausible(f"{value} is not a value of {_name(analyte)}. Enter a number of {found.ucum}.")
    exact = value * found.numerator / found.denominator
    facts = ANALYTES[analyte]
    if plausible and not facts.plausible_low <= exact <= facts.plausible_high:
        raise Implausible(_implausible(analyte, value, found, exact))
    if exact >= _TOO_LARGE:
        raise Implausible(f"{value} {found.ucum} is too large for {_name(analyte)}.")
    return exact.quantize(STORED)


def is_canonical(analyte: Analyte, unit: str) -> bool:
    """Whether a value in `unit` is stored as it is; raises UnitMissing and UnitUnknown."""
    return unit_of(analyte, unit).ucum == ANALYTES[analyte].unit


def amount(analyte: Analyte, value: Decimal) -> str:
    """A canonical value for people, without its unit: "0.62"."""
    step = Decimal(1).scaleb(-ANALYTES[analyte].decimals)
    return str(value.quantize(step, rounding=ROUND_HALF_UP))


def display(analyte: Analyte, value: Decimal) -> str:
    """A canonical value for people, with its unit: "0.62 mmol/L"; a pH has none."""
    if analyte in WITHOUT_UNIT:
        return amount(analyte, value)
    return f"{amount(analyte, value)} {ANALYTES[analyte].unit_label}"


def _implausible(analyte: Analyte, value: Decimal, unit: Unit, exact: Decimal) -> str:
    facts = ANALYTES[analyte]
    limits = f"{facts.plausible_low} to {facts.plausible_high} {facts.unit_label}"
    same = "" if unit.ucum == facts.unit else f" ({display(analyte, exact)})"
    return f"{value} {unit.ucum}{same} is not plausible for {_name(analyte)}, {limits}. Is the unit right?"


def _name(analyte: Analyte) -> str:
    """The name inside a sentence; abbreviations keep their letters."""
    label = ANALYTES[analyte].label
    return label if analyte in (Analyte.EGFR, Analyte.BLOOD_PH) else label[0].lower() + label[1:]
