"""What about a laboratory's test a person should look at: its unit, its interval, results outside (pure).

When an interval does not fit its unit is our own rule (S), tried on the intervals of clinical facts 4.1 and
4.3. It cannot tell mg/dL from mEq/L of magnesium, which differ by a fifth only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.wording import number
from labs.analytes import ANALYTES, Analyte
from labs.interpretation import Interval
from labs.units import ValueUnitError, accepted, canonical, unit_of

# Own intervals differ from the protocol's by at most a quarter (4.1, 4.3); the wrong unit is twice that off.
_OFF, _NEAR = Decimal("1.5"), Decimal("1.4")
WINDOW = 50
MANY_PERCENT = 20
# What is mistaken for one another.
_SIBLING = {
    Analyte.IONIZED_MG: Analyte.TOTAL_MG,
    Analyte.TOTAL_MG: Analyte.IONIZED_MG,
    Analyte.IONIZED_CA: Analyte.TOTAL_CA,
    Analyte.TOTAL_CA: Analyte.IONIZED_CA,
}


@dataclass(frozen=True)
class Sent:
    """Unit and limits of a test as a laboratory sends them; limits in that unit, None where it sends none."""

    unit: str
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def has_interval(self) -> bool:
        return (self.low, self.high) != (None, None)


@dataclass(frozen=True)
class Place:
    """Where a result lies: canonical value and the laboratory's own limits, one of which is given."""

    value: Decimal
    low: Decimal | None
    high: Decimal | None

    @property
    def is_outside(self) -> bool:
        below = self.low is not None and self.value < self.low
        return below or (self.high is not None and self.value > self.high)


def unit_changed(analyte: Analyte, before: Sent, now: Sent) -> str:
    """One sentence, or empty; another spelling of the same unit is no change."""
    if not before.unit or _same_unit(analyte, before.unit, now.unit):
        return ""
    return f"The unit changed from {before.unit} to {now.unit}."


def interval_changed(analyte: Analyte, before: Sent, now: Sent) -> str:
    """One sentence, or empty; the same limits in another unit are no change, nor are none at all."""
    if not (before.has_interval and now.has_interval) or _same_limits(analyte, before, now):
        return ""
    return f"The interval changed from {in_words(before)} to {in_words(now)}."


def interval_unfit(analyte: Analyte, now: Sent, defaults: Mapping[Analyte, Interval | None]) -> str:
    """One sentence when the interval cannot be one of this test in this unit, or empty.

    So it is when it lies wholly outside what is plausible; or when it lies off the protocol's interval
    (`defaults`) by half or more, and would lie near it in another accepted unit, or near that of the ionized
    or total sibling in the same.
    """
    limits = _in_canonical(analyte, now)
    if limits is None:
        return ""
    words = f"The interval {in_words(now)} does not fit {ANALYTES[analyte].label} in {now.unit}"
    if not _is_plausible(analyte, limits):
        others = [unit for unit, other in _other_units(analyte, now) if _is_plausible(analyte, other)]
        return _advice(words, others or ["no unit that is accepted"])
    own = defaults.get(analyte)
    if own is None or _apart(limits, own) < _OFF:
        return ""
    fits = [unit for unit, other in _other_units(analyte, now) if _apart(other, own) <= _NEAR]
    fits += _siblings(analyte, now, defaults)
    return _advice(words, fits) if fits else ""


def many_outside(places: Sequence[Place]) -> str:
    """One sentence when more than 20 % of the last 50 results lie outside the laboratory's own interval.

    Fewer than 50 say nothing yet. The sentence has no count, so that it stays the same while it holds.
    """
    last = places[:WINDOW]
    outside = sum(place.is_outside for place in last)
    if len(last) < WINDOW or outside * 100 <= MANY_PERCENT * WINDOW:
        return ""
    return (
        f"More than {MANY_PERCENT} % of the last {WINDOW} results lie outside the laboratory's own interval."
    )


def in_words(sent: Sent) -> str:
    """`0.46 to 0.60 mmol/L`, `from 60 mmol/L`, `up to 5 mmol/L`."""
    if sent.low is None:
        return f"up to {number(sent.high or Decimal(0))} {sent.unit}"
    if sent.high is None:
        return f"from {number(sent.low)} {sent.unit}"
    return f"{number(sent.low)} to {number(sent.high)} {sent.unit}"


def _advice(words: str, fits: Sequence[str]) -> str:
    return f"{words}; it would fit {' or '.join(fits)}. Ask the laboratory."


def _same_unit(analyte: Analyte, one: str, other: str) -> bool:
    try:
        return unit_of(analyte, one).ucum == unit_of(analyte, other).ucum
    except ValueUnitError:
        return one == other


def _same_limits(analyte: Analyte, before: Sent, now: Sent) -> bool:
    if _same_unit(analyte, before.unit, now.unit):
        return (before.low, before.high) == (now.low, now.high)
    was, comes = _in_canonical(analyte, before), _in_canonical(analyte, now)
    if was is None or comes is None:
        return False
    return all(_nearly(a, b) for a, b in zip(was, comes, strict=True))


def _nearly(one: Decimal | None, other: Decimal | None) -> bool:
    """Within what rounding to two figures in another unit moves a limit."""
    if one is None or other is None:
        return one is other
    return abs(one - other) * 100 <= 3 * max(one, other)


Limits = tuple[Decimal | None, Decimal | None]


def _in_canonical(analyte: Analyte, sent: Sent, unit: str = "") -> Limits | None:
    """The limits in the canonical unit; None where there is none, or they cannot be converted."""
    if not sent.has_interval:
        return None
    try:
        low, high = (
            None if limit is None else canonical(analyte, limit, unit or sent.unit, plausible=False)
            for limit in (sent.low, sent.high)
        )
    except ValueUnitError:
        return None
    # "0 to 1.2" has no lower limit in truth.
    return (low or None), high


def _is_plausible(analyte: Analyte, limits: Limits) -> bool:
    """Whether some value within the limits is plausible."""
    facts = ANALYTES[analyte]
    low, high = limits
    return (low is None or low <= facts.plausible_high) and (high is None or high >= facts.plausible_low)


def _apart(limits: Limits, own: Interval) -> Decimal:
    """By how many times the limits lie off those of `own`: middle to middle, else limit to limit."""
    pairs = [
        (ours, theirs)
        for ours, theirs in zip(limits, (own.low, own.high), strict=True)
        if ours and theirs is not None
    ]
    ratio = Decimal(1)
    for ours, theirs in pairs:
        ratio *= ours / theirs
    ratio = ratio.sqrt() if len(pairs) == len(limits) else ratio
    return max(ratio, 1 / ratio)


def _other_units(analyte: Analyte, now: Sent) -> Iterator[tuple[str, Limits]]:
    """Each other accepted unit, and the canonical limits if the numbers were in it."""
    for unit in accepted(analyte):
        limits = _in_canonical(analyte, now, unit)
        if limits is not None and not _same_unit(analyte, unit, now.unit):
            yield unit, limits


def _siblings(analyte: Analyte, now: Sent, defaults: Mapping[Analyte, Interval | None]) -> Iterator[str]:
    sibling = _SIBLING.get(analyte)
    own = defaults.get(sibling) if sibling else None
    if sibling is None or own is None:
        return
    limits = _in_canonical(sibling, now)
    if limits is not None and _apart(limits, own) <= _NEAR:
        yield ANALYTES[sibling].label
