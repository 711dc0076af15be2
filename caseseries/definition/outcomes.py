"""What counts as an outcome of a case series, and when (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from caseseries.definition.readers import Faults, Read, amount, maybe, one_of, plain, read_keys, whole
from patients.symptoms import Symptom
from protocols.thresholds import Thresholds

HIGHEST_TOTAL = 21
LATEST_DAY = 3650
WIDEST_MARGIN = 90
HIGHEST_GRADE = 4
MOST_MG = 2500


class Improved(StrEnum):
    """What makes a person less anxious."""

    # Lower by `drop` points or more.
    DROP = "DROP"
    # Lower by `percent` of the first total or more.
    PERCENT = "PERCENT"
    # Below `remission_below` points afterwards.
    REMISSION = "REMISSION"


@dataclass(frozen=True)
class OutcomeDefinition:
    """Less anxious: GAD-7 of `baseline_minimum` or more at the start, and `improved` around `day`.

    Points of GAD-7 (0 to 21) and days since the start. Worse is a rise of `rise` or more from any baseline.
    `symptom` is the one of the headline, `grade_at_most` (CTCAE; None: any grade) what counts of it, and
    `lowered_to_mg` the elemental mg per day to which lowering is told apart (C33, unverified).
    """

    baseline_minimum: int
    drop: int
    rise: int
    day: int
    margin_days: int
    instrument: str = "GAD7"
    improved: Improved = Improved.DROP
    percent: int = 50
    remission_below: int = 5
    symptom: Symptom = Symptom.MUSCLE_TWITCHING
    grade_at_most: int | None = None
    lowered_to_mg: Decimal = Decimal(250)

    @classmethod
    def of(cls, thresholds: Thresholds) -> "OutcomeDefinition":
        """As the protocol says (clinical facts 7.2 and 7.3, B and S; C33 of the article, C)."""
        return cls(
            baseline_minimum=thresholds.gad7_baseline_minimum,
            drop=thresholds.gad7_improved_drop,
            rise=thresholds.gad7_rise,
            day=thresholds.outcome_day,
            margin_days=thresholds.outcome_margin_days,
            lowered_to_mg=Decimal(plain(thresholds.article_step_down_mg)),
        )

    @classmethod
    def from_json(cls, values: object, thresholds: Thresholds) -> "OutcomeDefinition":
        """The protocol's outcomes with what `values` changes; raises BadDefinition (keys: `outcome.drop`)."""
        if not isinstance(values, Mapping):
            faults = Faults()
            faults.add("outcome", "Send the outcome as an object with its keys.")
            faults.raise_if_any()
        faults = Faults("outcome")
        usual = cls.of(thresholds)
        outcome = replace(usual, **read_keys(values, READERS, faults, "an outcome"))  # type: ignore[arg-type]
        _check_window(outcome, faults)
        _check_unused(outcome, usual, faults)
        faults.raise_if_any()
        return outcome

    @classmethod
    def from_stored(cls, values: Mapping[str, Any]) -> "OutcomeDefinition":
        """Read back what `to_json` wrote, also before the newer keys existed."""
        return cls(**{key: READERS[key](value) for key, value in values.items()})

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON. A key that came later is written only when it differs from what was meant
        before it existed, so that the hash of an older definition stays."""
        written: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in _ALWAYS_WRITTEN or value != field.default:
                written[field.name] = plain(value) if isinstance(value, Decimal) else value
        return written

    @property
    def opens_day(self) -> int:
        """The first day of the window."""
        return self.day - self.margin_days

    @property
    def closes_day(self) -> int:
        """The last day of the window."""
        return self.day + self.margin_days

    def is_less_anxious(self, start: int, later: int) -> bool:
        """Whether a GAD-7 that went from `start` to `later` counts as less anxious."""
        if start < self.baseline_minimum:
            return False
        if self.improved is Improved.REMISSION:
            return start >= self.remission_below > later
        if self.improved is Improved.PERCENT:
            return (start - later) * 100 >= start * self.percent and later < start
        return start - later >= self.drop


_ALWAYS_WRITTEN = ("baseline_minimum", "drop", "rise", "day", "margin_days", "instrument")

READERS: Mapping[str, Read] = {
    "instrument": one_of({"GAD7": "GAD7"}, "an instrument"),
    "baseline_minimum": whole(0, HIGHEST_TOTAL),
    "drop": whole(1, HIGHEST_TOTAL),
    "rise": whole(1, HIGHEST_TOTAL),
    "day": whole(1, LATEST_DAY),
    "margin_days": whole(0, WIDEST_MARGIN),
    "improved": one_of(dict(Improved.__members__), "a way to improve"),
    "percent": whole(1, 100),
    "remission_below": whole(1, HIGHEST_TOTAL),
    "symptom": one_of(dict(Symptom.__members__), "a symptom"),
    "grade_at_most": maybe(whole(1, HIGHEST_GRADE)),
    "lowered_to_mg": amount(MOST_MG),
}
# {what counts as improved: the key that says how much}
_MEASURE = {Improved.DROP: "drop", Improved.PERCENT: "percent", Improved.REMISSION: "remission_below"}


def _check_window(outcome: OutcomeDefinition, faults: Faults) -> None:
    faults.unless(
        outcome.opens_day > 0,
        "margin_days",
        f"Windows that overlap: day {outcome.day} ± {outcome.margin_days} begins on day {outcome.opens_day}, "
        f"and the baseline lasts until day 0, the start.",
    )


def _check_unused(outcome: OutcomeDefinition, usual: OutcomeDefinition, faults: Faults) -> None:
    """A number that decides nothing would make two definitions of one."""
    for way, key in _MEASURE.items():
        decides = way is outcome.improved or getattr(outcome, key) == getattr(usual, key)
        faults.unless(
            decides, key, f"{key} counts only when improved is {way}, and it is {outcome.improved}."
        )
