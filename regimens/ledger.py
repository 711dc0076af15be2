"""The elemental ledger: what one day holds, source by source, against the levels (pure).

Amounts are per day: magnesium and calcium in mg, vitamin B6 in mg, vitamin D in µg. All sources that are not
food count (clinical facts 5.1, A); the article's 400 mg (C22) stands beside it, unverified. Calcium has
no level in the protocol, and none is invented.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from protocols.claims import claim_of
from protocols.thresholds import Thresholds
from regimens.dosing import Dose, dose_of, total_of
from regimens.levels import level_source, supplement_level, vitamin_b6_level
from regimens.portions import counted

NOTHING = Dose(Decimal(0), Decimal(0))


@dataclass(frozen=True)
class Contents:
    """What one unit holds."""

    elemental_mg: Decimal
    compound_mg: Decimal
    vitamin_b6_mg: Decimal = Decimal(0)
    vitamin_d_ug: Decimal = Decimal(0)
    calcium_mg: Decimal = Decimal(0)


@dataclass(frozen=True)
class Source:
    """One product and how many units of it a day holds; since `paused_since` none of them is taken."""

    id: UUID | None
    name: str
    kind: str
    units: Decimal
    unit_name: str
    holds: Contents
    paused_since: date | None = None

    @property
    def counted(self) -> str:
        """`3 tablets`."""
        return counted(self.units, self.unit_name)

    def dose(self) -> Dose:
        """Elemental and compound mg that the source adds to the day."""
        if self.paused_since is not None:
            return NOTHING
        return dose_of([(self.units, self.holds.elemental_mg, self.holds.compound_mg)])


@dataclass(frozen=True)
class Told:
    """A co-supplement as somebody told it: the amount per day, None where it is not known."""

    code: str
    amount: Decimal | None


@dataclass(frozen=True)
class Line:
    """One source with its dose."""

    source: Source
    dose: Dose


@dataclass(frozen=True)
class Against:
    """A sum of the day beside a level; `level` is None where the protocol has none.

    `has_unknown`: something of unknown amount comes on top, so that "not above" is not certain.
    """

    name: str
    amount: Decimal
    unit: str
    level: Decimal | None
    mark: str
    source: str
    claim: str = ""
    has_unknown: bool = False

    @property
    def is_above(self) -> bool:
        return self.level is not None and self.amount > self.level


@dataclass(frozen=True)
class Ledger:
    """The day: its sources, what is taken in unknown amount, the sum, and the sum against the levels."""

    lines: tuple[Line, ...]
    unknown: tuple[str, ...]
    dose: Dose
    magnesium: tuple[Against, ...]
    beside: tuple[Against, ...]

    @property
    def headline(self) -> Against:
        """The sum against the level of the jurisdiction."""
        return self.magnesium[0]


def ledger_of(
    sources: Iterable[Source],
    told: Sequence[Told],
    unknown: Sequence[str],
    jurisdiction: str,
    thresholds: Thresholds,
) -> Ledger:
    """The ledger of one day. `unknown` names sources of which the amount is not known."""
    lines = tuple(Line(source, source.dose()) for source in sources)
    taken = [line.source for line in lines if line.source.paused_since is None]
    dose = total_of(line.dose for line in lines)
    return Ledger(
        lines=lines,
        unknown=tuple(unknown),
        dose=dose,
        magnesium=_magnesium(dose.elemental_mg_per_day, bool(unknown), jurisdiction, thresholds),
        beside=_beside(taken, told, jurisdiction, thresholds),
    )


def _magnesium(
    amount: Decimal, has_unknown: bool, jurisdiction: str, thresholds: Thresholds
) -> tuple[Against, ...]:
    """The jurisdiction's level first, then the article's."""
    level, cap = supplement_level(jurisdiction, thresholds), thresholds.article_cap_mg
    claim = claim_of("article_cap_mg")
    return (
        Against(
            "Upper level", amount, "mg/day", level, "A", level_source(jurisdiction),
            has_unknown=has_unknown,
        ),
        Against(
            "Article, unless supervised", amount, "mg/day", cap, "C", "", claim, has_unknown
        ),
    )  # fmt: skip


def _beside(
    taken: Sequence[Source], told: Sequence[Told], jurisdiction: str, thresholds: Thresholds
) -> tuple[Against, ...]:
    """What products and co-supplements hold beside magnesium."""
    b6_level, b6_mark, b6_source = vitamin_b6_level(jurisdiction, thresholds)
    b6, b6_unknown = _sum("VITAMIN_B6", [s.units * s.holds.vitamin_b6_mg for s in taken], told)
    d, d_unknown = _sum("VITAMIN_D", [s.units * s.holds.vitamin_d_ug for s in taken], told)
    calcium, calcium_unknown = _sum("CALCIUM", [s.units * s.holds.calcium_mg for s in taken], told)
    d_level = thresholds.vitamin_d_level_ug
    return (
        Against(
            "Vitamin B6, upper level", b6, "mg/day", b6_level, b6_mark, b6_source, has_unknown=b6_unknown
        ),
        Against(
            "Vitamin D, upper level", d, "µg/day", d_level, "K", "Not verified (5.1)", has_unknown=d_unknown
        ),
        Against("Calcium", calcium, "mg/day", None, "", "", has_unknown=calcium_unknown),
    )


def _sum(code: str, of_products: Sequence[Decimal], told: Sequence[Told]) -> tuple[Decimal, bool]:
    """The sum of what is known, and whether something of it is not."""
    amounts = [one.amount for one in told if one.code == code]
    known = [amount for amount in amounts if amount is not None]
    return sum([*of_products, *known], Decimal(0)), None in amounts
