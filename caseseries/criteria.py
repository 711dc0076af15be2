"""Who belongs to a case series, and what counts as an outcome: read from JSON and hashed (pure)."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

from protocols.thresholds import Thresholds
from regimens.salts import Family, Form, forms_of

DEFAULT_WEEKS = 12
MOST_WEEKS = 520
MOST_YEARS = 120
# A shorter period would tell the day on which everybody in it started (own assumption, S).
SHORTEST_PERIOD = timedelta(days=28)


class BadDefinition(ValueError):
    """A definition that cannot be; `errors` gives the sentences of each key."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(" ".join(f"{key}: {' '.join(said)}" for key, said in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True)
class CohortCriteria:
    """Who is in. Research consent is always asked for, and no key turns it off.

    `form` is a family of forms (None: any); the first start of that family counts, a person once.
    `minimum_weeks` are weeks from the start to the data cut, never observed follow-up, which would keep only
    those who stayed. Ages in completed years on the day of the start. The period bounds the start, both days
    included.
    """

    form: Family | None = None
    minimum_weeks: int = DEFAULT_WEEKS
    minimum_age_years: int | None = None
    maximum_age_years: int | None = None
    started_from: date | None = None
    started_until: date | None = None

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "CohortCriteria":
        """Read what somebody asked for; raises BadDefinition naming each key that is unknown or cannot be."""
        errors: dict[str, list[str]] = defaultdict(list)
        known = {field.name for field in fields(cls)}
        for key in sorted(set(values) - known):
            errors[key].append(f"{key} is not a key of a definition. It knows {', '.join(sorted(known))}.")
        read: dict[str, Any] = {}
        for key in sorted(known & set(values)):
            try:
                read[key] = _READERS[key](values[key])
            except (TypeError, ValueError) as error:
                errors[key].append(str(error))
        criteria = cls(**read)
        _check_order(criteria, errors)
        if errors:
            raise BadDefinition(errors)
        return criteria

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON: dates as ISO text."""
        return {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in asdict(self).items()
        }

    @property
    def forms(self) -> tuple[Form, ...]:
        """The stored forms that are meant; all of them without a family."""
        return tuple(Form) if self.form is None else forms_of(self.form)


@dataclass(frozen=True)
class OutcomeDefinition:
    """Less anxious: GAD-7 of `baseline_minimum` or more at the start, down by `drop` or more around `day`.

    Points of GAD-7 (0 to 21) and days since the start. Worse is a rise of `rise` or more from any baseline.
    """

    baseline_minimum: int
    drop: int
    rise: int
    day: int
    margin_days: int
    instrument: str = "GAD7"

    @classmethod
    def of(cls, thresholds: Thresholds) -> "OutcomeDefinition":
        """As the protocol says (clinical facts 7.2 and 7.3, B and S)."""
        return cls(
            baseline_minimum=thresholds.gad7_baseline_minimum,
            drop=thresholds.gad7_improved_drop,
            rise=thresholds.gad7_rise,
            day=thresholds.outcome_day,
            margin_days=thresholds.outcome_margin_days,
        )


@dataclass(frozen=True)
class SeriesDefinition:
    """The whole definition: what is hashed and locked before anybody sees an outcome."""

    cohort: CohortCriteria
    outcome: OutcomeDefinition

    def to_json(self) -> dict[str, Any]:
        return {"cohort": self.cohort.to_json(), "outcome": asdict(self.outcome)}

    @classmethod
    def from_stored(cls, values: Mapping[str, Any]) -> "SeriesDefinition":
        """Read back what `to_json` wrote."""
        return cls(CohortCriteria.from_json(values["cohort"]), OutcomeDefinition(**values["outcome"]))

    @property
    def sha256(self) -> str:
        """The hash of the definition alone: the same at any time and in any clinic."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _family(value: object) -> Family | None:
    if value is None:
        return None
    name = str(value)
    if name in Family.__members__:
        return Family(name)
    if name in Form.__members__:
        family = next(family for family in Family if Form(name) in forms_of(family))
        raise ValueError(f"{value} is one form of {family}. Ask for {family}.")
    raise ValueError(f"{value!r} is not a form. It is one of {', '.join(Family)}.")


def _whole(most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise ValueError(f"Enter a whole number from 0 to {most}.")
        return value

    return read


def _years(value: object) -> int | None:
    return None if value is None else _whole(MOST_YEARS)(value)


_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ENTER_A_DAY = "Enter a date as YYYY-MM-DD."


def _day(value: object) -> date | None:
    if value is None or isinstance(value, date):
        return value
    # `fromisoformat` alone would also take weeks and dates without hyphens.
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise ValueError(_ENTER_A_DAY)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(_ENTER_A_DAY) from None


_READERS: dict[str, Callable[[object], object]] = {
    "form": _family,
    "minimum_weeks": _whole(MOST_WEEKS),
    "minimum_age_years": _years,
    "maximum_age_years": _years,
    "started_from": _day,
    "started_until": _day,
}


def _check_order(criteria: CohortCriteria, errors: dict[str, list[str]]) -> None:
    youngest, oldest = criteria.minimum_age_years, criteria.maximum_age_years
    if youngest is not None and oldest is not None and youngest > oldest:
        errors["maximum_age_years"].append("The highest age is below the lowest.")
    first, last = criteria.started_from, criteria.started_until
    if first is not None and last is not None and last - first + timedelta(days=1) < SHORTEST_PERIOD:
        errors["started_until"].append(
            f"Take {SHORTEST_PERIOD.days} days or more: a shorter period tells when people started."
        )
