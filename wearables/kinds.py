"""What a wearable can send: kinds of reading, their units, and exact conversion to one unit each (pure).

None of it measures magnesium in blood: no device does (clinical facts 1, C30). Plausible limits are our own
assumptions (S), wide enough for a sick person and narrow enough for a wrong unit; that a day has 24 hours is
calculated (D). Factors are calculated (D): glucose from its molar mass of 180.156 g/mol. Lactate is taken in
mmol/L only, because mg/dL is said of the acid and of the ion, which differ. A sleep score has no unit and
means something else with every maker, so it is no kind.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

# As many decimals as are stored: what is compared in memory is what the database holds.
STORED = Decimal("0.0001")
_TOO_LARGE = Decimal(10) ** 8


class Kind(StrEnum):
    """The stored names, in the order in which they are shown."""

    RESTING_HEART_RATE = "RESTING_HEART_RATE"
    HRV_RMSSD = "HRV_RMSSD"
    HRV_SDNN = "HRV_SDNN"
    SLEEP_DURATION = "SLEEP_DURATION"
    SWEAT_PH = "SWEAT_PH"
    INTERSTITIAL_GLUCOSE = "INTERSTITIAL_GLUCOSE"
    INTERSTITIAL_LACTATE = "INTERSTITIAL_LACTATE"
    SWEAT_LACTATE = "SWEAT_LACTATE"

    @property
    def label(self) -> str:
        """The name for people."""
        return KINDS[self].label


@dataclass(frozen=True)
class Unit:
    """One accepted unit: canonical = value x `numerator` / `denominator`; `spellings` are its other names."""

    ucum: str
    numerator: Decimal = Decimal(1)
    denominator: Decimal = Decimal(1)
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True)
class KindFacts:
    """One kind. The first of `units` is canonical; limits are in it; `decimals` are shown to people."""

    label: str
    short_label: str
    unit_label: str
    decimals: int
    plausible_low: Decimal
    plausible_high: Decimal
    units: tuple[Unit, ...]

    @property
    def unit(self) -> str:
        """The canonical unit in UCUM."""
        return self.units[0].ucum


class ReadingRefused(ValueError):
    """A reading that cannot be stored as given; `field` says which part of it is at fault."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def _unit(ucum: str, numerator: str = "1", denominator: str = "1", *spellings: str) -> Unit:
    return Unit(ucum, Decimal(numerator), Decimal(denominator), spellings)


_MILLISECONDS = (_unit("ms", "1", "1", "msec"), _unit("s", "1000", "1", "sec"))
_MOLAR = (_unit("mmol/L"),)
KINDS: dict[Kind, KindFacts] = {
    Kind.RESTING_HEART_RATE: KindFacts(
        "Resting heart rate",
        "Resting HR",
        "/min",
        0,
        Decimal(20),
        Decimal(220),
        (_unit("/min", "1", "1", "1/min", "bpm", "beats/min", "{beats}/min", "{beat}/min"),),
    ),
    # Two ways to compute a variability from the same beats; their numbers are never compared.
    Kind.HRV_RMSSD: KindFacts(
        "Heart rate variability, RMSSD", "HRV RMSSD", "ms", 0, Decimal(1), Decimal(500), _MILLISECONDS
    ),
    Kind.HRV_SDNN: KindFacts(
        "Heart rate variability, SDNN", "HRV SDNN", "ms", 0, Decimal(1), Decimal(500), _MILLISECONDS
    ),
    Kind.SLEEP_DURATION: KindFacts(
        "Sleep",
        "Sleep",
        "h",
        1,
        Decimal(0),
        Decimal(24),
        (
            _unit("h", "1", "1", "hr", "hour", "hours"),
            _unit("min", "1", "60", "minute", "minutes"),
            _unit("s", "1", "3600", "sec"),
        ),
    ),
    Kind.SWEAT_PH: KindFacts(
        "Sweat pH", "Sweat pH", "pH", 2, Decimal(3), Decimal(9), (_unit("[pH]", "1", "1", "pH"),)
    ),
    Kind.INTERSTITIAL_GLUCOSE: KindFacts(
        "Glucose, interstitial",
        "Glucose",
        "mmol/L",
        1,
        Decimal("0.5"),
        Decimal(35),
        (_unit("mmol/L"), _unit("mg/dL", "10", "180.156")),
    ),
    Kind.INTERSTITIAL_LACTATE: KindFacts(
        "Lactate, interstitial", "Lactate", "mmol/L", 1, Decimal("0.1"), Decimal(30), _MOLAR
    ),
    Kind.SWEAT_LACTATE: KindFacts(
        "Lactate in sweat", "Sweat lactate", "mmol/L", 1, Decimal("0.1"), Decimal(150), _MOLAR
    ),
}
KIND_CHOICES = [(kind.value, facts.label) for kind, facts in KINDS.items()]


def _folded(unit: str) -> str:
    """One spelling of many: case and blanks do not matter, and no two units of a kind collide in it."""
    return "".join(unit.split()).casefold()


_BY_SPELLING: dict[tuple[Kind, str], Unit] = {
    (kind, _folded(spelling)): unit
    for kind, facts in KINDS.items()
    for unit in facts.units
    for spelling in (unit.ucum, *unit.spellings)
}


def kind_of(name: str) -> Kind:
    """The kind of a name in any case; raises ReadingRefused for one that is not known."""
    try:
        return Kind(name.strip().upper())
    except ValueError:
        known = ", ".join(Kind)
        raise ReadingRefused(
            "kind", f"{name.strip()[:40]!r} is no kind of reading. Known: {known}."
        ) from None


def canonical(kind: Kind, value: Decimal, unit: str) -> tuple[Decimal, str]:
    """`value` in the canonical unit, exact to 0.0001, and the UCUM code of the unit that was given.

    Raises ReadingRefused for a unit that is missing or unknown, and for a value that no device can mean.
    """
    facts = KINDS[kind]
    found = _find(kind, unit)
    # Before any arithmetic: a value such as 1E+999999 must not overflow it.
    if not value.is_finite() or abs(value) >= _TOO_LARGE:
        raise ReadingRefused("value", f"{value} is not a value of {facts.label}.")
    exact = value * found.numerator / found.denominator
    if not facts.plausible_low <= exact <= facts.plausible_high:
        limits = f"{facts.plausible_low} to {facts.plausible_high} {facts.unit_label}"
        raise ReadingRefused(
            "value", f"{value} {found.ucum} is not plausible for {facts.label}, {limits}. Is the unit right?"
        )
    return exact.quantize(STORED), found.ucum


def _find(kind: Kind, unit: str) -> Unit:
    choice = ", ".join(each.ucum for each in KINDS[kind].units)
    if not unit.strip():
        raise ReadingRefused("unit", f"The unit of {kind.label} is missing. Accepted: {choice}.")
    found = _BY_SPELLING.get((kind, _folded(unit)))
    if found is None:
        raise ReadingRefused(
            "unit", f"{unit.strip()[:40]!r} is not a unit of {kind.label}. Accepted: {choice}."
        )
    return found


def display(kind: Kind, value: Decimal) -> str:
    """A canonical value for people, without its unit: `6.4`."""
    step = Decimal(1).scaleb(-KINDS[kind].decimals)
    return f"{value.quantize(step, rounding=ROUND_HALF_UP)}"
