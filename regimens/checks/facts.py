"""What the checks of a regimen read: gathered by the act from rooms that do not know each other (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from patients.vocabulary import MedicationFacts


@dataclass(frozen=True)
class IntakeFacts:
    """One intake of magnesium: clock time, and minutes before a meal where it is taken so."""

    at: time
    minutes_before_meal: int | None = None


@dataclass(frozen=True)
class Medicine:
    """A medicine that is taken; without times, they are not known. `until`: its last day."""

    facts: MedicationFacts
    times: tuple[time, ...] = ()
    until: date | None = None
    id: UUID | None = None


@dataclass(frozen=True)
class Supplement:
    """A co-supplement: amount per day in the unit of its code, None when not told; no times: not known."""

    code: str
    amount: Decimal | None = None
    times: tuple[time, ...] = ()


@dataclass(frozen=True)
class Pregnancy:
    """What was told last (PREGNANT, BREASTFEEDING, NOT_PREGNANT or UNKNOWN, "" when never), and when."""

    told: str = ""
    on: date | None = None


@dataclass(frozen=True)
class RegimenFacts:
    """What the checks read on the day `on`.

    The dose is elemental, summed over all sources of which the amount is known; eGFR is in mL/min/1.73 m²;
    the age is that at the start; `contraindications` is {code: YES, NO or NOT_ASKED}; `conditions` are codes;
    vitamin B6 in mg and vitamin D in µg per day are what the products hold; 25-OH-D is in nmol/L.
    """

    on: date
    jurisdiction: str
    age_years: int
    elemental_mg_per_day: Decimal
    is_first_step: bool
    egfr: Decimal | None
    egfr_on: date | None
    sex: str = "UNKNOWN"
    birth_date: date | None = None
    kidney_reason: str = ""
    above_level_reason: str = ""
    # Of this regimen alone, elemental.
    start_mg_per_day: Decimal | None = None
    supervision_note: str = ""
    is_supervised: bool = False
    check_again_on: date | None = None
    specialist_note: str = ""
    contraindications: Mapping[str, str] = field(default_factory=dict)
    conditions: frozenset[str] = frozenset()
    pregnancy: Pregnancy = Pregnancy()
    intakes: Sequence[IntakeFacts] = ()
    medicines: Sequence[Medicine] = ()
    supplements: Sequence[Supplement] = ()
    sources_without_amount: Sequence[str] = ()
    vitamin_b6_mg_of_products: Decimal = Decimal(0)
    vitamin_d_ug_of_products: Decimal = Decimal(0)
    vitamin_d_25oh_nmol_l: Decimal | None = None
    vitamin_d_25oh_on: date | None = None
    low_phytate_advised_on: date | None = None

    @property
    def is_pregnant(self) -> bool:
        """Told so, or a diagnosis on the chart; breastfeeding has the same level (5.1)."""
        return self.pregnancy.told in ("PREGNANT", "BREASTFEEDING") or "PREGNANCY" in self.conditions
