"""What a person says of a regimen: the entries of its acts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from accounts.models import Membership
from regimens.models import PriorMagnesium, Product, Regimen, Timing

BEDTIME_FROM = time(21)


@dataclass(frozen=True)
class IntakeEntry:
    """So many units at one clock time: with food or at bedtime, unless minutes before a meal are told."""

    at: time
    units: Decimal
    minutes_before_meal: int | None = None
    timing: str = ""

    @property
    def taken(self) -> str:
        """How it is taken, where nothing is told: with food, and late in the evening at bedtime."""
        if self.minutes_before_meal is not None:
            return Timing.BEFORE_MEAL
        return self.timing or (Timing.BEDTIME if self.at >= BEDTIME_FROM else Timing.WITH_FOOD)


@dataclass(frozen=True)
class Supervision:
    """Who watches a dose above the level, on what grounds, and when it is looked at again."""

    note: str = ""
    supervisor: Membership | None = None
    check_again_on: date | None = None
    specialist_note: str = ""


@dataclass(frozen=True)
class DoseStepEntry:
    """A new dose of a running regimen from `effective_on` on; without `supervision` its own stays."""

    regimen: Regimen
    effective_on: date
    intakes: Sequence[IntakeEntry]
    reason: str = ""
    above_level_reason: str = ""
    supervision: Supervision | None = None


@dataclass(frozen=True)
class RegimenEntry:
    """A start: the product, the first intakes, and what was asked before it."""

    product: Product
    started_on: date
    intakes: Sequence[IntakeEntry]
    contraindications: dict[str, str] = field(default_factory=dict)
    kidney_reason: str = ""
    indication: str = ""
    prior_magnesium: str = PriorMagnesium.NOT_ASKED
    above_level_reason: str = ""
    supervision_note: str = ""
    supervisor: Membership | None = None
    check_again_on: date | None = None
    specialist_note: str = ""


@dataclass(frozen=True)
class StopEntry:
    """The end of a regimen: the first day without it, and why."""

    regimen: Regimen
    stopped_on: date
    reason: str


@dataclass(frozen=True)
class SwitchEntry:
    """Another product in the place of a running regimen, from `on` on; without `supervision` that stays."""

    regimen: Regimen
    product: Product
    on: date
    intakes: Sequence[IntakeEntry]
    above_level_reason: str = ""
    kidney_reason: str = ""
    supervision: Supervision | None = None
