"""What the timeline of a chart shows, as plain facts: the figure knows no table (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class MgPoint:
    """One ionized magnesium in mmol/L; `side` is in, high, low or none.

    `change` says what is new in how it was measured: no line leads to it then. Nor does one to a value that
    is only known to be below or above (`comparator`), or to one of a doubtful sample.
    """

    on: date
    value: Decimal
    side: str
    comparator: str = ""
    is_doubtful: bool = False
    change: str = ""

    @property
    def joins(self) -> bool:
        return not self.comparator and not self.is_doubtful


@dataclass(frozen=True)
class Band:
    """A range in mmol/L and whose it is."""

    low: Decimal
    high: Decimal
    label: str


@dataclass(frozen=True)
class SymptomBar:
    """One episode; `gone_on` is None while it lasts."""

    name: str
    onset_on: date
    gone_on: date | None
    grade: int | None
    at_night: bool = False

    def touches(self, first: date, last: date) -> bool:
        """Whether the symptom was present on some day from `first` to `last`."""
        return self.onset_on <= last and (self.gone_on is None or self.gone_on >= first)


@dataclass(frozen=True)
class DoseStretch:
    """Elemental mg per day from one day until another (None: until further notice)."""

    from_on: date
    until_on: date | None
    elemental_mg: Decimal
    reason: str = ""

    def runs_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@dataclass(frozen=True)
class Contact:
    on: date
    remote: bool


@dataclass(frozen=True)
class Score:
    on: date
    total: int


@dataclass(frozen=True)
class WindowSpan:
    """A re-evaluation: `state` as in reviews.windows, `met_on` when it is met."""

    opens_on: date
    closes_on: date
    state: str
    met_on: date | None = None
    # The claim of the founding article on which it stands, if it does.
    claim: str = ""


@dataclass(frozen=True)
class Limit:
    """A dose in elemental mg per day that something is said about; `claim`: by the founding article."""

    mg: Decimal
    label: str
    claim: str = ""


@dataclass(frozen=True)
class ContextPoint:
    on: date
    value: Decimal


@dataclass(frozen=True)
class ContextRow:
    """One thing that wearables tell day by day, as context: a line for each run, and none between runs.

    `changes`: (first day of another device, its name); `gaps`: (first, last day) on which nobody spoke.
    """

    name: str
    unit: str
    decimals: int
    runs: Sequence[Sequence[ContextPoint]]
    changes: Sequence[tuple[date, str]] = ()
    gaps: Sequence[tuple[date, date]] = ()

    @property
    def values(self) -> list[Decimal]:
        return [point.value for run in self.runs for point in run]

    def shown(self, value: Decimal) -> str:
        """With as many decimals as the kind has for people."""
        return f"{value.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP)}"


@dataclass(frozen=True)
class Course:
    """Everything that the figure shows, oldest first."""

    today: date
    band: Band
    mg: Sequence[MgPoint] = ()
    symptoms: Sequence[SymptomBar] = ()
    doses: Sequence[DoseStretch] = ()
    limits: Sequence[Limit] = ()
    visits: Sequence[Contact] = ()
    scores: Sequence[Score] = ()
    windows: Sequence[WindowSpan] = ()
    context: Sequence[ContextRow] = ()
